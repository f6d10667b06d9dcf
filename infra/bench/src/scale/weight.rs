//! What the index weighs.

use ::tests::Kith;
use aws_sdk_dynamodb::types::AttributeValue;
use local::engines::table;

/// Kinds of items, by what their partitions begin with.
const KINDS: [(&str, &str); 6] = [
    ("SEARCH#", "postings"),
    ("DIRECTORY#", "directory"),
    ("USER#", "markers"),
    ("WORD#", "words"),
    ("NEIGHBOURS#", "neighbours"),
    ("STATISTICS#", "statistics"),
];

/// All of the index.
pub struct Weight {
    pub kinds: Vec<Load>,
    /// Users who are counted.
    pub users: u64,
    /// Those of them whom a search can find.
    pub searchable: u64,
}

/// Items of one kind.
pub struct Load {
    pub name: &'static str,
    pub items: u64,
    /// Of names and values, as DynamoDB counts them.
    pub bytes: u64,
}

impl Weight {
    pub fn items(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.items).sum()
    }

    pub fn bytes(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.bytes).sum()
    }
}

/// Reads all of the index; nothing, where the engine is too slow for that.
pub async fn weigh(kith: &Kith) -> Option<Weight> {
    let context = &kith.stack.context;
    let mut kinds: Vec<_> =
        KINDS.iter().map(|(_, name)| Load { name, items: 0, bytes: 0 }).collect();
    let scan = context.sdk.dynamodb().scan().table_name(table::INDEX_TABLE);
    let mut items = scan.into_paginator().items().send();
    while let Some(item) = items.next().await {
        let item = item.ok()?;
        let partition = item.get("pk").and_then(|pk| pk.as_s().ok()).expect("a partition");
        let kind = KINDS.iter().position(|(start, _)| partition.starts_with(start));
        let kind = &mut kinds[kind.unwrap_or_else(|| panic!("an item of no kind: {partition}"))];
        kind.items += 1;
        let size = item.iter().map(|(name, value)| name.len() + size(value)).sum::<usize>();
        kind.bytes += u64::try_from(size).expect("at most 400 KB");
    }
    let statistics = context.index.statistics().await.expect("statistics");
    let count = |number| u64::try_from(number).expect("a number of users");
    let (users, searchable) = (count(statistics.total), count(statistics.searchable));
    Some(Weight { kinds, users, searchable })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
fn size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::L(values) => 3 + values.iter().map(|value| 1 + size(value)).sum::<usize>(),
        AttributeValue::M(values) => {
            3 + values.iter().map(|(name, value)| 1 + name.len() + size(value)).sum::<usize>()
        }
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        value => panic!("the index has no such values: {value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_names_and_values() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let list = AttributeValue::L(vec![text("ë"), AttributeValue::Bool(true)]);
        assert_eq!(size(&list), 3 + (1 + 2) + (1 + 1));
        assert_eq!(size(&AttributeValue::M([("ab".to_owned(), list)].into())), 3 + 1 + 2 + 8);
        assert_eq!(size(&AttributeValue::N("123".to_owned())), 3);
        assert_eq!(size(&AttributeValue::Ss(vec!["ab".to_owned(), "c".to_owned()])), 3);
    }
}
