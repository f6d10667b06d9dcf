//! DynamoDB on one `SQLite` file, by dynoxide.
//!
//! dynoxide's own server hides its dispatch, and a counting proxy in front of it would cost each
//! call a second trip through the loopback; so the operations are called here, on its public
//! `Database`. Its server words a few validation messages more exactly; what a request that the SDK
//! can form is answered, and with which type and status of error, is the same.

mod stream;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dynoxide::{Database, DynoxideError};
use http::StatusCode;
use rusqlite::{Connection, ErrorCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::json::{Answer, Refusal};
use super::{StartError, table};
use stream::Positions;

/// The operations that change items.
const WRITES: [&str; 5] =
    ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];

pub(super) struct DynamoDb {
    database: Database,
    /// A second connection, for what the engine has no function for.
    upkeep: Mutex<Connection>,
    /// Wakes whoever reads the stream.
    written: watch::Sender<()>,
    positions: Positions,
}

impl DynamoDb {
    /// Opens or creates the file, and creates what is missing of the tables.
    pub(super) fn open(path: &Path) -> Result<Self, StartError> {
        let broken = |error: DynoxideError| StartError::file(path, error);
        let upkeep = probe(path).map_err(|error| StartError::file(path, reason(&error)))?;
        let database = Database::new(&path.to_string_lossy()).map_err(broken)?;
        // Under this name the engine sets `synchronous = NORMAL`: no write waits for the disk. A
        // crash of the process loses nothing, one of the machine the last moments.
        database.disable_bulk_loading().map_err(broken)?;

        let this = Self {
            database,
            upkeep: Mutex::new(upkeep),
            written: watch::Sender::new(()),
            positions: Positions::default(),
        };
        this.create_tables().map_err(broken)?;
        let prepared = this.index_stream().and_then(|()| this.restore_positions());
        prepared.map_err(|error| StartError::file(path, reason(&error)))?;
        Ok(this)
    }

    /// Answers one request.
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
            _ => return Err(Refusal::unknown_operation()).into(),
        };
        // A write that failed may have done a part.
        if WRITES.contains(&operation) {
            self.written.send_replace(());
        }
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
        match self.database.sweep_ttl() {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "expired items were not deleted"),
        }
        self.written.send_replace(());
    }

    /// See [`Engines::written`](super::Engines::written).
    pub(super) fn written(&self) -> watch::Receiver<()> {
        self.written.subscribe()
    }

    /// Moves everything out of the write-ahead log into the database's own file.
    pub(super) fn checkpoint(&self) {
        let moved = self.upkeep().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = moved {
            // Nothing is lost: the next start reads the log.
            tracing::warn!(%error, "the database was not checkpointed");
        }
    }

    fn create_tables(&self) -> dynoxide::Result<()> {
        let db = &self.database;
        let create = |name: &str, definition: Value| {
            if db.get_table_metadata(name)?.is_none() {
                db.create_table(request(&definition.to_string())?)?;
            }
            Ok::<_, DynoxideError>(())
        };
        create(table::NAME, table::definition())?;
        create(table::INDEX_TABLE, table::index_table_definition())?;
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
    // As the engine's own: what a crash of the machine brings back of a trimmed stream is only
    // delivered again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
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
