//! `/metrics`: what a Prometheus server collects. There is none of it unless the operator says who may read it.
//!
//! The `prometheus` crate is one more crate in the binary, writes the text format that every collector reads, and
//! keeps no global state, so that two sites in one process do not mix.

use std::time::Duration;

use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use prometheus::core::Collector;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

use super::Site;
use super::client_address::{CertainAddress, ClientAddress};
use super::error::Error;
use crate::db::Figures;

/// In seconds: a page from memory takes a tenth of the first, a request that is given up twice the last.
const BUCKETS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What is counted while the site runs.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    connections: IntGauge,
    people: IntGaugeVec,
    newest_review_event: IntGauge,
    database_bytes: IntGauge,
}

impl Metrics {
    /// # Panics
    ///
    /// Never: the names and labels are constants that Prometheus takes, and each is there once.
    #[must_use]
    pub fn new(started_at_s: i64) -> Self {
        const FITS: &str = "names and labels are constants that Prometheus takes";
        let registry = Registry::new();
        let gauge = |name, help| registered(&registry, IntGauge::new(name, help).expect(FITS));

        let build = Opts::new("dryrun_build_info", "The version that runs; always 1.")
            .const_label("version", env!("CARGO_PKG_VERSION"));
        registered(&registry, IntGauge::with_opts(build).expect(FITS)).set(1);
        gauge("process_start_time_seconds", "When the site was started, in seconds since 1970.")
            .set(started_at_s);

        let requests = Opts::new("dryrun_http_requests_total", "Requests answered.");
        let requests = IntCounterVec::new(requests, &["method", "route", "status"]).expect(FITS);
        let durations = HistogramOpts::new(
            "dryrun_http_request_duration_seconds",
            "Time from the end of a request's headers to the beginning of its answer.",
        );
        let durations = durations.buckets(BUCKETS.to_vec());
        let durations = HistogramVec::new(durations, &["method", "route"]).expect(FITS);
        let people = Opts::new("dryrun_people", "People with progress in the database.");
        let people = IntGaugeVec::new(people, &["kind"]).expect(FITS);
        Self {
            requests: registered(&registry, requests),
            durations: registered(&registry, durations),
            connections: gauge("dryrun_open_connections", "Connections that are open now."),
            people: registered(&registry, people),
            newest_review_event: gauge(
                "dryrun_newest_review_event",
                "Number of the newest event in the review log; it grows by one with each graded answer and each \
                 other event.",
            ),
            database_bytes: gauge(
                "dryrun_database_bytes",
                "Size of the database without its write-ahead log.",
            ),
            registry,
        }
    }

    /// `route` is the pattern, not the path: there are few patterns, and paths name what people look at.
    pub fn count_request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let method = match *method {
            Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::PATCH | Method::DELETE => {
                method.as_str()
            }
            // anybody can make up methods, and each would be kept for ever
            _ => "other",
        };
        let class = match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.requests.with_label_values(&[method, route, class]).inc();
        self.durations.with_label_values(&[method, route]).observe(took.as_secs_f64());
    }

    /// Counts a connection as open until what it gives back is dropped.
    #[must_use]
    pub fn count_connection(&self) -> OpenConnection {
        self.connections.inc();
        OpenConnection(self.connections.clone())
    }

    fn text(&self, figures: &Figures) -> Result<String, prometheus::Error> {
        self.people.with_label_values(&["member"]).set(figures.members);
        self.people.with_label_values(&["guest"]).set(figures.guests);
        self.newest_review_event.set(figures.newest_review_event);
        self.database_bytes.set(figures.bytes);
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

/// # Panics
///
/// When two have the same name; see [`Metrics::new`].
fn registered<C: Collector + Clone + 'static>(registry: &Registry, collector: C) -> C {
    registry.register(Box::new(collector.clone())).expect("each name is there once");
    collector
}

/// A connection that is counted as open.
#[derive(Debug)]
pub struct OpenConnection(IntGauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// `GET /metrics`. For everybody else than those who may read it there is no such page.
pub async fn show(
    State(site): State<Site>,
    CertainAddress(address): CertainAddress,
) -> Result<impl IntoResponse, Error> {
    let may_read = address.is_some_and(|ClientAddress(address)| site.may_read_metrics(address));
    let metrics = site.metrics().filter(|_| may_read).ok_or(Error::NotFound)?;
    let figures = Figures::read(&mut *site.reader().await?).await?;
    let text = metrics.text(&figures).map_err(Error::unexpected)?;
    let headers = [(header::CONTENT_TYPE, prometheus::TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, text))
}
