//! The services, and how each of them fails.

use http::StatusCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    DynamoDb,
    /// The same database for the functions that read its stream, so that what a call costs can be
    /// told from what follows from it.
    DynamoDbOfEvents,
    S3,
    SecretsManager,
    EventBridge,
    Sqs,
    Ses,
}

/// What becomes of the requests to a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// They are answered.
    #[default]
    None,
    /// They are throttled, in the words of the real service.
    Throttle,
    /// Connections are closed at once, new and open ones.
    Refuse,
}

impl Service {
    /// The name that [`Requests`](super::Requests) counts under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::DynamoDbOfEvents => "dynamodb_events",
            Self::S3 => "s3",
            Self::SecretsManager => "secrets_manager",
            Self::EventBridge => "eventbridge",
            Self::Sqs => "sqs",
            Self::Ses => "ses",
        }
    }

    /// The variable by which every AWS SDK finds the service.
    pub(super) fn endpoint_variable(self) -> &'static str {
        match self {
            Self::DynamoDb | Self::DynamoDbOfEvents => "AWS_ENDPOINT_URL_DYNAMODB",
            Self::S3 => "AWS_ENDPOINT_URL_S3",
            Self::SecretsManager => "AWS_ENDPOINT_URL_SECRETS_MANAGER",
            Self::EventBridge => "AWS_ENDPOINT_URL_EVENTBRIDGE",
            Self::Sqs => "AWS_ENDPOINT_URL_SQS",
            Self::Ses => "AWS_ENDPOINT_URL_SESV2",
        }
    }

    /// The answer to a throttled request: status and body.
    pub(super) fn throttled(self) -> (StatusCode, &'static str) {
        match self {
            // An on-demand table throttles with this error, a provisioned one with another.
            Self::DynamoDb | Self::DynamoDbOfEvents => (
                StatusCode::BAD_REQUEST,
                r#"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"}"#,
            ),
            Self::S3 => (
                StatusCode::SERVICE_UNAVAILABLE,
                r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"#,
            ),
            Self::SecretsManager | Self::EventBridge => (
                StatusCode::BAD_REQUEST,
                r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#,
            ),
            Self::Sqs => (
                StatusCode::BAD_REQUEST,
                r#"{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Rate exceeded"}"#,
            ),
            Self::Ses => (
                StatusCode::TOO_MANY_REQUESTS,
                r#"{"__type":"TooManyRequestsException","message":"Maximum sending rate exceeded."}"#,
            ),
        }
    }
}
