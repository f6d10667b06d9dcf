//! The index: all that is derived from the other table, to find and to count
//! people. Nothing is in it that can't be made again.
//!
//! [`Index::file`] compares how somebody is filed, which a marker says, with
//! how they should be now, and writes what differs, until nothing does. It goes
//! by the state of the table and not by the change that called for it: changes
//! may come twice, late, or out of order, and the end is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use futures_util::stream::{self, StreamExt as _};
use serde::{Deserialize, Serialize};

use super::dictionary::is_listed;
use super::directory;
use super::item::encode;
use super::keys::{self, Key};
use super::statistics::Counted;
use super::update::{Update, number};
use super::{Items, Retries, Store, string, user_keys};
use crate::domain::account::Account;
use crate::domain::profile::Profile;
use crate::domain::search::directory::DirectoryEntry;
use crate::domain::search::{Names, places};
use crate::domain::{Error, Result, UserId};
use crate::view;

/// People who are worked on at a time.
const PARALLEL: usize = 8;

/// How long it is tried while others work on the same people. Nobody waits.
const PATIENCE: Duration = Duration::from_secs(40);

/// Writes of a transaction beside the marker's and the statistics'.
const WRITES: usize = 98;

/// The table that is made from the other one's stream.
#[derive(Clone, Debug)]
pub struct Index(pub(super) Store);

/// How somebody is filed and counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Filed {
    names: Option<Names>,
    #[serde(default)]
    directory: Option<DirectoryEntry>,
    counted: Option<Counted>,
    /// Names that more writes than one transaction takes are on the way to.
    intended: Option<Names>,
    /// The same of the directory.
    #[serde(default)]
    intended_directory: Option<DirectoryEntry>,
    /// Words that may have lost their last bearer.
    #[serde(default)]
    retired: BTreeSet<String>,
    version: u64,
}

impl Filed {
    /// The same on the way: nothing of the old names is left, and nobody knows
    /// how much of the new ones there is.
    fn under_way(&self, before: &Self) -> Self {
        Self {
            names: None,
            directory: None,
            counted: before.counted.clone(),
            intended: self.names.clone(),
            intended_directory: self.directory.clone(),
            retired: self.retired.clone(),
            version: before.version + 1,
        }
    }

    /// Whether it is so, wholly.
    fn is(&self, wanted: &Wanted) -> bool {
        self.intended.is_none()
            && self.intended_directory.is_none()
            && self.names == wanted.names
            && self.directory == wanted.directory
            && self.counted == wanted.counted
    }

    fn postings(&self, id: UserId) -> Postings {
        postings(self.names.as_ref(), self.directory.as_ref(), id)
    }

    /// Those that there may be beside.
    fn intended(&self, id: UserId) -> Postings {
        postings(self.intended.as_ref(), self.intended_directory.as_ref(), id)
    }
}

/// How somebody should be filed and counted.
struct Wanted {
    exists: bool,
    names: Option<Names>,
    directory: Option<DirectoryEntry>,
    counted: Option<Counted>,
}

/// Entries of one person with what each of them carries.
type Postings = BTreeMap<Key, Carried>;

/// What an entry says of its person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// To members.
    Names {
        /// All words of theirs.
        words: String,
        is_card: bool,
    },
    /// To administrators: enough to check all filters.
    Directory(DirectoryEntry),
    /// Nothing but where it is.
    Nothing,
}

impl Wanted {
    fn of(user: Option<(Profile, Account)>) -> Self {
        let Some((profile, account)) = user else {
            return Self { exists: false, names: None, directory: None, counted: None };
        };
        let is_deleted = account.deletion.is_some();
        let directory = Some(DirectoryEntry::of(&profile, &account));
        let names = view::names(profile, &account).filter(|names| !names.words().is_empty());
        let counted = (!is_deleted).then(|| Counted::new(&account, names.is_some()));
        Self { exists: true, names, directory, counted }
    }

    fn words(&self) -> BTreeSet<String> {
        listed_words(self.names.as_ref())
    }
}

fn listed_words(names: Option<&Names>) -> BTreeSet<String> {
    let words = names.into_iter().flat_map(Names::words);
    words.filter(|word| is_listed(word)).collect()
}

fn postings(names: Option<&Names>, directory: Option<&DirectoryEntry>, id: UserId) -> Postings {
    let mut postings = Postings::new();
    if let Some(names) = names {
        let (words, sort_key) = (names.words(), names.sort_key());
        let carried = Carried::Names { words: words.join(" "), is_card: names.is_card };
        for (place, filing) in places::of(&words) {
            postings.insert(keys::posting(&place, filing, &sort_key, id), carried.clone());
        }
    }
    postings.extend(directory.into_iter().flat_map(|entry| directory::postings(entry, id)));
    postings
}

/// What became of one look at somebody.
enum Step {
    /// Nothing differs. The words that they are filed under.
    Done(BTreeSet<String>),
    /// Something was written: there may be more.
    Taken,
    /// Somebody else wrote first.
    Overtaken,
}

impl Index {
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self(Store::new(client, table))
    }

    /// Files and counts these people as they are in `users` now; `anew`, though
    /// the marker says that they are. Those with whom it fails are in the
    /// answer.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`]: then nobody is sure to be done.
    pub async fn file(
        &self,
        users: &Store,
        ids: impl IntoIterator<Item = UserId>,
        anew: bool,
    ) -> Result<Vec<(UserId, Error)>> {
        let mut open: Vec<_> = ids.into_iter().map(|id| (id, anew)).collect();
        let mut failed = Vec::new();
        let mut bearers = BTreeMap::new();
        let mut retries = Retries::for_so_long(PATIENCE);
        while !open.is_empty() {
            let keys = open.iter().flat_map(|(id, _)| user_keys(*id)).collect();
            let markers = open.iter().map(|(id, _)| keys::filed(*id)).collect();
            let (people, markers) =
                futures_util::try_join!(users.batch_get(keys), self.0.batch_get(markers))?;
            let mut steps = Vec::new();
            // A counter of its own for each of those who are worked on at a time.
            let first = open.first().map_or(0, |(id, _)| id.as_bytes()[15] % keys::COUNTERS);
            let counters = (0..keys::COUNTERS).cycle().skip(first.into());
            for (counter, (id, anew)) in counters.zip(&open) {
                let wanted = people.user(*id).map(Wanted::of);
                steps.push(self.step(*id, wanted, &markers, *anew, counter));
            }
            let steps: Vec<_> = stream::iter(steps).buffered(PARALLEL).collect().await;
            let is_overtaken = steps.iter().any(|step| matches!(step, Ok(Step::Overtaken)));
            let mut left = Vec::new();
            for ((id, anew), step) in open.into_iter().zip(steps) {
                match step {
                    Ok(Step::Done(words)) => {
                        bearers.extend(words.into_iter().map(|word| (word, id)));
                    }
                    Ok(Step::Taken) => left.push((id, false)),
                    Ok(Step::Overtaken) => left.push((id, anew)),
                    Err(error) => failed.push((id, error)),
                }
            }
            if is_overtaken {
                retries.again().await?;
            } else {
                retries.check()?;
            }
            open = left;
        }
        // After the entries: whoever removes a word looks for entries once more.
        let missing = self.missing(bearers.keys().cloned()).await?;
        for (word, error) in self.settle_each(missing).await {
            failed.extend(bearers.get(&word).map(|id| (*id, error)));
        }
        Ok(failed)
    }

    /// The next thing to do with somebody, and done.
    async fn step(
        &self,
        id: UserId,
        wanted: Result<Wanted>,
        markers: &Items,
        anew: bool,
        counter: u8,
    ) -> Result<Step> {
        let (key, wanted) = (keys::filed(id), wanted?);
        let filed: Filed = markers.get(&key)?.unwrap_or_default();
        if anew || !filed.is(&wanted) {
            return self.write(id, &filed, &wanted, anew, counter).await;
        }
        if !filed.retired.is_empty() {
            self.settle_all(filed.retired).await?;
            let version = filed.version;
            let settled = Filed { retired: BTreeSet::new(), version: version + 1, ..filed };
            return self.transact(vec![self.mark_filed(&key, &settled, version)?]).await;
        }
        if !wanted.exists && filed.version > 0 {
            let unchanged = Update::new().require("version", Some(number(filed.version)));
            return self.transact(vec![self.0.delete_if(&key, unchanged.build())?]).await;
        }
        Ok(Step::Done(wanted.words()))
    }

    /// Writes the difference between how somebody is filed and how they should
    /// be, and counts them.
    async fn write(
        &self,
        id: UserId,
        filed: &Filed,
        wanted: &Wanted,
        anew: bool,
        counter: u8,
    ) -> Result<Step> {
        let key = keys::filed(id);
        let (old, intended) = (filed.postings(id), filed.intended(id));
        let new = postings(wanted.names.as_ref(), wanted.directory.as_ref(), id);
        let is_sure = |key, it| !anew && intended.is_empty() && old.get(key) == Some(it);
        let removed = old.keys().chain(intended.keys()).filter(|key| !new.contains_key(key));
        let removed: BTreeSet<_> = removed.collect();
        let added = new.iter().filter(|(key, it)| !is_sure(*key, *it));
        let mut removed: Vec<_> =
            removed.into_iter().map(|key| self.0.delete(key)).collect::<Result<_>>()?;
        let mut added: Vec<_> = added.map(|(key, it)| self.post(key, it)).collect::<Result<_>>()?;

        let mut retired = listed_words(filed.names.as_ref());
        retired.extend(listed_words(filed.intended.as_ref()));
        retired.extend(filed.retired.iter().cloned());
        let retired = &retired - &wanted.words();
        let mut done = Filed {
            names: wanted.names.clone(),
            directory: wanted.directory.clone(),
            counted: wanted.counted.clone(),
            intended: None,
            intended_directory: None,
            retired,
            version: filed.version + 1,
        };
        let mut version = filed.version;
        if removed.len() + added.len() > WRITES {
            let all =
                new.iter().map(|(key, words)| self.post(key, words)).collect::<Result<_>>()?;
            let (removed, under_way) = (std::mem::take(&mut removed), done.under_way(filed));
            if !self.write_in_parts(&key, removed, &under_way, all).await? {
                return Ok(Step::Overtaken);
            }
            added.clear();
            version = under_way.version;
            done.version = version + 1;
        }
        let mut writes = vec![self.mark_filed(&key, &done, version)?];
        writes.extend(self.count(counter, filed.counted.as_ref(), done.counted.as_ref())?);
        writes.append(&mut removed);
        writes.append(&mut added);
        self.transact(writes).await
    }

    /// More than one transaction takes. Whenever this is broken off, the marker
    /// covers all entries that there may be.
    async fn write_in_parts(
        &self,
        key: &Key,
        removed: Vec<TransactWriteItem>,
        under_way: &Filed,
        added: Vec<TransactWriteItem>,
    ) -> Result<bool> {
        let version = under_way.version - 1;
        if !self.write_all(key, version, removed).await? {
            return Ok(false);
        }
        let mark = vec![self.mark_filed(key, under_way, version)?];
        if let Step::Overtaken = self.transact(mark).await? {
            return Ok(false);
        }
        self.write_all(key, under_way.version, added).await
    }

    /// Any number of writes, as long as the marker is of this version.
    async fn write_all(
        &self,
        marker: &Key,
        version: u64,
        writes: Vec<TransactWriteItem>,
    ) -> Result<bool> {
        let version = (version > 0).then(|| number(version));
        let unchanged = Update::new().require("version", version).build();
        for writes in writes.chunks(WRITES) {
            let check = self.0.check(marker, unchanged.clone())?;
            let writes = [std::slice::from_ref(&check), writes].concat();
            if let Step::Overtaken = self.transact(writes).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Removes those of somebody's entries that their marker doesn't know. An
    /// entry is written with its marker, so the marker has to be read after the
    /// entries, and to stay as it is until they are gone.
    pub(super) async fn remove_strays(&self, id: UserId, found: &[Key]) -> Result<()> {
        let marker = keys::filed(id);
        let mut retries = Retries::for_so_long(PATIENCE);
        loop {
            let markers = self.0.batch_get(vec![marker.clone()]).await?;
            let filed: Filed = markers.get(&marker)?.unwrap_or_default();
            let mut known = filed.postings(id);
            known.extend(filed.intended(id));
            let strays = found.iter().filter(|key| !known.contains_key(key));
            let strays = strays.map(|key| self.0.delete(key)).collect::<Result<_>>()?;
            if self.write_all(&marker, filed.version, strays).await? {
                return Ok(());
            }
            retries.again().await?;
        }
    }

    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Step> {
        Ok(match self.0.transact(writes).await? {
            Ok(()) => Step::Taken,
            Err(_) => Step::Overtaken,
        })
    }

    fn mark_filed(&self, key: &Key, filed: &Filed, version: u64) -> Result<TransactWriteItem> {
        self.0.replace(encode(key, "filed", filed)?, version)
    }

    fn post(&self, key: &Key, carried: &Carried) -> Result<TransactWriteItem> {
        let mut item = key.item();
        item.insert("entity".to_owned(), string("posting"));
        match carried {
            Carried::Names { words, is_card } => {
                item.insert("words".to_owned(), string(words));
                item.extend(is_card.then(|| (keys::CARD.to_owned(), AttributeValue::Bool(true))));
            }
            Carried::Directory(entry) => {
                let entry = serde_dynamo::to_attribute_value(entry).map_err(Error::internal)?;
                item.insert(directory::ENTRY.to_owned(), entry);
            }
            Carried::Nothing => {}
        }
        self.0.put(item)
    }
}
