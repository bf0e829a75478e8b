//! One keep-alive connection: a request out, its answer in.

use crate::trouble::{Doing, Outcome, Trouble};
use crate::wire::{self, Head};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection and the bytes of its last answer.
pub(crate) struct Link {
    stream: TcpStream,
    bytes: Vec<u8>,
}

/// An answer, borrowed from its connection until the next request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    /// Status, version and lengths.
    pub(crate) head: Head,
    /// The body.
    pub(crate) body: &'a [u8],
}

impl Link {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await.doing("connecting")?;
        stream.set_nodelay(true).doing("connecting")?;
        Ok(Self { stream, bytes: Vec::with_capacity(16 << 10) })
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        self.stream.write_all(request).await.doing("sending")?;
        self.bytes.clear();
        let head = loop {
            self.more().await?;
            if let Some(head) = wire::head(&self.bytes)? {
                break head;
            }
        };
        let end = head.length + head.body;
        while self.bytes.len() < end {
            self.more().await?;
        }
        if self.bytes.len() > end {
            return Err(Trouble::new("more bytes came than the answer has"));
        }
        let body = self.bytes.get(head.length..end).unwrap_or_default();
        Ok(Answer { head, body })
    }

    async fn more(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.bytes).await.doing("receiving")? {
            0 => Err(Trouble::new("the server hung up")),
            _ => Ok(()),
        }
    }
}

impl Answer<'_> {
    /// The body as text, at most its beginning, for messages.
    pub(crate) fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(self.body.get(..400).unwrap_or(self.body)).into_owned();
        format!("{} {text}", self.head.status)
    }

    /// The body, when the status is this one.
    pub(crate) fn expect(&self, status: u16) -> Outcome<&[u8]> {
        if self.head.status == status {
            return Ok(self.body);
        }
        Err(Trouble::new(format!("expected {status}, got {}", self.excerpt())))
    }
}
