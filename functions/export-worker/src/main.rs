use export_worker::{Error, Worker};
use lambda_runtime::{LambdaEvent, run, service_fn};
use shared::context::Clock;
use shared::{config, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = config::ExportWorker::from_env()?;
    telemetry::init("export-worker", config.log_level);
    let worker = Worker::new(config, Clock::system());
    run(service_fn(async |event: LambdaEvent<_>| worker.invoke(event.payload).await)).await
}
