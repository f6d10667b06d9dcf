//! The export of all users: a line of JSON for each, compressed.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt as _, stream};
use shared::domain::export::Export;
use shared::pictures::Pictures;
use shared::store::{Segment, Store};
use shared::{Error, Result};

use crate::archive::Buffer;

/// Users that are read at once.
const AT_ONCE: usize = 16;

/// The whole table.
const ALL: Segment = Segment { number: 0, of: 1 };

/// Writes the file. Its size in bytes.
pub async fn write(store: &Store, pictures: &Pictures, export: &Export) -> Result<u64> {
    let buffer = Buffer::default();
    let mut lines = GzEncoder::new(buffer.clone(), Compression::default());
    let mut writing = pictures.write_export(export);
    let mut after = None;
    loop {
        let page = store.users_of(ALL, after).await?;
        let users = page.ids.into_iter().map(|id| store.whole_user(id));
        let mut users = stream::iter(users).buffered(AT_ONCE);
        while let Some(user) = users.next().await {
            // Gone since, or deleted: whoever may yet restore themselves does so here.
            let Some(user) = user? else { continue };
            let mut line = serde_json::to_vec(&user).map_err(Error::internal)?;
            line.push(b'\n');
            lines.write_all(&line).map_err(Error::internal)?;
            if let Some(part) = buffer.part() {
                writing.part(part).await?;
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    lines.finish().map_err(Error::internal)?;
    writing.finish(buffer.rest()).await
}
