//! Pages of lists, and the cursors between them.

use serde::Serialize;
use utoipa::ToSchema;

use super::Params;
use crate::context::Context;
use crate::domain::{Error, Result};

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What `?cursor=` takes for the next page; `null` on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A list that always fits one page.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

/// The cursor for a position in the list that `list` names. It tells nothing,
/// since a position may name somebody who has just hidden, and is good for that
/// list only, for whoever and whatever the name tells apart.
///
/// # Errors
/// Those of `Keys::verification`.
pub async fn cursor(context: &Context, list: &str, position: &str) -> Result<String> {
    let keys = context.keys.verification().await?;
    Ok(keys.cursors.hide(list, position.as_bytes()))
}

/// The position that a request asks to go on from.
///
/// # Errors
/// [`Error::InvalidCursor`] for what [`cursor`] didn't make for this list.
pub async fn position(context: &Context, list: &str, params: &Params) -> Result<Option<String>> {
    let Some(cursor) = params.get("cursor") else { return Ok(None) };
    let keys = context.keys.verification().await?;
    let position = keys.cursors.reveal(list, cursor).ok_or(Error::InvalidCursor)?;
    String::from_utf8(position).map(Some).map_err(|_| Error::InvalidCursor)
}
