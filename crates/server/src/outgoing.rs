//! The HTTP client of the demo and of `varde health`.

use std::time::Duration;

/// A client that waits at most 30 seconds and follows no redirect. Towards plain `http` it needs no list of certificate
/// authorities, so that it works on a machine (or in an image) that has none.
///
/// # Errors
/// When no client can be made.
pub(crate) fn client(base: &str) -> Result<reqwest::blocking::Client, reqwest::Error> {
    let builder = reqwest::blocking::Client::builder()
        .timeout(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    if base.starts_with("http://") { builder.tls_certs_only([]).build() } else { builder.build() }
}
