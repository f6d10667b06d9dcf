//! The words of mails, in each language a file.

mod de;
mod en;

use std::fmt;

use shared::domain::Timestamp;

use crate::letter::Content;

/// The languages that mails are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    German,
}

impl Language {
    /// The one for a language tag (BCP 47): of `de-AT` German, of what isn't
    /// spoken here English.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        match tag.split('-').next() {
            Some(primary) if primary.eq_ignore_ascii_case("de") => Self::German,
            _ => Self::English,
        }
    }
}

/// The tag.
impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::English => "en",
            Self::German => "de",
        })
    }
}

/// A mail in the order in which it is read. Each entry is one line.
pub struct Words {
    pub subject: String,
    pub greeting: String,
    pub opening: String,
    /// What happened where, as label and value.
    pub facts: Vec<(&'static str, String)>,
    pub button: Option<Button>,
    pub closing: Vec<String>,
    /// Why the reader gets this.
    pub footer: String,
}

pub struct Button {
    pub label: &'static str,
    pub link: String,
    /// What to do where it can't be pressed.
    pub otherwise: &'static str,
}

/// What a mail of the service says, to a reader of that name.
#[must_use]
pub fn of(language: Language, content: &Content, service: &str, name: Option<&str>) -> Words {
    let service = line(service);
    let name = name.map(line).filter(|name| !name.is_empty());
    match language {
        Language::English => en::words(content, &service, name.as_deref()),
        Language::German => de::words(content, &service, name.as_deref()),
    }
}

/// Text as one line that nothing in it can end or reorder.
fn line(text: &str) -> String {
    let is_bidi = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let ends = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let text: String = text.chars().filter(|c| !is_bidi(*c)).collect();
    text.split(|c| ends(c) || c == ' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Day and minute of a time, as its text form has them.
fn day_and_minute(at: Timestamp) -> (String, String) {
    let text = at.to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
    (part(0..10), part(11..16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_by_its_primary_tag() {
        for (tag, language) in [
            ("de", Language::German),
            ("de-AT", Language::German),
            ("DE-ch", Language::German),
            ("en", Language::English),
            ("den", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(line(" Ada\r\n\tLovelace\u{2028}\u{202e} "), "Ada Lovelace");
        assert_eq!(line("\u{0}\n"), "");
    }
}
