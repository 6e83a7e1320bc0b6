//! `GET /publication/{id}`: one record as the public sees it, and what may be done about it.

use askama::Template;
use axum::extract::{Path, State as Shared};
use chrono::NaiveDate;
use intake::Orgs;
use kernel::{Error, OrgId};
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};

use super::record_id;
use crate::actions::case::{Beside, beside};
use crate::actions::publish::{MAY_END, MAY_WITHDRAW, looked_at, may_republish};
use crate::context::Portal;
use crate::model::publication::{Reason, State};
use crate::pages::public::record::{Shown, fields, rule};
use crate::store::publication::{lists, recalls};

#[derive(Template)]
#[template(path = "portal/publication/detail.html")]
struct Detail {
    cx: Cx,
    id: String,
    public: Option<String>,
    document: String,
    subject: String,
    org: String,
    state: State,
    mark: Option<String>,
    reason: Option<Reason>,
    words: String,
    fields: Vec<Shown>,
    /// The fields with a doubtful number, as they were given: whoever decides has to see them.
    doubtful: Vec<Shown>,
    /// The digest of them that goes with the choice.
    seen: String,
    decided: NaiveDate,
    until: String,
    rule: String,
    published: String,
    ended: String,
    /// The last day on which it must be taken down, and whether that is over.
    recall: Option<(String, bool)>,
    today: NaiveDate,
    may_change: bool,
    /// Other records of the same decision, where people decide about one.
    beside: Vec<Beside>,
}

impl Detail {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("publication", "/publication").here_named(&self.document).to_string()
    }

    fn reasons(&self) -> Vec<Reason> {
        Reason::by_hand(self.cx.can(MAY_END)).collect()
    }

    /// Whether a person took it down.
    fn is_by_hand(&self) -> bool {
        self.state == State::Withdrawn && self.reason.is_some_and(|r| !r.is_automatic())
    }

    fn may_republish(&self) -> bool {
        let actor = self.cx.signed().ok();
        self.reason.zip(actor).is_some_and(|(reason, actor)| may_republish(actor, reason))
    }
}

/// `GET /publication/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
) -> Reply {
    let id = record_id(&id)?;
    let conn = portal.intake.db.conn();
    let row = lists::get(conn, &actor, id).await?;
    let today = portal.intake.clock.today();
    let packs = &portal.intake.packs;
    let (mut doubtful, mut seen) = (Vec::new(), String::new());
    let may_change = cx.can(MAY_WITHDRAW);
    if let Some(held) = row.held_content.clone().filter(|_| may_change) {
        seen = looked_at(&held);
        let mut open = row.clone();
        open.content = held;
        doubtful = fields(packs, cx.lang(), &open)?;
        doubtful.retain(|f| row.doubts.split(',').any(|code| code == f.code));
    }
    let recall = recalls::open_of(conn, id).await?.map(|r| (cx.date(r.due), r.due < today));
    page(&Detail {
        id: id.to_string(),
        public: row.published_at.map(|_| format!("/public/records/{}", row.public_id)),
        document: row.document.clone(),
        subject: row.subject.clone(),
        org: Orgs::load(&cx).await?.name(OrgId(row.org_id), cx.lang()),
        state: row.state.parse().map_err(|()| Error::internal("unknown state"))?,
        mark: (!row.mark.is_empty()).then(|| cx.t(&row.mark)),
        reason: row.reason_kind.parse().ok(),
        words: row.reason.clone(),
        fields: fields(packs, cx.lang(), &row)?,
        doubtful,
        seen,
        decided: row.decided,
        until: row.until.map_or_else(|| cx.t("public-no-end"), |d| cx.date(d)),
        rule: rule(packs, cx.lang(), &row),
        published: cx.time_or_dash(&row.published_at),
        ended: cx.time_or_dash(&row.ended_at),
        recall,
        today,
        may_change,
        beside: beside(&portal, &actor.scope, id).await?,
        cx,
    })
}
