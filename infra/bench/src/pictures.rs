//! What pictures cost, beside Pillow and sharp: `cargo run --release -p bench --
//! pictures`.
//!
//! One core, a process of its own for each measure, in turns, so that whatever
//! else the machine does falls on all. `infra/bench/pictures/setup.sh
//! target/pictures` installs the others and makes the pictures; what isn't
//! installed is left out.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use clap::Args;
use serde_json::{Value, json};

/// In which all are measured in turns.
const ROUNDS: usize = 3;

#[derive(Args)]
pub struct Arguments {
    /// Where `setup.sh` has put what is compared.
    #[arg(long, default_value = "target/pictures")]
    folder: PathBuf,
    /// Times that a process makes the pictures of a file.
    #[arg(long, default_value_t = 9)]
    runs: usize,
    /// Make the pictures of this file, in this process.
    #[arg(long, hide = true)]
    file: Option<PathBuf>,
}

/// Who makes pictures.
#[derive(Clone, Copy)]
enum Maker {
    Kith,
    Sharp,
    Pillow,
}

/// What it took a maker.
#[derive(Clone, Default)]
struct Cost {
    milliseconds: Vec<f64>,
    megabytes: u64,
    bytes: u64,
}

pub fn run(arguments: &Arguments) {
    let outputs = arguments.folder.join("outputs");
    std::fs::create_dir_all(&outputs).expect("a folder for outputs");
    match &arguments.file {
        Some(file) => println!("{}", make(file, arguments.runs, &outputs)),
        None => println!("{}", compare(arguments, &outputs)),
    }
}

/// Makes the pictures of a file, and says what it took.
fn make(file: &Path, runs: usize, outputs: &Path) -> Value {
    let bytes = std::fs::read(file).expect("a picture");
    let mut milliseconds = Vec::with_capacity(runs);
    let mut made = None;
    for _ in 0..runs {
        let start = Instant::now();
        let pictures = imaging::process(&bytes).expect("pictures");
        milliseconds.push(start.elapsed().as_secs_f64() * 1000.0);
        made = Some(pictures);
    }
    let large = made.expect("a run").large.bytes;
    let name = file.file_name().expect("a name").to_string_lossy();
    std::fs::write(outputs.join(format!("{name}.kith")), &large).expect("an output");
    json!({ "milliseconds": milliseconds, "megabytes": peak(), "bytes": large.len() })
}

/// Memory that this process has had at most, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}

fn compare(arguments: &Arguments, outputs: &Path) -> String {
    let folder = std::path::absolute(&arguments.folder).expect("a folder");
    let inputs = folder.join("inputs");
    let entries = inputs.read_dir().expect("pictures: run infra/bench/pictures/setup.sh first");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let makers: Vec<_> = [Maker::Kith, Maker::Sharp, Maker::Pillow]
        .into_iter()
        .filter(|maker| maker.is_installed(&folder))
        .collect();
    let mut costs = vec![vec![Cost::default(); makers.len()]; files.len()];
    for _ in 0..ROUNDS {
        for (file, costs) in files.iter().zip(&mut costs) {
            for (maker, cost) in makers.iter().zip(costs) {
                cost.add(&maker.run(&folder, file, arguments.runs, outputs));
            }
        }
    }
    let quality = quality(&folder, &inputs, outputs);
    table(&files, &makers, &costs, &quality)
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures")
}

impl Maker {
    const fn name(self) -> &'static str {
        match self {
            Self::Kith => "kith",
            Self::Sharp => "sharp",
            Self::Pillow => "pillow",
        }
    }

    fn is_installed(self, folder: &Path) -> bool {
        match self {
            Self::Kith => true,
            Self::Sharp => folder.join("node_modules/sharp").exists(),
            Self::Pillow => folder.join("venv/bin/python").exists(),
        }
    }

    /// On one core, in one thread.
    fn run(self, folder: &Path, file: &Path, runs: usize, outputs: &Path) -> Value {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]);
        match self {
            Self::Kith => {
                command.arg(std::env::current_exe().expect("this program"));
                command.arg("pictures").arg("--folder").arg(folder);
                command.arg("--runs").arg(runs.to_string()).arg("--file").arg(file);
            }
            Self::Sharp => {
                command.arg("node").arg(scripts().join("with_sharp.js"));
                command.arg(file).arg(runs.to_string()).arg(outputs);
                command.env("SHARP", folder).env("VIPS_CONCURRENCY", "1");
            }
            Self::Pillow => {
                command.arg(folder.join("venv/bin/python")).arg(scripts().join("with_pillow.py"));
                command.arg(file).arg(runs.to_string()).arg(outputs);
            }
        }
        let output = command.output().expect("a process");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            panic!(
                "{} on {}: {}",
                self.name(),
                file.display(),
                String::from_utf8_lossy(&output.stderr)
            )
        })
    }
}

impl Cost {
    fn add(&mut self, made: &Value) {
        let times = made["milliseconds"].as_array().expect("times");
        self.milliseconds.extend(times.iter().filter_map(Value::as_f64));
        self.megabytes = self.megabytes.max(made["megabytes"].as_u64().expect("memory"));
        self.bytes = made["bytes"].as_u64().expect("a size");
    }

    fn median(&self) -> f64 {
        let mut sorted = self.milliseconds.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }
}

/// How near the outputs are to the best there could be; see `quality.py`.
fn quality(folder: &Path, inputs: &Path, outputs: &Path) -> Value {
    if !Maker::Pillow.is_installed(folder) {
        return Value::Null;
    }
    let mut command = Command::new(folder.join("venv/bin/python"));
    command.arg(scripts().join("quality.py")).arg(inputs).arg(outputs);
    let output = command.output().expect("a process");
    serde_json::from_slice(&output.stdout).expect("qualities")
}

fn table(files: &[PathBuf], makers: &[Maker], costs: &[Vec<Cost>], quality: &Value) -> String {
    let mut table = String::from(
        "| To 1024, 256 and 64 | by | median ms | of sharp's | peak MB | 1024 in kB | SSIM (sRGB, linear) |\n\
         |---|---|---:|---:|---:|---:|---|\n",
    );
    for (file, costs) in files.iter().zip(costs) {
        let name = file.file_name().expect("a name").to_string_lossy();
        let sharp = makers.iter().position(|maker| matches!(maker, Maker::Sharp));
        let sharp = sharp.map(|at| costs[at].median());
        for (maker, cost) in makers.iter().zip(costs) {
            let ratio = sharp.map_or("–".into(), |sharp| format!("{:.2}", cost.median() / sharp));
            let near = &quality[name.as_ref()][maker.name()];
            let _ = writeln!(
                table,
                "| {name} | {} | {:.1} | {ratio} | {} | {} | {}, {} |",
                maker.name(),
                cost.median(),
                cost.megabytes,
                cost.bytes / 1000,
                near["srgb"],
                near["linear"],
            );
        }
    }
    table
}
