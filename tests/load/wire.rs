//! HTTP/1.1 as bytes: requests are written into a buffer, answers are read from one (RFC 9112). Only what this tool's servers
//! speak: an answer has a Content-Length.

use crate::trouble::{Doing, Outcome, Trouble};

/// Header fields of an answer beyond this many are refused.
const MOST_FIELDS: usize = 32;
/// The media type of FHIR in JSON.
pub(crate) const FHIR: &str = "application/fhir+json";

/// The start of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The status code.
    pub(crate) status: u16,
    /// The version that a weak `ETag` of digits names; `None` for any other `ETag`, or none.
    pub(crate) version: Option<u64>,
    /// Bytes of the status line and the header fields.
    pub(crate) length: usize,
    /// Bytes of the body.
    pub(crate) body: usize,
}

/// Adds a GET request.
pub(crate) fn get(path: &str, token: &str, out: &mut Vec<u8>) {
    for part in ["GET ", path, " HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: ", FHIR] {
        out.extend_from_slice(part.as_bytes());
    }
    authorize(token, out);
    out.extend_from_slice(b"\r\n\r\n");
}

/// Adds a POST request with a FHIR JSON body.
pub(crate) fn post(path: &str, token: &str, body: &[u8], out: &mut Vec<u8>) {
    post_as(path, token, FHIR, &[], body, out);
}

/// Adds a POST request with a body of a media type and further header fields.
pub(crate) fn post_as(path: &str, token: &str, media: &str, fields: &[&str], body: &[u8], out: &mut Vec<u8>) {
    for part in ["POST ", path, " HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: ", FHIR, "\r\ncontent-type: ", media] {
        out.extend_from_slice(part.as_bytes());
    }
    authorize(token, out);
    for field in fields {
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(field.as_bytes());
    }
    out.extend_from_slice(format!("\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes());
    out.extend_from_slice(body);
}

fn authorize(token: &str, out: &mut Vec<u8>) {
    if !token.is_empty() {
        out.extend_from_slice(b"\r\nauthorization: Bearer ");
        out.extend_from_slice(token.as_bytes());
    }
}

/// Reads the start of an answer; `None` when more bytes must come first.
///
/// # Errors
/// When it is not HTTP/1.1 or does not say how long its body is.
pub(crate) fn head(bytes: &[u8]) -> Outcome<Option<Head>> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(length) = response.parse(bytes).doing("an answer is not HTTP/1.1")? else {
        return Ok(None);
    };
    let status = response.code.doing("an answer without a status")?;
    let field = |name: &str| {
        let found = response.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        found.and_then(|field| std::str::from_utf8(field.value).ok())
    };
    let body = match field("content-length") {
        Some(text) => text.trim().parse().doing("Content-Length")?,
        None if status == 204 || status == 304 => 0,
        None => return Err(Trouble::new(format!("an answer {status} without Content-Length"))),
    };
    Ok(Some(Head { status, version: field("etag").and_then(version), length, body }))
}

/// The number in `W/"1"`.
fn version(etag: &str) -> Option<u64> {
    etag.strip_prefix("W/\"")?.strip_suffix('"')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Head, get, head, post};

    #[test]
    fn an_answer_is_read_when_its_head_is_whole() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: W/\"17\"\r\n\r\n{}";
        for cut in 0..answer.len() - 2 {
            assert_eq!(head(&answer[..cut]).unwrap(), None, "{cut}");
        }
        let expected = Head { status: 200, version: Some(17), length: answer.len() - 2, body: 2 };
        assert_eq!(head(answer).unwrap(), Some(expected));
    }

    #[test]
    fn an_answer_that_cannot_be_framed_is_refused() {
        assert!(head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
        assert!(head(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n").is_err());
        assert!(head(b"no HTTP at all\r\n\r\n").is_err());
        let empty = head(b"HTTP/1.1 204 No Content\r\nETag: \"abc\"\r\n\r\n").unwrap().unwrap();
        assert_eq!((empty.status, empty.body, empty.version), (204, 0, None));
    }

    #[test]
    fn requests_are_written_to_the_byte() {
        let mut out = Vec::new();
        get("/a", "t", &mut out);
        post("/b", "", b"{}", &mut out);
        let expected = "GET /a HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/fhir+json\r\nauthorization: Bearer t\r\n\r\n\
                        POST /b HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/fhir+json\r\n\
                        content-type: application/fhir+json\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
