//! The binary as a newcomer meets it: the help, settings that are refused, a database made and verified, a server that starts,
//! answers pasted curl lines and stops, and the demo, twice on one database.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const LAST_LINE: &str = "The whole story: varde demo. Stop with Ctrl-C.";

/// `varde` in a directory of its own, with none of this machine's settings.
fn varde(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_varde"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("VARDE_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(directory).stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn settings_that_cannot_be_end_with_code_2_and_say_why() {
    let directory = tempfile::tempdir().unwrap();
    for (settings, said) in [
        (vec![("VARDE_DATABSE", "sqlite:x.db")], "did you mean VARDE_DATABASE?"),
        (vec![("VARDE_BIND", "0.0.0.0:0")], "VARDE_MODE=production"),
        (vec![("VARDE_MODE", "prod")], "VARDE_MODE: write development or production"),
        (vec![("VARDE_TOKEN_BINDING", "dpop")], "VARDE_TOKEN_BINDING=bearer"),
        (vec![("VARDE_LOG", "=====")], "VARDE_LOG"),
        (
            vec![("VARDE_MODE", "production"), ("VARDE_AUDIENCE", "a"), ("VARDE_TOKEN_BINDING", "bearer")],
            "needs VARDE_ISSUER",
        ),
    ] {
        let output = varde(directory.path(), &["serve"]).envs(settings.clone()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{settings:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{settings:?}: {}", text(&output.stderr));
    }
    assert!(directory.path().read_dir().unwrap().next().is_none(), "nothing was made");
}

#[test]
fn a_database_that_cannot_be_opened_ends_with_code_1_and_no_password() {
    let directory = tempfile::tempdir().unwrap();
    let url = "postgres://varde:hemmelig@127.0.0.1:1/varde";
    let output = varde(directory.path(), &["migrate"]).env("VARDE_DATABASE", url).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).starts_with("varde: database:"), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("hemmelig"), "{}", text(&output.stderr));
}

#[test]
fn the_help_lists_every_setting_and_every_command() {
    let directory = tempfile::tempdir().unwrap();
    let output = varde(directory.path(), &["--help"]).output().unwrap();
    let help = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let settings: Vec<&str> = include_str!("../src/config.rs")
        .split("env = \"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(settings.len() > 15, "{settings:?}");
    for setting in settings {
        let flag = format!("--{}", setting.trim_start_matches("VARDE_").to_lowercase().replace('_', "-"));
        assert!(help.contains(setting) && help.contains(&flag), "{setting}, {flag}: {help}");
    }
    for command in ["serve", "migrate", "openapi", "demo", "reindex", "verify", "health"] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}: {help}");
    }
}

#[test]
fn a_database_is_made_once_and_is_well() {
    let directory = tempfile::tempdir().unwrap();
    for (arguments, said) in [
        (["migrate"], "The database is at the schema of Varde"),
        (["migrate"], "The database is at the schema of Varde"),
        (["verify"], "0 resource(s) and 0 audit link(s) looked at: all is well.\n"),
    ] {
        let output = varde(directory.path(), &arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stdout).starts_with(said), "{arguments:?}: {}", text(&output.stdout));
    }
}

#[test]
fn the_api_description_is_printed_as_it_is_committed_in_both_versions() {
    let directory = tempfile::tempdir().unwrap();
    for (version, committed) in
        [("3.1", include_str!("../../../openapi/varde.json")), ("3.0", include_str!("../../../openapi/varde-3.0.json"))]
    {
        let output = varde(directory.path(), &["openapi", "--version", version]).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(
            text(&output.stdout) == committed,
            "{version} is not what is committed: VARDE_BLESS=1 cargo test -p varde-http"
        );
    }
}

/// A server on a port of its own, and what it printed.
struct Served {
    child: Child,
    shown: Vec<String>,
}

impl Served {
    fn start(directory: &Path) -> Self {
        let mut command = varde(directory, &["--bind", "127.0.0.1:0"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut served = Self { child, shown: Vec::new() };
        let lines = BufReader::new(served.child.stdout.take().unwrap()).lines().map(Result::unwrap);
        for line in lines {
            let last = line == LAST_LINE;
            served.shown.push(line);
            if last {
                return served;
            }
        }
        panic!("the server did not start: {}", text(&served.child.wait_with_output().unwrap().stderr));
    }

    /// The line below the heading that begins so.
    fn below(&self, heading: &str) -> &str {
        let at = self.shown.iter().position(|line| line.starts_with(heading)).expect(heading);
        self.shown[at + 1].trim()
    }

    /// The word after the heading.
    fn address(&self, heading: &str) -> &str {
        let line = self.shown.iter().find(|line| line.starts_with(heading)).expect(heading);
        line[heading.len()..].split_whitespace().next().unwrap()
    }

    /// Asks it to stop, and returns its exit code and what it logged.
    fn stop(mut self) -> (Option<i32>, String) {
        let signalled = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(signalled.success());
        let mut logged = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut logged).unwrap();
        (self.child.wait().unwrap().code(), logged)
    }
}

fn bash(line: &str) -> Output {
    Command::new("bash").args(["-c", line]).output().unwrap()
}

/// What a newcomer sees must work when pasted.
#[test]
fn the_quick_start_works_when_pasted_and_the_server_stops_when_told() {
    if !bash("command -v curl sed").status.success() {
        eprintln!("skipped: curl and sed are not installed");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path());
    let token = text(&bash(served.below("A token")).stdout);
    assert_eq!(token.trim().split('.').count(), 3, "{token}");
    // Twice: the EPJ's own identifier makes the appointment idempotent.
    for _ in 0..2 {
        let appointed = text(&bash(served.below("Post an appointment")).stdout);
        assert!(
            appointed.contains("\"journalNote\"")
                && !appointed.contains("OperationOutcome\",\"issue\":[{\"severity\":\"error"),
            "{appointed}"
        );
    }
    let status = text(&bash(served.below("Pull plan status")).stdout);
    assert!(status.contains("\"hasActivePlan\"") && status.contains("\"koordinator\""), "{status}");
    for heading in ["Swagger UI", "OpenAPI"] {
        let code = bash(&format!("curl -s -o /dev/null -w '%{{http_code}}' {}", served.address(heading)));
        assert_eq!(text(&code.stdout), "200", "{heading}");
    }
    let ready = varde(
        directory.path(),
        &["health", "--bind", served.address("FHIR base").trim_start_matches("http://").trim_end_matches("/fhir")],
    )
    .output()
    .unwrap();
    assert!(ready.status.success(), "{}", text(&ready.stderr));
    let (code, logged) = served.stop();
    assert_eq!(code, Some(0), "{logged}");
    assert_eq!(numbers_logged(&logged), 0, "no national number is logged: {logged}");
}

/// How many runs of eleven digits stand in a log of JSON lines. An id of a request is a UUID, whose random part may be such
/// a run between letters, and is none.
fn numbers_logged(logged: &str) -> usize {
    let without_id = |line: &str| {
        let mut said: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).expect(line);
        said.retain(|name, id| name != "request_id" || id.as_str().map(str::len) != Some(36));
        serde_json::to_string(&said).unwrap()
    };
    let runs = |text: String| text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 11).count();
    logged.lines().map(without_id).map(runs).sum()
}

#[test]
fn a_number_is_found_in_a_log_and_an_id_is_not_taken_for_one() {
    for (line, numbers) in [
        (r#"{"request_id":"01a20697-41cf-71c1-89cf-a01819019939"}"#, 0),
        (r#"{"message":"request","ms":"1.077","request_id":"01a20697-41cf-71c1-89cf-b555be1c3365"}"#, 0),
        (r#"{"message":"x01819019939","request_id":"01a20697-41cf-71c1-89cf-b555be1c3365"}"#, 1),
        (r#"{"route":"/fhir/Patient/01819019939"}"#, 1),
        (r#"{"request_id":"01819019939"}"#, 1),
    ] {
        assert_eq!(numbers_logged(line), numbers, "{line}");
    }
}

#[test]
fn the_demo_succeeds_twice_on_one_database_which_then_verifies() {
    let directory = tempfile::tempdir().unwrap();
    for run in 1..=2 {
        let output = varde(directory.path(), &["demo"]).output().unwrap();
        let told = text(&output.stdout);
        assert!(output.status.success(), "run {run}: {}\n{told}", text(&output.stderr));
        assert!(told.ends_with("Every step went as the story tells.\n"), "{told}");
        let numbers = told.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| is_national_number(word)).count();
        assert_eq!(numbers, 0, "no national number is printed: {told}");
    }
    for arguments in [["verify"].as_slice(), &["verify", "--audit"], &["reindex"], &["verify"]] {
        let output = varde(directory.path(), arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    }
}

fn is_national_number(word: &str) -> bool {
    word.len() == 11 && word.bytes().all(|byte| byte.is_ascii_digit())
}
