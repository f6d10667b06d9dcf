//! JSON objects that mean something to applications and nothing to us.

use serde_json::{Map, Value};

use super::fields::{Field, Reason};

/// An object as it was sent, or a merge patch over one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(pub Map<String, Value>);

impl Field for Object {
    fn read(value: Value) -> Result<Self, Reason> {
        match value {
            Value::Object(object) => Ok(Self(object)),
            _ => Err(Reason::invalid_type("an object")),
        }
    }
}

/// Refuses an object of more than `max_bytes` of JSON, or of more levels of
/// objects and lists than `max_depth`, itself counted.
///
/// # Errors
/// `too_deep`, `too_long`.
pub fn check(
    object: &Map<String, Value>,
    max_bytes: usize,
    max_depth: usize,
) -> Result<(), Reason> {
    let levels = 1 + object.values().map(depth).max().unwrap_or(0);
    if levels > max_depth {
        return Err(Reason::new("too_deep", format!("must have at most {max_depth} levels")));
    }
    let bytes = serde_json::to_vec(object).map_or(usize::MAX, |json| json.len());
    if bytes > max_bytes {
        let message = format!("must take at most {max_bytes} bytes of JSON");
        return Err(Reason::new("too_long", message));
    }
    Ok(())
}

/// Levels of objects and lists in a value.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Applies a JSON Merge Patch (RFC 7396, section 2).
pub fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => drop(target.remove(&name)),
            Value::Object(patch) => {
                let slot = target.entry(name).or_insert_with(|| Value::Object(Map::new()));
                if !slot.is_object() {
                    *slot = Value::Object(Map::new());
                }
                if let Value::Object(object) = slot {
                    merge(object, patch);
                }
            }
            value => drop(target.insert(name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_merge_patch_follows_the_examples_of_its_rfc() {
        // RFC 7396, appendix A, the rows whose target and patch are objects.
        let cases = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ];
        for (target, patch, result) in cases {
            let (Value::Object(mut target), Value::Object(patch)) = (target, patch) else {
                panic!()
            };
            merge(&mut target, patch);
            assert_eq!(Value::Object(target), result);
        }
    }
}
