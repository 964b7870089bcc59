//! Every URL of the site on one screen, and the layers around them.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::around::AroundLayer;
use super::request_id::RequestIds;
use super::{
    Site, about, api, assets, error, feeds, health, home, layers, preferences, question, questions, search,
    topics,
};

/// No form of the site is larger.
const LARGEST_BODY: usize = 1024 * 1024;
/// A page takes milliseconds; what takes this long will not come.
const LONGEST_REQUEST: Duration = Duration::from_secs(20);

/// The whole site.
pub fn router(site: Site) -> Router {
    let routes = Router::new()
        .route("/", get(home::show))
        .route("/topics/{topic}", get(topics::show))
        .route("/questions", get(questions::list))
        .route("/questions/{id}", get(question::show))
        .route("/search", get(search::show))
        .route("/about", get(about::show))
        .route("/preferences", post(preferences::update))
        .route("/feed.xml", get(feeds::atom))
        .route("/sitemap.xml", get(feeds::sitemap))
        .route("/robots.txt", get(feeds::robots))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/static/{*file}", get(assets::show))
        .nest("/api/v1", api::routes())
        .fallback(|| async { error::Error::NotFound });

    let https = site.is_https();
    // the first is the outermost: it sees a request first and an answer last
    let layers = ServiceBuilder::new()
        .layer(AroundLayer(layers::LogRequests(RequestIds::new(site.clock().seconds()))))
        .map_response(move |response| layers::protect(https, response))
        .layer(CompressionLayer::new())
        .layer(AroundLayer(layers::AnswerUnchanged))
        .layer(AroundLayer(error::RenderErrors(site.clone())))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST_REQUEST))
        .layer(CsrfLayer::new())
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY));
    routes.layer(layers).with_state(site)
}
