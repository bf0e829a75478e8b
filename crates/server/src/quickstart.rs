//! What a newcomer sees first: where Varde answers, how to get a token, and two curl lines that work when pasted into bash,
//! with curl and sed alone.

use serde_json::Value;
use std::fmt::Write as _;

/// The persona of the curl lines.
const PERSONA: &str = "epj-helse-bergen";

/// The text, for the base URL (without `/fhir`) and the example bodies of the two calls.
pub(crate) fn text(version: &str, base: &str, database: &str, appoint: &str, plan_status: &str) -> String {
    let token = token_line(base);
    let mut text = format!(
        "Varde {version} · development mode · {database}\n\n\
         Swagger UI   {base}/swagger-ui/\n\
         FHIR base    {base}/fhir     (try {base}/fhir/metadata)\n\
         OpenAPI      {base}/openapi.json\n\n\
         A token (all personas: {}):\n  {token}\n",
        varde_auth::personas().iter().map(|persona| persona.id).collect::<Vec<_>>().join(", "),
    );
    for (title, path, body) in [
        ("Post an appointment (oppnevning)", "CareTeam/$appoint", appoint),
        ("Pull plan status", "CarePlan/$plan-status", plan_status),
    ] {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{title}:\n  {}\n", curl_line(base, path, body, &token));
    }
    text.push_str("\nThe whole story: varde demo. Stop with Ctrl-C.\n");
    text
}

/// Fetches a token and prints it alone.
fn token_line(base: &str) -> String {
    format!(r#"curl -s -d client_id={PERSONA} {base}/dev/token | sed 's/.*"access_token" *: *"\([^"]*\)".*/\1/'"#)
}

/// One pasteable line; the `$` of the operation and the body stand in single quotes.
fn curl_line(base: &str, path: &str, body: &str, token: &str) -> String {
    format!(
        "curl -s -H \"Authorization: Bearer $({token})\" -H 'Content-Type: application/fhir+json' \
         -d '{}' '{base}/fhir/{path}'",
        compact(body).replace('\'', r"'\''")
    )
}

/// The body on one line. A body that is no JSON (the fixtures are) is sent as it is.
fn compact(body: &str) -> String {
    serde_json::from_str::<Value>(body).map_or_else(|_| body.to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use varde_http::examples::{APPOINT, PLAN_STATUS};

    fn shown() -> String {
        text("0.1.0", "http://127.0.0.1:8080", "sqlite:varde.db", APPOINT, PLAN_STATUS)
    }

    #[test]
    fn the_bodies_stand_on_one_line_and_are_the_fixtures() {
        let text = shown();
        for (fixture, path) in [(APPOINT, "CareTeam/$appoint"), (PLAN_STATUS, "CarePlan/$plan-status")] {
            let line = text.lines().find(|line| line.ends_with(&format!("fhir/{path}'"))).expect(path);
            let (_, body) = line.split_once(" -d '{").expect("a body");
            let (body, _) = body.rsplit_once("' '").expect("an address");
            let sent: Value = serde_json::from_str(&format!("{{{}", body.replace(r"'\''", "'"))).expect("JSON");
            assert_eq!(sent, serde_json::from_str::<Value>(fixture).expect("the fixture is JSON"));
        }
    }

    #[test]
    fn an_apostrophe_survives_the_shell() {
        let line = curl_line("http://x", "p", r#"{"a":"it's"}"#, "t");
        assert!(line.contains(r#"-d '{"a":"it'\''s"}'"#), "{line}");
    }

    #[test]
    fn national_numbers_stand_only_in_the_bodies() {
        let text = shown();
        let eleven_digits = |text: &str| {
            text.split(|c: char| !c.is_ascii_digit())
                .filter(|run| run.len() == 11)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let in_bodies = [eleven_digits(APPOINT), eleven_digits(PLAN_STATUS)].concat();
        assert_eq!(eleven_digits(&text), in_bodies);
        for line in text.lines().filter(|line| line.contains("curl") && line.contains("fhir")) {
            let (_, address) = line.rsplit_once("' '").expect("an address");
            assert!(eleven_digits(address).is_empty(), "{address}");
        }
    }
}
