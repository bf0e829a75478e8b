//! The issuer that several replicas trust together: its key lives as long as the tests, and it answers discovery and JWKS on
//! loopback as `HelseID` does over https.

use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::OnceLock;
use varde_auth::DevIssuer;

/// A running issuer.
pub(crate) struct Issuer {
    /// Its name and address, as in `iss`.
    pub(crate) url: String,
    /// Its key.
    pub(crate) key: DevIssuer,
}

/// The one of these tests, started when first asked for.
pub(crate) fn shared() -> &'static Issuer {
    static ISSUER: OnceLock<Issuer> = OnceLock::new();
    ISSUER.get_or_init(Issuer::start)
}

impl Issuer {
    fn start() -> Self {
        let key = DevIssuer::generate("the-tests").expect("a key");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let discovery = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") }).to_string();
        let keys = key.jwks().to_string();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Who hangs up early asks again.
                let _ = answer(stream, &discovery, &keys);
            }
        });
        Self { url, key }
    }
}

fn answer(stream: TcpStream, discovery: &str, keys: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let body = if request.starts_with("GET /keys ") { keys } else { discovery };
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    write!(reader.get_mut(), "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}
