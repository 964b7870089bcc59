//! For whoever watches the server: is it alive, can it answer.

use axum::extract::State;
use axum::http::StatusCode;

use super::Site;

/// `GET /healthz`: the process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers.
pub async fn ready(State(site): State<Site>) -> Result<&'static str, StatusCode> {
    site.db().ping().await.map_err(|error| {
        tracing::error!(%error, "the database does not answer");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    Ok("ready\n")
}
