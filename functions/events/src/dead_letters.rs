//! Records that can't be processed, kept whole.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::Builder;
use serde_json::{Value, json};
use shared::Error;
use shared::aws::Sdk;

#[derive(Clone)]
pub struct DeadLetters {
    client: Client,
    queue_url: String,
}

impl DeadLetters {
    pub fn new(sdk: &Sdk, queue_url: String) -> Self {
        let mut config = Builder::from(sdk.config());
        config.set_endpoint_url(sdk.endpoints().sqs.clone());
        Self { client: Client::from_conf(config.build()), queue_url }
    }

    /// Keeps a record, in the form in which the function can be invoked with it
    /// again. False where the queue doesn't take it.
    pub async fn take(&self, record: &Value, failure: &Error) -> bool {
        // Ids and keys only: the record itself may hold what no log should.
        let number = &record["dynamodb"]["SequenceNumber"];
        tracing::error!(target: "kith", error = ?failure, sequence_number = %number, "a record goes to the dead letters");
        let body = json!({"Records": [record], "error": format!("{failure:?}")}).to_string();
        let request = self.client.send_message().queue_url(&self.queue_url).message_body(body);
        match request.send().await {
            Ok(_) => true,
            Err(error) => {
                let error = aws_sdk_sqs::error::DisplayErrorContext(&error);
                tracing::error!(target: "kith", %error, "the dead letters can't be reached");
                false
            }
        }
    }
}
