//! How many users there are. Each user is counted as their marker in the index
//! says, in the transaction that writes the marker: once, however often a
//! change is delivered. The counters are spread, so that none is hot; the
//! statistics are their sum.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde::{Deserialize, Serialize};

use super::Index;
use super::item::Item;
use super::keys;
use super::update::Update;
use crate::domain::account::{Account, Provider};
use crate::domain::{Error, Result};

/// Before the name of a provider in a counter.
const PROVIDER: &str = "provider_";

/// Sums over all users who aren't deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    pub total: i64,
    pub active: i64,
    pub verified: i64,
    /// Those whom a search can find.
    pub searchable: i64,
    /// By how they can sign in.
    pub providers: BTreeMap<String, i64>,
}

/// What one user adds to the statistics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counted {
    is_active: bool,
    is_verified: bool,
    is_searchable: bool,
    providers: BTreeSet<Provider>,
}

impl Counted {
    pub fn new(account: &Account, is_searchable: bool) -> Self {
        Self {
            is_active: account.is_active,
            is_verified: account.is_verified,
            is_searchable,
            providers: account.providers.clone(),
        }
    }

    fn numbers(&self) -> impl Iterator<Item = (String, i64)> {
        let Self { is_active, is_verified, is_searchable, providers } = self;
        let flags = [
            ("total", true),
            ("active", *is_active),
            ("verified", *is_verified),
            ("searchable", *is_searchable),
        ];
        let flags = flags.into_iter().filter(|(_, counts)| *counts);
        let providers = providers.iter().map(|provider| format!("{PROVIDER}{}", provider.as_str()));
        flags.map(|(name, _)| name.to_owned()).chain(providers).map(|name| (name, 1))
    }
}

impl Index {
    /// The statistics, in one request.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn statistics(&self) -> Result<Statistics> {
        let keys: Vec<_> = (0..keys::COUNTERS).map(keys::statistics).collect();
        let items = self.0.batch_get(keys.clone()).await?;
        let mut sums = Statistics::default();
        for counter in keys.iter().filter_map(|key| items.raw(key)) {
            add(&mut sums, counter)?;
        }
        Ok(sums)
    }

    /// The write that takes somebody from one way of being counted to another.
    pub(super) fn count(
        &self,
        counter: u8,
        old: Option<&Counted>,
        new: Option<&Counted>,
    ) -> Result<Option<TransactWriteItem>> {
        let mut changes = BTreeMap::<String, i64>::new();
        let minus = old.into_iter().flat_map(Counted::numbers).map(|(name, count)| (name, -count));
        for (name, count) in minus.chain(new.into_iter().flat_map(Counted::numbers)) {
            *changes.entry(name).or_default() += count;
        }
        changes.retain(|_, count| *count != 0);
        if changes.is_empty() {
            return Ok(None);
        }
        let entity = AttributeValue::S("statistics".to_owned());
        let update = changes.iter().fold(Update::new().set("entity", entity), |update, change| {
            update.add(change.0, *change.1)
        });
        self.0.update(&keys::statistics(counter), update.build()).map(Some)
    }
}

fn add(sums: &mut Statistics, counter: &Item) -> Result<()> {
    for (name, value) in counter {
        let AttributeValue::N(count) = value else { continue };
        let count: i64 = count.parse().map_err(|error| {
            Error::internal(format!("the statistics have a {name} that is no number: {error}"))
        })?;
        match (name.as_str(), name.strip_prefix(PROVIDER)) {
            ("total", _) => sums.total += count,
            ("active", _) => sums.active += count,
            ("verified", _) => sums.verified += count,
            ("searchable", _) => sums.searchable += count,
            (_, Some(provider)) => *sums.providers.entry(provider.to_owned()).or_default() += count,
            _ => {}
        }
    }
    Ok(())
}
