//! The audit log: read it, and have its chain verified.

use ::store::audit::{self, Find, Record, Verdict};
use askama::Template;
use chrono::Utc;
use kernel::{Actor, Scope};
use serde_json::json;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

#[derive(Template)]
#[template(path = "identity/audit.html")]
struct Audit {
    cx: Cx,
    table: TableState,
    rows: Vec<Record>,
    total: u64,
}

/// `GET /audit`
pub async fn list(cx: Cx, Signed(actor): Signed) -> Reply {
    let table = TableState::read(&cx, &["-seq"]);
    let find = Find {
        orgs: orgs(&cx, &actor).await?,
        actor: table.filter("actor"),
        action: table.filter("action"),
        subject: table.filter("subject"),
        descending: table.descending(),
        offset: table.offset(),
        limit: table.limit(),
    };
    let (rows, total) = audit::find(cx.app().db(), &find).await?;
    page(&Audit { cx, table, rows, total })
}

/// An auditor of one part of the city reads what was done for the organisations of that part.
async fn orgs(cx: &Cx, actor: &Actor) -> kernel::Result<Option<Vec<uuid::Uuid>>> {
    match actor.scope {
        Scope::City => Ok(None),
        Scope::Org(_) => {
            let orgs = crate::org::list(cx.app().db().conn(), &actor.scope).await?;
            Ok(Some(orgs.iter().map(|o| o.id).collect()))
        }
    }
}

/// `POST /audit/verify`: reads the whole chain again and says what it found. That it was done is recorded too.
pub async fn verify(cx: Cx, Signed(actor): Signed) -> Reply {
    let db = cx.app().db();
    let verdict = audit::verify(db).await?;
    let now: chrono::DateTime<Utc> = cx.now();
    db.tx(async |tx| audit::record(tx, now, &actor, "audit.verify", "audit", &json!(verdict)).await).await?;
    let flash = match verdict {
        Verdict::Intact { records } => Flash::ok(cx.t1("audit-intact", "records", records)),
        Verdict::Altered { seq } => Flash::error(cx.t1("audit-altered", "seq", seq)),
    };
    Ok(redirect(&cx, "/audit", Some(flash)))
}
