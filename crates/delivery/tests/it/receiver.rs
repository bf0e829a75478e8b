//! A receiver on loopback that keeps what it is sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Inbox, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A running receiver; it stops when dropped.
pub(crate) struct Receiver {
    pub(crate) url: String,
    pub(crate) inbox: Inbox<Request>,
    status: Arc<Mutex<String>>,
    thread: Option<JoinHandle<()>>,
}

/// What came in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/notify", listener.local_addr().unwrap());
        let (outbox, inbox) = channel();
        let status = Arc::new(Mutex::new("200 OK".to_owned()));
        let says = Arc::clone(&status);
        let thread = std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let status = says.lock().unwrap().clone();
                if status.is_empty() {
                    return;
                }
                let _ = answer(stream, &status, &outbox);
            }
        });
        Self { url, inbox, status, thread: Some(thread) }
    }

    /// What to answer from now on: status and further header lines.
    pub(crate) fn say(&self, status: &str) {
        status.clone_into(&mut self.status.lock().unwrap());
    }

    /// The one request that came since last asked.
    pub(crate) fn one(&self) -> Request {
        let first = self.inbox.try_recv().expect("a request");
        assert!(self.inbox.try_recv().is_err(), "only one request");
        first
    }

    pub(crate) fn none(&self) -> bool {
        self.inbox.try_recv().is_err()
    }
}

fn answer(stream: TcpStream, status: &str, outbox: &Sender<Request>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut read = || -> std::io::Result<String> {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        Ok(line.trim_end().to_ascii_lowercase())
    };
    let line = read()?;
    let mut headers = Vec::new();
    loop {
        match read()? {
            end if end.is_empty() => break,
            header => headers.push(header),
        }
    }
    let length = headers.iter().find_map(|header| header.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let _ = outbox.send(Request { line, headers, body: String::from_utf8_lossy(&body).into_owned() });
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    reader.get_mut().write_all(answer.as_bytes())
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.say("");
        let address = self.url.trim_start_matches("http://").trim_end_matches("/notify");
        let _ = TcpStream::connect(address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
