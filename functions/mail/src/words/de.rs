//! German.

use super::{Button, Words, day_and_minute, line};
use crate::letter::Content;

const OTHERWISE: &str =
    "Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse in Ihrem Browser:";

pub(super) fn words(content: &Content, service: &str, name: Option<&str>) -> Words {
    let greeting = name.map_or("Guten Tag,".to_owned(), |name| format!("Guten Tag {name},"));
    let about_account =
        format!("Sie erhalten diese E-Mail, weil Sie ein Konto bei {service} haben.");
    let button =
        |label, link: &str| Some(Button { label, link: link.to_owned(), otherwise: OTHERWISE });
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    match content {
        Content::Verification { link } => Words {
            subject: format!("Bestätigen Sie Ihre E-Mail-Adresse für {service}"),
            greeting,
            opening: format!(
                "Mit dieser E-Mail-Adresse wurde ein Konto bei {service} angelegt. Bitte bestätigen Sie, dass es Ihre Adresse ist."
            ),
            facts: Vec::new(),
            button: button("Adresse bestätigen", link),
            closing: texts(&[
                "Der Link gilt einmal und 24 Stunden lang.",
                "Falls Sie sich nicht registriert haben, brauchen Sie nichts zu tun: Die Adresse bleibt unbestätigt.",
            ]),
            footer: format!(
                "Sie erhalten diese E-Mail, weil sich jemand mit dieser Adresse bei {service} registriert hat."
            ),
        },
        Content::EmailChange { link } => Words {
            subject: format!("Bestätigen Sie Ihre neue E-Mail-Adresse für {service}"),
            greeting,
            opening: format!(
                "Diese E-Mail-Adresse soll die eines Kontos bei {service} werden. Bitte bestätigen Sie, dass es Ihre ist. Von da an melden Sie sich mit ihr an."
            ),
            facts: Vec::new(),
            button: button("Neue Adresse bestätigen", link),
            closing: texts(&[
                "Der Link gilt einmal und 24 Stunden lang.",
                "Falls Sie das nicht veranlasst haben, brauchen Sie nichts zu tun: Ohne den Link ändert sich nichts.",
            ]),
            footer: format!(
                "Sie erhalten diese E-Mail, weil jemand diese Adresse bei {service} eingegeben hat."
            ),
        },
        Content::EmailChangeNotice => Words {
            subject: format!("Ihre E-Mail-Adresse für {service} soll geändert werden"),
            greeting,
            opening: format!(
                "Jemand, der Ihr Passwort kennt, möchte die E-Mail-Adresse Ihres Kontos bei {service} ändern. Das geschieht, sobald die neue Adresse bestätigt ist."
            ),
            facts: Vec::new(),
            button: None,
            closing: texts(&[
                "Falls Sie das waren, brauchen Sie nichts zu tun.",
                "Falls nicht, ändern Sie sofort Ihr Passwort: Dann wird die Adresse nicht geändert. Melden Sie auch Ihre anderen Geräte ab.",
            ]),
            footer: about_account,
        },
        Content::PasswordReset { link } => Words {
            subject: format!("Neues Passwort für {service} festlegen"),
            greeting,
            opening: format!(
                "Für Ihr Konto bei {service} wurde ein neues Passwort angefordert. Hier können Sie es festlegen."
            ),
            facts: Vec::new(),
            button: button("Neues Passwort festlegen", link),
            closing: texts(&[
                "Der Link gilt einmal und 30 Minuten lang. Danach sind alle Ihre Geräte abgemeldet.",
                "Falls Sie das nicht veranlasst haben, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.",
            ]),
            footer: about_account,
        },
        Content::PasswordChanged => Words {
            subject: format!("Ihr Passwort für {service} wurde geändert"),
            greeting,
            opening: format!("Das Passwort Ihres Kontos bei {service} wurde soeben geändert."),
            facts: Vec::new(),
            button: None,
            closing: texts(&[
                "Falls Sie das waren, brauchen Sie nichts zu tun.",
                "Falls nicht, legen Sie sofort mit „Passwort vergessen“ ein neues fest. Damit werden alle Geräte abgemeldet.",
            ]),
            footer: about_account,
        },
        Content::NewDevice { device, ip_address, at } => {
            let (day, minute) = day_and_minute(*at);
            // A device is named by its browser and its system, as `Firefox on Linux`.
            let device = line(device).replacen(" on ", " unter ", 1);
            let mut facts = vec![("Gerät", device), ("Zeit", format!("{day}, {minute} UTC"))];
            facts.extend(ip_address.as_deref().map(|address| ("IP-Adresse", line(address))));
            Words {
                subject: format!("Neue Anmeldung bei {service}"),
                greeting,
                opening: format!(
                    "Jemand hat sich in Ihrem Konto bei {service} auf einem Gerät angemeldet, auf dem es bisher nicht benutzt wurde."
                ),
                facts,
                button: None,
                closing: texts(&[
                    "Falls Sie das waren, brauchen Sie nichts zu tun.",
                    "Falls nicht, ändern Sie sofort Ihr Passwort. Damit werden alle anderen Geräte abgemeldet.",
                ]),
                footer: about_account,
            }
        }
    }
}
