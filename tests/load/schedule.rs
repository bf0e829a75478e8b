//! When requests begin. Closed loop: each client asks again when it has its answer. Open loop: request number k is due at k ÷ rate
//! whether or not the server keeps up, and its time counts from there, so that a stall is paid for by everything it delayed
//! (no coordinated omission).

use std::time::Duration;

/// The beginnings of one run.
#[derive(Debug)]
pub(crate) struct Schedule {
    rate: Option<u32>,
    length: Duration,
    issued: u64,
}

impl Schedule {
    /// A run of this length; `rate` is in requests a second, `None` for a closed loop.
    pub(crate) const fn new(rate: Option<u32>, length: Duration) -> Self {
        Self { rate, length, issued: 0 }
    }

    /// When the next request is due, counted from the beginning of the run; `elapsed` has passed of it. `None` when the run is
    /// over, or when a server is so far behind that twice its length has passed.
    ///
    /// Due times are whole milliseconds, rounded up: finer than that a timer does not wake.
    pub(crate) fn next(&mut self, elapsed: Duration) -> Option<Duration> {
        let due = match self.rate {
            None => elapsed,
            Some(rate) => Duration::from_millis((self.issued * 1000).div_ceil(u64::from(rate.max(1)))),
        };
        self.issued += 1;
        (due < self.length && elapsed < self.length * 2).then_some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use std::time::Duration;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn an_open_loop_is_due_at_its_rate_however_late_it_is() {
        let mut schedule = Schedule::new(Some(400), MS(10));
        let due: Vec<_> = std::iter::from_fn(|| schedule.next(MS(19))).collect();
        assert_eq!(due, [MS(0), MS(3), MS(5), MS(8)]);
    }

    #[test]
    fn an_open_loop_ends_when_the_server_is_hopelessly_behind() {
        let mut schedule = Schedule::new(Some(400), MS(10));
        assert_eq!(schedule.next(MS(19)), Some(MS(0)));
        assert_eq!(schedule.next(MS(20)), None);
    }

    #[test]
    fn a_closed_loop_is_due_at_once_until_the_end() {
        let mut schedule = Schedule::new(None, MS(10));
        assert_eq!(schedule.next(MS(4)), Some(MS(4)));
        assert_eq!(schedule.next(MS(9)), Some(MS(9)));
        assert_eq!(schedule.next(MS(10)), None);
    }
}
