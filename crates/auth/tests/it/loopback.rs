//! An issuer on loopback: discovery and JWKS over plain HTTP, as many answers as the test changes its mind.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A running issuer; it stops when dropped.
pub(crate) struct Issuer {
    pub(crate) url: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    discovery: Mutex<Answer>,
    jwks: Mutex<Answer>,
    hits: AtomicUsize,
    stop: AtomicBool,
}

/// What to say to a request.
#[derive(Clone)]
pub(crate) enum Answer {
    Json(Value),
    Raw(String),
    HangUp,
}

impl Issuer {
    pub(crate) fn start(jwks: &Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let discovery = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") });
        let shared = Arc::new(Shared {
            discovery: Mutex::new(Answer::Json(discovery)),
            jwks: Mutex::new(Answer::Json(jwks.clone())),
            hits: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let served = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if served.stop.load(Ordering::SeqCst) {
                    return;
                }
                let _ = served.answer(stream);
            }
        });
        Self { url, shared, thread: Some(thread) }
    }

    /// How many times the keys were fetched.
    pub(crate) fn hits(&self) -> usize {
        self.shared.hits.load(Ordering::SeqCst)
    }

    pub(crate) fn say(&self, discovery: Option<Answer>, jwks: Option<Answer>) {
        if let Some(answer) = discovery {
            *self.shared.discovery.lock().unwrap() = answer;
        }
        if let Some(answer) = jwks {
            *self.shared.jwks.lock().unwrap() = answer;
        }
    }
}

impl Shared {
    fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let mut request = String::new();
        reader.read_line(&mut request)?;
        let mut line = String::new();
        while reader.read_line(&mut line)? > 2 {
            line.clear();
        }
        let answer = match request.split(' ').nth(1) {
            Some("/.well-known/openid-configuration") => self.discovery.lock().unwrap().clone(),
            Some("/keys") => {
                self.hits.fetch_add(1, Ordering::SeqCst);
                self.jwks.lock().unwrap().clone()
            }
            _ => Answer::Raw("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()),
        };
        let text = match answer {
            Answer::HangUp => return Ok(()),
            Answer::Raw(text) => text,
            Answer::Json(value) => {
                let body = value.to_string();
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
                format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
            }
        };
        reader.get_mut().write_all(text.as_bytes())
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
