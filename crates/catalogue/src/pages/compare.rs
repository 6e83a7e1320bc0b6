//! Two versions of an entry side by side.

use askama::Template;
use axum::extract::{Path, Query};
use kernel::{Error, Lang};
use serde::Deserialize;
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};

use super::{address, badge};
use crate::model::{Change, cycle, diff, from_url, open_type, share_type};
use crate::store::entries::{self, Model};

/// The two versions.
#[derive(Deserialize)]
pub struct Pair {
    from: i32,
    to: i32,
}

#[derive(Template)]
#[template(path = "catalogue/compare.html")]
struct Compare {
    cx: Cx,
    code: String,
    from: Model,
    to: Model,
    changes: Vec<Change>,
}

impl Compare {
    fn address(&self) -> String {
        address(&self.code)
    }

    fn badge(&self, state: &str) -> String {
        badge(&self.cx, state)
    }

    /// The field's name in the reader's language; items by their code.
    fn field(&self, change: &Change) -> String {
        let name = |key: &str| self.cx.t(&format!("field-{}", key.replace('_', "-")));
        let mut parts = change.field.splitn(3, '.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("items"), Some(code), Some(field)) => {
                format!("{} {code} · {}", name("items"), self.cx.t(&format!("item-{}", item_key(field))))
            }
            (Some("items"), Some(code), None) => format!("{} {code}", name("items")),
            (Some(field), ..) => name(field),
            _ => change.field.clone(),
        }
    }

    /// A value as people read it: terms instead of codes.
    fn value(&self, change: &Change, value: &str) -> String {
        if value.is_empty() {
            return String::new();
        }
        let last = change.field.rsplit('.').next().unwrap_or_default();
        let zh = self.cx.lang() == Lang::Zh;
        let term = |prefix: &str, code: &str| self.cx.t(&format!("{prefix}-{code}"));
        match last {
            "share_type" => share_type(value).map(|t| term("entry-share", t.code())),
            "open_type" => open_type(value).map(|t| term("entry-open", t.code())),
            "update_cycle" => cycle(value).map(|c| term("entry-cycle", c.name())),
            _ if value == "true" => Some(self.cx.t("yes")),
            _ if value == "false" => Some(self.cx.t("no")),
            _ => None,
        }
        .unwrap_or_else(|| if zh { value.to_owned() } else { value.replace('、', ", ") })
    }
}

/// The message key of an item's field.
fn item_key(field: &str) -> &str {
    match field {
        "data_type" => "type",
        "share_type" => "share",
        "produced_here" => "produced",
        other => other,
    }
}

/// `GET /catalogue/{code}/compare?from=&to=`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Path(code): Path<String>,
    Query(pair): Query<Pair>,
) -> Reply {
    let code = from_url(&code);
    let conn = cx.app().db().conn();
    entries::chain(conn, &actor, &code).await?;
    let versions = entries::versions(conn, &actor, &code).await?;
    let version = |n: i32| {
        versions
            .iter()
            .find(|m| m.version == n)
            .cloned()
            .ok_or_else(|| Error::not_found("这个版本", "version"))
    };
    let (from, to) = (version(pair.from)?, version(pair.to)?);
    let of = entries::orgs_of(conn, &[from.clone(), to.clone()]).await?;
    let org = |i: usize| of.get(i).and_then(Option::as_ref);
    let changes = diff(&from.entry(org(0))?, &to.entry(org(1))?);
    page(&Compare { cx, code, from, to, changes })
}
