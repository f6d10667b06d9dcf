//! The export of one user: a ZIP of JSON and pictures.

use std::fmt::Write as _;

use serde_json::{Value, json};
use shared::domain::UserId;
use shared::domain::activity::{Actor, AuditEntry};
use shared::domain::export::Export;
use shared::domain::picture::{MediaType, Picture, Size};
use shared::domain::profile::Profile;
use shared::pictures::Pictures;
use shared::store::{Belonging, Store};
use shared::{Error, Result};

use crate::archive::Archive;
use crate::belongings::{File, KINDS, Shown};

/// Writes the archive. Its size in bytes.
pub async fn write(store: &Store, pictures: &Pictures, export: &Export) -> Result<u64> {
    let user = export.user_id;
    let mut archive = Archive::new(pictures, export);
    archive.begin("README.txt")?;
    archive.write(read_me().as_bytes()).await?;
    let mut pages = Pages { archive, open: None, written: Vec::new(), picture: None };
    let mut start = None;
    loop {
        let part = store.belongings(user, start).await?;
        for item in &part.items {
            pages.add(item).await?;
        }
        start = part.next;
        if start.is_none() {
            break;
        }
    }
    let (mut archive, picture) = pages.finish().await?;
    let audit: Vec<_> = store.audit_about(user).await?.iter().map(audit_view).collect();
    if !audit.is_empty() {
        archive.begin(AUDIT)?;
        archive.write(&text(&Value::Array(audit))?).await?;
    }
    if let Some(picture) = picture {
        add_picture(&mut archive, pictures, user, &picture).await?;
    }
    archive.finish().await
}

const AUDIT: &str = "audit.json";

/// The files of JSON, one after the other: items of a kind are neighbours.
struct Pages<'a> {
    archive: Archive<'a>,
    /// The list that is being written.
    open: Option<&'static str>,
    written: Vec<&'static str>,
    picture: Option<Picture>,
}

impl<'a> Pages<'a> {
    async fn add(&mut self, item: &Belonging) -> Result<()> {
        if item.kind()? == "profile" {
            self.picture = item.read::<Profile>()?.picture;
        }
        let file = match Shown::of(item)? {
            Shown::LeftOut { .. } => return Ok(()),
            Shown::One(file) => {
                self.begin(&file).await?;
                return self.archive.write(&text(&file.json(item)?)?).await;
            }
            Shown::List(file) => file,
        };
        if self.open == Some(file.name) {
            self.archive.write(b",\n").await?;
        } else {
            self.begin(&file).await?;
            self.open = Some(file.name);
            self.archive.write(b"[\n").await?;
        }
        self.archive.write(&text(&file.json(item)?)?).await
    }

    async fn begin(&mut self, file: &File) -> Result<()> {
        self.close().await?;
        if self.written.contains(&file.name) {
            return Err(Error::internal(format!("items of {} are no neighbours", file.name)));
        }
        self.written.push(file.name);
        self.archive.begin(file.name)
    }

    async fn close(&mut self) -> Result<()> {
        match self.open.take() {
            Some(_) => self.archive.write(b"]\n").await,
            None => Ok(()),
        }
    }

    async fn finish(mut self) -> Result<(Archive<'a>, Option<Picture>)> {
        self.close().await?;
        Ok((self.archive, self.picture))
    }
}

fn text(value: &Value) -> Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value).map_err(Error::internal)?;
    text.push(b'\n');
    Ok(text)
}

/// What the user learns of an entry: of others what they are, not who and where.
fn audit_view(entry: &AuditEntry) -> Value {
    let AuditEntry { id, actor, action, target_id, reason, changes, ip_address: _, created_at } =
        entry;
    let by = match actor {
        Actor::User { .. } if target_id.is_some_and(|id| actor.is(id)) => "yourself",
        Actor::User { .. } => "administrator",
        Actor::ApiKey { .. } => "service",
        Actor::System => "system",
    };
    json!({
        "id": id,
        "by": by,
        "action": action,
        "reason": reason,
        "changes": changes,
        "created_at": created_at,
    })
}

/// The picture that shows, in all sizes. One that has just gone is none.
async fn add_picture(
    archive: &mut Archive<'_>,
    pictures: &Pictures,
    user: UserId,
    picture: &Picture,
) -> Result<()> {
    let extension = match picture.media_type {
        MediaType::Jpeg => "jpg",
        MediaType::Png => "png",
        MediaType::Webp => "webp",
        MediaType::Gif => "gif",
    };
    for size in Size::ALL {
        if let Some(bytes) = pictures.get(user, picture, size).await? {
            archive.begin(&format!("pictures/{}.{extension}", size.pixels()))?;
            archive.write(&bytes).await?;
        }
    }
    Ok(())
}

/// What each file is.
fn read_me() -> String {
    let mut text = "This is all that is stored about you. Times are in UTC.\n\
                    A file that isn't here would be empty.\n\n"
        .to_owned();
    let mut line = |name: &str, about: &str| _ = writeln!(text, "{name:<20} {about}");
    for kind in &KINDS {
        match kind.shown {
            Shown::One(file) | Shown::List(file) => line(file.name, file.about),
            Shown::LeftOut { .. } => {}
        }
    }
    line(AUDIT, "what others have done to your account, as the audit log has it");
    line("pictures/", "your picture, in the sizes that are stored");
    text.push_str("\nNot in here, since it would let others in: passwords, keys, and codes, of\n");
    text.push_str("which mostly only a fingerprint is stored.\n");
    text
}
