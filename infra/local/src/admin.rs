//! The demo administrator, there from the first start.

use std::fs::{OpenOptions, read_to_string};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use shared::domain::account::{Account, Role};
use shared::domain::email::Email;
use shared::domain::fields::{Field, Reason};
use shared::domain::password::{NewPassword, Password};
use shared::domain::profile::{Profile, ProfileFields};
use shared::domain::text::Name;
use shared::store::{Along, NewAccount, SignIn};
use shared::{Context, Error, Result};

const EMAIL: &str = "admin@example.com";

/// Said in place of a password that only its owner knows.
const CHANGED: &str = "(changed since)";

/// How to sign in as one.
#[derive(Clone)]
pub struct Admin {
    pub email: String,
    pub password: String,
}

impl Admin {
    /// The administrator, made where there is none. `chosen` replaces their
    /// password; else it is the one of the first start, kept in the data folder.
    ///
    /// # Errors
    /// A password that breaks the rules; an engine that fails.
    pub async fn ensure(context: &Context, data: &Path, chosen: Option<String>) -> Result<Self> {
        let file = data.join("admin-password");
        let is_chosen = chosen.is_some();
        let kept = read_to_string(&file).ok().map(|text| text.trim().to_owned());
        let text = chosen
            .or(kept)
            .unwrap_or_else(|| BASE64_URL_SAFE_NO_PAD.encode(context.random::<12>()));
        let refused =
            |reason: Reason| Error::field("LOCAL_ADMIN_PASSWORD", reason.code, reason.message);
        let password = NewPassword::read(Value::String(text.clone())).map_err(refused)?;
        let email = Email::parse(EMAIL).map_err(refused)?;
        match context.store.sign_in(&email).await? {
            None => create(context, email, &password).await?,
            Some(sign_in) if is_chosen => change(context, &sign_in, &text, &password).await?,
            // Whoever changed it since knows it.
            Some(sign_in) => {
                let attempt = Password::read(Value::String(text.clone())).map_err(refused)?;
                if !context.passwords.verify(&attempt, sign_in.password_hash.as_ref()).await? {
                    return Ok(Self { email: EMAIL.to_owned(), password: CHANGED.to_owned() });
                }
            }
        }
        keep(&file, &text).map_err(Error::internal)?;
        Ok(Self { email: EMAIL.to_owned(), password: text })
    }
}

async fn create(context: &Context, email: Email, password: &NewPassword) -> Result<()> {
    let now = context.now();
    let id = context.new_id();
    let account = Account { role: Role::Admin, is_verified: true, ..Account::new(id, email, now) };
    let name = Name::read(Value::from("Demo Admin"))
        .map_err(|reason| Error::field("display_name", reason.code, reason.message))?;
    let fields = ProfileFields { display_name: Some(name), ..ProfileFields::default() };
    let profile = Profile::new(id, fields, now);
    let hash = context.passwords.hash(password, context.random()).await?;
    let new = NewAccount {
        account: &account,
        profile: &profile,
        password_hash: Some(hash),
        session: None,
        identities: &[],
        along: Along::default(),
    };
    context.store.create_account(new).await
}

/// Gives an administrator of an earlier start the password asked for now.
async fn change(
    context: &Context,
    sign_in: &SignIn,
    text: &str,
    password: &NewPassword,
) -> Result<()> {
    let attempt = Password::read(Value::String(text.to_owned()))
        .map_err(|reason| Error::field("LOCAL_ADMIN_PASSWORD", reason.code, reason.message))?;
    let old = sign_in.password_hash.as_ref();
    if context.passwords.verify(&attempt, old).await? {
        return Ok(());
    }
    let person = context.store.person(sign_in.user_id, context.now()).await?;
    let person = person.ok_or(Error::NotFound)?;
    let hash = context.passwords.hash(password, context.random()).await?;
    let ended = person.sessions.iter().map(|session| session.id);
    let store = &context.store;
    store
        .change_password(&person.account, old, &hash, context.now(), ended, Along::default())
        .await?;
    Ok(())
}

fn keep(file: &Path, password: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(file)?;
    writeln!(file, "{password}")
}
