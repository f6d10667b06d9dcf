//! Makes the index table anew from the main one: search and statistics.

use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::{Value, json};

/// Parts of the main table that are read side by side.
const SEGMENTS: u32 = 4;

/// One answer of the events function.
#[derive(Deserialize)]
struct Page {
    users: u64,
    /// Where to go on, for the function to know.
    next: Option<Value>,
}

/// Rebuilds by calling the events function, and returns how many users there are. `done` is told of
/// so many more of them.
///
/// # Errors
/// The function's own; an answer that isn't about this.
pub async fn reindex<I, F>(invoke: I, done: impl Fn(u64)) -> Result<u64, events::Error>
where
    I: Fn(Value) -> F,
    F: Future<Output = Result<Value, events::Error>>,
{
    let segments = (0..SEGMENTS).map(|segment| rebuild(&invoke, segment, &done));
    Ok(try_join_all(segments).await?.into_iter().sum())
}

async fn rebuild<I, F>(invoke: &I, segment: u32, done: &impl Fn(u64)) -> Result<u64, events::Error>
where
    I: Fn(Value) -> F,
    F: Future<Output = Result<Value, events::Error>>,
{
    let (mut users, mut start) = (0, Value::Null);
    loop {
        let request = json!({"segment": segment, "segments": SEGMENTS, "start": start});
        let page = invoke(json!({"reindex": request})).await?;
        let page: Page = serde_json::from_value(page)?;
        users += page.users;
        done(page.users);
        match page.next {
            Some(next) => start = next,
            None => return Ok(users),
        }
    }
}

/// Has the stack on this port do it, so that it needn't stop. `None` where none runs.
///
/// # Errors
/// What went wrong there, as a sentence.
pub async fn ask(port: u16) -> Result<Option<u64>, String> {
    #[derive(Deserialize)]
    struct Done {
        users: u64,
    }
    // A proxy would look for this machine elsewhere.
    let client = reqwest::Client::builder().no_proxy().build();
    let client = client.map_err(|error| error.to_string())?;
    let url = format!("http://127.0.0.1:{port}/local/reindex");
    let response = match client.post(url).send().await {
        Ok(response) => response,
        Err(error) if error.is_connect() => return Ok(None),
        Err(error) => return Err(format!("the stack on port {port} gave no answer: {error}")),
    };
    let status = response.status();
    match response.json::<Done>().await {
        Ok(done) if status.is_success() => Ok(Some(done.users)),
        _ => Err(format!("what runs on port {port} answered {status}: its log may say why")),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;

    use super::*;

    #[tokio::test]
    async fn every_segment_is_read_to_its_end() {
        let starts = RefCell::new(BTreeMap::<u64, Vec<Value>>::new());
        let told = Cell::new(0);
        let invoke = |event: Value| {
            let request = &event["reindex"];
            assert_eq!(request["segments"], 4);
            let segment = request["segment"].as_u64().unwrap();
            let start = request["start"].clone();
            // Segment n has n + 1 pages.
            let page = start["page"].as_u64().unwrap_or(0);
            let next = (page < segment).then(|| json!({"page": page + 1}));
            starts.borrow_mut().entry(segment).or_default().push(start);
            async move { Ok(json!({"users": 10, "next": next})) }
        };
        let users = reindex(invoke, |users| told.set(told.get() + users)).await.unwrap();
        assert_eq!((users, told.get()), (100, 100));
        let starts = starts.into_inner();
        assert_eq!(starts.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(starts[&2], [json!(null), json!({"page": 1}), json!({"page": 2})]);
    }

    #[tokio::test]
    async fn an_error_and_an_answer_to_something_else_end_it() {
        let failed = reindex(async |_| Err("failed".into()), |_| ()).await;
        assert_eq!(failed.unwrap_err().to_string(), "failed");
        let strange = reindex(async |_| Ok(json!({"batchItemFailures": []})), |_| ()).await;
        assert_eq!(strange.unwrap_err().to_string(), "missing field `users`");
    }
}
