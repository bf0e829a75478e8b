//! What Linux says of a process: CPU time and memory, from `/proc` (proc(5)).

use crate::arithmetic::float;
use crate::trouble::{Doing, Outcome};
use std::fs;

/// `/proc/PID/stat` counts time in these (`USER_HZ`), on every architecture that Linux runs on today.
const TICKS_PER_SECOND: u32 = 100;

/// CPU time of a process, user and system together, in seconds.
pub(crate) fn cpu(process: u32) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).doing("reading the CPU time")?;
    ticks(&text).map(|ticks| f64::from(ticks) / f64::from(TICKS_PER_SECOND)).doing("the CPU time cannot be read")
}

/// `utime` + `stime`: the 14th and 15th field; the second, in parentheses, may hold spaces.
fn ticks(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u32>().ok()? + fields.next()?.parse::<u32>().ok()?)
}

/// CPU time of the whole machine, without what it idled, in seconds.
pub(crate) fn machine_cpu() -> Outcome<f64> {
    let text = fs::read_to_string("/proc/stat").doing("reading the machine's CPU time")?;
    busy_ticks(&text)
        .map(|ticks| float(ticks) / f64::from(TICKS_PER_SECOND))
        .doing("the machine's CPU time cannot be read")
}

/// The first line: user, nice, system, idle, iowait, irq, softirq; what a host took away follows and does not count.
fn busy_ticks(stat: &str) -> Option<u64> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().take(7);
    let fields: Vec<u64> = fields.map(str::parse).collect::<Result<_, _>>().ok()?;
    let idle: u64 = fields.iter().skip(3).take(2).sum();
    Some(fields.iter().sum::<u64>() - idle)
}

/// Resident memory in kilobytes, now and at its most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// `VmRSS`
    pub(crate) now: u64,
    /// `VmHWM`
    pub(crate) most: u64,
}

/// The resident memory of a process.
pub(crate) fn memory(process: u32) -> Outcome<Memory> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).doing("reading the resident memory")?;
    let memory = Some(()).and_then(|()| Some(Memory { now: line(&text, "VmRSS:")?, most: line(&text, "VmHWM:")? }));
    memory.doing("the resident memory cannot be read")
}

fn line(status: &str, name: &str) -> Option<u64> {
    let found = status.lines().find_map(|line| line.strip_prefix(name))?;
    found.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{busy_ticks, line, ticks};

    #[test]
    fn the_fields_are_found() {
        let stat = "17 (a (b) c) S 1 17 17 0 -1 4194560 900 0 0 0 250 31 0 0 20 0 9 0";
        assert_eq!(ticks(stat), Some(281));
        assert_eq!(busy_ticks("cpu  10 1 20 900 90 2 3 50 0 0\ncpu0 1\n"), Some(36));
        let status = "Name:\tvarde\nVmHWM:\t   4321 kB\nVmRSS:\t   1234 kB\n";
        assert_eq!((line(status, "VmRSS:"), line(status, "VmHWM:")), (Some(1234), Some(4321)));
    }
}
