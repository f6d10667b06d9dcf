//! S3 on a folder, by s3s-fs: one bucket, path-style URLs, signatures verified.

use std::fs::create_dir_all;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3Result, s3_error};
use s3s_fs::FileSystem;
use tower::{Layer, ServiceExt};
use tower_http::cors::CorsLayer;

use super::created::Created;
use super::{ACCESS_KEY_ID, BUCKET, Requests, SECRET_ACCESS_KEY, Service, StartError, TOLD_OF};

/// The store under `root`, with the bucket in place.
pub(super) fn service(root: &Path, requests: Arc<Requests>) -> Result<S3Service, StartError> {
    create_dir_all(root.join(BUCKET)).map_err(|error| StartError::io(root, &error))?;
    let store = FileSystem::new(root)
        .map_err(|_| StartError::file(root, "its temporary files can't be removed"))?;
    let mut builder = S3ServiceBuilder::new(store);
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
    builder.set_access(SignedAndCounted(requests));
    Ok(builder.build())
}

/// Browsers put files by presigned URLs from whatever origin a front end is served, so every origin
/// may; in the cloud the bucket's own CORS rules say which.
pub(super) fn handler(
    store: S3Service,
    created: Arc<Created>,
) -> impl Fn(Request<Incoming>) -> Pending + Clone + Send + Sync + 'static {
    let store = CorsLayer::permissive().layer(store);
    move |request| {
        let (store, created) = (store.clone(), Arc::clone(&created));
        let put = put_key(&request);
        Box::pin(async move {
            // A failure of the engine itself, which it has logged, is an error 500 rather than a
            // cut connection.
            let response = store.oneshot(request).await.unwrap_or_else(|_| {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                response
            });
            if let Some(key) = put.filter(|_| response.status().is_success()) {
                created.put(&key);
            }
            response
        })
    }
}

/// The key that a request puts, where somebody is to be told.
fn put_key(request: &Request<Incoming>) -> Option<String> {
    let key = request.uri().path().strip_prefix('/')?.strip_prefix(BUCKET)?.strip_prefix('/')?;
    let is_told = request.method() == Method::PUT
        && TOLD_OF.iter().any(|(prefix, _)| key.starts_with(prefix));
    is_told.then(|| key.to_owned())
}

type Pending = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// The bucket is private, and this is where the engine knows the operation's name.
struct SignedAndCounted(Arc<Requests>);

#[async_trait]
impl S3Access for SignedAndCounted {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        self.0.count(Service::S3.name(), context.s3_op().name());
        if context.credentials().is_none() {
            return Err(s3_error!(AccessDenied, "Signature is required"));
        }
        Ok(())
    }
}
