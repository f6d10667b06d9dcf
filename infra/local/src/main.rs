//! `cargo run`: the whole service on this machine.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use local::import::{Import, SignIn};
use local::reindex::{ask, reindex};
use local::{Options, Stack, StackError, openapi, seed};
use shared::context::Clock;
use tokio::signal::unix::{SignalKind, signal};

/// Kith on this machine: every function, on embedded engines.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port of 127.0.0.1 to serve on.
    #[arg(long, global = true, default_value_t = 3000)]
    port: u16,
    /// Where the data is kept.
    #[arg(long, global = true, default_value = ".local")]
    data: PathBuf,
    /// Keep nothing after the end.
    #[arg(long)]
    ephemeral: bool,
    /// Make so many demo users first.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Print the `OpenAPI` document that infra/openapi.json holds.
    Openapi,
    /// Rebuild search and statistics from the accounts; a running stack goes on meanwhile.
    Reindex,
    /// Import users from a file of NDJSON, as an administrator.
    ///
    /// Who that is tells the environment: `KITH_API_KEY`, a key with the scope
    /// `admin`; or `KITH_PASSWORD`, with --email. Rejected lines are written to the
    /// standard output, and make the exit code 1. A run that broke off is taken up
    /// again by the next one, of which FILE.progress tells.
    Import {
        /// One user a line; `-` is the standard input.
        file: PathBuf,
        /// Where the service is.
        #[arg(long, value_name = "URL")]
        to: String,
        /// Sign in with this address, unless there is a key.
        #[arg(long)]
        email: Option<String>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Some(Command::Openapi) => {
            print!("{}", openapi());
            Ok(())
        }
        Some(Command::Reindex) => rebuild(arguments).await,
        Some(Command::Import { file, to, email }) => match import(&file, &to, email).await {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => Err(error),
        },
        None => serve(arguments).await.map_err(|error| error.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kith: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn import(file: &Path, to: &str, email: Option<String>) -> Result<bool, String> {
    // Not arguments: everybody on the machine can read those.
    #[expect(clippy::disallowed_methods, reason = "of this command only, and no configuration")]
    let secret = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let sign_in = match (secret("KITH_API_KEY"), email, secret("KITH_PASSWORD")) {
        (Some(key), _, _) => SignIn::Key(key),
        (None, Some(email), Some(password)) => SignIn::Password { email, password },
        _ => return Err("set KITH_API_KEY, or KITH_PASSWORD and --email".to_owned()),
    };
    Import { file, to, sign_in }.run().await
}

/// By the stack that runs, or else by one that runs for no longer than this.
async fn rebuild(Arguments { port, data, .. }: Arguments) -> Result<(), String> {
    println!("rebuilding search and statistics");
    let asked = ask(port).await?;
    let users = match asked {
        Some(users) => users,
        None => rebuild_here(data).await?,
    };
    println!("users: {users}");
    Ok(())
}

async fn rebuild_here(data: PathBuf) -> Result<u64, String> {
    let stack = Stack::start(options(0, data)).await.map_err(|error| error.to_string())?;
    let bar = ProgressBar::new_spinner().with_style(
        ProgressStyle::with_template("{spinner} {pos} users, {per_sec}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    let users = reindex(|event| stack.events.invoke(event), |users| bar.inc(users)).await;
    bar.finish_and_clear();
    stack.stop().await;
    users.map_err(|error| format!("search and statistics can't be rebuilt: {error}"))
}

async fn serve(arguments: Arguments) -> Result<(), StackError> {
    let set_up = |error: &dyn std::fmt::Display| StackError::SetUp(error.to_string());
    // Kept until the end, which removes it.
    let temporary = arguments.ephemeral.then(tempfile::tempdir).transpose();
    let temporary = temporary.map_err(|error| set_up(&error))?;
    let data = temporary.as_ref().map_or(arguments.data, |folder| folder.path().to_owned());
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| set_up(&error))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| set_up(&error))?;
    let stack = Stack::start(options(arguments.port, data)).await?;
    let ended = tokio::select! {
        ended = run(&stack, arguments.seed) => ended,
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    };
    stack.stop().await;
    ended
}

fn options(port: u16, data: PathBuf) -> Options {
    #[expect(clippy::disallowed_methods, reason = "handed on to `Config`, which reads it once")]
    let environment = std::env::vars().collect();
    Options { port, data, environment, clock: Clock::system() }
}

/// Says what is served, until a signal ends it.
async fn run(stack: &Stack, demo_users: Option<u64>) -> Result<(), StackError> {
    if let Some(count) = demo_users {
        let bar = ProgressBar::new(count).with_style(
            ProgressStyle::with_template(
                "{wide_bar} {pos}/{len} demo users, {per_sec}, {eta} left",
            )
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        let seeded = seed::seed(&stack.context, count, || bar.inc(1)).await;
        bar.finish_and_clear();
        seeded.map_err(StackError::set_up)?;
        // Who is served can be found.
        stack.settled().await;
    }
    println!("API:     {}", stack.url);
    println!("docs:    {}/docs", stack.url);
    println!("console: {}/console", stack.url);
    println!("demo admin: {} password: {}", stack.admin.email, stack.admin.password);
    if let Some(count) = demo_users {
        println!("demo users: {count}, password of each: {}", seed::PASSWORD);
    }
    std::future::pending().await
}
