//! Accepting connections, and letting them finish when the server is told to stop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use super::client_address::Peer;
use super::metrics::Metrics;
use super::{Site, router};

/// A client that sends its headers more slowly than this is not a browser.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long requests that are under way may take once the server is told to stop: less than the ten seconds after
/// which container engines kill.
const DRAIN_WITHIN: Duration = Duration::from_secs(8);
/// Connections served at once: more than a group's browsers open, fewer than a process may have files.
const MOST_CONNECTIONS: usize = 900;
/// Wait after a failed accept, which means that the process is out of file handles.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// Serves the site until `stop` resolves and the requests under way are answered, or `stop` resolves again.
///
/// `axum::serve` would do, but for slow clients: it sets no limit on the time that headers may take.
///
/// # Errors
///
/// None for now; accepting goes on after failures of single connections.
pub async fn serve(listener: TcpListener, site: Site, mut stop: impl AsyncFnMut()) -> io::Result<()> {
    let app = router(site.clone());
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            accepted = async {
                // the semaphore is never closed; who finds no place waits in the kernel's queue
                let place = Arc::clone(&places).acquire_owned().await;
                listener.accept().await.map(|(stream, peer)| (stream, peer, place))
            } => accepted,
            () = stop() => break,
        };
        let (stream, peer, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
                continue;
            }
        };
        // answers are written whole; waiting to fill a packet would only delay them
        let _ = stream.set_nodelay(true);
        let app = app.clone();
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer.ip()));
            app.clone().oneshot(request)
        });
        let open = site.metrics().map(Metrics::count_connection);
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // a client that goes away in the middle is its own business
            let _ = connection.await;
            drop((place, open));
        });
    }
    drop(listener);
    let drained = tokio::select! {
        drained = tokio::time::timeout(DRAIN_WITHIN, graceful.shutdown()) => drained.is_ok(),
        () = stop() => false,
    };
    if !drained {
        tracing::warn!("some requests did not end in time and were cut off");
    }
    Ok(())
}
