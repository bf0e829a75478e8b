//! Sends one message and says whether it arrived.

use crate::Settings;
use crate::address::{Refused, check};
use crate::client::client;
use crate::message::Message;
use reqwest::{Client, StatusCode};
use std::sync::OnceLock;

/// Why a message did not arrive; for the log. No address, no personal data.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("no answer: {0}")]
    Http(reqwest::Error),
    #[error("the receiver answered {0}")]
    Answer(StatusCode),
}

/// Sends messages over one client, built when the first one goes: a machine that sends nothing needs no certificates.
pub(crate) struct Sender {
    settings: Settings,
    client: OnceLock<Client>,
}

impl Sender {
    /// A sender that has built nothing yet.
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, client: OnceLock::new() }
    }

    /// Where messages may go.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Sends a message. Any 2xx is an arrival; the body of the answer is not read.
    pub(crate) async fn send(&self, address: &str, message: &Message) -> Result<(), SendError> {
        let url = check(address, &self.settings)?;
        let request = self
            .client()?
            .post(url)
            .header("content-type", "application/fhir+json")
            .header("idempotency-key", &message.event)
            .body(message.body.to_string());
        let status = request.send().await.map_err(without_address)?.status();
        if status.is_success() { Ok(()) } else { Err(SendError::Answer(status)) }
    }

    fn client(&self) -> Result<Client, SendError> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let built = client(&self.settings).map_err(without_address)?;
        Ok(self.client.get_or_init(|| built).clone())
    }
}

fn without_address(error: reqwest::Error) -> SendError {
    SendError::Http(error.without_url())
}
