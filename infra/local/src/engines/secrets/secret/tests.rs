use super::{Content, Secret};
use jiff::Timestamp;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn content(text: &str) -> Content {
    Content::text(text.to_owned())
}

/// A secret with the versions "first", "second" and so on, each put as AWS does by default.
fn secret(ids: &[&str]) -> Secret {
    let mut secret = Secret::new("arn".to_owned(), String::new(), NOW);
    for id in ids {
        secret.put(id, content(id), None, NOW).unwrap();
    }
    secret
}

fn stages(secret: &Secret) -> Vec<(&str, Vec<&str>)> {
    secret
        .versions
        .iter()
        .map(|v| (v.id.as_str(), v.stages.iter().map(String::as_str).collect()))
        .collect()
}

#[test]
fn the_version_before_the_current_one_is_the_previous_one() {
    let secret = secret(&["first", "second", "third"]);
    assert_eq!(
        stages(&secret),
        [("first", vec![]), ("second", vec!["AWSPREVIOUS"]), ("third", vec!["AWSCURRENT"]),]
    );
    assert_eq!(secret.select(None, None).unwrap().id, "third");
    assert_eq!(secret.stages_by_version().len(), 2);
}

#[test]
fn a_rotation_moves_pending_to_current_and_current_to_previous() {
    let mut secret = secret(&["first"]);
    let pending = Some(vec!["AWSPENDING".to_owned()]);
    secret.put("second", content("new"), pending, NOW).unwrap();
    assert_eq!(secret.select(None, None).unwrap().id, "first");
    assert_eq!(secret.select(None, Some("AWSPENDING")).unwrap().id, "second");

    secret.move_stage("AWSCURRENT", Some("second"), Some("first"), NOW).unwrap();
    secret.move_stage("AWSPENDING", None, Some("second"), NOW).unwrap();
    assert_eq!(stages(&secret), [("first", vec!["AWSPREVIOUS"]), ("second", vec!["AWSCURRENT"]),]);

    // And back: a version that becomes current again is no longer the previous one.
    secret.move_stage("AWSCURRENT", Some("first"), Some("second"), NOW).unwrap();
    assert_eq!(stages(&secret), [("first", vec!["AWSCURRENT"]), ("second", vec!["AWSPREVIOUS"]),]);
}

#[test]
fn a_token_names_one_content_for_ever() {
    let mut secret = secret(&["first"]);
    let before = secret.clone();
    let again = secret.put("first", content("first"), None, NOW);
    assert!(again.unwrap().contains("AWSCURRENT"));
    let other = secret.put("first", content("other"), None, NOW);
    assert_eq!(other.unwrap_err().code, "ResourceExistsException");
    assert_eq!(secret, before);
}

#[test]
fn the_first_version_is_current_whatever_it_was_put_for() {
    let mut secret = secret(&[]);
    let pending = Some(vec!["AWSPENDING".to_owned()]);
    let stages = secret.put("first", content("x"), pending, NOW).unwrap();
    assert!(stages.contains("AWSCURRENT") && stages.contains("AWSPENDING"));
}

#[test]
fn a_label_is_moved_only_by_who_knows_where_it_is() {
    let mut secret = secret(&["first", "second"]);
    let before = secret.clone();
    for (stage, to, from) in [
        ("AWSCURRENT", Some("first"), None),
        ("AWSCURRENT", Some("first"), Some("first")),
        ("AWSCURRENT", None, Some("second")),
        ("AWSCURRENT", None, None),
        ("AWSCURRENT", Some("unknown"), Some("second")),
        ("AWSPENDING", None, Some("first")),
    ] {
        let refused = secret.move_stage(stage, to, from, NOW).unwrap_err();
        assert_eq!(refused.code, "InvalidParameterException", "{stage} {to:?} {from:?}");
    }
    assert_eq!(secret, before);
    // Moving it to where it is, as a repeated request does, is no mistake.
    secret.move_stage("AWSCURRENT", Some("second"), Some("first"), NOW).unwrap();
    assert_eq!(stages(&secret), stages(&before));
}

#[test]
fn what_is_not_there_is_not_found() {
    let secret = secret(&["first", "second"]);
    let code = |id, stage| secret.select(id, stage).unwrap_err().code;
    assert_eq!(code(Some("third"), None), "ResourceNotFoundException");
    assert_eq!(code(None, Some("AWSPENDING")), "ResourceNotFoundException");
    assert_eq!(code(Some("first"), Some("AWSCURRENT")), "InvalidRequestException");
}

#[test]
fn old_versions_without_a_label_go_and_labelled_ones_stay() {
    let mut secret = secret(&["first"]);
    let kept = Some(vec!["kept".to_owned()]);
    secret.put("kept", content("kept"), kept, NOW).unwrap();
    for number in 0..150 {
        secret.put(&format!("{number}"), content("x"), None, NOW).unwrap();
    }
    assert_eq!(secret.versions.len(), 100);
    assert!(secret.version("kept").is_some());
    assert!(secret.version("first").is_none());
    assert_eq!(secret.select(None, None).unwrap().id, "149");
}
