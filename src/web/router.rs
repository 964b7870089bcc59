//! Every URL of the site on one screen, and the layers around them.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::around::AroundLayer;
use super::data::LARGEST_UPLOAD;
use super::request_id::RequestIds;
use super::{
    Site, about, account, admin, admin_people, api, assets, data, error, feeds, health, home, layers, login,
    metrics, practice, preferences, progress, question, questions, search, setup, signup, topics,
};

/// No form of the site is larger.
const LARGEST_BODY: usize = 1024 * 1024;
/// A page takes milliseconds; what takes this long will not come.
const LONGEST_REQUEST: Duration = Duration::from_secs(20);
/// The largest file at two megabits a second.
const LONGEST_UPLOAD: Duration = Duration::from_secs(130);

/// The whole site.
pub fn router(site: Site) -> Router {
    let routes = Router::new()
        .route("/", get(home::show))
        .route("/topics/{topic}", get(topics::show))
        .route("/questions", get(questions::list))
        .route("/questions/{id}", get(question::show).post(question::keep))
        .route("/search", get(search::show))
        .route("/practice", get(practice::show).post(practice::act))
        .route("/practice/reveal", post(practice::reveal))
        .route("/practice/searches", post(practice::searches::change))
        .route("/practice/settings", get(practice::settings::show).post(practice::settings::change))
        .route("/progress", get(progress::show))
        .route("/progress/interview", post(progress::plan_interview))
        .route("/about", get(about::show))
        .route("/preferences", post(preferences::update))
        .route("/signup", get(signup::show).post(signup::sign_up))
        .route("/login", get(login::show).post(login::sign_in))
        .route("/logout", post(login::sign_out))
        .route("/setup/{token}", get(setup::show).post(setup::set_up))
        .route("/account", get(account::show))
        .route("/account/data", get(data::show))
        .route("/account/export", get(data::download))
        .route("/account/sessions/{id}/end", post(account::end_session))
        .route("/account/password", post(account::change_password))
        .route("/account/tokens", post(account::create_token))
        .route("/account/tokens/{id}/revoke", post(account::revoke_token))
        .route("/account/delete", post(account::delete))
        .route("/admin", get(admin::show))
        .route("/admin/policy", post(admin::decide_policy))
        .route("/admin/invitations", post(admin::invite))
        .route("/admin/invitations/{id}/revoke", post(admin::revoke_invitation))
        .route("/admin/reports/{id}/settle", post(admin::settle_report))
        .route("/admin/people", get(admin_people::list))
        .route("/admin/people/{id}/make-administrator", post(admin_people::make_administrator))
        .route("/admin/people/{id}/delete", get(admin_people::ask_to_delete).post(admin_people::delete))
        .route("/feed.xml", get(feeds::atom))
        .route("/sitemap.xml", get(feeds::sitemap))
        .route("/robots.txt", get(feeds::robots))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .route("/static/{*file}", get(assets::show))
        .nest("/api/v1", api::routes())
        .fallback(|| async { error::Error::NotFound });

    // a file may be larger than a form, and take longer on its way
    let files = Router::new().route("/account/import", post(data::import)).layer(DefaultBodyLimit::disable());

    let https = site.is_https();
    let ids = RequestIds::new(site.clock().seconds());
    // the first is the outermost: it sees a request first and an answer last
    let around = ServiceBuilder::new()
        .layer(AroundLayer(layers::LogRequests { ids, site: site.clone() }))
        .map_response(move |response| layers::protect(https, response))
        .layer(AroundLayer(layers::RenewCookie))
        .layer(CompressionLayer::new())
        .layer(AroundLayer(layers::AnswerUnchanged))
        .layer(AroundLayer(error::RenderErrors(site.clone())))
        .layer(CatchPanicLayer::custom(error::panicked));
    let within = |time, bytes| {
        ServiceBuilder::new()
            .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, time))
            .layer(CsrfLayer::new())
            .layer(RequestBodyLimitLayer::new(bytes))
    };
    routes
        .layer(within(LONGEST_REQUEST, LARGEST_BODY))
        .merge(files.layer(within(LONGEST_UPLOAD, LARGEST_UPLOAD)))
        .layer(around)
        .with_state(site)
}
