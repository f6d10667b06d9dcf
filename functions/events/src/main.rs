use events::{Error, Events};
use lambda_runtime::{LambdaEvent, run, service_fn};
use shared::config;
use shared::context::Clock;
use shared::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = config::Events::from_env()?;
    telemetry::init("events", config.log_level);
    let events = Events::new(config, Clock::system());
    run(service_fn(async |event: LambdaEvent<_>| events.invoke(event.payload).await)).await
}
