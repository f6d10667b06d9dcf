//! The routers, the template and the `OpenAPI` document have the same routes.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

type Routes = BTreeSet<(String, String)>;

fn file(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join(name)).unwrap()
}

/// The routes of every group.
pub(super) fn groups() -> [(&'static str, Routes); 11] {
    let set = |routes: &[(&str, &str)]| {
        routes.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect()
    };
    [
        ("admin", set(admin::ROUTES)),
        ("auth", set(auth::ROUTES)),
        ("exports", set(exports::ROUTES)),
        ("passkeys", set(passkeys::ROUTES)),
        ("oauth", set(oauth::ROUTES)),
        ("picture", set(picture::ROUTES)),
        ("preferences", set(preferences::ROUTES)),
        ("profile", set(profile::ROUTES)),
        ("search", set(search::ROUTES)),
        ("sessions", set(sessions::ROUTES)),
        ("system", set(system::ROUTES)),
    ]
}

#[test]
fn the_template_routes_each_call_to_the_function_that_answers_it() {
    let documents = YamlLoader::load_from_str(&file("template.yaml")).unwrap();
    let resources = documents[0]["Resources"].as_hash().unwrap();
    for (group, routes) in groups() {
        let function = resources.values().find(|resource| {
            resource["Metadata"]["BuildProperties"]["Binary"].as_str() == Some(group)
        });
        let events =
            function.unwrap_or_else(|| panic!("no function {group}"))["Properties"]["Events"]
                .as_hash()
                .unwrap();
        let found: Routes = events
            .values()
            .filter(|event| event["Type"].as_str() == Some("HttpApi"))
            .filter_map(|event| {
                let properties = &event["Properties"];
                let text = |yaml: &Yaml| yaml.as_str().map(str::to_owned);
                Some((text(&properties["Method"])?.to_uppercase(), text(&properties["Path"])?))
            })
            .collect();
        assert_eq!(found, routes, "{group}");
    }
}

#[test]
fn the_document_describes_every_route() {
    let document: Value = serde_json::from_str(&file("infra/openapi.json")).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let found: Routes = paths
        .iter()
        .flat_map(|(path, operations)| {
            let methods = operations.as_object().unwrap().keys();
            methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let routes: Routes = groups().into_iter().flat_map(|(_, routes)| routes).collect();
    assert_eq!(found, routes);
}

#[test]
fn the_document_is_what_the_handlers_say() {
    let current = file("infra/openapi.json");
    assert!(current == local::openapi(), "run: cargo run -p local -- openapi > infra/openapi.json");
}

#[test]
fn there_is_a_sample_event_for_every_route() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("infra/events");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let event: Value =
            serde_json::from_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        found.extend(event["routeKey"].as_str().map(str::to_owned));
    }
    for (method, path) in groups().into_iter().flat_map(|(_, routes)| routes) {
        assert!(found.contains(&format!("{method} {path}")), "no event for {method} {path}");
    }
}

#[test]
fn every_problem_is_explained_where_its_type_points() {
    let source = file("shared/src/http/problem.rs");
    let (page, guide) = (file("functions/system/assets/docs.html"), file("docs/api.md"));
    let titles = source.split_once("fn describe").unwrap().1.split_once("\n}\n").unwrap().0;
    let codes: BTreeSet<_> = titles
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .collect();
    assert!(codes.len() > 20);
    for code in codes {
        assert!(page.contains(&format!(", '{code}', ")), "{code} in docs.html");
        assert!(guide.contains(&format!("id=\"problem-{code}\"")), "{code} in docs/api.md");
    }
}
