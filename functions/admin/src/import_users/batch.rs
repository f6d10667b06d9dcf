//! The lines of one call, many at once.

use std::collections::HashSet;
use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::json;
use shared::domain::account::Role;
use shared::domain::activity::Actor;
use shared::domain::fields::{Fields, Reason};
use shared::domain::session::Client;
use shared::domain::{FieldError, Timestamp, UserId};
use shared::store::Imported;
use shared::store::keys::{self, Key};
use shared::transfer::{MAX_LINE, User, object};
use shared::{Context, Error};

use super::{LineResult, Status};

/// Transactions in flight: enough to keep the table busy.
const PARALLEL: usize = 16;

/// Errors that are told of a line: an answer should stay smaller than what
/// provoked it.
const MAX_ERRORS: usize = 10;

pub struct Batch<'a> {
    pub context: &'a Context,
    pub actor: Actor,
    pub client: &'a Client,
    pub now: Timestamp,
    /// No line is begun after.
    pub until: Instant,
}

impl Batch<'_> {
    /// What becomes of the lines, which have numbers, in their order.
    pub async fn run(&self, lines: Vec<(usize, &[u8])>) -> Vec<LineResult> {
        let mut results = Vec::with_capacity(lines.len());
        let mut claimed = HashSet::new();
        let (mut at_once, mut in_turn) = (Vec::new(), Vec::new());
        for (number, line) in lines {
            match self.read(line) {
                Err(errors) => results.push(LineResult::rejected(number, errors)),
                // Of lines that want the same thing, the first shall have it.
                Ok(user) if claim(&mut claimed, &user) => at_once.push((number, user)),
                Ok(user) => in_turn.push((number, user)),
            }
        }
        let import = |(number, user)| self.import(number, user);
        results.extend(
            stream::iter(at_once).map(import).buffer_unordered(PARALLEL).collect::<Vec<_>>().await,
        );
        for (number, user) in in_turn {
            results.push(self.import(number, user).await);
        }
        results.sort_unstable_by_key(|result| result.line);
        results
    }

    fn read(&self, line: &[u8]) -> Result<User, Vec<FieldError>> {
        let whole = |Reason { code, message }| vec![FieldError::new("", code, message)];
        if line.len() > MAX_LINE {
            let message = format!("must have at most {MAX_LINE} bytes");
            return Err(whole(Reason::new("too_long", message)));
        }
        let fields = Fields::new(object(line).map_err(whole)?);
        User::read(fields, self.now).map_err(errors)
    }

    async fn import(&self, number: usize, mut user: User) -> LineResult {
        if Instant::now() >= self.until {
            let message = "wasn't begun: the call took too long; send it again";
            let error = FieldError::new("", "not_attempted", message);
            return LineResult::rejected(number, vec![error]);
        }
        let context = self.context;
        let id = user.id.unwrap_or_else(|| context.new_id());
        for extension in &mut user.extensions {
            extension.id.get_or_insert_with(|| context.new_id());
        }
        let data = if user.role == Role::Admin { json!({"role": user.role}) } else { json!({}) };
        let act = context.act(self.actor, id, self.client, "user.imported", data);
        let act = act.as_administrator(None);
        match context.store.import_user(id, &user, &act, self.now).await {
            Ok(Imported::Created) => LineResult::there(number, Status::Created, id),
            Ok(Imported::Exists(id)) => LineResult::there(number, Status::Exists, id),
            Ok(Imported::Refused(errors)) => LineResult::rejected(number, errors),
            Err(error) => LineResult::rejected(number, errors(error)),
        }
    }
}

impl LineResult {
    fn there(line: usize, status: Status, id: UserId) -> Self {
        Self { line, status, id: Some(id), errors: Vec::new() }
    }

    fn rejected(line: usize, mut errors: Vec<FieldError>) -> Self {
        errors.truncate(MAX_ERRORS);
        Self { line, status: Status::Rejected, id: None, errors }
    }
}

/// Notes what a user needs alone; false where an earlier line needs some of it.
fn claim(claimed: &mut HashSet<Key>, user: &User) -> bool {
    let mut claims = vec![keys::email(&user.email)];
    claims.extend(user.id.map(keys::account));
    claims.extend(user.profile.username.as_ref().map(keys::username));
    let identities = user.identities.iter();
    claims.extend(identities.map(|one| keys::sign_in_by_identity(&one.issuer, &one.subject)));
    // Those are counted in one item, over which they would only conflict.
    claims.extend((user.role == Role::Admin).then(keys::admins));
    // All of them, though the first may be taken.
    let taken = claims.into_iter().filter(|key| !claimed.insert(key.clone()));
    taken.count() == 0
}

/// Why a line failed. What may be over in a moment is told apart from what the
/// line itself is to blame for, and causes go to the log.
fn errors(error: Error) -> Vec<FieldError> {
    const LOG: &str = "a line of an import failed";
    let error = match error {
        Error::Invalid(errors) => return errors,
        Error::Unavailable(cause) => {
            tracing::warn!(target: "kith", %cause, "{LOG}");
            let message = "may have been imported or not: the database failed; send it again";
            FieldError::new("", "unavailable", message)
        }
        Error::Conflict(_) => {
            let message = "wasn't imported: others kept changing the same thing; send it again";
            FieldError::new("", "unavailable", message)
        }
        error => {
            tracing::error!(target: "kith", cause = ?error, "{LOG}");
            let message = "may have been imported or not: something went wrong on our side";
            FieldError::new("", "internal_error", message)
        }
    };
    vec![error]
}
