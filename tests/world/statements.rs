//! x
use crate::people::{BERGEN, KOMMUNE, TESTINE, ANNEN, nurse, team, FNR, consent, status_of, plan};
use crate::story::{APPOINT, PLAN_STATUS, answering, created, ready, resident, need, set};
use crate::world::{World, each};
use serde_json::{Value, json};

fn number(n: usize) -> String {
    // 010150 + individnummer; skip those without check digits
    let mut found = Vec::new();
    for i in 0..500 {
        for day in 1..28 {
        let t = format!("{day:02}0150{i:03}");
        let d: Vec<i64> = t.bytes().map(|b| i64::from(b - b'0')).collect();
        let k1 = 11 - d.iter().zip([3,7,6,1,8,9,4,5,2]).map(|(a,b)| a*b).sum::<i64>() % 11;
        let k1 = if k1 == 11 { 0 } else { k1 };
        if k1 == 10 { continue }
        let mut e = d.clone(); e.push(k1);
        let k2 = 11 - e.iter().zip([5,4,3,2,7,6,5,4,3,2]).map(|(a,b)| a*b).sum::<i64>() % 11;
        let k2 = if k2 == 11 { 0 } else { k2 };
        if k2 == 10 { continue }
        found.push(format!("{t}{k1}{k2}"));
        if found.len() > n { return found.pop().unwrap() }
        }
    }
    unreachable!()
}

fn count(world: &World, name: &str, f: impl FnOnce()) {
    let before = world.store.statements();
    f();
    println!("COUNT {} {name}: total {}", world.database(), world.store.statements() - before);
}

#[test]
fn statements() {
    each(|world| {
        let ready = ready(world);
        let nurse_ = created(world, BERGEN, &nurse("9144889"));
        let org = created(world, BERGEN, &json!({"resourceType":"Organization","identifier":[{"system":crate::people::RESH,"value":"102954"},],"active":true,"name":"Nevrologisk", "partOf": {"identifier": {"system": crate::people::ENH, "value": "983974724"}}}));
        let b = created(world, BERGEN, &resident(ANNEN));
        created(world, BERGEN, &consent(ANNEN, "koordinator", &[]));
        let mut t = team(ANNEN, "9144889");
        t["subject"] = json!({"reference": b});
        t["contained"] = Value::Null; t.as_object_mut().unwrap().remove("contained");
        t["participant"][0]["member"] = json!({"reference": nurse_});
        t["participant"][0]["onBehalfOf"] = json!({"reference": org});
        count(world, "create CareTeam", || { world.post(BERGEN, "/fhir/CareTeam", &t).expect(201); });
        count(world, "create Patient", || { world.post(BERGEN, "/fhir/Patient", &resident(&number(400))).expect(201); });
        count(world, "create Patient again", || { world.post(BERGEN, "/fhir/Patient", &resident(&number(400))).expect(201); });
        count(world, "create Task", || { world.post(BERGEN, "/fhir/Task", &need(ANNEN)).expect(201); });
        let mut o = String::new();
        count(world, "$appoint", || { o = world.post(BERGEN, APPOINT, &answering(&ready, "9144900", "1")).expect(200).text; });
        created(world, KOMMUNE, &plan(TESTINE));
        let read = format!("/fhir/{}", ready.patient);
        world.get(BERGEN, &read).expect(200);
        count(world, "read own", || { world.get(BERGEN, &read).expect(200); });
        count(world, "read granted", || { world.get(KOMMUNE, &read).expect(200); });
        count(world, "read unchanged (304)", || { world.send(world.as_(BERGEN, "GET", &read).header("if-none-match", "W/\"1\"")).expect(304); });
        count(world, "vread", || { world.get(BERGEN, &format!("{read}/_history/1")).expect(200); });
        count(world, "history", || { world.get(BERGEN, &format!("{read}/_history")).expect(200); });
        count(world, "search CareTeam?patient", || { assert_eq!(world.get(BERGEN, &format!("/fhir/CareTeam?patient={}", ready.patient)).expect(200).entries().len(), 1); });
        count(world, "search granted", || { assert_eq!(world.get(KOMMUNE, &format!("/fhir/CareTeam?patient={}", ready.patient)).expect(200).entries().len(), 1); });
        count(world, "search include", || { assert_eq!(world.get(BERGEN, &format!("/fhir/CareTeam?patient={}&_include=CareTeam:participant&_include=CareTeam:subject", ready.patient)).expect(200).entries().len(), 3); });
        count(world, "plan-status 1", || { world.post(KOMMUNE, PLAN_STATUS, &status_of(&[TESTINE])).expect(200); });
        for i in 0..100 { created(world, BERGEN, &resident(&number(i))); created(world, BERGEN, &consent(&number(i), "koordinator", &["964338531"])); 
            created(world, BERGEN, &set(set(t.clone(), "/subject", crate::people::patient(&number(i))), "/participant/0/onBehalfOf", crate::people::haukeland()));
            created(world, KOMMUNE, &plan(&number(i)));
         }
        let hundred: Vec<String> = (0..100).map(number).collect();
        let hundred: Vec<&str> = hundred.iter().map(String::as_str).collect();
        let mut text = String::new();
        count(world, "plan-status 100", || { text = world.post(KOMMUNE, PLAN_STATUS, &status_of(&hundred)).expect(200).text; });
        assert_eq!(text.matches("koordinator\"").count(), 100);
        let _ = FNR;
        let entries: Vec<(&str, &str, Option<Value>)> = (500..510).map(|i| ("POST", "Task", Some(need(&number(i % 100))))).collect();
        count(world, "transaction of 10 tasks", || { world.transaction(BERGEN, &entries).expect(200); });
        let id = ready.need.clone();
        let mut nd = world.get(BERGEN, &format!("/fhir/{id}")).expect(200).json;
        nd["status"] = json!("accepted");
        count(world, "update Task", || { world.put(BERGEN, &format!("/fhir/{id}"), Some("W/\"2\""), &nd).expect(200); });
    });
}
