//! Update expressions from the difference of two items, so that two writers of
//! different attributes never meet, and two of the same map never lose an entry.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::Item;

/// The parts of an `UpdateItem`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Change {
    pub update: String,
    pub condition: Option<String>,
    pub names: HashMap<String, String>,
    pub values: HashMap<String, AttributeValue>,
}

/// Collects what an update sets, removes and requires.
#[derive(Debug, Default)]
pub(super) struct Update {
    set: Vec<String>,
    remove: Vec<String>,
    add: Vec<String>,
    delete: Vec<String>,
    require: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Update {
    pub fn new() -> Self {
        Self::default()
    }

    /// The change from one item to another, attribute by attribute. The `guarded`
    /// ones, which hold several values, must still be what they were; a single
    /// value that another writer has changed meanwhile is overwritten knowingly.
    pub fn between(old: &Item, new: &Item, guarded: &[&str]) -> Self {
        let mut update = Self::new();
        let mut names: Vec<_> = old.keys().chain(new.keys()).collect();
        names.sort();
        names.dedup();
        for name in names.into_iter().filter(|name| *name != "version") {
            let (old, new) = (old.get(name), new.get(name));
            if old == new {
                continue;
            }
            if guarded.contains(&name.as_str()) {
                update = update.require(name, old.cloned());
            }
            update = match new {
                Some(value) => update.set(name, value.clone()),
                None => update.remove(name),
            };
        }
        update
    }

    pub fn set(mut self, name: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(name), self.value(value));
        self.set.push(format!("{name} = {value}"));
        self
    }

    /// Sets an attribute to what another was before the update, or to empty
    /// text where there was none.
    pub fn shift(mut self, from: &str, to: &str) -> Self {
        let empty = AttributeValue::S(String::new());
        let (from, to, empty) = (self.name(from), self.name(to), self.value(empty));
        self.set.push(format!("{to} = if_not_exists({from}, {empty})"));
        self
    }

    /// Sets an attribute within a map attribute.
    pub fn set_in(mut self, map: &str, name: &str, value: AttributeValue) -> Self {
        let (map, name, value) = (self.name(map), self.name(name), self.value(value));
        self.set.push(format!("{map}.{name} = {value}"));
        self
    }

    pub fn remove(mut self, name: &str) -> Self {
        let name = self.name(name);
        self.remove.push(name);
        self
    }

    /// Takes an entry out of a set of texts, which must have it.
    pub fn take(mut self, set: &str, entry: &str) -> Self {
        let set = self.name(set);
        let entries = self.value(AttributeValue::Ss(vec![entry.to_owned()]));
        let entry = self.value(AttributeValue::S(entry.to_owned()));
        self.delete.push(format!("{set} {entries}"));
        self.require.push(format!("contains({set}, {entry})"));
        self
    }

    /// Puts an entry into a set of texts, which need not be there.
    pub fn put(mut self, set: &str, entry: &str) -> Self {
        let set = self.name(set);
        let entries = self.value(AttributeValue::Ss(vec![entry.to_owned()]));
        self.add.push(format!("{set} {entries}"));
        self
    }

    /// Takes an entry out of a set of texts, but not the last one. It need not
    /// be there.
    pub fn take_but_last(mut self, set: &str, entry: &str) -> Self {
        let (set, one) = (self.name(set), self.value(number(1)));
        let entries = self.value(AttributeValue::Ss(vec![entry.to_owned()]));
        let entry = self.value(AttributeValue::S(entry.to_owned()));
        self.delete.push(format!("{set} {entries}"));
        self.require.push(format!("(NOT contains({set}, {entry}) OR size({set}) > {one})"));
        self
    }

    /// Counts one more change of the item.
    pub fn next_version(self) -> Self {
        self.add("version", 1)
    }

    /// Adds to a number that is zero where it is absent.
    pub fn add(mut self, name: &str, count: i64) -> Self {
        let count = AttributeValue::N(count.to_string());
        let (name, zero, count) = (self.name(name), self.value(number(0)), self.value(count));
        self.set.push(format!("{name} = if_not_exists({name}, {zero}) + {count}"));
        self
    }

    /// The attribute must have this value, or be absent.
    pub fn require(mut self, name: &str, value: Option<AttributeValue>) -> Self {
        let name = self.name(name);
        let condition = match value {
            Some(value) => format!("{name} = {}", self.value(value)),
            None => format!("attribute_not_exists({name})"),
        };
        self.require.push(condition);
        self
    }

    pub fn require_exists(mut self, name: &str) -> Self {
        let name = self.name(name);
        self.require.push(format!("attribute_exists({name})"));
        self
    }

    /// An attribute within a map attribute must have this value.
    pub fn require_in(mut self, map: &str, name: &str, value: AttributeValue) -> Self {
        let (map, name, value) = (self.name(map), self.name(name), self.value(value));
        self.require.push(format!("{map}.{name} = {value}"));
        self
    }

    /// The attribute must compare so to the value.
    pub fn require_that(mut self, name: &str, operator: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(name), self.value(value));
        self.require.push(format!("{name} {operator} {value}"));
        self
    }

    /// As [`Self::require_that`], or the attribute isn't there.
    pub fn require_absent_or(mut self, name: &str, operator: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(name), self.value(value));
        self.require.push(format!("(attribute_not_exists({name}) OR {name} {operator} {value})"));
        self
    }

    /// As [`Self::require_that`] of an attribute within a map attribute, or the
    /// map isn't there.
    pub fn require_absent_or_in(
        mut self,
        map: &str,
        name: &str,
        operator: &str,
        value: AttributeValue,
    ) -> Self {
        let (map, name, value) = (self.name(map), self.name(name), self.value(value));
        let condition = format!("(attribute_not_exists({map}) OR {map}.{name} {operator} {value})");
        self.require.push(condition);
        self
    }

    pub fn build(self) -> Change {
        let Self { set, remove, add, delete, require, names, values } = self;
        let clause = |word: &str, parts: &[String]| {
            if parts.is_empty() { String::new() } else { format!("{word} {} ", parts.join(", ")) }
        };
        let update = clause("SET", &set)
            + &clause("REMOVE", &remove)
            + &clause("ADD", &add)
            + &clause("DELETE", &delete);
        let condition = (!require.is_empty()).then(|| require.join(" AND "));
        Change { update: update.trim_end().to_owned(), condition, names, values }
    }

    /// What stands for an attribute's name. Some names are a client's, like those
    /// of providers, and may hold what a placeholder mustn't.
    fn name(&mut self, name: &str) -> String {
        let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let known = self.names.iter().find(|(_, known)| *known == name);
        let placeholder = match known {
            Some((placeholder, _)) => return placeholder.clone(),
            None if is_plain => format!("#{name}"),
            // No attribute is called by a number.
            None => format!("#{}", self.names.len()),
        };
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }
}

pub(super) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(text: &str) -> AttributeValue {
        AttributeValue::S(text.to_owned())
    }

    #[test]
    fn names_of_any_characters_have_placeholders_of_their_own() {
        let change = Update::new().add("a-b", 1).add("a_b", 1).add("a.b", 1).build();
        assert_eq!(
            change.update,
            "SET #0 = if_not_exists(#0, :v0) + :v1, #a_b = if_not_exists(#a_b, :v2) + :v3, \
             #2 = if_not_exists(#2, :v4) + :v5"
        );
        assert_eq!(change.names["#2"], "a.b");
    }

    #[test]
    fn only_what_differs_is_written_and_maps_are_guarded() {
        let map = |text| AttributeValue::M(HashMap::from([("x".to_owned(), s(text))]));
        let old = Item::from([
            ("same".into(), s("1")),
            ("other".into(), s("1")),
            ("gone".into(), s("1")),
            ("map".into(), map("1")),
            ("version".into(), number(1)),
        ]);
        let new = Item::from([
            ("same".into(), s("1")),
            ("other".into(), s("2")),
            ("map".into(), map("2")),
            ("version".into(), number(9)),
        ]);
        let change = Update::between(&old, &new, &["map"]).next_version().build();
        assert_eq!(change.condition.as_deref(), Some("#map = :v0"));
        assert_eq!(
            change.update,
            "SET #map = :v1, #other = :v2, #version = if_not_exists(#version, :v3) + :v4 REMOVE #gone"
        );
        assert_eq!(Update::between(&old, &old, &["map"]).build(), Change::default());
    }
}
