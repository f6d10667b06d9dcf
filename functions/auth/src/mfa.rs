//! The second factor: an authenticator app's codes, and recovery codes.

pub mod confirm_totp;
pub mod delete_totp;
pub mod get_mfa;
pub mod replace_recovery_codes;
pub mod start_totp;
pub mod verify_mfa;

use std::collections::BTreeSet;

use shared::config::Limit;
use shared::domain::fields::{Fields, Reason};
use shared::domain::session::{Method, Session};
use shared::domain::totp::{Code, RECOVERY_CODES, RecoveryCode, Secret, Totp};
use shared::domain::{Timestamp, UserId};
use shared::store::{Attempt, Guard};
use shared::{Context, Error, Result};

/// What somebody shows of their second factor.
pub enum Shown {
    Code(Code),
    RecoveryCode(RecoveryCode),
}

impl Shown {
    /// `code` or `recovery_code`, never both.
    pub fn read(fields: &mut Fields, is_required: bool) -> Option<Self> {
        let recovery_code = fields.optional("recovery_code").map(Self::RecoveryCode);
        let is_other = recovery_code.is_some() || fields.has_error("recovery_code");
        let code = if is_required && !is_other {
            fields.required("code")
        } else {
            fields.optional("code")
        };
        let code = code.map(Self::Code);
        if code.is_some() && recovery_code.is_some() {
            fields.error("recovery_code", Reason::new("conflicting", "can't be sent with code"));
        }
        code.or(recovery_code)
    }

    /// The field that it was sent in.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::RecoveryCode(_) => "recovery_code",
        }
    }
}

/// The policy that a try counts against: whatever its session or token, a
/// guess is one of the account's.
pub fn attempt(context: &Context, user: UserId) -> Option<Attempt> {
    let attempt = |limit: Limit| Attempt { policy: "mfa", limit, who: user.to_string() };
    context.config.limits.mfa.map(attempt)
}

/// How the factor was shown, and what must hold when that is used.
///
/// # Errors
/// [`Error::InvalidCode`]; those of `Keys::signing`.
pub async fn check(
    context: &Context,
    user: UserId,
    totp: Option<&Totp>,
    shown: &Shown,
) -> Result<(Method, Guard)> {
    let totp = totp.filter(|totp| totp.confirmed_at.is_some()).ok_or(Error::InvalidCode)?;
    match shown {
        Shown::Code(code) => {
            let secret = reveal(context, user, totp).await?;
            let step = secret.step(*code, totp.last_step, context.now());
            let step = step.ok_or(Error::InvalidCode)?;
            Ok((Method::Otp, Guard::Totp { step }))
        }
        Shown::RecoveryCode(code) => {
            let hash = code.hash();
            if !totp.recovery_codes.contains(&hash) {
                return Err(Error::InvalidCode);
            }
            Ok((Method::RecoveryCode, Guard::RecoveryCode { hash }))
        }
    }
}

/// A session whose owner has shown these just now.
pub fn shown_again(session: &Session, methods: &[Method], now: Timestamp) -> Session {
    let mut amr = session.amr.clone();
    amr.extend(methods.iter().filter(|method| !session.amr.contains(method)));
    Session { amr, auth_time: Some(now), ..session.clone() }
}

/// New recovery codes, and what is stored of them.
fn recovery_codes(context: &Context) -> (Vec<String>, BTreeSet<String>) {
    let codes = (0..RECOVERY_CODES).map(|_| RecoveryCode::new(context.random()));
    codes.map(|code| (code.reveal(), code.hash())).unzip()
}

/// What the table holds of a secret. It opens for the same user only.
async fn hide(context: &Context, user: UserId, secret: &Secret) -> Result<String> {
    let signing = context.keys.signing().await?;
    Ok(signing.cipher.hide(&purpose(user), secret.as_bytes()))
}

async fn reveal(context: &Context, user: UserId, totp: &Totp) -> Result<Secret> {
    let signing = context.keys.signing().await?;
    let secret = signing.cipher.reveal(&purpose(user), &totp.secret);
    let secret = secret.and_then(|secret| secret.try_into().ok()).map(Secret::new);
    secret.ok_or_else(|| Error::internal("a second factor's secret doesn't open"))
}

fn purpose(user: UserId) -> String {
    format!("totp secret {user}")
}
