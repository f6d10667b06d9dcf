//! Writes every mail in every language into a folder, to be looked at:
//! `cargo run -p mail --example gallery -- <folder>`.

use std::path::Path;

use mail::letter::{Content, render};
use mail::words::{Language, of};
use shared::domain::Timestamp;

fn contents() -> [(&'static str, Content); 6] {
    let link =
        |name: &str| format!("https://app.example.com/mail#{name}=kith_ot_{}", "A".repeat(43));
    let device = "Firefox on Linux".to_owned();
    let ip_address = Some("2001:db8::7".to_owned());
    let at = Timestamp::from_millis(1_795_203_245_678);
    [
        ("verification", Content::Verification { link: link("verify") }),
        ("email-change", Content::EmailChange { link: link("verify") }),
        ("email-change-notice", Content::EmailChangeNotice),
        ("password-reset", Content::PasswordReset { link: link("reset") }),
        ("password-changed", Content::PasswordChanged),
        ("new-device", Content::NewDevice { device, ip_address, at }),
    ]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    for (kind, content) in contents() {
        for language in [Language::English, Language::German] {
            let words = of(language, &content, "Kith", Some("Zoë Fährmann"));
            let mail = render(&words, language, "Kith").map_err(|error| format!("{error:?}"))?;
            let file = |form: &str| Path::new(&folder).join(format!("{kind}.{language}.{form}"));
            std::fs::write(file("html"), mail.html)?;
            std::fs::write(file("txt"), format!("{}\n\n{}", mail.subject, mail.text))?;
        }
    }
    Ok(())
}
