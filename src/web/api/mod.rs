//! `/api/v1`: the bank for programs. The OpenAPI document is made from the handlers and types here.
//!
//! Errors are problem+json (RFC 9457): [`super::error::render`] writes them for every path below `/api/`.

mod catalogue;
mod interviews;
mod me;
pub mod person;
mod reviews;
mod search;

use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Site;
use super::error::Error;
use person::TokenScheme;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Dryrun",
        description = "AWS interview questions with answers, explanations, hands-on guides, sources and dated facts.",
        license(name = "Content: CC BY 4.0; code: MIT OR Apache-2.0")
    ),
    servers((url = "/api/v1")),
    modifiers(&TokenScheme),
    tags(
        (name = "questions", description = "The question bank, read-only"),
        (name = "interviews", description = "Timed mock interviews of the person whose token it is"),
        (name = "me", description = "What belongs to the person whose token it is")
    )
)]
struct Api;

/// The routes below `/api/v1`.
pub fn routes() -> Router<Site> {
    let (router, document) = OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(catalogue::topics))
        .routes(routes!(catalogue::questions))
        .routes(routes!(catalogue::question))
        .routes(routes!(search::search))
        .routes(routes!(me::me))
        .routes(routes!(reviews::due))
        .routes(routes!(reviews::record))
        .routes(routes!(reviews::progress))
        .routes(routes!(interviews::create))
        .routes(routes!(interviews::show))
        .routes(routes!(interviews::answer))
        .routes(routes!(interviews::finish))
        .routes(routes!(interviews::report))
        .split_for_parts();
    router
        .route("/openapi.json", get(move || std::future::ready(Json(document.clone()))))
        // a nested router falls back to its own answer otherwise, which knows no problem+json
        .fallback(|| async { Error::NotFound })
}
