//! The interfaces of intake for systems (接口). `Authorization: Bearer <credential>`.

mod body;
mod city;
mod files;
mod push;

pub use city::city_intake;
pub use files::{groups, submission, upload};
pub use push::{idempotency_key, push, rows_in};

use utoipa::OpenApi as _;

#[derive(utoipa::OpenApi)]
#[openapi(paths(push::push, files::upload, files::submission, files::groups, city::city_intake))]
struct Document;

/// This crate's part of `/openapi.json`.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
