//! From a use case's error to an answer. Handlers return [`Reply`]; the frame gives the error its shape (page,
//! problem document, redirect to sign-in) in one place, because only the frame knows who asks and how.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Error, ErrorKind};

/// What a handler returns.
pub type Reply<T = Response> = Result<T, Fail>;

/// The one error on its way out.
#[derive(Debug)]
pub struct Fail(pub Error);

/// Left on the response for the frame to render.
#[derive(Clone)]
pub(crate) struct Failed(pub Arc<Error>);

impl<E: Into<Error>> From<E> for Fail {
    fn from(e: E) -> Self {
        Self(e.into())
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let mut response = status(self.0.kind()).into_response();
        response.extensions_mut().insert(Failed(Arc::new(self.0)));
        response
    }
}

/// The HTTP status of a kind.
pub(crate) const fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::BadInput => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
