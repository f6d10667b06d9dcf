//! `cargo run --release -p bench`: what cold starts, calls and users cost, as
//! one table, which `docs/performance.md` keeps.
//!
//! The functions are the binaries that a deployment ships, under the Lambda
//! Runtime API; the database and all else are the local stack's engines, so
//! that network and AWS are left out and our own part shows. To measure one
//! more thing, push its [`report::Row`].

#![expect(clippy::expect_used, reason = "what can't be measured ends the bench")]

mod binaries;
mod call;
mod cold;
mod machine;
mod pictures;
mod raw;
mod report;
mod scale;
mod series;
mod setup;
mod warm;
mod wire;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use report::Report;
use setup::Setup;

/// Measures Kith and writes docs/performance.md.
#[derive(Parser)]
struct Arguments {
    /// Fewer runs, fewer users, and nothing written.
    #[arg(long)]
    quick: bool,
    /// Measure the functions that this folder holds, and write nothing.
    #[arg(long, value_name = "FOLDER")]
    functions: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// The database by itself, from a process of its own as a function is one.
    #[command(hide = true)]
    Raw(raw::Arguments),
    /// What pictures cost, beside Pillow and sharp, and nothing else.
    Pictures(pictures::Arguments),
}

/// How much is measured.
pub struct Plan {
    /// Everything is measured so many times over, in turns.
    rounds: usize,
    /// Starts of each function in a round.
    starts: usize,
    /// Calls of each kind in a round; a tenth of it where passwords are hashed.
    calls: usize,
    /// Changes of a name that are waited for.
    renames: usize,
    /// Users in the table.
    users: &'static [u64],
}

impl Plan {
    const FULL: Self =
        Self { rounds: 5, starts: 10, calls: 1000, renames: 50, users: &[100, 10_000, 100_000] };
    const QUICK: Self = Self { rounds: 3, starts: 3, calls: 200, renames: 20, users: &[100, 1000] };
}

fn main() {
    let Arguments { quick, functions, command } = Arguments::parse();
    match command {
        // As a function's: one thread.
        Some(Command::Raw(arguments)) => {
            return runtime(&mut tokio::runtime::Builder::new_current_thread())
                .block_on(raw::run(arguments));
        }
        Some(Command::Pictures(arguments)) => return pictures::run(&arguments),
        None => {}
    }
    let plan = if quick { Plan::QUICK } else { Plan::FULL };
    let is_kept = !quick && functions.is_none();
    let folder = functions.unwrap_or_else(binaries::build);
    let report =
        runtime(&mut tokio::runtime::Builder::new_multi_thread()).block_on(measure(&plan, folder));
    println!("{report}");
    if is_kept {
        report.write();
    }
}

fn runtime(builder: &mut tokio::runtime::Builder) -> tokio::runtime::Runtime {
    builder.enable_all().build().expect("a runtime")
}

async fn measure(plan: &Plan, folder: PathBuf) -> Report {
    let mut report = Report::default();
    let setup = Setup::start(folder).await;
    eprintln!("cold starts …");
    let starts = cold::measure(&setup, plan).await;
    eprintln!("warm calls …");
    let calls = warm::measure(&setup, plan).await;
    report.cold(&starts);
    report.warm(&calls);
    report.sizes(&setup, &calls);
    drop(setup);
    eprintln!("users …");
    report.scale(&scale::measure(plan).await);
    eprintln!("import …");
    report.import(&scale::import(plan).await);
    report
}
