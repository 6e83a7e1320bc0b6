//! `POST /api/v1/city-intake`: the shape and the answer codes that city credit platforms agreed on before
//! (数据上报接口标准规范): `{tableCode, departmentCode, tableVersionId, body: [...]}`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use kernel::{Error, ErrorKind, OrgId};
use serde::Serialize;
use shell::{Cx, Signed};

use super::body::{Given, row_of};
use super::push::idempotency_key;
use crate::Intake;
use crate::actions::push_rows::{Push, push_rows};

/// The answer; HTTP status is always 200.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    error_code: &'static str,
    error_msg: String,
    total_size: u64,
    success_size: u64,
    fail_size: u64,
    tips: Vec<String>,
}

fn refuse(code: &'static str, message: impl Into<String>) -> Json<Answer> {
    Json(Answer { error_code: code, error_msg: message.into(), ..Answer::default() })
}

/// 城市信用平台报送接口
///
/// Takes rows in the shape the city credit platforms agreed on; the answer code stands in the body.
#[utoipa::path(
    post,
    path = "/api/v1/city-intake",
    tag = "intake",
    request_body(content = String, content_type = "application/json"),
    responses((status = 200, description = "`{errorCode, errorMsg, totalSize, successSize, failSize, tips}`"))
)]
pub async fn city_intake(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Json<Answer> {
    let Ok(Given::Object(given)) = serde_json::from_slice::<Given>(&bytes) else {
        return refuse("5001", "JSON解析失败");
    };
    // Some systems send codes as numbers.
    let text = |key: &str| match given.iter().find(|(k, _)| k == key) {
        Some((_, Given::Text(s))) => s.trim().to_owned(),
        _ => String::new(),
    };
    let (table, department) = (text("tableCode"), text("departmentCode"));
    if table.is_empty() {
        return refuse("3001", "目录编码不能为空");
    }
    if intake.packs.resource(&table).is_none() {
        return refuse("3002", "目录编码不存在");
    }
    if department.is_empty() {
        return refuse("4001", "部门编码不能为空");
    }
    let org = match identity::org::by_code(intake.db.conn(), &department).await {
        Ok(Some(org)) => org.org_id(),
        Ok(None) => return refuse("4002", "部门不存在"),
        Err(e) => return internal(&e),
    };
    let mut bodies = given.into_iter().filter(|(key, _)| key == "body").map(|(_, body)| body);
    let rows = match (bodies.next(), bodies.next()) {
        (None | Some(Given::Null), None) => return refuse("6001", "目录数据结构体不能为空"),
        (Some(Given::Array(list)), None) if list.is_empty() => {
            return refuse("6001", "目录数据结构体不能为空");
        }
        (Some(Given::Array(list)), None) => {
            match list.into_iter().zip(1..).map(|(row, n)| row_of(row, n)).collect::<Result<Vec<_>, _>>() {
                Ok(rows) => rows,
                // Which row and key it is; the agreed words alone would leave the sender searching.
                Err(e) => {
                    return refuse("6002", format!("目录数据结构体JSON格式不正确：{}", cx.text(e.text())));
                }
            }
        }
        _ => return refuse("6002", "目录数据结构体JSON格式不正确"),
    };
    let key = match idempotency_key(&headers) {
        Ok(key) => key,
        Err(e) => return refuse("6002", cx.text(e.text())),
    };
    let push = Push {
        resource: table.clone(),
        org: Some(OrgId(org.0)),
        key,
        rows,
        body: bytes.to_vec(),
        by_case: false,
    };
    match push_rows(&intake, &actor, push).await {
        Ok(done) => {
            let tips = done.findings.iter().map(|f| {
                let said = lake::check::render(&intake.packs, &table, f, cx.lang());
                format!("{} {}{}", cx.t1("place-row", "row", i64::from(f.row)), said.why, said.fix)
            });
            Json(Answer {
                error_code: "200",
                error_msg: "操作成功".to_owned(),
                total_size: done.rows,
                success_size: done.landed,
                fail_size: done.rejected,
                tips: tips.collect(),
            })
        }
        // Another department's code is, to this sender, no department.
        Err(e) if e.kind() == ErrorKind::NotFound => refuse("4002", "部门不存在"),
        // The agreed codes have no other for what the sender can mend; the message says which it is.
        Err(e) if matches!(e.kind(), ErrorKind::BadInput | ErrorKind::Conflict | ErrorKind::TooLarge) => {
            refuse("6002", cx.text(e.text()))
        }
        Err(e) => internal(&e),
    }
}

fn internal(e: &Error) -> Json<Answer> {
    tracing::error!(error = ?e, "the city intake failed");
    refuse("500", "服务器内部错误")
}
