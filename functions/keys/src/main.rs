use keys::{Error, Event, Rotation};
use lambda_runtime::{LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let rotation = Rotation::from_env()?;
    run(service_fn(async |event: LambdaEvent<Event>| rotation.step(&event.payload).await)).await
}
