//! What a mail says, and how it looks.

use askama::Template;
use shared::domain::Timestamp;
use shared::domain::email::Email;
use shared::{Error, Result};

use crate::words::{Language, Words};

/// A mail with all that it says.
pub struct Letter {
    pub to: Email,
    pub language: Language,
    pub content: Content,
    /// Of the reader, where it is known to be theirs.
    pub name: Option<String>,
}

pub enum Content {
    Verification { link: String },
    EmailChange { link: String },
    EmailChangeNotice,
    PasswordReset { link: String },
    PasswordChanged,
    NewDevice { device: String, ip_address: Option<String>, at: Timestamp },
}

/// A mail as it is sent.
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    words: &'a Words,
    language: Language,
    service: &'a str,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    words: &'a Words,
    service: &'a str,
}

/// The mail in its two forms.
///
/// # Errors
/// Never, as long as writing into memory works.
pub fn render(words: &Words, language: Language, service: &str) -> Result<Rendered> {
    let html = Html { words, language, service }.render().map_err(Error::internal)?;
    let text = Text { words, service }.render().map_err(Error::internal)?;
    Ok(Rendered { subject: words.subject.clone(), text, html })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn what_people_wrote_is_text_in_html_and_one_line_in_text() {
        let name = "<script>alert(1)</script>\r\nBcc: x@example.com\u{2028}\u{202e}&amp;";
        let device = "<b>Firefox</b>\non \"Linux\"".to_owned();
        let at = Timestamp::from_millis(1_795_203_245_678);
        let content = Content::NewDevice { device, ip_address: Some("203.0.113.7".to_owned()), at };
        for language in [Language::English, Language::German] {
            let words = words::of(language, &content, "Kith", Some(name));
            let mail = render(&words, language, "Kith").unwrap();
            assert!(!mail.html.contains("<script") && !mail.html.contains("<b>Firefox"));
            assert!(
                mail.html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"),
                "{}",
                mail.html
            );
            assert!(mail.html.contains("&#38;amp;"));
            for text in [&mail.text, &mail.subject, &mail.html] {
                assert!(!text.contains(['\r', '\u{2028}', '\u{202e}']), "{text:?}");
            }
            assert!(!mail.subject.contains('\n'));
            assert!(!mail.text.lines().any(|line| line.starts_with("Bcc")), "{}", mail.text);
            assert!(mail.text.contains("203.0.113.7") && mail.text.contains("19:34 UTC"));
        }
    }

    #[test]
    fn a_link_stands_alone_in_its_line_of_text_and_nothing_is_loaded() {
        let link = "https://app.example.com/verify#verify=kith_ot_AAAA".to_owned();
        let content = Content::Verification { link: link.clone() };
        for language in [Language::English, Language::German] {
            let words = words::of(language, &content, "Kith", None);
            let mail = render(&words, language, "Kith").unwrap();
            assert!(mail.text.lines().any(|line| line == link), "{}", mail.text);
            assert!(mail.html.contains(&format!("href=\"{link}\"")), "{}", mail.html);
            for loaded in ["<img", "src=", "url(", "@import", "<link"] {
                assert!(!mail.html.contains(loaded), "{loaded}");
            }
            assert!(!mail.text.contains("\n\n\n") && mail.text.ends_with('\n'));
        }
    }
}
