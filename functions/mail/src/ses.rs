//! Amazon SES.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::Builder;
use aws_sdk_sesv2::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader};
use shared::aws::Sdk;
use shared::config::Mailbox;
use shared::domain::email::Email;
use shared::{Error, Result};

use crate::letter::Rendered;

pub struct Ses {
    client: Client,
    from: String,
    configuration_set: Option<String>,
}

/// What SES made of a mail.
pub enum Sent {
    Accepted,
    /// For good; with the error's name.
    Refused(String),
}

impl Ses {
    pub fn new(sdk: &Sdk, from: &Mailbox, configuration_set: Option<String>) -> Self {
        let mut config = Builder::from(sdk.config());
        config.set_endpoint_url(sdk.endpoints().ses.clone());
        let client = Client::from_conf(config.build());
        Self { client, from: from.header(), configuration_set }
    }

    /// # Errors
    /// [`Error::Unavailable`] where SES takes nothing for the moment: it
    /// throttles, is down, or the account or its identity may not send.
    pub async fn send(&self, to: &Email, rendered: &Rendered) -> Result<Sent> {
        let Rendered { subject, text, html } = rendered;
        let utf8 = |data: &str| {
            Content::builder().data(data).charset("UTF-8").build().map_err(Error::internal)
        };
        // Keeps the holiday notices of mail programs away (RFC 3834, section 5).
        let header = MessageHeader::builder().name("Auto-Submitted").value("auto-generated");
        let message = Message::builder()
            .subject(utf8(subject)?)
            .body(Body::builder().text(utf8(text)?).html(utf8(html)?).build())
            .headers(header.build().map_err(Error::internal)?);
        let request = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(EmailContent::builder().simple(message.build()).build())
            .set_configuration_set_name(self.configuration_set.clone());
        match request.send().await {
            Ok(_) => Ok(Sent::Accepted),
            Err(error) => refusal(&error),
        }
    }
}

fn refusal(error: &SdkError<SendEmailError>) -> Result<Sent> {
    let Some(service) = error.as_service_error() else {
        return Err(Error::unavailable(DisplayErrorContext(error).to_string()));
    };
    // No more than its name: the message may hold the address.
    let code = service.code().unwrap_or("an error without a name").to_owned();
    if service.is_message_rejected() || service.is_bad_request_exception() {
        return Ok(Sent::Refused(code));
    }
    Err(Error::unavailable(format!("SES: {code}")))
}
