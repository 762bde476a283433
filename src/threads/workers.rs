use std::{io, num::NonZero, thread::available_parallelism};

use tokio::runtime::{Builder, Handle, Runtime};

/// Threads for tasks that come in crowds, beside those that answer players.
///
/// A thread does its tasks one after the other, so an answer to a player would wait for all that came
/// before it. Between threads the system shares the processors, and here it is told whose turn comes
/// first. Dropped, they end without their tasks.
#[derive(Debug)]
pub struct Workers {
    handle: Handle,
    /// None once they end.
    runtime: Option<Runtime>,
}

impl Workers {
    /// Starts half as many as there are processors, and one at least.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn start(name: &'static str) -> io::Result<Self> {
        let processors = available_parallelism().map_or(1, NonZero::get);
        let threads = (processors / 2).max(1);
        let mut builder = Builder::new_multi_thread();
        let nice = nice_of_others();
        builder.on_thread_start(move || stand_back(nice));
        builder.worker_threads(threads).thread_name(name).enable_all();
        let runtime = builder.build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// What begins tasks on them.
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // Whoever drops it may be a task, which must not wait for others.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// How the threads stand that answer players.
#[cfg(target_os = "linux")]
fn nice_of_others() -> i32 {
    rustix::process::getpriority_process(None).unwrap_or(0)
}

/// Gives those that answer players the first turn: they have little to do at a time, and what takes long
/// here would have them wait out its share of the processor.
#[cfg(target_os = "linux")]
fn stand_back(nice_of_others: i32) {
    // Not by how much: those that these start are as nice already.
    if let Err(error) = rustix::process::setpriority_process(None, nice_of_others + NICE) {
        tracing::debug!(%error, "threads that decide breaks come no later than those that answer");
    }
}

/// Elsewhere it would be the whole process that stands back.
#[cfg(not(target_os = "linux"))]
fn nice_of_others() {}

#[cfg(not(target_os = "linux"))]
fn stand_back((): ()) {}

/// A third of the share of a thread that stands in nobody's way.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_takes_long_on_them_holds_up_nobody_else() {
        let workers = Workers::start("aside").unwrap();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let long = workers.handle().spawn(async move {
            let _ = ended.recv();
            std::thread::current().name().map(str::to_owned)
        });
        // On one thread, this task could not go on to say so.
        tokio::task::yield_now().await;
        drop(end);
        assert_eq!(long.await.unwrap().as_deref(), Some("aside"));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn they_stand_back_once_and_what_they_start_no_more() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let workers = Workers::start("aside").unwrap();
        let there = workers
            .handle()
            .spawn(async move { (nice(), tokio::task::spawn_blocking(nice).await.unwrap()) });
        let behind = (nice() + NICE).min(19);
        assert_eq!(there.await.unwrap(), (behind, behind));
    }

    #[tokio::test]
    async fn a_task_may_drop_them_with_what_waits_on_them() {
        let workers = Workers::start("aside").unwrap();
        let waits = workers.handle().spawn(std::future::pending::<()>());
        drop(workers);
        assert!(waits.await.unwrap_err().is_cancelled());
    }
}
