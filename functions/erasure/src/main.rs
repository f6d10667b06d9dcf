use erasure::{Eraser, Error};
use lambda_runtime::{LambdaEvent, run, service_fn};
use shared::context::{Clock, Rng};
use shared::{config, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = config::Erasure::from_env()?;
    telemetry::init("erasure", config.log_level);
    let eraser = Eraser::new(config, Clock::system(), Rng::system());
    run(service_fn(async |_: LambdaEvent<serde::de::IgnoredAny>| eraser.invoke().await)).await
}
