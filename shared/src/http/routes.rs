//! Routes, said once.

/// Makes a group's `router()` and its list `ROUTES` of methods and paths, which
/// tests hold against `template.yaml` and the `OpenAPI` document.
///
/// ```text
/// shared::routes! {
///     POST "/v1/things" => create_thing,
///     GET "/v1/things/{thing_id}" => get_thing,
/// }
/// ```
#[macro_export]
macro_rules! routes {
    ($($method:ident $path:literal => $handler:expr,)+) => {
        /// Method and path of every route of this group.
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path),)+];

        /// The routes of this group.
        pub fn router() -> axum::Router<$crate::Context> {
            axum::Router::new()$(
                .route($path, axum::routing::on(axum::routing::MethodFilter::$method, $handler))
            )+
        }
    };
}
