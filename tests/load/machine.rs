//! The machine that the figures are from.

use crate::arithmetic::median;
use crate::trouble::{Doing, Outcome};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

/// How often the disk is asked.
const SYNCS: usize = 200;

/// What matters of a machine.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// Cores.
    pub(crate) cores: usize,
    /// Memory in gigabytes.
    pub(crate) memory: f64,
    /// The processor's name.
    pub(crate) processor: String,
    /// The kernel's version.
    pub(crate) kernel: String,
    /// Milliseconds that a page of 4 KiB takes to be durable (`fdatasync`): the median.
    pub(crate) sync: f64,
    /// The same, the longest of all.
    pub(crate) longest_sync: f64,
}

impl Machine {
    /// Looks at this one; the disk is that of `workdir`.
    pub(crate) fn look(workdir: &Path) -> Outcome<Self> {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let after = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let memory = after(&read("/proc/meminfo"), "MemTotal");
        let kilobytes: f64 =
            memory.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default();
        let syncs = syncs(workdir)?;
        Ok(Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: kilobytes / (1024.0 * 1024.0),
            processor: after(&read("/proc/cpuinfo"), "model name"),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            sync: median(syncs.iter().copied()),
            longest_sync: syncs.iter().copied().fold(0.0, f64::max),
        })
    }
}

/// Milliseconds of each of many small durable writes.
fn syncs(workdir: &Path) -> Outcome<Vec<f64>> {
    let path = workdir.join("sync.tmp");
    let mut file = File::create(&path).doing("measuring the disk")?;
    let mut times = Vec::new();
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.write_all(&[0; 4096]).doing("measuring the disk")?;
        file.sync_data().doing("measuring the disk")?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    fs::remove_file(path).doing("measuring the disk")?;
    Ok(times)
}
