//! The table.

mod scale;

use std::fmt;
use std::time::Duration;

use tests::runtime_api::root;

use crate::binaries::{FUNCTIONS, HELLO};
use crate::call::Call;
use crate::cold::Start;
use crate::machine::Machine;
use crate::series::Series;
use crate::setup::Setup;
use crate::warm::Warm;

/// Times the yardstick that a cold start may take.
const COLD: f64 = 2.0;
/// Milliseconds that a call may take beside the database.
const OVERHEAD: f64 = 0.3;
/// Mebibytes of a binary.
const SIZE: f64 = 10.0;
/// Mebibytes of a process, and what one password check takes besides.
const MEMORY: f64 = 32.0;
const HASHING: f64 = 19.0;
/// Milliseconds that `GET /v1/users/me` aims at over HTTP.
const AIM: f64 = 0.21;

const COLUMNS: [&str; 6] = ["", "median", "spread", "p99", "compared", "budget"];

/// One line of the table.
pub struct Row([String; COLUMNS.len()]);

/// The table as it grows.
#[derive(Default)]
pub struct Report(Vec<Row>);

impl Row {
    /// Times of one thing.
    fn times(name: impl Into<String>, series: &Series) -> Self {
        let (low, high) = series.spread();
        let spread = format!("{:.2}–{:.2}", ms(low), ms(high));
        let (median, p99) = (ms(series.median()), ms(series.p99()));
        Self::new(name, format!("{median:.2} ms")).with(2, spread).with(3, format!("{p99:.2}"))
    }

    fn new(name: impl Into<String>, value: String) -> Self {
        Self([name.into(), value, String::new(), String::new(), String::new(), String::new()])
    }

    fn with(mut self, column: usize, text: String) -> Self {
        self.0[column] = text;
        self
    }

    fn compared(self, text: String) -> Self {
        self.with(4, text)
    }

    /// What it may be, and whether it is.
    fn budget(self, budget: &str, is_held: bool) -> Self {
        let verdict = if is_held { "held" } else { "**missed**" };
        self.with(5, format!("{budget}: {verdict}"))
    }
}

impl Report {
    fn group(&mut self, name: &str) {
        self.0.push(Row::new(format!("**{name}**"), String::new()));
    }

    pub fn cold(&mut self, starts: &[Start]) {
        let hello = starts.first().expect("the yardstick comes first");
        self.group("Cold start: exec → first `next`");
        for Start { call, init, .. } in starts {
            let row = Row::times(call.function(), init);
            let ratio = ratio(init.median(), hello.init.median());
            let row = row.compared(format!("{ratio:.2} × hello"));
            self.0.push(row.budget("≤ 2 ×", ratio <= COLD));
        }
        self.group("Cold start: exec → first response");
        for Start { call, first, .. } in starts {
            let row = Row::times(format!("{}: {}", call.function(), call.name()), first);
            let ratio = ratio(first.median(), hello.first.median());
            self.0.push(row.compared(format!("{ratio:.2} × hello")));
        }
    }

    pub fn warm(&mut self, warm: &Warm) {
        let raw = &warm.raw;
        self.group("Warm call: event → response");
        self.0.push(Row::times("the database alone: GetItem", &raw.get));
        self.0.push(Row::times("the database alone: BatchGetItem of 3", &raw.batch));
        self.0.push(Row::times("a password check alone (argon2id)", &raw.password));
        for measured in &warm.calls {
            let row = Row::times(measured.call.name(), &measured.took);
            let (took, database) = (measured.took.median(), measured.database.median());
            let share = 100.0 * ratio(database, took);
            let part =
                format!("{} × database: {:.2} ms, {share:.0} %", measured.requests, ms(database));
            let row = if measured.requests > 0 { row.compared(part) } else { row };
            self.0.push(row);
        }
        let me = warm.get(Call::Me).took.median();
        let over = |read: &Series| ms(me) - ms(read.median());
        for (name, read, is_bound) in [
            ("GET /v1/users/me over its BatchGetItem alone", &raw.batch, true),
            ("GET /v1/users/me over a GetItem alone", &raw.get, false),
        ] {
            let over = over(read);
            let row = Row::new(name, format!("{over:.2} ms"));
            self.0.push(if is_bound { row.budget("≤ 0.3 ms", over <= OVERHEAD) } else { row });
        }
    }

    pub fn sizes(&mut self, setup: &Setup, warm: &Warm) {
        self.group("Binary");
        for name in [HELLO].into_iter().chain(FUNCTIONS) {
            let file = std::fs::metadata(setup.folder.join(name)).expect("a binary");
            let size = mebibytes(file.len());
            let row = Row::new(name, format!("{size:.1} MiB"));
            self.0.push(row.budget("≤ 10 MiB", size <= SIZE));
        }
        self.group("Peak memory (resident) after all warm calls");
        let mut memory = warm.memory.clone();
        memory.sort_unstable();
        for (name, bytes) in memory {
            let peak = mebibytes(bytes);
            let row = Row::new(name, format!("{peak:.1} MiB"));
            self.0.push(if name == Call::Login.function() {
                row.budget("≤ 32 + 19 MiB", peak <= MEMORY + HASHING)
            } else {
                row.budget("≤ 32 MiB", peak <= MEMORY)
            });
        }
    }

    /// Keeps it in `docs/performance.md`.
    pub fn write(&self) {
        let machine = Machine::describe();
        let text = format!("{INTRODUCTION}\n{machine}.\n\n{self}");
        std::fs::write(root().join("docs/performance.md"), text).expect("a writable docs folder");
    }
}

const INTRODUCTION: &str = "\
# Performance

Written by `cargo run --release -p bench`; change the bench, not this file.

- **Everything runs on one machine**, the engines of the local stack standing in for AWS: what shows is Kith's own part. In the cloud, the network to DynamoDB, a TLS handshake per cold start and Lambda's share of a CPU come on top.
- **Functions** are the release binaries of a deployment (here for this machine's processor) under a Lambda Runtime API on loopback, one process each, with API Gateway events. *hello* is a bare `lambda_http` function, built in the same way and measured in the same run, in turns with the others.
- **The database alone** is the SDK, set up as the functions', in a process that does nothing else.
- **`n × database`** is what a call waits for its n requests: from the last byte of each request to the first byte of its answer, taken by a relay in a pass of its own; requests at the same time count one by one.
- **What follows from a write** (events, index) is done in the same process and by the same engines, as soon as it is written: a series of calls begins when that is done for those before.
- **A registration's records** are about somebody whose entries in the index have to be written.
- **spread** is the lowest and the highest median of the rounds, in milliseconds like p99.
- **The local stack over HTTP** is one process for server, functions and engines; the client (hyper) has one connection and a thread of its own. 0.21 ms is what PocketBase takes for one profile on such a machine.
- **Searches** show pages of 20. Besides the demo users there are 176 people of common names, 44 of each name, so that *a name*, its *3 letters*, its *2nd page* and *a misspelt name* (one letter changed) fill a page among few as among many. *Both names* are a demo user's, and find them and their namesakes.
- **A change is found** by a client that searches every 5 ms.
- **Users per second** are counted from the first one's write until all are indexed. Calls are measured after that. 10⁶ users aren't: it would take the time that is said.
- **Bytes of the index** are those of attributes' names and values, as DynamoDB counts them, without the 100 bytes that storage costs for each item.
";

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = Row(COLUMNS.map(str::to_owned));
        let rows: Vec<_> = [&header].into_iter().chain(&self.0).collect();
        let width = |column: usize| rows.iter().map(|row| row.0[column].chars().count()).max();
        let widths =
            std::array::from_fn::<_, { COLUMNS.len() }, _>(|column| width(column).unwrap_or(0));
        for (n, Row(cells)) in rows.iter().enumerate() {
            for (cell, width) in cells.iter().zip(widths) {
                write!(f, "| {cell:width$} ")?;
            }
            writeln!(f, "|")?;
            if n == 0 {
                for width in widths {
                    write!(f, "|{:-<1$}", "", width + 2)?;
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn ratio(time: Duration, to: Duration) -> f64 {
    time.as_secs_f64() / to.as_secs_f64()
}

fn mebibytes(bytes: u64) -> f64 {
    kibibytes(bytes) / 1024.0
}

fn kibibytes(bytes: u64) -> f64 {
    count(bytes) / 1024.0
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(number: u64) -> f64 {
    number as f64
}
