//! A layer that looks at a request before everything inside it, and at the answer afterwards.
//!
//! [`axum::middleware::from_fn`] can do more, but it boxes the layers inside it and their future for every request:
//! three of them took an eighth of the time of a page from memory.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

/// What a layer does before and after.
pub trait Around: Clone {
    /// What is kept of the request for the answer.
    type Kept;

    fn before(&self, request: &mut Request) -> Self::Kept;

    fn after(self, kept: Self::Kept, response: Response) -> Answer;
}

/// The answer, or what is still to be done for it.
pub enum Answer {
    Ready(Response),
    Awaited(Pin<Box<dyn Future<Output = Response> + Send>>),
}

/// Makes a layer.
#[derive(Clone)]
pub struct AroundLayer<A>(pub A);

impl<A: Clone, S> Layer<S> for AroundLayer<A> {
    type Service = AroundService<A, S>;

    fn layer(&self, inner: S) -> Self::Service {
        AroundService { around: self.0.clone(), inner }
    }
}

#[derive(Clone)]
pub struct AroundService<A, S> {
    around: A,
    inner: S,
}

impl<A, S> Service<Request> for AroundService<A, S>
where
    A: Around,
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
{
    type Response = Response;
    type Error = Infallible;
    type Future = AroundFuture<A, A::Kept, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let kept = self.around.before(&mut request);
        AroundFuture::Inside { around: Some((self.around.clone(), kept)), future: self.inner.call(request) }
    }
}

pin_project! {
    #[project = Stage]
    pub enum AroundFuture<A, K, F> {
        Inside { around: Option<(A, K)>, #[pin] future: F },
        After { future: Pin<Box<dyn Future<Output = Response> + Send>> },
    }
}

impl<A, F, R> Future for AroundFuture<A, A::Kept, F>
where
    A: Around,
    F: Future<Output = Result<R, Infallible>>,
    R: IntoResponse,
{
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (around, response) = match self.as_mut().project() {
            Stage::After { future } => return future.as_mut().poll(context).map(Ok),
            Stage::Inside { around, future } => {
                let Ok(response) = ready!(future.poll(context));
                (around.take().expect("the inner future is ready once"), response.into_response())
            }
        };
        let (around, kept) = around;
        match around.after(kept, response) {
            Answer::Ready(response) => Poll::Ready(Ok(response)),
            Answer::Awaited(future) => {
                self.set(AroundFuture::After { future });
                self.poll(context)
            }
        }
    }
}
