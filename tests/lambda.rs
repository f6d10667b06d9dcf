#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]
