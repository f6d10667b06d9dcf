//! The main table's stream, read in process: Lambda's event source mapping, which reads it in the
//! cloud, needs no endpoint there either.

use std::sync::atomic::{AtomicI64, Ordering};

use dynoxide::actions::get_records::{GetRecordsRequest, Record};
use dynoxide::actions::get_shard_iterator::encode_shard_iterator;
use dynoxide::streams::shard_id;
use rusqlite::OptionalExtension as _;
use serde_json::{Value, json};

use super::{DynamoDb, table};
use crate::engines::{ACCOUNT, Consumer, REGION};

/// What the engine adds to a sequence number before it shows it, so that it has 21 digits as AWS's.
const SEQUENCE_NUMBER_OFFSET: u128 = 100_000_000_000_000_000_000;

/// How many stream records go in one transaction, which requests have to wait for.
const TRIM_BATCH: usize = 1000;

/// The last record that each consumer has done with, by its stored sequence number.
#[derive(Default)]
pub(super) struct Positions([AtomicI64; Consumer::ALL.len()]);

impl Positions {
    fn of(&self, consumer: Consumer) -> i64 {
        self.0[consumer as usize].load(Ordering::Acquire)
    }

    fn set(&self, consumer: Consumer, position: i64) {
        self.0[consumer as usize].store(position, Ordering::Release);
    }

    /// Of the one who is furthest behind: what lies before it is of no more use.
    fn last(&self) -> i64 {
        Consumer::ALL.into_iter().map(|consumer| self.of(consumer)).min().unwrap_or(0)
    }
}

impl DynamoDb {
    /// See [`Engines::read_stream`](crate::engines::Engines::read_stream).
    pub(in crate::engines) fn read_stream(
        &self,
        consumer: Consumer,
        limit: usize,
    ) -> dynoxide::Result<Vec<Value>> {
        let position = self.positions.of(consumer);
        let start = encode_shard_iterator(table::NAME, &shard_id(table::NAME), position);
        let request = GetRecordsRequest { shard_iterator: start, limit: Some(limit) };
        let arn = self.stream_arn()?;
        let records = self.database.get_records(request)?.records;
        Ok(records.iter().map(|record| deliver(record, &arn)).collect())
    }

    /// See [`Engines::newest_sequence_number`](crate::engines::Engines::newest_sequence_number).
    pub(in crate::engines) fn newest_sequence_number(&self) -> rusqlite::Result<Option<String>> {
        let stored: Option<i64> = self.upkeep().query_row(
            "SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records
             WHERE table_name = ?1",
            [table::NAME],
            |row| row.get(0),
        )?;
        Ok(stored.map(|stored| {
            (SEQUENCE_NUMBER_OFFSET + u128::from(stored.cast_unsigned())).to_string()
        }))
    }

    /// See [`Engines::advance_stream`](crate::engines::Engines::advance_stream).
    pub(in crate::engines) fn advance_stream(
        &self,
        consumer: Consumer,
        sequence_number: &str,
    ) -> rusqlite::Result<()> {
        let stored = stored(sequence_number)?;
        self.upkeep().execute(
            "INSERT INTO kith_stream_positions (consumer, sequence_number) VALUES (?1, ?2)
             ON CONFLICT (consumer) DO UPDATE SET sequence_number = excluded.sequence_number",
            (consumer.function(), stored),
        )?;
        self.positions.set(consumer, stored);
        self.trim_stream(self.positions.last())
    }

    /// See [`Engines::pass_over_stream`](crate::engines::Engines::pass_over_stream).
    pub(in crate::engines) fn pass_over_stream(
        &self,
        consumer: Consumer,
        sequence_number: &str,
    ) -> rusqlite::Result<()> {
        let before = self.positions.last();
        self.positions.set(consumer, stored(sequence_number)?);
        let done = self.positions.last();
        if done == before { Ok(()) } else { self.trim_stream(done) }
    }

    fn trim_stream(&self, done: i64) -> rusqlite::Result<()> {
        let upkeep = self.upkeep();
        loop {
            let deleted = upkeep.execute(
                "DELETE FROM _stream_records WHERE id IN (
                     SELECT id FROM _stream_records
                     WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2
                     LIMIT ?3)",
                (table::NAME, done, TRIM_BATCH),
            )?;
            if deleted < TRIM_BATCH {
                return Ok(());
            }
        }
    }

    /// Every write asks for the table's highest sequence number; without this index by reading all
    /// of its records.
    pub(super) fn index_stream(&self) -> rusqlite::Result<()> {
        self.upkeep().execute_batch(
            "CREATE INDEX IF NOT EXISTS kith_stream_records_in_order
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
        )
    }

    /// Where each consumer was when the stack was stopped.
    pub(super) fn restore_positions(&self) -> rusqlite::Result<()> {
        let upkeep = self.upkeep();
        upkeep.execute_batch(
            "CREATE TABLE IF NOT EXISTS kith_stream_positions
             (consumer TEXT PRIMARY KEY, sequence_number INTEGER NOT NULL)",
        )?;
        for consumer in Consumer::ALL {
            let stored = upkeep
                .query_row(
                    "SELECT sequence_number FROM kith_stream_positions WHERE consumer = ?1",
                    [consumer.function()],
                    |row| row.get(0),
                )
                .optional()?;
            self.positions.set(consumer, stored.unwrap_or(0));
        }
        Ok(())
    }

    /// The engine has a region of its own, which nobody else here has heard of.
    fn stream_arn(&self) -> dynoxide::Result<String> {
        let label = self.database.get_table_metadata(table::NAME)?;
        let label = label.and_then(|table| table.stream_label).unwrap_or_default();
        let table = table::NAME;
        Ok(format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/{label}"))
    }
}

/// The number that is stored, of the one that is shown.
fn stored(sequence_number: &str) -> rusqlite::Result<i64> {
    sequence_number
        .parse::<u128>()
        .ok()
        .and_then(|shown| shown.checked_sub(SEQUENCE_NUMBER_OFFSET))
        .and_then(|stored| i64::try_from(stored).ok())
        .ok_or_else(|| rusqlite::Error::InvalidParameterName(sequence_number.to_owned()))
}

/// A record as Lambda hands it to a function: with the stream's ARN, which the streams' own API
/// leaves out.
fn deliver(record: &Record, stream_arn: &str) -> Value {
    let mut record = json!(record);
    record["awsRegion"] = json!(REGION);
    record["eventSourceARN"] = json!(stream_arn);
    record
}
