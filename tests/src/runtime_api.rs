//! A stand-in for the Lambda service: starts a function's binary as Lambda does
//! and invokes it through the Runtime API
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>).

mod event;
mod server;

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::StatusCode;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::Answer;
pub use event::{Event, root};
use server::{Api, Delivery, Outcome};

/// How long a function may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// One execution environment of a function: its process, ended when dropped.
pub struct Function {
    process: Child,
    server: JoinHandle<()>,
    deliveries: mpsc::UnboundedSender<Delivery>,
    polls: mpsc::UnboundedReceiver<Instant>,
    results: mpsc::UnboundedReceiver<Outcome>,
    stdout: mpsc::UnboundedReceiver<String>,
    stderr: mpsc::UnboundedReceiver<String>,
    started: Instant,
    invocations: u32,
    /// From the process's start until it asked for its first event.
    pub init: Duration,
}

/// What the function made of an event.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// What it answered, or the error it reported.
    pub result: Result<Value, Value>,
    /// From the event's delivery until the whole result was there.
    pub took: Duration,
    /// From the process's start until the whole result was there.
    pub since_start: Duration,
}

/// A process that ended, which a function never does by itself.
#[derive(Debug)]
pub struct Exit {
    pub status: ExitStatus,
    /// What it wrote, standard output first.
    pub output: String,
}

impl Function {
    /// Starts a binary with this environment, Lambda's own variables and no
    /// others, and waits until it asks for its first event.
    ///
    /// # Errors
    /// Its end, where it ends instead.
    ///
    /// # Panics
    /// Where there is no such binary, or it does nothing for too long.
    pub async fn start(
        binary: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Exit> {
        let name = binary.file_name().and_then(|name| name.to_str()).expect("a binary's path");
        let (deliveries, queue) = mpsc::unbounded_channel();
        let (poll, polls) = mpsc::unbounded_channel();
        let (result, results) = mpsc::unbounded_channel();
        let (address, server) = server::serve(Api::new(queue, poll, result)).await;

        let mut command = Command::new(binary);
        command
            .env_clear()
            .envs(environment)
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", format!("kith-{name}"))
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("_HANDLER", "bootstrap")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let started = Instant::now();
        let mut process = command.spawn().expect("a binary that can be started");
        let stdout = lines(process.stdout.take().expect("a pipe"));
        let stderr = lines(process.stderr.take().expect("a pipe"));
        let mut function = Self {
            process,
            server,
            deliveries,
            polls,
            results,
            stdout,
            stderr,
            started,
            invocations: 0,
            init: Duration::ZERO,
        };
        function.init = function.poll().await? - started;
        Ok(function)
    }

    /// Hands the function an event and waits for what it makes of it.
    ///
    /// # Panics
    /// Where the process ends, or answers nothing for too long.
    pub async fn invoke(&mut self, event: &Value) -> Invocation {
        if self.invocations > 0 {
            self.poll().await.expect("a function that goes on");
        }
        self.invocations += 1;
        let id = format!("00000000-0000-4000-8000-{:012}", self.invocations);
        let delivery = Delivery { id: id.clone(), event: event.to_string() };
        let delivered = Instant::now();
        self.deliveries.send(delivery).expect("a running server");
        let outcome = tokio::select! {
            outcome = timeout(PATIENCE, self.results.recv()) => outcome.expect("an answer in time"),
            status = self.process.wait() => panic!("the function ended: {status:?}"),
        };
        let Outcome { id: answered, at, result } = outcome.expect("a running server");
        assert_eq!(answered, id, "an answer to another event");
        let json = |bytes: Bytes| serde_json::from_slice(&bytes).expect("a result in JSON");
        Invocation {
            result: result.map(json).map_err(json),
            took: at - delivered,
            since_start: at - self.started,
        }
    }

    /// Sends an event and reads the answer as the API Gateway does (payload format 2.0).
    ///
    /// # Panics
    /// As [`Self::invoke`]; where the function reports an error, or answers
    /// what the gateway can't read.
    pub async fn call(&mut self, event: &Event) -> Answer {
        answer(&self.invoke(&event.event).await.result.expect("an answer"))
    }

    /// The next `count` lines that the function writes to its standard output.
    ///
    /// # Panics
    /// Where they don't come.
    pub async fn lines(&mut self, count: usize) -> Vec<String> {
        let mut lines = Vec::with_capacity(count);
        while lines.len() < count {
            let line = timeout(PATIENCE, self.stdout.recv()).await.expect("a line in time");
            lines.push(line.expect("a line"));
        }
        lines
    }

    /// Ends the process.
    ///
    /// # Panics
    /// Where it can't be ended.
    pub async fn stop(mut self) -> Exit {
        self.process.start_kill().expect("a process of ours");
        self.exit().await
    }

    /// The most memory that the process has had at once, in bytes.
    ///
    /// # Panics
    /// Where the process has ended.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        let pid = self.process.id().expect("a running process");
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("its status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = peak.and_then(|peak| peak.trim().strip_suffix("kB")).expect("its peak");
        kibibytes.trim().parse::<u64>().expect("a number") * 1024
    }

    /// When the function asked for its next event.
    async fn poll(&mut self) -> Result<Instant, Exit> {
        tokio::select! {
            biased;
            poll = timeout(PATIENCE, self.polls.recv()) => {
                Ok(poll.expect("a request for an event in time").expect("a running server"))
            }
            _ = self.process.wait() => Err(self.exit().await),
        }
    }

    async fn exit(&mut self) -> Exit {
        let status = self.process.wait().await.expect("an exit status");
        let mut output = String::new();
        for stream in [&mut self.stdout, &mut self.stderr] {
            while let Some(line) = stream.recv().await {
                output.push_str(&line);
                output.push('\n');
            }
        }
        Exit { status, output }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What a stream brings, line by line.
fn lines(stream: impl AsyncRead + Send + Unpin + 'static) -> mpsc::UnboundedReceiver<String> {
    let (line, lines) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut stream = BufReader::new(stream).lines();
        while let Ok(Some(text)) = stream.next_line().await {
            if line.send(text).is_err() {
                return;
            }
        }
    });
    lines
}

/// The answer that a client gets for a function's response.
fn answer(response: &Value) -> Answer {
    let status = response["statusCode"].as_u64().and_then(|code| u16::try_from(code).ok());
    let headers = response["headers"].as_object().into_iter().flatten().map(|(name, value)| {
        let name = HeaderName::try_from(name).expect("a header's name");
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        (name, value.expect("a header's value"))
    });
    let body = response["body"].as_str().unwrap_or_default();
    let body = if response["isBase64Encoded"] == true {
        let bytes = BASE64_STANDARD.decode(body).expect("base64");
        String::from_utf8(bytes).expect("a text")
    } else {
        body.to_owned()
    };
    let body = match serde_json::from_str(&body) {
        Ok(json) => json,
        Err(_) if body.is_empty() => Value::Null,
        Err(_) => Value::String(body),
    };
    let status = status.and_then(|code| StatusCode::from_u16(code).ok()).expect("a status");
    Answer { status, headers: headers.collect(), body }
}
