//! `GET /notices`: what the signed-in person is reminded of (我的提醒).

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use chrono::{DateTime, Utc};
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{Actor, Error, Lang, OrgId, Result};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Flash, Reply, Signed, WithPart, page_or_part, redirect};

use super::notice_id;
use crate::actions::notices::{MAY_STEER, mark_all_read, mark_read, mark_unread};
use crate::context::Rectify;
use crate::model::NoticeKind;
use crate::store::notices::entity::notice::Model;
use crate::store::notices::inbox::{self, Filter, SORTS, Which};

/// One notice as the list shows it.
struct Line {
    id: String,
    kind: NoticeKind,
    title: String,
    body: String,
    org: String,
    at: DateTime<Utc>,
    due: Option<String>,
    unread: bool,
    settled: bool,
}

impl Line {
    fn of(cx: &Cx, row: Model, orgs: &Orgs) -> Result<Self> {
        let (title, body) = match cx.lang() {
            Lang::Zh => (row.title_zh, row.body_zh),
            Lang::En => (row.title_en, row.body_en),
        };
        Ok(Self {
            id: row.id.to_string(),
            kind: row.kind.parse()?,
            title,
            // The list leads there by itself.
            body: without_link(&body, &row.href),
            org: row.org_id.map(|o| orgs.name(OrgId(o), cx.lang())).unwrap_or_else(|| cx.t("city-wide")),
            at: row.created_at,
            due: row.due.map(|d| cx.date(d)),
            unread: row.read_at.is_none() && row.settled_at.is_none(),
            settled: row.read_at.is_none() && row.settled_at.is_some(),
        })
    }
}

/// A text without its link: the path with whatever address of the platform stood before it when it was told.
fn without_link(body: &str, href: &str) -> String {
    let mut text = body.to_owned();
    while let Some(at) = text.find(href).filter(|_| !href.is_empty()) {
        let before = &text[..at];
        let address = before.rfind("http://").max(before.rfind("https://"));
        let from = address.filter(|from| before[*from..].chars().all(|c| c.is_ascii_graphic()));
        text.replace_range(from.unwrap_or(at)..at + href.len(), "");
    }
    text.trim_end().trim_end_matches([':', '：', ' ']).to_owned()
}

#[derive(Template)]
#[template(path = "rectify/notices.html")]
struct List {
    cx: Cx,
    part: Part,
    may_steer: bool,
}

#[derive(Template)]
#[template(path = "rectify/notices_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Line>,
    total: u64,
    unread: u64,
    state: TableState,
}

impl WithPart for List {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("notices").to_string()
    }
}

fn filter(state: &TableState) -> Filter {
    let given = |name: &str| Some(state.filter(name).to_owned()).filter(|v| !v.is_empty());
    Filter { which: Which::named(state.filter("which")), kind: given("kind"), text: given("q") }
}

/// `GET /notices`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let state = TableState::read(&cx, &SORTS);
    let (conn, filter) = (rectify.intake.db.conn(), filter(&state));
    let sort = (state.sort(), state.descending());
    let part = (state.offset(), state.limit());
    let rows = inbox::page(conn, &actor, (&filter, cx.lang()), sort, part).await?;
    let total = inbox::total(conn, &actor, &filter, cx.lang()).await?;
    let unread = inbox::total(conn, &actor, &Filter::default(), cx.lang()).await?;
    let orgs = Orgs::load(&cx).await?;
    let rows = rows.into_iter().map(|r| Line::of(&cx, r, &orgs)).collect::<Result<Vec<_>>>()?;
    let whole = List {
        may_steer: cx.can(MAY_STEER),
        part: Part { cx: cx.clone(), rows, total, unread, state },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// `GET /notices.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply<Response> {
    let sheet = sheet(&cx, &actor, &rectify).await?;
    Ok(export::workbook(&cx.t("notices"), vec![sheet]).await?)
}

async fn sheet(cx: &Cx, actor: &Actor, rectify: &Rectify) -> Result<Sheet> {
    let state = TableState::read(cx, &SORTS);
    let (conn, filter) = (rectify.intake.db.conn(), filter(&state));
    let orgs = Orgs::load(cx).await?;
    let lines =
        i64::try_from(inbox::total(conn, actor, &filter, cx.lang()).await?).map_err(Error::internal)?;
    let mut rows = Vec::new();
    for part in export::parts(lines)? {
        let sort = (state.sort(), state.descending());
        for row in inbox::page(conn, actor, (&filter, cx.lang()), sort, part).await? {
            let line = Line::of(cx, row, &orgs)?;
            rows.push(vec![
                cx.time(&line.at).into(),
                cx.t(&format!("notice-kind-{}", line.kind.name())).into(),
                line.org.into(),
                line.title.into(),
                line.body.into(),
                line.due.unwrap_or_default().into(),
            ]);
        }
    }
    let columns = export::columns(
        cx,
        &[
            ("notice-at", 17),
            ("notice-kind", 12),
            ("column-department", 24),
            ("notice-title", 40),
            ("notice-body", 60),
            ("notice-due", 12),
        ],
    );
    Ok(Sheet { title: cx.t("notices"), columns, rows })
}

/// `POST /notices/{id}/open`: marks it as read and goes where it leads.
pub async fn open(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let href = mark_read(&rectify.intake.db, &actor, notice_id(&id)?, cx.now()).await?;
    Ok(redirect(&cx, &href, None))
}

/// `POST /notices/{id}/read`
pub async fn read(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
) -> Reply<Response> {
    mark_read(&rectify.intake.db, &actor, notice_id(&id)?, cx.now()).await?;
    Ok(redirect(&cx, "/notices", Some(Flash::ok(cx.t("notice-marked-read")))))
}

/// `POST /notices/{id}/unread`
pub async fn unread(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
) -> Reply<Response> {
    mark_unread(&rectify.intake.db, &actor, notice_id(&id)?, cx.now()).await?;
    Ok(redirect(&cx, "/notices", Some(Flash::ok(cx.t("notice-marked-unread")))))
}

/// `POST /notices/read`
pub async fn read_all(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply<Response> {
    let n = mark_all_read(&rectify.intake.db, &actor, cx.now()).await?;
    Ok(redirect(&cx, "/notices", Some(Flash::ok(cx.t1("notices-marked-read", "n", n)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inbox_shows_no_link_cut_in_half() {
        let href = "/issues?state=overdue&org=1";
        let told = format!("已逾期 2 个工作日。请立即处理：http://127.0.0.1:8091{href}");
        assert_eq!(without_link(&told, href), "已逾期 2 个工作日。请立即处理");
        assert_eq!(without_link(&format!("Deal with them now: {href}"), href), "Deal with them now");
        let sub = format!("见 https://city.example.cn/yishu{href} 办理");
        assert_eq!(without_link(&sub, href), "见  办理");
        assert_eq!(without_link("没有链接", href), "没有链接");
        assert_eq!(without_link("http://a.example/ 与此无关。/x", "/x"), "http://a.example/ 与此无关。");
    }
}
