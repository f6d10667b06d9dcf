//! DynamoDB and its streams on one `SQLite` file, by dynoxide.
//!
//! dynoxide's own server hides its dispatch, and a counting proxy in front of it would cost each
//! call a second trip through the loopback; so the operations are called here, on its public
//! `Database`. Its server words a few validation messages more exactly; what a request that the SDK
//! can form is answered, and with which type and status of error, is the same.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dynoxide::actions::get_records::GetRecordsResponse;
use dynoxide::{Database, DynoxideError};
use http::StatusCode;
use rusqlite::{Connection, ErrorCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::json::{Answer, Refusal};
use super::{StartError, table};

/// What the engine adds to a sequence number before it shows it, so that it has 21 digits as AWS's.
const SEQUENCE_NUMBER_OFFSET: u128 = 100_000_000_000_000_000_000;

/// How many stream records go in one transaction, which requests have to wait for.
const TRIM_BATCH: usize = 1000;

pub(super) struct DynamoDb {
    database: Database,
    /// A second connection, for what the engine has no function for.
    upkeep: Mutex<Connection>,
}

impl DynamoDb {
    /// Opens or creates the file, and creates what is missing of the table.
    pub(super) fn open(path: &Path) -> Result<Self, StartError> {
        let broken = |error: DynoxideError| StartError::file(path, error);
        let upkeep = probe(path).map_err(|error| StartError::file(path, reason(&error)))?;
        let database = Database::new(&path.to_string_lossy()).map_err(broken)?;
        // Under this name the engine sets `synchronous = NORMAL`: no write waits for the disk. A
        // crash of the process loses nothing, one of the machine the last moments.
        database.disable_bulk_loading().map_err(broken)?;

        let this = Self { database, upkeep: Mutex::new(upkeep) };
        this.create_table().map_err(broken)?;
        this.index_stream().map_err(|error| StartError::file(path, reason(&error)))?;
        Ok(this)
    }

    /// Answers one request of either API: their operations don't share a name.
    pub(super) fn call(&self, operation: &str, body: &[u8]) -> Answer {
        let db = &self.database;
        let result = match operation {
            "GetItem" => run(body, |request| db.get_item(request)),
            "BatchGetItem" => run(body, |request| db.batch_get_item(request)),
            "TransactGetItems" => run(body, |request| db.transact_get_items(request)),
            "Query" => run(body, |request| db.query(request)),
            "Scan" => run(body, |request| db.scan(request)),
            "PutItem" => run(body, |request| db.put_item(request)),
            "UpdateItem" => run(body, |request| db.update_item(request)),
            "DeleteItem" => run(body, |request| db.delete_item(request)),
            "BatchWriteItem" => run(body, |request| db.batch_write_item(request)),
            "TransactWriteItems" => run(body, |request| db.transact_write_items(request)),
            "ListTables" => run(body, |request| db.list_tables(request)),
            "DescribeTable" => run(body, |request| db.describe_table(request)),
            "CreateTable" => run(body, |request| db.create_table(request)),
            "UpdateTable" => run(body, |request| db.update_table(request)),
            "DeleteTable" => run(body, |request| db.delete_table(request)),
            "DescribeTimeToLive" => run(body, |request| db.describe_time_to_live(request)),
            "UpdateTimeToLive" => run(body, |request| db.update_time_to_live(request)),
            "ListStreams" => run(body, |request| db.list_streams(request)),
            "DescribeStream" => run(body, |request| db.describe_stream(request)),
            "GetShardIterator" => run(body, |request| db.get_shard_iterator(request)),
            "GetRecords" => run(body, |request| Ok(with_identities(&db.get_records(request)?))),
            _ => return Err(Refusal::unknown_operation()).into(),
        };
        match result {
            Ok(body) => Answer { status: StatusCode::OK, body },
            Err(error) => Answer {
                status: StatusCode::from_u16(error.status_code())
                    .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                body: error.to_json(),
            },
        }
    }

    /// Deletes what has expired, with the stream records that AWS writes for it.
    pub(super) fn sweep(&self) {
        if let Err(error) = self.database.sweep_ttl() {
            tracing::warn!(%error, "expired items were not deleted");
        }
    }

    /// See [`Engines::trim_stream`](super::Engines::trim_stream).
    pub(super) fn trim_stream(&self, sequence_number: &str) -> Result<(), rusqlite::Error> {
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

    /// Moves everything out of the write-ahead log into the database's own file.
    pub(super) fn checkpoint(&self) {
        let moved = self.upkeep().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = moved {
            // Nothing is lost: the next start reads the log.
            tracing::warn!(%error, "the database was not checkpointed");
        }
    }

    fn create_table(&self) -> dynoxide::Result<()> {
        let db = &self.database;
        if db.get_table_metadata(table::NAME)?.is_none() {
            db.create_table(request(&table::definition().to_string())?)?;
        }
        // On its own, in case the process ended between the two.
        let name = json!({"TableName": table::NAME}).to_string();
        let ttl = db.describe_time_to_live(request(&name)?)?;
        if ttl.time_to_live_description.attribute_name.is_none() {
            let enabled = json!({
                "TableName": table::NAME,
                "TimeToLiveSpecification": {"AttributeName": table::TTL_ATTRIBUTE, "Enabled": true},
            });
            db.update_time_to_live(request(&enabled.to_string())?)?;
        }
        Ok(())
    }

    /// Every write asks for the table's highest sequence number; without this index by reading all
    /// of its records.
    fn index_stream(&self) -> rusqlite::Result<()> {
        self.upkeep().execute_batch(
            "CREATE INDEX IF NOT EXISTS kith_stream_records_in_order
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
        )
    }

    fn upkeep(&self) -> MutexGuard<'_, Connection> {
        // A panic leaves no half-done state in a connection: its transaction is rolled back.
        self.upkeep.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the file and makes sure that it is a database that can be written now. The engine would
/// wait half a minute for a locked one and take a broken one for an encrypted one.
fn probe(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(1))?;
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    // From here on it only ever waits for the engine.
    connection.busy_timeout(Duration::from_secs(30))?;
    Ok(connection)
}

fn reason(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "it is not a database".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => "the database is damaged".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program has locked the database".to_owned()
        }
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "it can't be written".to_owned()
        }
        _ => error.to_string(),
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> dynoxide::Result<String> {
    let request = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    serde_json::to_string(&operation(request)?)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

fn request<Q: DeserializeOwned>(body: &str) -> dynoxide::Result<Q> {
    serde_json::from_str(body).map_err(|error| unreadable(&error))
}

/// The engine names a record's `userIdentity`, by which an expiry is told from a deletion, as
/// Lambda's events do; the streams' own API has other names, and its SDK would read nothing.
fn with_identities(answer: &GetRecordsResponse) -> Value {
    let mut answer = json!(answer);
    for record in answer["Records"].as_array_mut().into_iter().flatten() {
        if let Some(identity) = record.get_mut("userIdentity") {
            *identity = json!({
                "Type": identity["type"],
                "PrincipalId": identity["principalId"],
            });
        }
    }
    answer
}

/// The engine's types tell by a prefix which of AWS's errors a value they don't take is.
fn unreadable(error: &serde_json::Error) -> DynoxideError {
    let text = error.to_string();
    let text = match text.rsplit_once(" at line ") {
        Some((text, _position)) => text,
        None => &text,
    };
    let invalid = ["VALIDATION_REQUEST:", "VALIDATION:"]
        .into_iter()
        .find_map(|prefix| text.strip_prefix(prefix));
    match (invalid, text.strip_prefix("SERIALIZATION:")) {
        (Some(message), _) => DynoxideError::ValidationException(message.to_owned()),
        (None, Some(message)) => DynoxideError::SerializationException(message.to_owned()),
        (None, None) if text.contains("missing field") || text.contains("AttributeValue") => {
            DynoxideError::ValidationException(text.to_owned())
        }
        (None, None) => DynoxideError::SerializationException(text.to_owned()),
    }
}
