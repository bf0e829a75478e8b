//! A server in a process of its own: started on a free port, waited for, stopped.

use crate::link::Link;
use crate::process::{self, Memory};
use crate::trouble::{Doing, Outcome, Trouble};
use crate::wire;
use serde_json::Value;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to be ready, and to stop.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is asked.
const POLL: Duration = Duration::from_millis(1);

/// A running server. Dropped, it is killed.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From its start until `/health/ready` answered 200.
    pub(crate) ready_after: Duration,
}

/// Which program is the server.
pub(crate) enum Program<'a> {
    /// The `varde` binary at a path.
    Varde(&'a Path),
    /// This tool itself, with these arguments.
    Own(&'a [String]),
}

impl Server {
    /// Starts a program on a database and waits until it is ready. Its log goes to a file in `workdir`, as a service manager would
    /// keep it.
    pub(crate) fn start(program: &Program<'_>, database: &str, workdir: &Path) -> Outcome<Self> {
        let address = free_port()?;
        let bind = address.to_string();
        let mut command = match program {
            Program::Varde(path) => {
                let mut command = Command::new(path);
                command.args(["serve", "--mode", "development"]);
                command
            }
            Program::Own(arguments) => {
                let mut command = Command::new(std::env::current_exe().doing("finding this tool")?);
                command.args(*arguments);
                command
            }
        };
        let log = File::create(workdir.join("server.log")).doing("making the server's log")?;
        // No variable of whoever runs this changes what is measured.
        command.env_clear().args(["--bind", &bind, "--database", database]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let begun = Instant::now();
        let child = command.spawn().doing("starting a server")?;
        let mut server = Self { child, address, ready_after: Duration::ZERO };
        while !answers(address) {
            if let Some(status) = server.child.try_wait().doing("waiting for a server")? {
                let log = std::fs::read_to_string(workdir.join("server.log")).unwrap_or_default();
                return Err(Trouble::new(format!("the server ended at once ({status}): {log}")));
            }
            if begun.elapsed() > PATIENCE {
                return Err(Trouble::new("the server did not become ready"));
            }
            std::thread::sleep(POLL);
        }
        server.ready_after = begun.elapsed();
        Ok(server)
    }

    /// Its process id.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Its resident memory.
    pub(crate) fn memory(&self) -> Outcome<Memory> {
        process::memory(self.process())
    }

    /// A token for a persona, from the development issuer.
    pub(crate) async fn token(&self, persona: &str) -> Outcome<String> {
        let mut request = Vec::new();
        let form = format!("client_id={persona}");
        wire::post_as("/dev/token", "", "application/x-www-form-urlencoded", &[], form.as_bytes(), &mut request);
        let mut link = Link::open(self.address).await?;
        let body: Value = serde_json::from_slice(link.ask(&request).await?.expect(200)?).doing("a token")?;
        body.get("access_token").and_then(Value::as_str).map(str::to_owned).doing("no token came")
    }

    /// Asks it to stop (SIGTERM) and waits until it has.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        Command::new("kill").arg(self.process().to_string()).status().doing("stopping a server")?;
        let asked = Instant::now();
        while self.child.try_wait().doing("waiting for a server")?.is_none() {
            if asked.elapsed() > PATIENCE {
                return Err(Trouble::new("a server did not stop"));
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
fn free_port() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").doing("finding a free port")?;
    listener.local_addr().doing("finding a free port")
}

/// Whether `/health/ready` answers 200.
fn answers(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let asked = stream.write_all(b"GET /health/ready HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    let mut beginning = [0; 12];
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    asked.is_ok() && stream.read_exact(&mut beginning).is_ok() && beginning == *b"HTTP/1.1 200"
}
