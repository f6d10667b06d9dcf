//! The functions that read the main table's stream.

use serde_json::Value;

/// Each one goes through the stream by itself, as each event source mapping does: one that fails
/// holds up nobody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consumer {
    Events,
    Mail,
}

impl Consumer {
    pub(crate) const ALL: [Self; 2] = [Self::Events, Self::Mail];

    pub(crate) fn function(self) -> &'static str {
        match self {
            Self::Events => "kith-events",
            Self::Mail => "kith-mail",
        }
    }

    /// Whether the function is handed the record, as the mapping's `FilterCriteria` say in
    /// `template.yaml`. What the other one would be spared there it passes over by itself.
    pub(crate) fn wants(self, record: &Value) -> bool {
        match self {
            Self::Events => {
                let is_activity =
                    |image: &str| record["dynamodb"][image]["entity"]["S"] == "activity";
                !is_activity("NewImage") && !is_activity("OldImage")
            }
            Self::Mail => {
                record["eventName"] == "INSERT"
                    && record["dynamodb"]["NewImage"]["entity"]["S"] == "mail"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn activity_invokes_nobody() {
        let record = |name: &str, image: &str, entity: &str| json!({"eventName": name, "dynamodb": {image: {"entity": {"S": entity}}}});
        for (name, image) in [("INSERT", "NewImage"), ("REMOVE", "OldImage")] {
            assert!(!Consumer::Events.wants(&record(name, image, "activity")), "{name}");
            assert!(!Consumer::Mail.wants(&record(name, image, "activity")), "{name}");
            assert!(Consumer::Events.wants(&record(name, image, "profile")), "{name}");
        }
    }
}
