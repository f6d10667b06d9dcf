use lambda_runtime::{LambdaEvent, run, service_fn};
use picture_worker::fetch::Fetcher;
use picture_worker::{Error, Worker};
use shared::context::Clock;
use shared::{config, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = config::PictureWorker::from_env()?;
    telemetry::init("picture-worker", config.log_level);
    let worker = Worker::new(config, Fetcher::new(), Clock::system());
    run(service_fn(async |event: LambdaEvent<_>| worker.invoke(event.payload).await)).await
}
