//! The audit log: read it, and have its chain verified.

use ::store::audit::{self, Find, Record, Verdict};
use askama::Template;
use chrono::Utc;
use kernel::{Actor, Scope};
use serde_json::json;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

/// What is recorded, by its code; each has its name in the message catalogue.
const ACTIONS: &[&str] = &[
    "account.change-password",
    "account.create",
    "account.disable",
    "account.enable",
    "account.reset-password",
    "account.update",
    "audit.verify",
    "case.ask-papers",
    "case.carry-out",
    "case.choose-rules",
    "case.contact",
    "case.extend",
    "case.fail",
    "case.finish",
    "case.forward",
    "case.take-back",
    "case.date",
    "case.give-papers",
    "case.halt",
    "case.note",
    "case.open",
    "case.pass",
    "case.rate",
    "case.read-paper",
    "case.resume",
    "case.withdraw",
    "circular.draft",
    "circular.edit",
    "circular.issue",
    "circular.read",
    "circular.deliver",
    "credential.create",
    "credential.revoke",
    "data.export",
    "delivery.download",
    "delivery.receipt",
    "delivery.resend",
    "delivery.send",
    "entry.create",
    "entry.edit",
    "entry.import",
    "entry.review",
    "entry.submit",
    "entry.take-down",
    "exemption.ask",
    "exemption.decide",
    "exemption.revoke",
    "facts.refresh",
    "faq.note",
    "issue.answer",
    "issue.call",
    "record.call",
    "issue.dispute",
    "issue.note",
    "delivery.download",
    "delivery.receipt",
    "delivery.resend",
    "delivery.send",
    "target.create",
    "target.disable",
    "target.edit",
    "target.enable",
    "mapping.decide",
    "mapping.disable",
    "mapping.enable",
    "org.add",
    "org.close",
    "org.merge",
    "org.rename",
    "org.split",
    "override.add",
    "override.extend",
    "override.revoke",
    "period.answer",
    "period.object",
    "period.open",
    "period.publish",
    "period.recompute",
    "period.recount",
    "period.discard",
    "points.answer",
    "points.reverse",
    "points.appeal",
    "evaluation.record",
    "evaluation.revoke",
    "registered.import",
    "registered.record",
    "registered.revoke",
    "points.give",
    "pull.create",
    "pull.disable",
    "pull.edit",
    "pull.enable",
    "issue.escalate",
    "notice.read",
    "notice.rules",
    "notice.template",
    "outbox.retry",
    "webhook.add",
    "webhook.remove",
    "webhook.test",
    "return.ask",
    "rule.judge-again",
    "return.confirm",
    "return.send-back",
    "pull.remove",
    "pull.start",
    "pull.test",
    "regulation.edit",
    "publication.decide",
    "publication.mark",
    "publication.recall",
    "publication.republish",
    "publication.withdraw",
    "search.rebuild",
    "responsible.assign",
    "responsible.end",
    "scope.change",
    "scope.revoke",
    "indicator.revise",
    "indicator.revoke",
    "session.close",
    "session.open",
    "session.refuse",
    "submission.decide",
    "submission.derive",
    "submission.drop-rows",
    "submission.supersede-rows",
    "submission.land",
    "submission.land-mended",
    "submission.map",
    "submission.mend",
    "submission.rejudge",
    "submission.push",
    "submission.settle",
    "submission.receive",
    "submission.refuse",
    "submission.undo-mend",
    "submission.withdraw",
    "target.create",
    "target.disable",
    "target.edit",
    "target.enable",
];

/// The name of an action; the code itself for one that is not known here.
pub(super) fn action_name(cx: &Cx, action: &str) -> String {
    if ACTIONS.contains(&action) {
        cx.t(&format!("action-{}", action.replace('.', "-")))
    } else {
        action.to_owned()
    }
}

#[derive(Template)]
#[template(path = "identity/audit.html")]
struct Audit {
    cx: Cx,
    table: TableState,
    rows: Vec<Record>,
    total: u64,
}

impl Audit {
    fn name(&self, action: &str) -> String {
        action_name(&self.cx, action)
    }

    /// Every action with its name, and whether it is the one filtered by.
    fn actions(&self) -> Vec<(&'static str, String, bool)> {
        let chosen = self.table.filter("action");
        ACTIONS.iter().map(|a| (*a, self.name(a), *a == chosen)).collect()
    }
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
