//! One HTTP/1.1 connection, so that a test knows what a client library hides: on which connection a request went out and whether
//! anything came back.

use serde_json::Value;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// An open connection.
pub(crate) struct Connection(BufReader<TcpStream>);

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// `Location`, without the address in front.
    pub(crate) location: Option<String>,
    /// Whether the server closes the connection now.
    pub(crate) closes: bool,
    pub(crate) body: String,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a request and reads its answer.
    pub(crate) fn ask(&mut self, method: &str, path: &str, token: &str, body: Option<&Value>) -> io::Result<Reply> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!("{}{body}", head(method, path, token, body.len()));
        self.finish(&request)
    }

    /// Sends the first half of a request with a body and gives the second.
    pub(crate) fn begin(&mut self, method: &str, path: &str, token: &str, body: &Value) -> String {
        let body = body.to_string();
        let (first, second) = body.split_at(body.len() / 2);
        let request = format!("{}{first}", head(method, path, token, body.len()));
        self.0.get_mut().write_all(request.as_bytes()).expect("half a request");
        second.to_owned()
    }

    /// Sends what is left and reads the answer.
    pub(crate) fn finish(&mut self, rest: &str) -> io::Result<Reply> {
        self.0.get_mut().write_all(rest.as_bytes())?;
        let status = self.line()?.get(9..12).and_then(|status| status.parse().ok());
        let mut reply = Reply { status: status.unwrap_or(0), location: None, closes: false, body: String::new() };
        let mut length = 0;
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().map_err(io::Error::other)?,
                "connection" => reply.closes = value.eq_ignore_ascii_case("close"),
                "location" => reply.location = value.find("/fhir/").map(|at| value[at..].to_owned()),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        reply.body = String::from_utf8(body).map_err(io::Error::other)?;
        Ok(reply)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

fn head(method: &str, path: &str, token: &str, length: usize) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: varde\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/fhir+json\r\nContent-Length: {length}\r\n\r\n"
    )
}
