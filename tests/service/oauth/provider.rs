//! A real OpenID provider: `tests/oidc`, installed once and started once.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// The program, which ends when its input does.
struct Running {
    issuer: String,
    _child: Child,
    /// Open, for a program that writes into a closed pipe dies of it.
    _output: ChildStdout,
}

/// The provider's issuer; `None`, with a word about it, where there is no
/// Node.js. Where tests must be complete, that is a failure.
pub fn issuer() -> Option<&'static str> {
    static PROVIDER: OnceLock<Option<Running>> = OnceLock::new();
    PROVIDER.get_or_init(|| start(&[])).as_ref().map(|running| running.issuer.as_str())
}

/// The same of one whose ID tokens have no address: that is at its userinfo
/// endpoint.
pub fn issuer_with_userinfo() -> Option<&'static str> {
    static PROVIDER: OnceLock<Option<Running>> = OnceLock::new();
    PROVIDER.get_or_init(|| start(&["userinfo"])).as_ref().map(|running| running.issuer.as_str())
}

fn start(arguments: &[&str]) -> Option<Running> {
    if Command::new("node").arg("--version").output().is_err() {
        #[expect(clippy::disallowed_methods, reason = "what is required here isn't configuration")]
        let is_required = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!is_required, "Node.js is missing, which the provider of these tests needs");
        eprintln!("SKIPPED: signing in with a real provider, since Node.js is missing");
        return None;
    }
    let folder = install();
    let mut child = Command::new("node")
        .arg("server.js")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut issuer = String::new();
    output.read_line(&mut issuer).unwrap();
    assert!(issuer.starts_with("http://"), "{issuer}");
    let issuer = issuer.trim_end().to_owned();
    Some(Running { issuer, _child: child, _output: output.into_inner() })
}

/// Installs the provider below the target folder, once for each lock file.
fn install() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oidc");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oidc");
    fs::create_dir_all(&folder).unwrap();
    // Other test programs may be about it.
    let lock = File::create(folder.join(".lock")).unwrap();
    lock.lock().unwrap();
    let wanted = fs::read(source.join("package-lock.json")).unwrap();
    fs::copy(source.join("server.js"), folder.join("server.js")).unwrap();
    if fs::read(folder.join(".installed")).ok().as_ref() != Some(&wanted) {
        for file in ["package.json", "package-lock.json"] {
            fs::copy(source.join(file), folder.join(file)).unwrap();
        }
        let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
        let done = Command::new("npm").args(install).current_dir(&folder).output().unwrap();
        assert!(done.status.success(), "npm ci: {}", String::from_utf8_lossy(&done.stderr));
        fs::write(folder.join(".installed"), wanted).unwrap();
    }
    folder
}
