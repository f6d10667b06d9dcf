//! The main table's stream, read in process: Lambda's event source mapping, which reads it in the
//! cloud, needs no endpoint there either.

use dynoxide::actions::get_records::{GetRecordsRequest, Record};
use dynoxide::actions::get_shard_iterator::encode_shard_iterator;
use dynoxide::streams::shard_id;
use serde_json::{Value, json};

use super::{DynamoDb, table};
use crate::engines::{ACCOUNT, REGION};

/// What the engine adds to a sequence number before it shows it, so that it has 21 digits as AWS's.
const SEQUENCE_NUMBER_OFFSET: u128 = 100_000_000_000_000_000_000;

/// How many stream records go in one transaction, which requests have to wait for.
const TRIM_BATCH: usize = 1000;

impl DynamoDb {
    /// See [`Engines::read_stream`](crate::engines::Engines::read_stream).
    pub(in crate::engines) fn read_stream(&self, limit: usize) -> dynoxide::Result<Vec<Value>> {
        let start = encode_shard_iterator(table::NAME, &shard_id(table::NAME), 0);
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

    /// See [`Engines::trim_stream`](crate::engines::Engines::trim_stream).
    pub(in crate::engines) fn trim_stream(&self, sequence_number: &str) -> rusqlite::Result<()> {
        let stored = sequence_number
            .parse::<u128>()
            .ok()
            .and_then(|shown| shown.checked_sub(SEQUENCE_NUMBER_OFFSET))
            .and_then(|stored| i64::try_from(stored).ok())
            .ok_or_else(|| rusqlite::Error::InvalidParameterName(sequence_number.to_owned()))?;
        let upkeep = self.upkeep();
        loop {
            let deleted = upkeep.execute(
                "DELETE FROM _stream_records WHERE id IN (
                     SELECT id FROM _stream_records
                     WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2
                     LIMIT ?3)",
                (table::NAME, stored, TRIM_BATCH),
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

    /// The engine has a region of its own, which nobody else here has heard of.
    fn stream_arn(&self) -> dynoxide::Result<String> {
        let label = self.database.get_table_metadata(table::NAME)?;
        let label = label.and_then(|table| table.stream_label).unwrap_or_default();
        let table = table::NAME;
        Ok(format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/{label}"))
    }
}

/// A record as Lambda hands it to a function: with the stream's ARN, which the streams' own API
/// leaves out.
fn deliver(record: &Record, stream_arn: &str) -> Value {
    let mut record = json!(record);
    record["awsRegion"] = json!(REGION);
    record["eventSourceARN"] = json!(stream_arn);
    record
}
