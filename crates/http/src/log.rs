//! One log line and one count for each request: method, route template, type, status, milliseconds, ids. Never a path, a query
//! or a header as it came: they may hold a national number.

use crate::ids::Ids;
use crate::metrics::Metrics;
use crate::route::Verb;
use actix_web::web;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;
use varde_fhir::ResourceType;

/// What became known of a request on its way; the handlers fill it in.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The route template.
    pub(crate) route: Option<&'static str>,
    /// What it was, for logs and metrics.
    pub(crate) interaction: &'static str,
    /// The type it was about.
    pub(crate) rtype: Option<ResourceType>,
    /// The client, once its token was believed.
    pub(crate) client: Option<String>,
}

/// Shared between the edge and the handler of one request.
pub(crate) type SeenCell = Rc<RefCell<Seen>>;

/// A request under way: logged and counted when it is dropped, so also when its client leaves.
pub(crate) struct Trace {
    method: &'static str,
    ids: Ids,
    seen: SeenCell,
    metrics: web::Data<Metrics>,
    started: Instant,
    status: Option<u16>,
    pattern: Option<String>,
}

impl Trace {
    /// Begins; `method` as it came, of which only known ones are logged.
    pub(crate) fn begin(method: &str, ids: Ids, metrics: web::Data<Metrics>) -> Self {
        metrics.begin();
        let method = Verb::parse(method).map_or("other", Verb::as_str);
        let seen = Rc::new(RefCell::new(Seen { route: None, interaction: "other", rtype: None, client: None }));
        Self { method, ids, seen, metrics, started: Instant::now(), status: None, pattern: None }
    }

    /// Where the handler tells what it saw.
    pub(crate) fn seen(&self) -> SeenCell {
        Rc::clone(&self.seen)
    }

    /// Ends with an answer; `pattern` is the route the framework matched, asked for where no handler has named a better one.
    pub(crate) fn end(mut self, status: u16, pattern: impl FnOnce() -> Option<String>) {
        self.status = Some(status);
        if self.seen.borrow().route.is_none() {
            self.pattern = pattern();
        }
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        let took = self.started.elapsed();
        let seen = self.seen.borrow();
        self.metrics.end(seen.interaction, seen.rtype, self.status, took);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(
            method = self.method,
            route = seen.route.or(self.pattern.as_deref()).unwrap_or("/*"),
            interaction = seen.interaction,
            r#type = seen.rtype.map(ResourceType::as_str),
            client = seen.client.as_deref(),
            status = self.status,
            ms = format_args!("{}.{:03}", micros / 1000, micros % 1000),
            request_id = %self.ids.request,
            correlation_id = self.ids.correlation,
            "{}",
            if self.status.is_some() { "request" } else { "request aborted by the client" },
        );
    }
}
