//! Log lines on their way to standard error: who logs leaves the line and goes on, a thread of its own writes what has gathered.
//! So a request does not wait for a terminal, a pipe or a disk, and many lines share a write. Nothing is left out: when more has
//! gathered than [`MOST`], who logs waits, and at the end of the process the rest is written. Only a process that is killed loses
//! the lines of its last moment ([`LINGER`]).

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// How long the first line waits for others.
const LINGER: Duration = Duration::from_millis(5);
/// Bytes that are not waited with.
const ENOUGH: usize = 64 << 10;
/// The most bytes that gather while nobody takes them.
const MOST: usize = 4 << 20;

/// Where lines are left.
#[derive(Clone)]
pub(super) struct Lines(Arc<Desk>);

/// Writes what is left when it is dropped.
pub(crate) struct Kept {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

struct Desk {
    pile: Mutex<Pile>,
    /// Something lies there, or enough, or it is over.
    more: Condvar,
    /// There is room again.
    room: Condvar,
}

#[derive(Default)]
struct Pile {
    lines: Vec<u8>,
    /// Nobody writes any more: whoever logs does it alone.
    over: bool,
}

impl Lines {
    /// Starts the thread that writes to `out`.
    ///
    /// # Errors
    /// When there can be no thread.
    pub(super) fn to(out: impl Write + Send + 'static) -> io::Result<(Self, Kept)> {
        let desk = Arc::new(Desk { pile: Mutex::default(), more: Condvar::new(), room: Condvar::new() });
        let there = Arc::clone(&desk);
        let thread = std::thread::Builder::new().name("varde-log".to_owned()).spawn(move || there.work(out))?;
        Ok((Self(Arc::clone(&desk)), Kept { desk, thread: Some(thread) }))
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Lines;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let desk = &self.0;
        let full = |pile: &mut Pile| pile.lines.len() >= MOST && !pile.over;
        let mut pile = desk.room.wait_while(desk.locked(), full).unwrap_or_else(PoisonError::into_inner);
        if pile.over {
            return io::stderr().write(line);
        }
        let before = pile.lines.len();
        pile.lines.extend_from_slice(line);
        if before == 0 || (before < ENOUGH && pile.lines.len() >= ENOUGH) {
            desk.more.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Desk {
    fn work(&self, mut out: impl Write) {
        let mut lines = Vec::new();
        loop {
            let pile = self.more.wait_while(self.locked(), |pile| pile.lines.is_empty() && !pile.over);
            let pile = pile.unwrap_or_else(PoisonError::into_inner);
            let gathering = |pile: &mut Pile| pile.lines.len() < ENOUGH && !pile.over;
            let (mut pile, _) =
                self.more.wait_timeout_while(pile, LINGER, gathering).unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut pile.lines, &mut lines);
            let over = pile.over;
            drop(pile);
            self.room.notify_all();
            // What cannot be written (the disk under the log is full) is lost; there is nobody to tell.
            let _ = out.write_all(&lines).and_then(|()| out.flush());
            lines.clear();
            if over {
                return;
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, Pile> {
        self.pile.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.desk.locked().over = true;
        self.desk.more.notify_all();
        self.desk.room.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn every_line_is_written_whole_and_in_order_before_the_end() {
        let out = Arc::new(Mutex::new(Vec::new()));
        let (lines, kept) = Lines::to(Shared(Arc::clone(&out))).unwrap();
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let lines = lines.clone();
                std::thread::spawn(move || {
                    for number in 0..20_000 {
                        (&lines).write_all(format!("{thread} {number} {}\n", "x".repeat(200)).as_bytes()).unwrap();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        drop(kept);
        let text = String::from_utf8(out.lock().unwrap().clone()).unwrap();
        let mut next = [0; 4];
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let (thread, number): (usize, usize) = (words[0].parse().unwrap(), words[1].parse().unwrap());
            assert_eq!((number, words[2].len()), (next[thread], 200));
            next[thread] += 1;
        }
        assert_eq!(next, [20_000; 4]);
    }

    #[test]
    fn a_reader_that_is_stuck_stops_who_logs_and_loses_nothing() {
        let (tell, told) = mpsc::sync_channel(0);
        let (lines, kept) = Lines::to(Stuck(tell)).unwrap();
        let logging = std::thread::spawn(move || {
            for _ in 0..3 {
                (&lines).write_all(&vec![b'x'; MOST]).unwrap();
            }
        });
        let read: usize = (0..3).map(|_| told.recv().unwrap()).sum();
        logging.join().unwrap();
        assert_eq!(read, 3 * MOST);
        drop((told, kept));
    }

    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Writes when somebody reads.
    struct Stuck(mpsc::SyncSender<usize>);

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.len()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
