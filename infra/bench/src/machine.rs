//! What it was measured on.

use std::fmt;
use std::process::Command;

use shared::context::Clock;

pub struct Machine {
    cpu: String,
    cores: usize,
    memory: String,
    kernel: String,
    rustc: String,
    date: String,
}

impl Machine {
    /// This one, now.
    pub fn describe() -> Self {
        let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let after = |text: &str, name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.map_or("unknown", |line| line.trim_start_matches([':', ' ', '\t']).trim())
                .to_owned()
        };
        let memory = after(&file("/proc/meminfo"), "MemTotal");
        let kibibytes: u64 = memory.trim_end_matches(" kB").parse().unwrap_or(0);
        let rustc = Command::new("rustc").arg("--version").output();
        let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        Self {
            cpu: after(&file("/proc/cpuinfo"), "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: format!("{} GiB", (kibibytes + 512 * 1024) / (1024 * 1024)),
            kernel: file("/proc/sys/kernel/osrelease").trim().to_owned(),
            rustc: rustc.unwrap_or_default(),
            date: Clock::system().now().date().to_string(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cpu, cores, memory, kernel, rustc, date } = self;
        write!(f, "{date}: {cpu}, {cores} cores, {memory}, Linux {kernel}, {rustc}")
    }
}
