//! The interfaces of intake for systems (接口). `Authorization: Bearer <credential>`.

mod city;
mod push;

pub use city::city_intake;
pub use push::{push, submission, upload};

use utoipa::OpenApi as _;

#[derive(utoipa::OpenApi)]
#[openapi(paths(push::push, push::upload, push::submission, city::city_intake))]
struct Document;

/// This crate's part of `/openapi.json`.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
