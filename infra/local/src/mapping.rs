//! Lambda's event source mapping for the table's stream: hands records to a function, in order and
//! at least once. Each function that reads the stream has one of its own.
//!
//! It reads when something was written, in batches. What a function reports as failed is retried
//! from there; a batch that fails as a whole is halved, as with `BisectBatchOnFunctionError`, until
//! the record at fault is alone. One that fails too often goes to the dead letters, so that those
//! behind it arrive. Where it is in the stream is stored: whatever ends the process, the next one goes on
//! where this one was.

mod dead_letter;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{sleep, timeout};

use crate::engines::{Consumer, Engines};

/// How often a record is retried before it is given up, as in `template.yaml`.
pub const MAX_RETRIES: u32 = 1000;

const BATCH: usize = 100;
/// How long more records are waited for once there is one.
const BATCH_WINDOW: Duration = Duration::from_millis(20);

const MIN_BACKOFF: Duration = Duration::from_millis(50);
const MAX_BACKOFF: Duration = Duration::from_secs(5);

/// How long a stop waits for the function.
const PATIENCE: Duration = Duration::from_secs(2);

/// A running mapping. Dropping it ends it too, but only [`Mapping::stop`] waits for that.
pub struct Mapping {
    engines: Arc<Engines>,
    consumer: Consumer,
    progress: watch::Receiver<()>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Mapping {
    /// Hands the stream's records to `invoke`, as the event that Lambda would, from the oldest on that
    /// `consumer` hasn't done with. Its answer is the function's; an error or a panic is a failure of
    /// the whole batch.
    pub fn start<I, F>(
        engines: &Arc<Engines>,
        consumer: Consumer,
        max_retries: u32,
        invoke: I,
    ) -> Self
    where
        I: Fn(Value) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Value, String>> + Send,
    {
        let (stop, stopped) = watch::channel(false);
        let (progressed, progress) = watch::channel(());
        let engines = Arc::clone(engines);
        let reader = Reader {
            engines: Arc::clone(&engines),
            consumer,
            max_retries,
            invoke,
            stopped,
            progressed,
        };
        let task = tokio::spawn(async move {
            let Err(Stopped) = reader.run().await;
        });
        Self { engines, consumer, progress, stop, task }
    }

    /// Waits until every record that was written before the call is processed or given up, or the
    /// mapping has ended.
    pub async fn settled(&self) {
        let newest = match self.engines.newest_sequence_number() {
            Ok(Some(newest)) => newest,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(target: "kith", %error, "the stream can't be read");
                return;
            }
        };
        let mut progress = self.progress.clone();
        loop {
            progress.mark_unchanged();
            let is_later = |record: &Value| sequence_number(record) > newest.as_str();
            let oldest = self.engines.read_stream(self.consumer, 1);
            if oldest.is_ok_and(|oldest| oldest.first().is_none_or(is_later)) {
                return;
            }
            if progress.changed().await.is_err() {
                return;
            }
        }
    }

    /// Ends it after the batch in work, or without it where that takes long.
    pub async fn stop(self) {
        let Self { stop, mut task, .. } = self;
        stop.send_replace(true);
        if timeout(PATIENCE, &mut task).await.is_err() {
            task.abort();
            let _ = task.await;
        }
    }
}

struct Reader<I> {
    engines: Arc<Engines>,
    consumer: Consumer,
    max_retries: u32,
    invoke: I,
    stopped: watch::Receiver<bool>,
    progressed: watch::Sender<()>,
}

/// The mapping is to end.
struct Stopped;

struct Batch {
    records: Vec<Value>,
    /// How often the first record has failed.
    failures: u32,
}

/// What became of a batch.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// So many records are done, from the first on; the next one failed, if there is one.
    Done(usize),
    /// It failed, and which record is at fault isn't known.
    Failed,
}

impl<I, F> Reader<I>
where
    I: Fn(Value) -> F,
    F: Future<Output = Result<Value, String>>,
{
    async fn run(mut self) -> Result<Infallible, Stopped> {
        let mut written = self.engines.written();
        loop {
            written.mark_unchanged();
            match self.engines.read_stream(self.consumer, BATCH) {
                Ok(mut records) => {
                    let may_be_more = records.len() == BATCH;
                    let last = records.last().cloned();
                    records.retain(|record| self.consumer.wants(record));
                    let is_passed_over = records.last() != last.as_ref();
                    self.deliver(records).await?;
                    if let Some(last) = last.filter(|_| is_passed_over) {
                        self.pass_over(&last).await?;
                    }
                    if may_be_more {
                        continue;
                    }
                }
                Err(error) => {
                    tracing::warn!(target: "kith", %error, "the stream can't be read");
                    self.pause(MAX_BACKOFF).await?;
                    continue;
                }
            }
            // An error would mean that the engines are gone, which this holds.
            let _ = self.unless_stopped(written.changed()).await?;
            self.pause(BATCH_WINDOW).await?;
        }
    }

    /// Sees these records through to their end.
    async fn deliver(&mut self, records: Vec<Value>) -> Result<(), Stopped> {
        // The parts of a batch that was halved, the next one last.
        let mut parts = vec![Batch { records, failures: 0 }];
        while let Some(mut batch) = parts.pop() {
            if batch.records.is_empty() {
                continue;
            }
            self.unless_stopped(async {}).await?;
            let done = match self.invoke(&batch.records).await {
                Outcome::Done(done) => done,
                Outcome::Failed if batch.records.len() == 1 => 0,
                Outcome::Failed => {
                    let second = batch.records.split_off(batch.records.len() / 2);
                    parts.push(Batch { records: second, failures: 0 });
                    parts.push(Batch { failures: 0, ..batch });
                    self.pause(MIN_BACKOFF).await?;
                    continue;
                }
            };
            if done > 0 {
                let rest = batch.records.split_off(done);
                self.advance(&batch.records[done - 1]).await?;
                batch = Batch { records: rest, failures: 0 };
            }
            if let Some(failed) = batch.records.first() {
                batch.failures += 1;
                if batch.failures > self.max_retries {
                    self.give_up(failed, batch.failures).await?;
                    batch.records.remove(0);
                    batch.failures = 0;
                } else {
                    self.pause(backoff(batch.failures)).await?;
                }
            }
            parts.push(batch);
        }
        Ok(())
    }

    async fn invoke(&self, records: &[Value]) -> Outcome {
        let event = json!({"Records": records});
        let answer = AssertUnwindSafe(async { (self.invoke)(event).await }).catch_unwind().await;
        // A panic has been reported by then.
        let answer = answer.unwrap_or_else(|_| Err("it panicked".to_owned()));
        match answer {
            Ok(answer) => outcome(records, &answer),
            Err(error) => {
                let (function, records) = (self.consumer.function(), records.len());
                tracing::warn!(target: "kith", error, function, records, "a function failed");
                Outcome::Failed
            }
        }
    }

    /// Notes that the records up to this one are done.
    async fn advance(&mut self, last: &Value) -> Result<(), Stopped> {
        self.note(last, Engines::advance_stream).await
    }

    /// Notes that the records up to this one are none of the function's.
    async fn pass_over(&mut self, last: &Value) -> Result<(), Stopped> {
        self.note(last, Engines::pass_over_stream).await
    }

    async fn note<E: std::fmt::Display + Send + 'static>(
        &mut self,
        last: &Value,
        position: fn(&Engines, Consumer, &str) -> Result<(), E>,
    ) -> Result<(), Stopped> {
        loop {
            let (engines, last) = (Arc::clone(&self.engines), sequence_number(last).to_owned());
            let consumer = self.consumer;
            // It may have to wait for the database, which the runtime's threads shouldn't.
            let noted = spawn_blocking(move || position(&engines, consumer, &last)).await;
            let noted = noted.map_err(|error| error.to_string());
            match noted.and_then(|noted| noted.map_err(|error| error.to_string())) {
                Ok(()) => break,
                Err(error) => {
                    tracing::warn!(target: "kith", error, "the position in the stream can't be noted");
                    self.pause(MAX_BACKOFF).await?;
                }
            }
        }
        self.progressed.send_replace(());
        Ok(())
    }

    /// Keeps the record among the dead letters instead.
    async fn give_up(&mut self, record: &Value, invocations: u32) -> Result<(), Stopped> {
        let letter = dead_letter::of(record, self.consumer, invocations);
        while let Err(error) = self.engines.put_dead_letter(&letter) {
            tracing::warn!(target: "kith", %error, "a dead letter can't be kept");
            self.pause(MAX_BACKOFF).await?;
        }
        let sequence_number = sequence_number(record);
        tracing::error!(target: "kith", sequence_number, "a record was given up");
        self.advance(record).await
    }

    async fn pause(&mut self, time: Duration) -> Result<(), Stopped> {
        self.unless_stopped(sleep(time)).await
    }

    async fn unless_stopped<T>(&mut self, wait: impl Future<Output = T>) -> Result<T, Stopped> {
        tokio::select! {
            biased;
            // An error means that the mapping was dropped.
            _ = self.stopped.wait_for(|stopped| *stopped) => Err(Stopped),
            waited = wait => Ok(waited),
        }
    }
}

/// What the function's answer says, as Lambda reads it: no failures or no list of them is success,
/// and one that names no record of the batch means all of it.
fn outcome(records: &[Value], answer: &Value) -> Outcome {
    let failures = answer["batchItemFailures"].as_array().map_or(&[][..], Vec::as_slice);
    let positions = failures.iter().map(|failure| {
        let identifier = failure["itemIdentifier"].as_str()?;
        records.iter().position(|record| sequence_number(record) == identifier)
    });
    // `None` is the least there is.
    match positions.min() {
        None => Outcome::Done(records.len()),
        Some(Some(first)) => Outcome::Done(first),
        Some(None) => Outcome::Failed,
    }
}

/// The wait after so many failures in a row.
fn backoff(failures: u32) -> Duration {
    MIN_BACKOFF.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(MAX_BACKOFF)
}

fn sequence_number(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
}
