//! `/api/v1/me`: the person whose token it is.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::error::Problem;
use super::person::ApiPerson;

/// Whom a token stands for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    name: String,
    administrator: bool,
}

/// Whose token this is
#[utoipa::path(
    get,
    path = "/me",
    tag = "me",
    security(("token" = [])),
    responses(
        (status = 200, body = Me),
        (status = 401, description = "No token, or one that is revoked", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn me(ApiPerson(person): ApiPerson) -> Json<Me> {
    let name = person.name().map(ToString::to_string).unwrap_or_default();
    Json(Me { name, administrator: person.is_administrator() })
}
