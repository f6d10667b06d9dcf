//! What the database takes of a call: a relay in front of it that looks at the
//! clock. It measures from the last byte of a request to the first of its
//! answer, in a pass of its own, since it delays what it measures.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Relays to a server until it is dropped.
pub struct Wire {
    pub url: String,
    waited: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Wire {
    /// In front of the server at a URL.
    pub async fn to(url: &str) -> Self {
        let server = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let waited = Arc::new(AtomicU64::new(0));
        let total = Arc::clone(&waited);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("a running server");
                tokio::spawn(relay(client, server, Arc::clone(&total)));
            }
        });
        Self { url, waited, task }
    }

    /// How long requests have waited for their answers since this was last asked.
    pub fn take(&self) -> Duration {
        Duration::from_nanos(self.waited.swap(0, Ordering::Relaxed))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Passes bytes on until one side ends. One connection has one request at a time.
async fn relay(mut client: TcpStream, mut server: TcpStream, waited: Arc<AtomicU64>) {
    for socket in [&client, &server] {
        socket.set_nodelay(true).expect("a socket's option");
    }
    let (mut request, mut answer) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut sent = None;
    loop {
        let passed = tokio::select! {
            read = client.read(&mut request) => match read {
                Ok(length @ 1..) => {
                    let passed = server.write_all(&request[..length]).await;
                    sent = Some(Instant::now());
                    passed
                }
                _ => return,
            },
            read = server.read(&mut answer) => match read {
                Ok(length @ 1..) => {
                    if let Some(sent) = sent.take() {
                        let nanos = u64::try_from(sent.elapsed().as_nanos()).unwrap_or(u64::MAX);
                        waited.fetch_add(nanos, Ordering::Relaxed);
                    }
                    client.write_all(&answer[..length]).await
                }
                _ => return,
            },
        };
        if passed.is_err() {
            return;
        }
    }
}
