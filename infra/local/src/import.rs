//! `import`: sends a file of users to a service, however large it is, and goes
//! on where an earlier run broke off.
//!
//! What is sent twice does no harm, since an import leaves alone whoever is
//! there. So what a run has done is noted after it is done, and a run that is
//! killed in between repeats no more than the batches in flight.

mod batches;
mod client;
mod progress;

use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom, Write as _, stdin, stdout};
use std::path::Path;
use std::pin::pin;
use std::thread;
use std::time::Instant;

use batches::{Batch, Batches};
pub use client::SignIn;
use client::{Client, Sent};
use futures_util::StreamExt as _;
use futures_util::stream;
use indicatif::{ProgressBar, ProgressStyle};
use progress::{Progress, Saved};
use serde_json::json;
use tokio::sync::mpsc;

/// Calls in flight.
const PARALLEL: usize = 4;

/// What is to be imported, and where.
pub struct Import<'a> {
    /// NDJSON; `-` is the standard input, of which nothing is noted.
    pub file: &'a Path,
    /// Where the service is, without a path.
    pub to: &'a str,
    pub sign_in: SignIn,
}

impl Import<'_> {
    /// Imports all of the file. Lines that are rejected are said on the standard
    /// output, with their number in the file; false where there were some.
    ///
    /// # Errors
    /// What ended it before the file's end, in one line.
    pub async fn run(self) -> Result<bool, String> {
        let Self { file, to, sign_in } = self;
        let unreadable = |error| format!("{} can't be read: {error}", file.display());
        let (source, saved): (Box<dyn Read + Send>, _) = if file == Path::new("-") {
            (Box::new(stdin()), None)
        } else {
            let mut opened = File::open(file).map_err(unreadable)?;
            let saved = Saved::of(file, &opened, to).map_err(unreadable)?;
            opened.seek(SeekFrom::Start(saved.progress.offset)).map_err(unreadable)?;
            (Box::new(opened), Some(saved))
        };
        let progress = saved.as_ref().map(|saved| saved.progress.clone()).unwrap_or_default();
        if progress.lines > 0 {
            eprintln!("kith: going on after line {}", progress.lines);
        }
        let client = Client::sign_in(to, sign_in).await?;
        let (offset, lines) = (progress.offset, progress.lines);
        let (sender, receiver) = mpsc::channel(PARALLEL);
        // The file is read on a thread, which waits while calls are slow. An end
        // doesn't wait for it: nobody may ever write to the standard input.
        thread::spawn(move || {
            let batches = Batches::new(BufReader::with_capacity(1 << 20, source), offset, lines);
            for batch in batches {
                if sender.blocking_send(batch).is_err() {
                    return;
                }
            }
        });
        let mut run = Run { saved, progress, bar: bar(), started: Instant::now(), done: 0 };
        let ended = run.send(&client, receiver).await.map_err(|error| match error {
            Ended::File(error) => unreadable(error),
            Ended::Other(error) => error,
        });
        run.bar.finish_and_clear();
        ended?;
        client.sign_out().await;
        run.summary();
        if let Some(saved) = &run.saved {
            saved.remove();
        }
        Ok(run.progress.rejected == 0)
    }
}

enum Ended {
    File(std::io::Error),
    Other(String),
}

struct Run {
    saved: Option<Saved>,
    progress: Progress,
    bar: ProgressBar,
    started: Instant,
    /// Lines of this run.
    done: u64,
}

impl Run {
    async fn send(
        &mut self,
        client: &Client,
        receiver: mpsc::Receiver<std::io::Result<Batch>>,
    ) -> Result<(), Ended> {
        let batches = stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|batch| (batch, receiver))
        });
        // In order, so that all before an offset is done.
        let sent = batches.map(|batch| async {
            let batch = batch.map_err(Ended::File)?;
            client.import(batch).await.map_err(Ended::Other)
        });
        let mut sent = pin!(sent.buffered(PARALLEL));
        while let Some(sent) = sent.next().await {
            self.note(sent?).map_err(Ended::Other)?;
        }
        Ok(())
    }

    /// Says what was rejected, and only then notes that the batch is done.
    fn note(&mut self, sent: Sent) -> Result<(), String> {
        let Sent { offset, lines, created, exists, rejected } = sent;
        let mut out = stdout().lock();
        for (line, errors) in &rejected {
            writeln!(out, "{}", json!({"line": line, "errors": errors}))
                .map_err(|error| format!("what was rejected can't be said: {error}"))?;
        }
        let progress = &mut self.progress;
        self.done += lines - progress.lines;
        (progress.offset, progress.lines) = (offset, lines);
        progress.created += created;
        progress.exists += exists;
        progress.rejected += u64::try_from(rejected.len()).unwrap_or(u64::MAX);
        if let Some(saved) = &mut self.saved {
            saved.save(progress)?;
        }
        let Progress { created, exists, rejected, .. } = progress;
        self.bar.set_message(format!("{created} created, {exists} exist, {rejected} rejected"));
        self.bar.set_position(self.done);
        Ok(())
    }

    fn summary(&self) {
        let Progress { lines, created, exists, rejected, .. } = &self.progress;
        let millis = self.started.elapsed().as_millis().max(1);
        let rate = u128::from(self.done) * 1000 / millis;
        eprintln!(
            "kith: {lines} lines: {created} created, {exists} exist, {rejected} rejected; \
             {rate} lines/s"
        );
    }
}

fn bar() -> ProgressBar {
    ProgressBar::new_spinner().with_style(
        ProgressStyle::with_template("{spinner} {pos} lines, {per_sec}: {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    )
}
