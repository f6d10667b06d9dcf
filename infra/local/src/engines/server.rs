//! One loopback HTTP/1.1 server per service.
//!
//! hyper is used bare rather than through axum, because a refused request has to end its connection
//! without an answer, and because these servers stand in the path of every measured call.

use std::error::Error;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::{Fault, Requests, Service, StartError};

/// How long a stop waits for requests that are being answered.
const GRACE: Duration = Duration::from_secs(2);

/// How long to wait before accepting again after a failure, which is nearly always one of too many
/// open files.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

pub(super) struct Server {
    address: SocketAddr,
    gate: Arc<Gate>,
    task: JoinHandle<()>,
}

/// A port that is held but not answered yet.
pub(super) struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    gate: Arc<Gate>,
    stopped: watch::Receiver<bool>,
}

/// What every request to a service passes first.
struct Gate {
    service: Service,
    requests: Arc<Requests>,
    fault: AtomicU8,
}

pub(super) async fn bind(
    service: Service,
    requests: &Arc<Requests>,
    stopped: &watch::Receiver<bool>,
) -> Result<Bound, StartError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(StartError::Listen)?;
    let address = listener.local_addr().map_err(StartError::Listen)?;
    Ok(Bound {
        listener,
        address,
        gate: Arc::new(Gate {
            service,
            requests: Arc::clone(requests),
            fault: AtomicU8::new(Fault::None as u8),
        }),
        stopped: stopped.clone(),
    })
}

impl Bound {
    /// Answers with `handler` until the engines stop.
    pub(super) fn serve<H, F, B>(self, handler: H) -> Server
    where
        H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body<Data = Bytes> + From<String> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        Server {
            address: self.address,
            gate: Arc::clone(&self.gate),
            task: tokio::spawn(self.accept(handler)),
        }
    }

    async fn accept<H, F, B>(mut self, handler: H)
    where
        H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body<Data = Bytes> + From<String> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                // An error means that the engines were dropped, which ends the servers too.
                _ = self.stopped.wait_for(|stopped| *stopped) => break,
                Some(_) = connections.join_next() => continue,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok(_) if self.gate.fault() == Fault::Refuse => {}
                Ok((stream, _)) => {
                    connections.spawn(connection(
                        stream,
                        Arc::clone(&self.gate),
                        self.stopped.clone(),
                        handler.clone(),
                    ));
                }
                Err(_) => sleep(ACCEPT_AGAIN).await,
            }
        }
        drop(self.listener);
        // Whoever isn't done by then is cut off with the set.
        let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
    }
}

impl Server {
    pub(super) fn service(&self) -> Service {
        self.gate.service
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn fail(&self, fault: Fault) {
        self.gate.fault.store(fault as u8, Ordering::Relaxed);
    }

    /// Waits for the end of the last connection.
    pub(super) async fn ended(self) {
        // It only ends early by panicking, which has been reported by then.
        let _ = self.task.await;
    }
}

impl Gate {
    fn fault(&self) -> Fault {
        let fault = self.fault.load(Ordering::Relaxed);
        [Fault::Throttle, Fault::Refuse]
            .into_iter()
            .find(|known| *known as u8 == fault)
            .unwrap_or_default()
    }

    /// Counts the request and says what is to become of it. S3 and SES name no operation in a header:
    /// the one counts by itself, the other has but one.
    fn admit(&self, request: &Request<Incoming>) -> Fault {
        let fault = self.fault();
        let operation = match self.service {
            Service::Ses => Some("SendEmail"),
            _ => super::json::operation(request.headers()),
        };
        if fault != Fault::Refuse
            && let Some(operation) = operation
        {
            self.requests.count(self.service.name(), operation);
        }
        fault
    }
}

async fn connection<H, F, B>(
    stream: TcpStream,
    gate: Arc<Gate>,
    mut stopped: watch::Receiver<bool>,
    handler: H,
) where
    H: Fn(Request<Incoming>) -> F,
    F: Future<Output = Response<B>>,
    B: Body<Data = Bytes> + From<String> + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    // Without it an answer in two segments waits for the client's delayed acknowledgement: 40 ms. A
    // connection on which it can't be set is closed already.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(|request| {
        let fault = gate.admit(&request);
        let answer = (fault == Fault::None).then(|| handler(request));
        let service = gate.service;
        async move {
            match (answer, fault) {
                (Some(answer), _) => Ok(answer.await),
                (None, Fault::Refuse) => Err(Refused),
                (None, _) => {
                    let (status, body) = service.throttled();
                    let mut response = Response::new(B::from(body.to_owned()));
                    *response.status_mut() = status;
                    Ok(response)
                }
            }
        }
    });
    let mut served = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // An error is the client's going away, or a refusal.
        _ = served.as_mut() => return,
        _ = stopped.wait_for(|stopped| *stopped) => {}
    }
    served.as_mut().graceful_shutdown();
    let _ = served.await;
}

/// Ends the connection without an answer.
#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was refused on purpose")
    }
}

impl Error for Refused {}
