//! The `varde` binary as a process of its own: started on a database, asked over HTTP, stopped and killed.

mod build;

use crate::answer::Answer;
use crate::{postgres, world};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tempfile::NamedTempFile;

/// How long a start may take on a machine that is busy with everything else.
const PATIENCE: Duration = Duration::from_mins(1);
/// The line that says where it listens: everything before it has been done.
const ADDRESS: &str = "FHIR base";

/// A process that has been started and may not listen yet.
pub(crate) struct Launched {
    process: Process,
    printed: Receiver<String>,
}

/// A process that listens.
pub(crate) struct Varde {
    process: Process,
    root: String,
    client: Client,
}

/// Somebody who asks it; one for each thread.
#[derive(Clone)]
pub(crate) struct Asker {
    client: Client,
    root: String,
    token: String,
    language: &'static str,
}

/// Killed when dropped, so that nothing outlives its test.
struct Process {
    child: Child,
    log: NamedTempFile,
}

/// Whether these tests run here: two replicas in a world would show nothing more of one process.
pub(crate) fn wanted() -> bool {
    world::replicas() == 1
}

/// The PostgreSQL server, where these tests run and there is one.
pub(crate) fn postgres() -> Option<String> {
    let server = postgres::server().filter(|_| wanted());
    if server.is_none() {
        eprintln!("VARDE_TEST_POSTGRES is not set: not run");
    }
    server
}

/// Fails the test unless `varde verify` finds everything well.
#[track_caller]
pub(crate) fn verify(database: &str) {
    verify_under(&[], database);
}

/// [`verify`] under other programs that end by becoming it.
#[track_caller]
pub(crate) fn verify_under(under: &[&str], database: &str) {
    let output = command(under, database, &["verify"]).output().expect("varde runs");
    let told = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "varde verify: {told}{complaint}");
    assert!(told.trim_end().ends_with("all is well."), "varde verify: {told}");
}

impl Launched {
    /// Starts it on a database, under other programs that end by becoming it (`&["sh", "-c", "…; exec \"$@\"", "sh"]`).
    pub(crate) fn start(under: &[&str], database: &str) -> Self {
        let log = NamedTempFile::new().expect("a file for the log");
        let mut command = command(under, database, &["--bind", "127.0.0.1:0"]);
        command.stdout(Stdio::piped()).stderr(log.reopen().expect("a file for the log"));
        let mut child = command.spawn().expect("varde starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (tell, printed) = channel();
        // Reads to the end, so that the pipe never fills.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(tell.send(line))));
        Self { process: Process { child, log }, printed }
    }

    /// Waits until it listens.
    pub(crate) fn ready(self) -> Varde {
        loop {
            let Ok(line) = self.printed.recv_timeout(PATIENCE) else {
                panic!("varde did not start: {}", self.process.logged());
            };
            let Some(address) = line.strip_prefix(ADDRESS).and_then(|rest| rest.split_whitespace().next()) else {
                continue;
            };
            let root = address.trim_end_matches("/fhir").to_owned();
            // The first to come installs it.
            let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
            let client = Client::builder().timeout(PATIENCE).build().expect("a client");
            return Varde { process: self.process, root, client };
        }
    }

    /// SIGKILL, wherever it is.
    pub(crate) fn kill(self) {
        drop(self);
    }
}

impl Varde {
    /// Starts it on a database and waits until it listens.
    pub(crate) fn start(database: &str) -> Self {
        Launched::start(&[], database).ready()
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.child.id()
    }

    /// Where it listens, `http://127.0.0.1:port`.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// What it logged.
    pub(crate) fn logged(&self) -> String {
        self.process.logged()
    }

    /// Somebody who asks as a persona.
    pub(crate) fn asker(&self, persona: &str) -> Asker {
        let form = [("grant_type", "client_credentials"), ("client_id", persona)];
        let answer = self.client.post(format!("{}/dev/token", self.root)).form(&form).send().expect("an answer");
        let token = Answer::read(answer).expect(200).json["access_token"].as_str().expect("a token").to_owned();
        Asker { client: self.client.clone(), root: self.root.clone(), token, language: "en" }
    }

    /// SIGTERM: it may finish what it is at.
    pub(crate) fn terminate(&self) {
        let told = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status().expect("kill");
        assert!(told.success());
    }

    /// SIGKILL.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// Stops it as an operator does, and expects it to end well.
    pub(crate) fn stop(mut self) {
        self.terminate();
        let ended = self.process.child.wait().expect("an end");
        assert_eq!(ended.code(), Some(0), "{}", self.logged());
    }
}

impl Asker {
    /// The same, in Norwegian.
    pub(crate) fn in_norwegian(&self) -> Self {
        Self { language: "nb", ..self.clone() }
    }

    /// A request.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        self.client
            .request(method, format!("{}{path}", self.root))
            .bearer_auth(&self.token)
            .header("accept-language", self.language)
    }

    /// A request with a FHIR body.
    pub(crate) fn request_with(&self, method: &str, path: &str, body: &Value) -> RequestBuilder {
        self.request(method, path).header("content-type", "application/fhir+json").body(body.to_string())
    }

    /// The answer read whole; `None` when the process went away before that.
    pub(crate) fn send(request: RequestBuilder) -> Option<Answer> {
        request.send().ok().and_then(Answer::try_read)
    }

    /// GET.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        Self::send(self.request("GET", path)).expect("an answer")
    }

    /// POST of a resource.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        Self::send(self.request_with("POST", path, body)).expect("an answer")
    }
}

impl Process {
    fn logged(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `varde` with none of the settings of whoever runs the tests.
fn command(under: &[&str], database: &str, arguments: &[&str]) -> Command {
    let varde: &Path = build::varde();
    let mut command = match under.split_first() {
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(varde);
            command
        }
        None => Command::new(varde),
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("VARDE_")) {
        command.env_remove(name);
    }
    command.args(arguments).env("VARDE_DATABASE", database).env("VARDE_LOG_FORMAT", "json").stdin(Stdio::null());
    command
}
