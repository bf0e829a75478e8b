//! A receiver of messages on loopback that says 200 and keeps which events it was told of.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A running receiver.
pub(crate) struct Receiver {
    /// Where messages go.
    pub(crate) url: String,
    events: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/notify", listener.local_addr().expect("an address"));
        let events = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&events);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                take(stream, |event| kept.lock().expect("the events").push(event)).expect("a message");
            }
        });
        Self { url, events }
    }

    /// The ids of the events told of since last asked.
    pub(crate) fn events(&self) -> Vec<String> {
        std::mem::take(&mut self.events.lock().expect("the events"))
    }
}

/// Reads one message, keeps its event, answers and hangs up.
fn take(stream: TcpStream, keep: impl FnOnce(String)) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut event, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        match line.split_once(": ") {
            Some(("idempotency-key", key)) => key.clone_into(&mut event),
            Some(("content-length", bytes)) => length = bytes.parse().unwrap_or(0),
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    keep(event);
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}
