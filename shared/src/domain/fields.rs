//! Reads a JSON object field by field and collects everything that is wrong
//! with it, so that one answer names all fields instead of the first.
//!
//! What isn't asked for by [`Fields::finish`] is an unknown field: nothing can
//! be set that a request doesn't name.

use serde_json::{Map, Value};

use super::error::{Error, FieldError};

/// Why a value isn't one of its type: a stable code and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub code: &'static str,
    pub message: String,
}

impl Reason {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    #[must_use]
    pub fn invalid_type(expected: &str) -> Self {
        Self::new("invalid_type", format!("must be {expected}"))
    }

    /// A field that is needed and wasn't sent.
    #[must_use]
    pub fn required() -> Self {
        Self::new("required", "is required")
    }
}

/// A type that can be read from one JSON value.
pub trait Field: Sized {
    /// Whether blank text stands for nothing, as an emptied form field sends it.
    const BLANK_IS_NONE: bool = false;

    /// # Errors
    /// Why the value isn't one of the type.
    fn read(value: Value) -> Result<Self, Reason>;
}

impl Field for bool {
    fn read(value: Value) -> Result<Self, Reason> {
        value.as_bool().ok_or_else(|| Reason::invalid_type("true or false"))
    }
}

/// Any text, as it was sent: a token, which is checked elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl Field for Text {
    fn read(value: Value) -> Result<Self, Reason> {
        match value {
            Value::String(text) => Ok(Self(text)),
            _ => Err(Reason::invalid_type("a string")),
        }
    }
}

/// What a merge patch says of one field (RFC 7396): absent keeps it, `null`
/// clears it, a value sets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Patch<T> {
    /// The value after the patch, for a field that may be absent.
    pub fn apply(self, current: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *current = None,
            Self::Set(value) => *current = Some(value),
        }
    }

    /// The value after the patch, for a field that always has one.
    pub fn apply_or(self, current: &mut T, default: T) {
        match self {
            Self::Keep => {}
            Self::Clear => *current = default,
            Self::Set(value) => *current = value,
        }
    }

    /// The same patch under `PUT`, which clears what isn't sent.
    #[must_use]
    pub fn replacing(self) -> Self {
        match self {
            Self::Keep => Self::Clear,
            other => other,
        }
    }

    #[must_use]
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

/// Unknown fields beyond so many errors aren't named: an answer should stay
/// smaller than what provoked it.
const MAX_ERRORS: usize = 50;

/// The fields of one JSON object, taken out one by one.
pub struct Fields {
    rest: Map<String, Value>,
    path: String,
    errors: Vec<FieldError>,
}

impl Fields {
    #[must_use]
    pub fn new(object: Map<String, Value>) -> Self {
        Self { rest: object, path: String::new(), errors: Vec::new() }
    }

    /// A field that must be there. Blank text counts as absent.
    pub fn required<T: Field>(&mut self, name: &str) -> Option<T> {
        match self.patch(name) {
            Patch::Set(value) => Some(value),
            Patch::Keep | Patch::Clear => {
                if !self.has_error(name) {
                    self.error(name, Reason::required());
                }
                None
            }
        }
    }

    /// A field that may be absent or `null`.
    pub fn optional<T: Field>(&mut self, name: &str) -> Option<T> {
        match self.patch(name) {
            Patch::Set(value) => Some(value),
            Patch::Keep | Patch::Clear => None,
        }
    }

    /// A field of a merge patch.
    pub fn patch<T: Field>(&mut self, name: &str) -> Patch<T> {
        match self.rest.remove(name) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::String(text)) if T::BLANK_IS_NONE && text.trim().is_empty() => Patch::Clear,
            Some(value) => match T::read(value) {
                Ok(value) => Patch::Set(value),
                Err(reason) => {
                    self.error(name, reason);
                    Patch::Keep
                }
            },
        }
    }

    /// An object within the object, read by `read`.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> Patch<T> {
        match self.rest.remove(name) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::Object(object)) => {
                let mut inner = Self { rest: object, path: self.path_of(name), errors: Vec::new() };
                let value = read(&mut inner);
                self.errors.append(&mut inner.close());
                Patch::Set(value)
            }
            Some(_) => {
                self.error(name, Reason::invalid_type("an object"));
                Patch::Keep
            }
        }
    }

    /// A list of at most `max` objects, each read by `read`; none where there is
    /// no list. An entry's fields are named by its number: `identities.0.subject`.
    pub fn objects<T>(
        &mut self,
        name: &str,
        max: usize,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Vec<T> {
        let entries = match self.rest.remove(name) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(_) => {
                self.error(name, Reason::invalid_type("a list of objects"));
                return Vec::new();
            }
        };
        if entries.len() > max {
            let message = format!("must have at most {max} entries");
            self.error(name, Reason::new("too_many", message));
            return Vec::new();
        }
        let mut read_entries = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            let name = format!("{name}.{index}");
            let Value::Object(rest) = entry else {
                self.error(&name, Reason::invalid_type("an object"));
                continue;
            };
            let mut inner = Self { rest, path: self.path_of(&name), errors: Vec::new() };
            read_entries.extend(read(&mut inner));
            self.errors.append(&mut inner.close());
        }
        read_entries
    }

    /// Names that exist but can't be written: `read_only` instead of `unknown_field`.
    pub fn read_only(&mut self, names: &[&str]) {
        for name in names {
            if self.rest.remove(*name).is_some() {
                self.error(name, Reason::new("read_only", "can't be set"));
            }
        }
    }

    /// Names not taken yet, for objects whose keys are data.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.rest.keys().cloned().collect()
    }

    /// Notes a rule broken by `name` that its own type couldn't see.
    pub fn error(&mut self, name: &str, reason: Reason) {
        let field = self.path_of(name);
        self.errors.push(FieldError { field, code: reason.code, message: reason.message });
    }

    /// Ends the reading: all errors at once, unknown fields included, or what
    /// was `built` of the fields.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every field that is wrong.
    pub fn finish<T>(self, built: Option<T>) -> Result<T, Error> {
        let errors = self.close();
        match built {
            _ if !errors.is_empty() => Err(Error::Invalid(errors)),
            Some(built) => Ok(built),
            None => Err(Error::internal("a field was lost while reading")),
        }
    }

    fn close(self) -> Vec<FieldError> {
        let Self { rest, path, mut errors } = self;
        let room = MAX_ERRORS.saturating_sub(errors.len());
        errors.extend(rest.into_iter().take(room).map(|(name, _)| {
            FieldError::new(join(&path, &name), "unknown_field", "isn't a field of this resource")
        }));
        errors
    }

    /// Whether `name` was sent with a value that isn't one.
    #[must_use]
    pub fn has_error(&self, name: &str) -> bool {
        let path = self.path_of(name);
        self.errors.iter().any(|error| error.field == path)
    }

    fn path_of(&self, name: &str) -> String {
        join(&self.path, name)
    }
}

/// A client's key in an error is cut, so that an answer can't be blown up by it.
fn join(path: &str, name: &str) -> String {
    let name: String = name.chars().take(100).collect();
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::text::Line;

    fn fields(value: Value) -> Fields {
        match value {
            Value::Object(object) => Fields::new(object),
            other => panic!("not an object: {other}"),
        }
    }

    #[test]
    fn all_errors_come_at_once_with_dotted_paths() {
        let mut fields = fields(json!({"on": 1, "inner": {"x": true, "y": 2}, "z": 3, "id": 4}));
        assert_eq!(fields.patch::<bool>("on"), Patch::Keep);
        assert_eq!(fields.required::<bool>("missing"), None);
        fields.object("inner", |inner| assert_eq!(inner.patch("x"), Patch::Set(true)));
        fields.read_only(&["id"]);
        let Err(Error::Invalid(errors)) = fields.finish(Some(())) else { panic!("no error") };
        let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code)).collect();
        assert_eq!(
            found,
            [
                ("on", "invalid_type"),
                ("missing", "required"),
                ("inner.y", "unknown_field"),
                ("id", "read_only"),
                ("z", "unknown_field"),
            ]
        );
    }

    #[test]
    fn entries_of_a_list_are_named_by_their_number() {
        let mut fields =
            fields(json!({"on": [{"x": true}, {"x": 1}, 2], "off": [{}, {}], "no": 3}));
        let read = |fields: &mut Fields| fields.required::<bool>("x");
        assert_eq!(fields.objects("on", 3, read), [true]);
        assert!(fields.objects("off", 1, read).is_empty());
        assert!(fields.objects("no", 1, read).is_empty());
        assert!(fields.objects("absent", 1, read).is_empty());
        let Err(Error::Invalid(errors)) = fields.finish(Some(())) else { panic!("no error") };
        let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code)).collect();
        let expected = [
            ("on.1.x", "invalid_type"),
            ("on.2", "invalid_type"),
            ("off", "too_many"),
            ("no", "invalid_type"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn null_and_blank_text_clear_and_absence_keeps() {
        let mut fields = fields(json!({"a": null, "b": "  ", "d": ""}));
        assert_eq!(fields.patch::<bool>("a"), Patch::Clear);
        assert_eq!(fields.patch::<Line<9>>("b"), Patch::Clear);
        assert_eq!(fields.patch::<bool>("c"), Patch::Keep);
        // Only where text is what is asked for.
        assert_eq!(fields.patch::<bool>("d"), Patch::Keep);
        assert!(fields.finish(Some(())).is_err());
    }
}
