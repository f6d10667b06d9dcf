//! The whole service through HTTP, on the embedded engines.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "service/access.rs"]
mod access;
#[path = "service/activity.rs"]
mod activity;
#[path = "service/admin.rs"]
mod admin;
#[path = "service/admin_lists.rs"]
mod admin_lists;
#[path = "service/api_keys.rs"]
mod api_keys;
#[path = "service/attacks.rs"]
mod attacks;
#[path = "service/audit.rs"]
mod audit;
#[path = "service/auth.rs"]
mod auth;
#[path = "service/budgets.rs"]
mod budgets;
#[path = "service/connections.rs"]
mod connections;
#[path = "service/conventions.rs"]
mod conventions;
#[path = "service/erasure.rs"]
mod erasure;
#[path = "service/events.rs"]
mod events;
#[path = "service/everything.rs"]
mod everything;
#[path = "service/exports.rs"]
mod exports;
#[path = "service/extensions.rs"]
mod extensions;
#[path = "service/external.rs"]
mod external;
#[path = "service/failures.rs"]
mod failures;
#[path = "service/idempotency.rs"]
mod idempotency;
#[path = "service/import.rs"]
mod import;
#[path = "service/mail.rs"]
mod mail;
#[path = "service/mail_attacks.rs"]
mod mail_attacks;
#[path = "service/mfa.rs"]
mod mfa;
#[path = "service/oauth.rs"]
mod oauth;
#[path = "service/passkeys.rs"]
mod passkeys;
#[path = "service/pictures.rs"]
mod pictures;
#[path = "service/preferences.rs"]
mod preferences;
#[path = "service/privacy.rs"]
mod privacy;
#[path = "service/profile.rs"]
mod profile;
#[path = "service/rate_limits.rs"]
mod rate_limits;
#[path = "service/reindex.rs"]
mod reindex;
#[path = "service/relevance.rs"]
mod relevance;
#[path = "service/routes.rs"]
mod routes;
#[path = "service/search.rs"]
mod search;
#[path = "service/sessions.rs"]
mod sessions;
#[path = "service/statistics.rs"]
mod statistics;
#[path = "service/system.rs"]
mod system;
#[path = "service/uploads.rs"]
mod uploads;
