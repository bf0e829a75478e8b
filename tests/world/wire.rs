//! Requests as bytes on a socket: what no well-behaved client library would send.

use crate::world::World;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Sends these bytes on a connection of their own and reads what comes back until the server hangs up: the status and the
/// whole answer; `None` when it hung up without a word.
pub(crate) fn send(world: &World, request: &[u8]) -> Option<(u16, String)> {
    let address = world.address().strip_prefix("http://").expect("a plain address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    // A server that refuses early may close before it has read everything.
    let _ = stream.write_all(request);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()?;
    Some((status, answer))
}
