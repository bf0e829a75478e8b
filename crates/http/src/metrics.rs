//! `/metrics` for Prometheus, as `OpenMetrics` text: how many, how long, by interaction, type and status class. No label ever
//! comes from what a caller wrote.

mod writer;

use actix_web::{HttpResponse, web};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::Arc;
use std::time::Duration;
use varde_fhir::ResourceType;
use varde_service::Service;
use writer::Writer;

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Upper bounds in seconds: from an indexed read to a large transaction.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The counters of one server; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Labels<3>, Counter>,
    seconds: Family<Labels<2>, Histogram, fn() -> Histogram>,
    under_way: Gauge,
    turned_away: Counter,
}

impl Metrics {
    /// Counters at zero, and those of the service's writer.
    pub(crate) fn of(service: Service) -> Self {
        let mut registry = Registry::with_prefix("varde");
        registry.register_collector(Box::new(Writer(service)));
        Self::in_registry(registry)
    }

    /// Counters at zero.
    #[cfg(test)]
    pub(crate) fn new() -> Self {
        Self::in_registry(Registry::with_prefix("varde"))
    }

    fn in_registry(mut registry: Registry) -> Self {
        let requests = Family::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let under_way = Gauge::default();
        let turned_away = Counter::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "From the first header byte read to the answer ready",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register("http_requests_in_flight", "Requests under way", under_way.clone());
        registry.register(
            "http_requests_turned_away",
            "Requests answered 503 because the queue was full",
            turned_away.clone(),
        );
        Self { registry: Arc::new(registry), requests, seconds, under_way, turned_away }
    }

    /// A request came in.
    pub(crate) fn begin(&self) {
        self.under_way.inc();
    }

    /// It was answered, or its client left (`status` `None`).
    pub(crate) fn end(
        &self,
        interaction: &'static str,
        rtype: Option<ResourceType>,
        status: Option<u16>,
        took: Duration,
    ) {
        self.under_way.dec();
        let interaction = ("interaction", interaction);
        let rtype = ("type", rtype.map_or("", ResourceType::as_str));
        self.requests.get_or_create(&[interaction, rtype, ("status", class(status))]).inc();
        self.seconds.get_or_create(&[interaction, rtype]).observe(took.as_secs_f64());
    }

    /// A request was turned away at the gate.
    pub(crate) fn turned_away(&self) {
        self.turned_away.inc();
    }

    fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// `GET /metrics`
pub(crate) async fn metrics(metrics: web::Data<Metrics>) -> HttpResponse {
    match metrics.text() {
        Ok(text) => {
            HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(text)
        }
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

fn class(status: Option<u16>) -> &'static str {
    match status.map(|status| status / 100) {
        None => "aborted",
        Some(2) => "2xx",
        Some(3) => "3xx",
        Some(4) => "4xx",
        Some(_) => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::Metrics;
    use std::time::Duration;
    use varde_fhir::ResourceType;

    #[test]
    fn counts_by_interaction_type_and_class() {
        let metrics = Metrics::new();
        metrics.begin();
        metrics.begin();
        metrics.end("read", Some(ResourceType::CareTeam), Some(404), Duration::from_millis(2));
        metrics.turned_away();
        let text = metrics.text().unwrap();
        for line in [
            "varde_http_requests_total{interaction=\"read\",type=\"CareTeam\",status=\"4xx\"} 1",
            "varde_http_request_duration_seconds_bucket{le=\"0.0025\",interaction=\"read\",type=\"CareTeam\"} 1",
            "varde_http_requests_in_flight 1",
            "varde_http_requests_turned_away_total 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
