//! Text that people write: trimmed, in Unicode NFC, counted in Unicode scalar
//! values, otherwise kept as it was sent.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::fields::{Field, Reason};

/// One line of at most `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

/// A [`Line`] that names somebody: without characters that reorder what stands
/// around it, as in `Ada <U+202E>nimda`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name<const MAX: usize>(String);

/// Several lines of at most `MAX` characters in all, with tabs and line breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prose<const MAX: usize>(String);

macro_rules! text {
    ($($name:ident: $refuse:expr;)*) => {$(
        impl<const MAX: usize> $name<MAX> {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<const MAX: usize> fmt::Display for $name<MAX> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<const MAX: usize> Field for $name<MAX> {
            const BLANK_IS_NONE: bool = true;

            fn read(value: Value) -> Result<Self, Reason> {
                let text = string(value)?;
                clean(&text, MAX, $refuse).map(Self)
            }
        }
    )*};
}

text! {
    Line: is_control;
    Name: |c| is_control(c) || is_bidi_override(c);
    Prose: |c| is_control(c) && !matches!(c, '\n' | '\r' | '\t');
}

/// The text of a JSON string.
pub(super) fn string(value: Value) -> Result<String, Reason> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(Reason::invalid_type("a string")),
    }
}

fn clean(text: &str, max: usize, refuse: impl Fn(char) -> bool) -> Result<String, Reason> {
    // Before normalising, which can only be asked of text of a sane length.
    if text.len() > max.saturating_mul(16) + 1024 {
        return Err(too_long(max));
    }
    let text: String = text.trim().nfc().collect();
    if text.chars().any(refuse) || text.chars().all(is_invisible) {
        return Err(Reason::new("invalid_characters", "contains characters that aren't allowed"));
    }
    if text.chars().count() > max {
        return Err(too_long(max));
    }
    Ok(text)
}

pub(super) fn too_long(max: usize) -> Reason {
    Reason::new("too_long", format!("must have at most {max} characters"))
}

/// Control characters, and the two separators that end a line as they do.
pub(super) fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Characters that show nothing: text of them alone looks like none.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2065}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}')
}

/// Embeddings, overrides and isolates (Unicode UAX #9, section 2).
pub(super) fn is_bidi_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_trimmed_composed_and_counted_in_scalar_values() {
        let name = Name::<5>::read(json!("  e\u{301}ric  ")).unwrap();
        assert_eq!(name.as_str(), "\u{e9}ric");
        assert!(Name::<3>::read(json!("日本語")).is_ok());
        assert_eq!(Name::<3>::read(json!("日本語名")).unwrap_err().code, "too_long");
    }

    #[test]
    fn control_and_reordering_characters_are_refused_where_they_do_harm() {
        for text in ["a\0b", "a\nb", "a\u{202e}b", "a\u{2028}b"] {
            assert_eq!(Name::<9>::read(json!(text)).unwrap_err().code, "invalid_characters");
        }
        assert!(Prose::<9>::read(json!("a\r\n\tb")).is_ok());
        assert!(Prose::<9>::read(json!("a\u{7}b")).is_err());
        assert!(Name::<9>::read(json!("\u{200b}\u{3164}")).is_err());
        // Joiners are part of Persian names and of emoji.
        assert!(Name::<9>::read(json!("می\u{200c}خ")).is_ok());
    }
}
