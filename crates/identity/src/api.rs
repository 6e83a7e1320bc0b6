//! The interface of identity.

use axum::Json;
use kernel::{Role, Scope};
use serde::Serialize;
use shell::{Reply, Signed};
use utoipa::{OpenApi, ToSchema};

/// Who acts with this session or credential.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// As the audit log names it.
    name: String,
    /// Roles held: `data-officer`, `bureau-steward`, `consumer`, `township-clerk`, `auditor`, `administrator`.
    roles: Vec<&'static str>,
    /// `city`, or the id of the organisation that may be seen with all below it.
    scope: String,
    /// Id of the organisation acted for.
    org: Option<String>,
}

/// 凭证或会话代表谁
///
/// Tells who acts with this session or credential; for trying out a credential.
#[utoipa::path(
    get,
    path = "/api/v1/me",
    tag = "identity",
    responses((status = 200, body = Me), (status = 401, description = "problem+json"))
)]
pub async fn me(Signed(actor): Signed) -> Reply<Json<Me>> {
    Ok(Json(Me {
        roles: actor.roles.iter().map(|r: &Role| r.name()).collect(),
        scope: match actor.scope {
            Scope::City => "city".to_owned(),
            Scope::Org(id) => id.to_string(),
        },
        org: actor.org.map(|o| o.to_string()),
        name: actor.name,
    }))
}

#[derive(OpenApi)]
#[openapi(paths(me), components(schemas(Me)))]
struct Document;

/// This crate's part of `/openapi.json`.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
