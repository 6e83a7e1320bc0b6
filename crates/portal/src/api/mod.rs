//! The public interface (公开接口): what the public site shows, as JSON. Nobody signs in.

mod records;

pub use records::{list, one};

use utoipa::OpenApi as _;

#[derive(utoipa::OpenApi)]
#[openapi(paths(records::list, records::one))]
struct Document;

/// This crate's part of `/openapi.json`.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
