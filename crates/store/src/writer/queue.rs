//! Who waits for the writer: a bounded line for each client, served in turn, so that one client that sends a thousand writes does
//! not stand before another that sends one.

use crate::error::StoreError;
use crate::writer::job::Job;
use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many writes may wait in all.
pub(crate) const PLACES: usize = 1024;
/// How many of them may be one client's.
pub(crate) const PLACES_OF_ONE: usize = PLACES / 2;

/// The lines before the writer.
#[derive(Default)]
pub(crate) struct Queue {
    lines: Mutex<Lines>,
    arrived: Condvar,
}

#[derive(Default)]
struct Lines {
    waiting: HashMap<String, VecDeque<Job>>,
    /// Whose turn is next; each client with a line stands here once.
    turns: VecDeque<String>,
    count: usize,
    closed: bool,
}

impl Queue {
    /// Puts a write at the end of its client's line.
    ///
    /// # Errors
    /// The write itself, with [`StoreError::Busy`] when the line is full, [`StoreError::Unavailable`] after [`Queue::close`].
    pub(crate) fn push(&self, client: &str, job: Job) -> Result<(), (Job, StoreError)> {
        let mut lines = self.locked();
        if lines.closed {
            return Err((job, closed()));
        }
        if lines.count >= PLACES || lines.waiting.get(client).is_some_and(|line| line.len() >= PLACES_OF_ONE) {
            return Err((job, StoreError::Busy));
        }
        if let Some(line) = lines.waiting.get_mut(client) {
            line.push_back(job);
        } else {
            lines.waiting.insert(client.to_owned(), VecDeque::from([job]));
            lines.turns.push_back(client.to_owned());
        }
        lines.count += 1;
        drop(lines);
        self.arrived.notify_one();
        Ok(())
    }

    /// The next write, waited for; `None` when the queue is closed and empty.
    pub(crate) fn next(&self) -> Option<Job> {
        let mut lines = self
            .arrived
            .wait_while(self.locked(), |lines| lines.count == 0 && !lines.closed)
            .unwrap_or_else(PoisonError::into_inner);
        lines.take()
    }

    /// The next write, if one waits.
    pub(crate) fn try_next(&self) -> Option<Job> {
        self.locked().take()
    }

    /// Takes no more; what waits is still served.
    pub(crate) fn close(&self) {
        self.locked().closed = true;
        self.arrived.notify_all();
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.locked().count
    }

    fn locked(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// One write of the client whose turn it is, who then goes to the end of the round.
    fn take(&mut self) -> Option<Job> {
        let client = self.turns.pop_front()?;
        let line = self.waiting.get_mut(&client)?;
        let job = line.pop_front();
        if line.is_empty() {
            self.waiting.remove(&client);
        } else {
            self.turns.push_back(client);
        }
        self.count -= usize::from(job.is_some());
        job
    }
}

/// What a closed store says.
pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}

#[cfg(test)]
mod tests {
    use super::{PLACES_OF_ONE, Queue};
    use crate::audit::row::AuditRow;
    use crate::error::StoreError;
    use crate::writer::job::{Job, Record};

    fn line(client: &str, number: usize) -> Job {
        let row = AuditRow {
            id: format!("{client}{number}"),
            at: 0,
            request_id: String::new(),
            tenant: String::new(),
            client: client.into(),
            person: None,
            action: "R".into(),
            interaction: "read".into(),
            target: None,
            status: 200,
            patient: None,
            basis: String::new(),
            shown: Vec::new(),
        };
        Job::Record(Box::new(Record::new(row.into()).0))
    }

    fn id(job: Job) -> String {
        match job {
            Job::Record(record) => record.row.unwrap().id.clone(),
            Job::Work(_) => panic!("a closure"),
        }
    }

    #[test]
    fn clients_are_served_in_turn_and_each_in_its_own_order() {
        let queue = Queue::default();
        for (client, number) in [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1), ("b", 2)] {
            assert!(queue.push(client, line(client, number)).is_ok());
        }
        let served: Vec<String> = std::iter::from_fn(|| queue.try_next()).map(id).collect();
        assert_eq!(served, ["a1", "b1", "c1", "a2", "b2", "a3"]);
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn one_client_fills_its_own_line_and_not_the_others() {
        let queue = Queue::default();
        for number in 0..PLACES_OF_ONE {
            assert!(queue.push("a", line("a", number)).is_ok());
        }
        assert!(matches!(queue.push("a", line("a", 0)), Err((_, StoreError::Busy))));
        for number in 0..PLACES_OF_ONE {
            assert!(queue.push("b", line("b", number)).is_ok());
        }
        assert!(matches!(queue.push("c", line("c", 0)), Err((_, StoreError::Busy))));
        assert_eq!(queue.try_next().map(id).unwrap(), "a0");
        assert!(queue.push("c", line("c", 0)).is_ok());
    }

    #[test]
    fn a_closed_queue_serves_what_waits_and_takes_no_more() {
        let queue = Queue::default();
        assert!(queue.push("a", line("a", 1)).is_ok());
        queue.close();
        assert!(matches!(queue.push("a", line("a", 2)), Err((_, StoreError::Unavailable(_)))));
        assert_eq!(queue.next().map(id).unwrap(), "a1");
        assert!(queue.next().is_none());
    }
}
