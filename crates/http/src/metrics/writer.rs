//! The writer's counters, read at each scrape: how many writes share a commit, how many were lost, how many wait.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;
use varde_service::{Service, WriterCounts};

/// A source of the writer's counters.
pub(crate) struct Writer(pub(crate) Service);

impl Collector for Writer {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        write(self.0.writer(), encoder)
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

fn write(counts: WriterCounts, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
    let counters = [
        ("writer_groups", "Transactions committed by the writer", counts.groups),
        ("writer_writes", "Writes in them: changes, and audit rows of reads", counts.writes),
        ("writer_lost", "Writes answered 503 or 507 because their transaction was not committed", counts.lost),
    ];
    for (name, help, count) in counters {
        let counter = ConstCounter::new(count);
        counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
    }
    let waiting = ConstGauge::new(i64::try_from(counts.waiting).unwrap_or(i64::MAX));
    waiting.encode(encoder.encode_descriptor(
        "writer_waiting",
        "Writes that wait for the writer",
        None,
        waiting.metric_type(),
    )?)
}

#[cfg(test)]
mod tests {
    use super::write;
    use prometheus_client::collector::Collector;
    use prometheus_client::encoding::DescriptorEncoder;
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;
    use varde_service::WriterCounts;

    #[derive(Debug)]
    struct Given(WriterCounts);

    impl Collector for Given {
        fn encode(&self, encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
            write(self.0, encoder)
        }
    }

    #[test]
    fn groups_writes_losses_and_the_queue_are_told() {
        let mut registry = Registry::with_prefix("varde");
        registry.register_collector(Box::new(Given(WriterCounts { groups: 3, writes: 40, lost: 2, waiting: 7 })));
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for line in [
            "varde_writer_groups_total 3",
            "varde_writer_writes_total 40",
            "varde_writer_lost_total 2",
            "varde_writer_waiting 7",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
