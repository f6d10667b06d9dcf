//! What applications add to a user's profile.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fields::{Field, Fields, Patch, Reason};
use super::object::{self, Object, merge};
use super::text::Name;
use super::{Error, ExtensionId, Result, Timestamp};

/// How many one user may have.
pub const MAX_EXTENSIONS: u64 = 50;
/// Bytes of JSON that `data` may take.
const MAX_BYTES: usize = 32 * 1024;
/// Nested objects and lists in `data`, itself counted.
const MAX_DEPTH: usize = 8;

#[derive(Clone, Debug, PartialEq)]
pub struct Extension {
    pub id: ExtensionId,
    pub content: ExtensionContent,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: u64,
}

/// What clients write of an extension.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ExtensionContent {
    /// What kind of thing it is, as applications agree on.
    #[serde(rename = "type")]
    #[schema(value_type = String, rename = "type", min_length = 1, max_length = 50, example = "achievement")]
    pub kind: Name<50>,
    /// Any JSON object of at most 32 KiB, at most 8 levels deep.
    pub data: Map<String, Value>,
    /// Whether others see it who may see the profile.
    #[schema(required = false, default = false)]
    pub is_public: bool,
    /// Its place among the others: the lowest first.
    #[schema(value_type = i32, required = false, default = 0)]
    pub sort_order: SortOrder,
}

/// A merge patch over an extension, and over its `data`.
#[derive(Clone, Debug, ToSchema)]
pub struct ExtensionPatch {
    #[schema(value_type = Option<String>, rename = "type", min_length = 1, max_length = 50)]
    kind: Patch<Name<50>>,
    #[schema(value_type = Option<Object>)]
    data: Patch<Object>,
    #[schema(value_type = Option<bool>)]
    is_public: Patch<bool>,
    #[schema(value_type = Option<i32>)]
    sort_order: Patch<SortOrder>,
}

/// A whole number of 32 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct SortOrder(pub i32);

impl Field for SortOrder {
    fn read(value: Value) -> Result<Self, Reason> {
        let Value::Number(number) = value else {
            return Err(Reason::invalid_type("a whole number"));
        };
        if number.is_f64() {
            return Err(Reason::invalid_type("a whole number"));
        }
        let order = number.as_i64().and_then(|number| i32::try_from(number).ok());
        order.map(Self).ok_or_else(|| {
            let message = format!("must be between {} and {}", i32::MIN, i32::MAX);
            Reason::new("out_of_range", message)
        })
    }
}

const READ_ONLY: [&str; 3] = ["id", "created_at", "updated_at"];

impl ExtensionContent {
    /// A whole extension, as `POST` and `PUT` take it.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn read(mut fields: Fields) -> Result<Self> {
        let content = Self::take(&mut fields);
        fields.read_only(&READ_ONLY);
        fields.finish(content)
    }

    /// The same among other fields. What is wrong is noted there.
    pub fn take(fields: &mut Fields) -> Option<Self> {
        let kind = fields.required("type");
        let data = fields.required::<Object>("data");
        if let Some(Object(data)) = &data
            && let Err(reason) = object::check(data, MAX_BYTES, MAX_DEPTH)
        {
            fields.error("data", reason);
        }
        let is_public = fields.optional("is_public").unwrap_or_default();
        let sort_order = fields.optional("sort_order").unwrap_or_default();
        let (kind, Object(data)) = kind.zip(data)?;
        Some(Self { kind, data, is_public, sort_order })
    }
}

impl ExtensionPatch {
    /// # Errors
    /// [`Error::Invalid`].
    pub fn read(mut fields: Fields) -> Result<Self> {
        let patch = Self {
            kind: fields.patch("type"),
            data: fields.patch("data"),
            is_public: fields.patch("is_public"),
            sort_order: fields.patch("sort_order"),
        };
        if patch.kind == Patch::Clear {
            fields.error("type", Reason::required());
        }
        if patch.data == Patch::Clear {
            fields.error("data", Reason::required());
        }
        fields.read_only(&READ_ONLY);
        fields.finish(Some(patch))
    }

    /// The extension after the patch, which merges into `data` at any depth.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `data` has become too much.
    pub fn apply(self, mut to: ExtensionContent) -> Result<ExtensionContent> {
        let Self { kind, data, is_public, sort_order } = self;
        if let Patch::Set(kind) = kind {
            to.kind = kind;
        }
        if let Patch::Set(Object(patch)) = data {
            merge(&mut to.data, patch);
            object::check(&to.data, MAX_BYTES, MAX_DEPTH)
                .map_err(|reason| Error::field("data", reason.code, reason.message))?;
        }
        is_public.apply_or(&mut to.is_public, false);
        sort_order.apply_or(&mut to.sort_order, SortOrder::default());
        Ok(to)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_order_is_a_whole_number_of_32_bits() {
        for (value, code) in [
            (json!(0), None),
            (json!(i32::MIN), None),
            (json!(i32::MAX), None),
            (json!(i64::from(i32::MAX) + 1), Some("out_of_range")),
            (json!(i64::from(i32::MIN) - 1), Some("out_of_range")),
            (json!(u64::MAX), Some("out_of_range")),
            (json!(1.0), Some("invalid_type")),
            (json!("1"), Some("invalid_type")),
        ] {
            assert_eq!(SortOrder::read(value.clone()).err().map(|r| r.code), code, "{value}");
        }
    }
}
