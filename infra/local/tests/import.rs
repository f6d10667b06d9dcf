//! A large file is imported, though the program that does it is killed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use local::{Options, Stack};
use serde_json::{Value, json};
use shared::context::Clock;

const USERS: usize = 1500;

async fn stack(folder: &Path) -> Stack {
    let environment = HashMap::from([("LOG_LEVEL".to_owned(), "error".to_owned())]);
    let data = folder.join("data");
    let options = Options { port: 0, data, environment, clock: Clock::system() };
    Stack::start(options).await.unwrap()
}

fn import(stack: &Stack, file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command
        .arg("import")
        .arg(file)
        .args(["--to", &stack.url, "--email", &stack.admin.email])
        .env("KITH_PASSWORD", &stack.admin.password)
        .env_remove("KITH_API_KEY")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Off the runtime, which has the stack to run.
async fn ended(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn write(folder: &Path, lines: &str) -> PathBuf {
    let file = folder.join("users.ndjson");
    std::fs::write(&file, lines).unwrap();
    file
}

async fn total(stack: &Stack) -> i64 {
    stack.settled().await;
    // The demo administrator is no part of the file.
    stack.context.index.statistics().await.unwrap().total - 1
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_goes_on_and_makes_each_user_once() {
    let folder = tempfile::tempdir().unwrap();
    let stack = stack(folder.path()).await;
    let mut lines = String::new();
    for n in 0..USERS {
        writeln!(lines, "{}", json!({"email": format!("u{n}@example.com"), "bio": "b"})).unwrap();
    }
    let file = write(folder.path(), &lines);
    let progress = folder.path().join("users.ndjson.progress");
    let mut killed = import(&stack, &file).spawn().unwrap();
    let started = Instant::now();
    while !progress.exists() {
        assert!(started.elapsed() < Duration::from_mins(2), "it never came to anything");
        assert!(killed.try_wait().unwrap().is_none(), "it ended too soon");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let text = std::fs::read(&progress).unwrap();
    let kept: Value = serde_json::from_slice(&text).unwrap();
    let done = kept["progress"]["lines"].as_u64().unwrap();
    assert!(done > 0 && done < u64::try_from(USERS).unwrap(), "{kept}");

    let output = ended(import(&stack, &file)).await;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(errors.contains(&format!("going on after line {done}")), "{errors}");
    assert!(output.stdout.is_empty());
    assert!(!progress.exists());
    assert_eq!(total(&stack).await, i64::try_from(USERS).unwrap());
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_is_said_with_its_line_and_the_rest_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let stack = stack(folder.path()).await;
    let mut lines = String::new();
    for n in 1..=1000 {
        match n {
            7 => lines.push_str("nonsense\n"),
            8 => lines.push('\n'),
            600 => writeln!(lines, "\"{}\"", "x".repeat(10 << 20)).unwrap(),
            900 => lines.push_str("{\"email\":\"u1@example.com\"}\n"),
            1000 => lines.push_str("{\"email\":\"last@example.com\",\"role\":\"root\"}"),
            n => writeln!(lines, "{{\"email\":\"u{n}@example.com\"}}").unwrap(),
        }
    }
    let file = write(folder.path(), &lines);
    let output = ended(import(&stack, &file)).await;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    let said = String::from_utf8(output.stdout).unwrap();
    let said: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<_> = said
        .iter()
        .map(|line| (line["line"].as_u64().unwrap(), line["errors"][0]["code"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [(7, "malformed_request"), (600, "too_long"), (1000, "invalid_value")]);
    assert!(errors.contains("1000 lines: 995 created, 1 exist, 3 rejected"), "{errors}");
    assert_eq!(total(&stack).await, 995);
    // Nobody's password, and nobody's address: nothing is tried for long.
    let mut wrong = import(&stack, &file);
    wrong.env("KITH_PASSWORD", "another password");
    let output = ended(wrong).await;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && errors.contains("invalid_credentials"), "{errors}");
    let mut command = import(&stack, &file);
    command.env_remove("KITH_PASSWORD");
    assert!(!ended(command).await.status.success());
    stack.stop().await;
}
