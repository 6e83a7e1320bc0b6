//! Tables: landing, history, pushes, queries.

mod crash;
mod damage;
mod full;
mod history;
mod land;
mod push;
mod query;
mod witness;

use std::sync::Arc;

use kernel::SubmissionId;
use lake::Lake;
use lake::table::{Provenance, Rows, TableSpec};
use serde_json::{Value, json};
use standards::pack::Resource;

/// A resource with a key of two elements, the second with alternatives, and a field of each stored type.
pub fn permits() -> Arc<TableSpec> {
    Arc::new(TableSpec::of(&resource(json!([]))).unwrap())
}

/// The same with more fields.
pub fn permits_with(more: Value) -> Arc<TableSpec> {
    Arc::new(TableSpec::of(&resource(more)).unwrap())
}

fn resource(more: Value) -> Resource {
    let text = |zh: &str, en: &str| json!({ "zh": zh, "en": en });
    let mut fields = vec![
        json!({ "code": "NUMBER", "label": text("文号", "Number") }),
        json!({ "code": "USCC", "label": text("信用代码", "Code") }),
        json!({ "code": "NAME", "label": text("名称", "Name") }),
        json!({ "code": "DECIDED", "label": text("决定日期", "Decided"), "type": { "date": {} } }),
        json!({ "code": "AMOUNT", "label": text("金额", "Amount"), "type": { "decimal": { "precision": 18, "scale": 4 } } }),
        json!({ "code": "PAGES", "label": text("页数", "Pages"), "type": { "integer": {} } }),
    ];
    fields.extend(more.as_array().cloned().unwrap_or_default());
    serde_json::from_value(json!({
        "resource": "permit-1",
        "title": text("许可", "Permit"),
        "business_key": ["NUMBER", "USCC|NAME"],
        "decision_date": "DECIDED",
        "fields": fields,
    }))
    .unwrap()
}

pub fn rows(spec: &TableSpec, rows: &[Value]) -> Rows {
    let rows: Vec<_> = rows.iter().map(|r| r.as_object().unwrap().clone()).collect();
    Rows::from_json(spec, &rows).unwrap()
}

pub fn permit(number: &str, uscc: &str, name: &str, amount: &str) -> Value {
    json!({ "NUMBER": number, "USCC": uscc, "NAME": name, "DECIDED": "2024-05-01", "AMOUNT": amount, "PAGES": 3 })
}

pub fn from(submission: SubmissionId) -> Provenance {
    Provenance { submission, source: "test".to_owned(), received_at: "2024-06-01T02:03:04Z".parse().unwrap() }
}

pub async fn lake(folder: &tempfile::TempDir) -> Lake {
    Lake::open(folder.path().to_str().unwrap(), "local").await.unwrap()
}
