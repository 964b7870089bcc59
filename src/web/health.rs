//! For whoever watches the server: is it alive, can it answer.

use axum::extract::State;
use axum::http::StatusCode;

use super::Site;
use crate::questions;

/// `GET /healthz`: the process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the bank can be read, and what people do can be written.
pub async fn ready(State(site): State<Site>) -> Result<&'static str, StatusCode> {
    let answers = async {
        questions::content_version(&mut *site.reader().await?).await?;
        // nothing is written, so nothing waits for the disk
        site.db().commit(|_| Box::pin(async { Ok(()) })).await
    };
    answers.await.map_err(|error: sqlx::Error| {
        tracing::error!(%error, "the database does not answer");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    Ok("ready\n")
}
