//! The home municipality is told, and answers.

use super::appointment::Appointed;
use super::call::Call;
use super::cast::MUNICIPALITY;
use super::misstep::Misstep;
use super::stage::Stage;
use serde_json::{Value, json};

/// The municipality looks in its inbox, reads the news and accepts the Task; returns `Task/id`.
pub(super) fn receive(stage: &mut Stage, appointed: &Appointed) -> Result<String, Misstep> {
    stage.teller.chapter("Bergen kommune looks in its inbox and reads the news")?;
    let form = [("status", "requested"), ("_sort", "-_lastUpdated"), ("_count", "200")];
    let answer = stage.play(&Call::search(MUNICIPALITY, "Task/_search", &form), 200, |answer| {
        format!("{} open Task(s)", answer.matches().len())
    })?;
    let inbox = answer.matches();
    let mine = inbox.into_iter().find(|task| appointed.tasks.contains(&key(task)));
    let Some(mut task) = mine else {
        return Err(answer.unexpected("the Task of the appointment is not in the municipality's inbox"));
    };
    read_message(stage, &task)?;
    accept(stage, &mut task)?;
    Ok(key(&task))
}

/// Closes the Task when the work is done. The task leaves the municipality's view with that.
pub(super) fn complete(stage: &mut Stage, task: &str) -> Result<(), Misstep> {
    stage.teller.chapter("Bergen kommune closes its Task")?;
    let read = stage.send(&Call::get(MUNICIPALITY, task))?.expect(200)?;
    let mut resource = read.body.clone();
    change(stage, &mut resource, "completed")
}

/// The letter the Task came with: the Communication it has as focus or input, or else the one about the same patient.
fn read_message(stage: &mut Stage, task: &Value) -> Result<(), Misstep> {
    let inputs = task.get("input").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let named = inputs.iter().filter_map(|input| input.get("valueReference")).chain(task.get("focus"));
    let mut references = named.filter_map(|reference| reference.get("reference")?.as_str());
    let Some(message) = references.find(|reference| reference.starts_with("Communication/")).map(str::to_owned) else {
        return Err(Misstep::Unexpected {
            request: format!("{} as {MUNICIPALITY}", key(task)),
            problem: "the Task names no Communication to read".to_owned(),
        });
    };
    let answer = stage.play(&Call::get(MUNICIPALITY, &message), 200, |answer| {
        format!("{}, {}", answer.key().unwrap_or_default(), answer.text("/status").unwrap_or_default())
    })?;
    let text = answer.text("/payload/0/contentString")?.to_owned();
    stage.teller.say(&text)?;
    Ok(())
}

fn accept(stage: &mut Stage, task: &mut Value) -> Result<(), Misstep> {
    stage.teller.chapter("Bergen kommune accepts the Task: the hospital can see that somebody has it")?;
    change(stage, task, "accepted")
}

fn change(stage: &mut Stage, task: &mut Value, status: &str) -> Result<(), Misstep> {
    let version = task.pointer("/meta/versionId").and_then(Value::as_str).unwrap_or_default();
    let version = format!("W/\"{version}\"");
    if let Some(object) = task.as_object_mut() {
        object.insert("status".to_owned(), json!(status));
    }
    let path = key(task);
    stage.play(&Call::put(MUNICIPALITY, &path, task, &version), 200, |_| format!("{path}, {status}"))?;
    Ok(())
}

fn key(resource: &Value) -> String {
    let part = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default();
    format!("{}/{}", part("resourceType"), part("id"))
}
