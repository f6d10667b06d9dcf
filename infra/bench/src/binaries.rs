//! The binaries that are measured.

use std::path::PathBuf;
use std::process::Command;

/// Every function of a deployment.
pub const FUNCTIONS: [&str; 17] = [
    "auth",
    "oauth",
    "profile",
    "preferences",
    "sessions",
    "search",
    "passkeys",
    "picture",
    "picture-worker",
    "admin",
    "system",
    "keys",
    "erasure",
    "events",
    "export-worker",
    "exports",
    "mail",
];

/// The yardstick: `lambda_http` and nothing else.
pub const HELLO: &str = "hello";

/// Builds them as a deployment does, and says where they are.
///
/// By themselves: built with the whole workspace they would get the local
/// stack's features too.
pub fn build() -> PathBuf {
    let bench = std::env::current_exe().expect("a path of our own");
    let target = bench.ancestors().nth(2).expect("target/<profile>/bench");
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--release", "--target-dir"]).arg(target);
    for package in FUNCTIONS.into_iter().chain([HELLO]) {
        command.args(["-p", package]);
    }
    let status = command.current_dir(tests::runtime_api::root()).status().expect("cargo");
    assert!(status.success(), "the functions don't build");
    target.join("release")
}
