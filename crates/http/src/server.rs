//! Starting and stopping. The server has a thread of its own, so that it runs alike under any `main` and any test.

use crate::app;
use crate::edge::edge;
use crate::gate::Gate;
use crate::health;
use crate::metrics::Metrics;
use crate::openapi::Options;
use crate::settings::Settings;
use crate::state::State;
use crate::tls;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::Notify;
use varde_service::Service;

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to hang up, and to hear out the answer to a body that was not read.
const DISCONNECT: Duration = Duration::from_secs(5);
/// Connections the system may hold ready for us.
const BACKLOG: u32 = 1024;

/// Listens at `settings.bind` and answers until stopped.
///
/// # Errors
/// When the address cannot be bound or the TLS files cannot be used.
pub fn start(service: Service, settings: Settings) -> io::Result<Running> {
    launch(None, service, settings)
}

/// Like [`start`], on a listener that is bound already: for tests that must know the port before the service exists, and for
/// socket activation. `settings.bind` is not used.
///
/// # Errors
/// When the listener or the TLS files cannot be used.
pub fn start_on(listener: TcpListener, service: Service, settings: Settings) -> io::Result<Running> {
    launch(Some(listener), service, settings)
}

/// A server at work. Dropped, it stops at once; [`Running::wait`] lets it finish.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: Stop,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// Stops a server, from anywhere.
#[derive(Clone, Debug)]
pub struct Stop {
    handle: ServerHandle,
    /// Heard when stopping must not wait any longer: the handle takes no second order while it carries out the first.
    now: Arc<Notify>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A handle to stop it with, e.g. from a signal handler.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits until it has stopped; blocks.
    ///
    /// # Errors
    /// When it failed rather than stopped.
    pub fn wait(mut self) -> io::Result<()> {
        self.thread.take().map_or(Ok(()), joined)
    }

    /// [`Running::wait`] for async code.
    ///
    /// # Errors
    /// When it failed rather than stopped.
    pub async fn finished(mut self) -> io::Result<()> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        tokio::task::spawn_blocking(move || joined(thread)).await.map_err(io::Error::other)?
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.stop.at_once();
            let _ = joined(thread);
        }
    }
}

impl Stop {
    /// No new requests; those under way may finish, within `shutdown_timeout`.
    pub fn gracefully(&self) {
        // The order is given by the call; the future only tells when it has been carried out.
        drop(self.handle.stop(true));
    }

    /// Now.
    pub fn at_once(&self) {
        self.now.notify_one();
    }
}

fn joined(thread: JoinHandle<io::Result<()>>) -> io::Result<()> {
    thread.join().unwrap_or_else(|_| Err(io::Error::other("the HTTP thread panicked")))
}

fn launch(listener: Option<TcpListener>, service: Service, settings: Settings) -> io::Result<Running> {
    let (tell, hear) = mpsc::channel();
    let now = Arc::new(Notify::new());
    let at_once = Arc::clone(&now);
    let run = move || {
        actix_web::rt::System::new().block_on(async move {
            match build(listener, service, settings) {
                Ok((address, server)) => {
                    let _ = tell.send(Ok((address, server.handle())));
                    // Dropped, the server closes everything, also in the midst of stopping gracefully.
                    tokio::select! { ended = server => ended, () = at_once.notified() => Ok(()) }
                }
                Err(error) => {
                    let _ = tell.send(Err(error));
                    Ok(())
                }
            }
        })
    };
    let thread = std::thread::Builder::new().name("varde-http".to_owned()).spawn(run)?;
    let started = hear.recv().map_err(|_| io::Error::other("the HTTP thread ended before it began"))?;
    let (address, handle) = started?;
    Ok(Running { address, stop: Stop { handle, now }, thread: Some(thread) })
}

fn build(listener: Option<TcpListener>, service: Service, settings: Settings) -> io::Result<(SocketAddr, Server)> {
    let tls = settings.tls.as_ref().map(tls::config).transpose()?;
    let (workers, blocking) = (settings.workers.max(1), settings.blocking.max(1));
    let usual = Options::default();
    let options = Options {
        development: settings.development,
        scope_prefix: settings.scope_prefix.clone(),
        token_endpoint: settings.token_endpoint.clone().unwrap_or(usual.token_endpoint),
        server: usual.server,
    };
    let (bind, read_timeout, shutdown) = (settings.bind, settings.read_timeout, settings.shutdown_timeout);
    let metrics = web::Data::new(Metrics::of(service.clone()));
    let gate = Gate::new(blocking, settings.queue_wait);
    let state = web::Data::new(State { service, gate, probe: Gate::new(1, health::PATIENCE) });
    let settings = web::Data::new(settings);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(settings.clone())
            .app_data(metrics.clone())
            .wrap(Compress::default())
            .wrap(from_fn(edge))
            .configure(|config| app::routes(config, &options))
    })
    .workers(workers)
    // One more than may be inside the service, for `/health/ready`.
    .worker_max_blocking_threads(blocking + 1)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(read_timeout)
    .client_disconnect_timeout(DISCONNECT)
    .tls_handshake_timeout(read_timeout)
    .shutdown_timeout(shutdown.as_secs())
    .backlog(BACKLOG)
    .disable_signals();
    let server = match (listener, tls) {
        (None, None) => server.bind(bind),
        (None, Some(tls)) => server.bind_rustls_0_23(bind, tls),
        (Some(listener), None) => server.listen(listener),
        (Some(listener), Some(tls)) => server.listen_rustls_0_23(listener, tls),
    }?;
    let address = server.addrs().first().copied().ok_or_else(|| io::Error::other("no address was bound"))?;
    Ok((address, server.run()))
}
