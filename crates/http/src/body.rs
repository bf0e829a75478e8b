//! Taking in a body: bounded in size and in time (`security.md` §4).

use crate::refuse::{Refused, body_broken, body_too_large, body_too_slow};
use actix_web::web;
use std::time::Duration;

/// The whole body.
///
/// # Errors
/// 413 over `limit` bytes, 408 after `patience`, 400 when it breaks off.
pub(crate) async fn take(payload: web::Payload, limit: usize, patience: Duration) -> Result<Vec<u8>, Refused> {
    match tokio::time::timeout(patience, payload.to_bytes_limited(limit)).await {
        Ok(Ok(Ok(bytes))) => Ok(bytes.into()),
        Ok(Ok(Err(_))) => Err(body_broken()),
        Ok(Err(_)) => Err(body_too_large(limit)),
        Err(_) => Err(body_too_slow()),
    }
}
