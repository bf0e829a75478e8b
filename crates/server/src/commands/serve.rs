//! `varde serve`: answers until told to stop by SIGTERM or SIGINT; says for a while that it is not ready, and answers; then
//! requests under way finish, the database is closed, and the exit code is 0. A second signal ends the while, one more stops at
//! once.

use crate::config::Config;
use crate::failure::Failure;
use crate::quickstart;
use crate::serving::Serving;
use std::io::{self, Write as _};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use varde_auth::Mode;
use varde_http::examples::{APPOINT, PLAN_STATUS};
use varde_http::{Drain, Stop};

/// Serves.
///
/// # Errors
/// When it cannot start, or HTTP fails.
pub(super) fn serve(config: &Config) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Listened for before there is anything to stop, so that no signal is lost.
    let signals = runtime.block_on(async { Signals::new() })?;
    let serving = Serving::start(config)?;
    announce(config, &serving);
    let (drain, stop, grace) = (serving.drain(), serving.stop(), config.drain);
    std::thread::Builder::new()
        .name("varde-signals".to_owned())
        .spawn(move || runtime.block_on(obey(signals, &drain, grace, &stop)))?;
    serving.finish()?;
    tracing::info!("stopped");
    Ok(())
}

async fn obey(mut signals: Signals, drain: &Drain, grace: Duration, stop: &Stop) {
    let name = signals.next().await;
    drain.begin();
    if !grace.is_zero() {
        tracing::info!(signal = name, seconds = grace.as_secs(), "not ready any more, answering still");
        tokio::select! {
            () = tokio::time::sleep(grace) => {}
            _ = signals.next() => {}
        }
    }
    tracing::info!(signal = name, "stopping: requests under way may finish");
    stop.gracefully();
    let name = signals.next().await;
    tracing::warn!(signal = name, "stopping at once");
    stop.at_once();
}

/// In development a newcomer is told how to begin; in production one log line says what runs.
fn announce(config: &Config, serving: &Serving) {
    let (version, base) = (env!("CARGO_PKG_VERSION"), serving.base_url());
    // A PostgreSQL URL may hold a password.
    let database = if config.database.starts_with("sqlite:") { config.database.as_str() } else { "PostgreSQL" };
    if config.mode == Mode::Development {
        // A server does not end because nobody reads what it says.
        let _ = io::stdout().write_all(quickstart::text(version, base, database, APPOINT, PLAN_STATUS).as_bytes());
        let _ = io::stdout().flush();
    }
    tracing::info!(version, address = %serving.address(), base, database, "ready");
    if config.tenants.is_empty() && config.mode == Mode::Production {
        tracing::warn!("VARDE_TENANTS is empty: every caller may read the directory and nothing else");
    }
}

/// The two signals that mean stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
