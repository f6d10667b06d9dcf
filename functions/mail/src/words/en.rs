//! English.

use super::{Button, Words, day_and_minute, line};
use crate::letter::Content;

const OTHERWISE: &str = "If the button doesn’t work, open this address in your browser:";

pub(super) fn words(content: &Content, service: &str, name: Option<&str>) -> Words {
    let greeting = name.map_or("Hello,".to_owned(), |name| format!("Hello {name},"));
    let about_account = format!("You get this mail because you have an account with {service}.");
    let button =
        |label, link: &str| Some(Button { label, link: link.to_owned(), otherwise: OTHERWISE });
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    match content {
        Content::Verification { link } => Words {
            subject: format!("Confirm your email address for {service}"),
            greeting,
            opening: format!(
                "An account with {service} has been made with this email address. Please confirm that the address is yours."
            ),
            facts: Vec::new(),
            button: button("Confirm address", link),
            closing: texts(&[
                "The link works once, within 24 hours.",
                "If you haven’t signed up, you need do nothing: the address stays unconfirmed.",
            ]),
            footer: format!(
                "You get this mail because somebody has signed up for {service} with this address."
            ),
        },
        Content::EmailChange { link } => Words {
            subject: format!("Confirm your new email address for {service}"),
            greeting,
            opening: format!(
                "This email address is to become that of an account with {service}. Please confirm that it is yours. You will sign in with it from then on."
            ),
            facts: Vec::new(),
            button: button("Confirm new address", link),
            closing: texts(&[
                "The link works once, within 24 hours.",
                "If you haven’t asked for this, you need do nothing: without the link nothing changes.",
            ]),
            footer: format!(
                "You get this mail because somebody has entered this address at {service}."
            ),
        },
        Content::EmailChangeNotice => Words {
            subject: format!("Your email address for {service} is to be changed"),
            greeting,
            opening: format!(
                "Somebody who knows your password has asked for another email address for your account with {service}. It takes effect once the new address is confirmed."
            ),
            facts: Vec::new(),
            button: None,
            closing: texts(&[
                "If it was you, you need do nothing.",
                "If it wasn’t, change your password at once: the change is off then. Sign out your other devices, too.",
            ]),
            footer: about_account,
        },
        Content::PasswordReset { link } => Words {
            subject: format!("Set a new password for {service}"),
            greeting,
            opening: format!(
                "A new password has been asked for your account with {service}. Choose it here."
            ),
            facts: Vec::new(),
            button: button("Set new password", link),
            closing: texts(&[
                "The link works once, within 30 minutes. All your devices are signed out then.",
                "If you haven’t asked for this, you need do nothing: your password stays as it is.",
            ]),
            footer: about_account,
        },
        Content::PasswordChanged => Words {
            subject: format!("Your password for {service} has been changed"),
            greeting,
            opening: format!("The password of your account with {service} has just been changed."),
            facts: Vec::new(),
            button: None,
            closing: texts(&[
                "If it was you, you need do nothing.",
                "If it wasn’t, set a new one at once with “Forgot password”. That signs out all devices.",
            ]),
            footer: about_account,
        },
        Content::NewDevice { device, ip_address, at } => {
            let (day, minute) = day_and_minute(*at);
            let mut facts =
                vec![("Device", line(device)), ("Time", format!("{day}, {minute} UTC"))];
            facts.extend(ip_address.as_deref().map(|address| ("IP address", line(address))));
            Words {
                subject: format!("New sign-in to {service}"),
                greeting,
                opening: format!(
                    "Somebody has signed in to your account with {service} on a device that it hasn’t been used on before."
                ),
                facts,
                button: None,
                closing: texts(&[
                    "If it was you, you need do nothing.",
                    "If it wasn’t, change your password at once. That signs out all other devices.",
                ]),
                footer: about_account,
            }
        }
    }
}
