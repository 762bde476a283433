//! The thread that writes one log.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::{closed::Keeper, files::Files, log::Shared};
use crate::{
    clock::Clock,
    threads,
    units::{MediaDuration, ProgramTime},
};

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Message {
    /// Write this line. Its room is given back when that is done.
    Row { json: Arc<str>, room: OwnedSemaphorePermit },
    /// Say so when all rows before this are written, or that they have been given up.
    Written(oneshot::Sender<bool>),
    /// Write what is waiting, close the file, have it put away within this time, and say so.
    Close(oneshot::Sender<()>, Duration),
}

/// Starts the thread. It ends when the log is closed, or when nobody can write to it any more.
pub(super) fn start(
    log: Arc<Shared>,
    queue: mpsc::UnboundedReceiver<Message>,
    files: Files,
    keeper: Keeper,
    clock: Clock,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mistaken = Arc::clone(&log);
    let writer =
        Writer { log, queue, files, keeper, clock, said: None, lost_said: 0, gave_up: false };
    // Rows are refused from then on, which is counted, and `/ready` says no.
    let mistaken = move || mistaken.failing.store(true, Ordering::Relaxed);
    threads::start("journal", move || writer.run(&runtime), mistaken)?;
    Ok(())
}

struct Writer {
    log: Arc<Shared>,
    queue: mpsc::UnboundedReceiver<Message>,
    files: Files,
    keeper: Keeper,
    clock: Clock,
    /// When trouble was last spoken of, and how many lost rows that covered.
    said: Option<ProgramTime>,
    lost_said: u64,
    /// Rows that were accepted are lost, and what comes behind them cannot say otherwise.
    gave_up: bool,
}

/// What one write takes.
#[derive(Default)]
struct Batch {
    lines: Vec<u8>,
    rows: usize,
    room: Option<OwnedSemaphorePermit>,
    /// Who waits for it.
    waiting: Vec<oneshot::Sender<bool>>,
}

impl Writer {
    fn run(mut self, runtime: &tokio::runtime::Runtime) {
        let (mut closing, mut within) = (Vec::new(), Duration::ZERO);
        while let Some(first) = runtime.block_on(self.next()) {
            let mut batch = Batch::default();
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Row { json, room } => batch.push(&json, room),
                    Message::Written(done) => batch.waiting.push(done),
                    Message::Close(done, time) => {
                        // Rows offered so far are still taken; from now on they are refused.
                        self.queue.close();
                        closing.push(done);
                        within = within.max(time);
                    }
                }
                next = batch.has_room().then(|| self.queue.try_recv().ok()).flatten();
            }
            if batch.rows > 0 {
                self.write(&batch);
            }
            for done in batch.waiting {
                // Whoever waited may have gone on without.
                let _ = done.send(!self.gave_up);
            }
        }
        self.close(closing, within);
    }

    /// What comes next; meanwhile files are closed and made safe when it is time.
    async fn next(&mut self) -> Option<Message> {
        loop {
            let turn = self.files.next_turn().map(|at| self.clock.sleep_until(at));
            let turn = async {
                turn?.await;
                Some(())
            };
            tokio::select! {
                biased;
                message = self.queue.recv() => return message,
                Some(()) = turn => self.turn(),
            }
        }
    }

    fn turn(&mut self) {
        let turned = self.files.turn(self.clock.now());
        self.log.answered();
        if let Err(error) = turned {
            self.log.metrics.house.log_failed(self.log.name);
            self.complain(Some(&error));
            thread::sleep(self.log.settings.retry);
        }
        self.closed();
    }

    fn closed(&mut self) {
        if let Some(name) = self.files.take_closed() {
            self.keeper.closed(name);
        }
    }

    /// Tries until the disk has taken the batch, or once where the log is being closed.
    fn write(&mut self, batch: &Batch) {
        while let Err(error) = self.append(batch) {
            self.log.metrics.house.log_failed(self.log.name);
            self.log.failing.store(true, Ordering::Relaxed);
            self.complain(Some(&error));
            if self.log.closing.load(Ordering::Relaxed) {
                self.log.lose(batch.rows);
                self.gave_up = true;
                return;
            }
            thread::sleep(self.log.settings.retry);
        }
        self.closed();
        self.log.metrics.house.rows_written(self.log.name, batch.rows);
        if self.log.failing.swap(false, Ordering::Relaxed) {
            tracing::info!(log = self.log.name, "the log can be written again");
        }
        self.complain(None);
    }

    fn append(&mut self, batch: &Batch) -> io::Result<()> {
        let appended = self.files.append(&batch.lines, self.clock.now());
        self.log.answered();
        appended
    }

    /// Speaks of trouble at once, and then once a minute while it lasts.
    fn complain(&mut self, error: Option<&io::Error>) {
        let (now, lost) = (self.clock.now(), self.log.lost.load(Ordering::Relaxed));
        let trouble = error.is_some() || lost > self.lost_said;
        if !trouble || self.said.is_some_and(|said| now - said < COMPLAIN_EVERY) {
            return;
        }
        let rows_lost = lost - self.lost_said;
        (self.said, self.lost_said) = (Some(now), lost);
        let error = error.map_or_else(|| "too slow".to_owned(), ToString::to_string);
        tracing::error!(log = self.log.name, error, rows_lost, "the log cannot be written");
    }

    fn close(mut self, closing: Vec<oneshot::Sender<()>>, within: Duration) {
        if let Err(error) = self.files.close() {
            tracing::error!(log = self.log.name, %error, "the log's last file may not be on disk");
        }
        // Where there is no time, putting it away is not begun.
        if !within.is_zero() {
            self.closed();
        }
        self.keeper.finish(within);
        for done in closing {
            // Whoever closed the log may have stopped waiting.
            let _ = done.send(());
        }
    }
}

impl Batch {
    fn push(&mut self, line: &str, room: OwnedSemaphorePermit) {
        self.lines.extend_from_slice(line.as_bytes());
        self.lines.push(b'\n');
        self.rows += 1;
        match &mut self.room {
            Some(taken) => taken.merge(room),
            none => *none = Some(room),
        }
    }

    const fn has_room(&self) -> bool {
        self.lines.len() < MOST_BYTES
    }
}

/// Rows of one write.
const MOST_BYTES: usize = 1 << 20;

const COMPLAIN_EVERY: MediaDuration = MediaDuration::from_secs(60);
