use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use mail::Mails;
use shared::context::{Clock, Rng};
use shared::{config, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = config::Mail::from_env()?;
    telemetry::init("mail", config.log_level);
    let mails = Mails::new(config, Clock::system(), Rng::system());
    run(service_fn(async |event: LambdaEvent<_>| Ok::<_, Error>(mails.invoke(event.payload).await)))
        .await
}
