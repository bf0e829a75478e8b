//! `varde demo`: plays the story against a running Varde, or against one started for the occasion.

use crate::config::Config;
use crate::demo;
use crate::failure::Failure;
use crate::serving::Serving;
use std::net::{Ipv4Addr, SocketAddr};
use varde_auth::Mode;
use varde_fhir::Clock;

/// Plays the story.
///
/// # Errors
/// The step that misbehaved, or why no server could be started.
pub(super) fn demo(config: &Config, url: Option<String>) -> Result<(), Failure> {
    let out = Box::new(std::io::stdout());
    if let Some(url) = url {
        return Ok(demo::play(url.trim_end_matches("/fhir"), Clock::System, out)?);
    }
    if config.mode == Mode::Production {
        return Err(Failure::Settings(
            "the demo takes tokens from the development issuer: leave VARDE_MODE out, or name a running development server \
             with --url"
                .to_owned(),
        ));
    }
    let own = Config {
        bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        base_url: "http://127.0.0.1:0".to_owned(),
        tls: None,
        ..config.clone()
    };
    let serving = Serving::start(&own)?;
    let played = demo::play(serving.base_url(), Clock::System, out);
    serving.stop().gracefully();
    serving.finish()?;
    Ok(played?)
}
