//! The functions as `template.yaml` deploys them: each binary with its own
//! variables and no others.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;

use tests::runtime_api::{Event, Function, root};
use tests::{Answer, Kith};
use tokio::sync::OnceCell;
use yaml_rust2::{Yaml, YamlLoader};

/// Every function.
pub const FUNCTIONS: [&str; 17] = [
    "admin",
    "auth",
    "erasure",
    "events",
    "export-worker",
    "exports",
    "keys",
    "mail",
    "passkeys",
    "oauth",
    "picture",
    "picture-worker",
    "preferences",
    "profile",
    "search",
    "sessions",
    "system",
];

/// What Lambda itself puts into an environment, and, here, where the services are.
const GIVEN: [&str; 9] = [
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_EVENTBRIDGE",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "AWS_ENDPOINT_URL_SESV2",
    "AWS_ENDPOINT_URL_SQS",
];

/// The service's functions, each with one execution environment once it is called.
pub struct Deployment {
    pub kith: Kith,
    running: HashMap<String, Function>,
}

impl Deployment {
    pub async fn start() -> Self {
        Self { kith: Kith::start().await, running: HashMap::new() }
    }

    /// The environment of a function.
    pub fn environment(&self, function: &str) -> HashMap<String, String> {
        let names = variables(function).into_iter().chain(GIVEN.map(str::to_owned));
        let value = |name: &String| self.kith.stack.environment.get(name).cloned();
        names.filter_map(|name| value(&name).map(|value| (name, value))).collect()
    }

    /// A new execution environment of a function, with these variables changed.
    pub async fn function(&self, name: &str, changes: &[(&str, &str)]) -> Function {
        let mut environment = self.environment(name);
        let changes = changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        environment.extend(changes);
        let started = Function::start(&binary(name).await, environment).await;
        started.unwrap_or_else(|exit| panic!("{name}: {exit:?}"))
    }

    /// Sends an event to its function.
    pub async fn call(&mut self, event: Event) -> Answer {
        let name = &event.function;
        if !self.running.contains_key(name) {
            let started = self.function(name, &[]).await;
            self.running.insert(name.clone(), started);
        }
        self.running.get_mut(name).unwrap().call(&event).await
    }
}

/// The variables that the template gives a function.
fn variables(function: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    let template = &YamlLoader::load_from_str(&text).unwrap()[0];
    let mut resources = template["Resources"].as_hash().unwrap().values();
    let own = resources.find(|resource| {
        resource["Metadata"]["BuildProperties"]["Binary"].as_str() == Some(function)
    });
    let own = &own.expect("a function in the template")["Properties"]["Environment"]["Variables"];
    let all = &template["Globals"]["Function"]["Environment"]["Variables"];
    let names = [own, all].into_iter().flat_map(|variables| variables.as_hash().unwrap().keys());
    names.filter_map(Yaml::as_str).map(str::to_owned).collect()
}

/// A function's binary.
pub async fn binary(function: &str) -> PathBuf {
    static FOLDER: OnceCell<PathBuf> = OnceCell::const_new();
    let folder = FOLDER
        .get_or_init(|| async { tokio::task::spawn_blocking(build).await.expect("a build") })
        .await;
    folder.join(function)
}

/// Builds all binaries as this test was built, so that next to nothing is left to do.
fn build() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(other) => other,
    };
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--quiet", "--offline", "--workspace", "--profile", profile]);
    // With the features that the tests' dependencies need as well, nothing is compiled twice.
    command.args(["--test", "lambda"]);
    command.args(FUNCTIONS.iter().flat_map(|function| ["--bin", function]));
    command.arg("--target-dir").arg(folder.parent().unwrap());
    // What describes this test's package would describe another's there.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        }) {
            command.env_remove(name);
        }
    }
    let status = command.current_dir(root()).status().unwrap();
    assert!(status.success(), "the functions don't build");
    folder.to_owned()
}
