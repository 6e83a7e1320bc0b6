//! `GET /public/search.csv`, `GET /public/months/{month}.csv`: what was found, or a month's decisions, sent as they are read.

use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use chrono::{Months, NaiveDate};
use futures::stream;
use kernel::{Error, Result};
use shell::ui::{CSV_MARK, TableState, attachment, csv_line};
use shell::{Cx, Reply};
use uuid::Uuid;

use super::Wanted;
use crate::context::Portal;
use crate::search::{self, MOST};
use crate::store::publication::entity::publication::Model;
use crate::store::publication::lists::{self, Shown};

/// Lines of a file of what was found.
pub const LONGEST_SEARCH: usize = MOST;
/// Lines of a month's file.
pub const LONGEST_MONTH: usize = 200_000;
/// Records read at a time.
const PAGE: u64 = 500;

/// Where the lines come from.
enum From {
    /// Places the search found.
    Places(Vec<i64>),
    /// The order of decisions, after a place in it.
    Decisions(Shown, Option<(NaiveDate, Uuid)>),
}

struct Reader {
    cx: Cx,
    /// Address of the platform as the reader knows it.
    site: String,
    portal: Portal,
    from: From,
    left: usize,
}

impl Reader {
    async fn next(mut self) -> Result<Option<(String, Self)>> {
        let conn = self.portal.intake.db.conn();
        let page = usize::try_from(PAGE).unwrap_or_default().min(self.left);
        if page == 0 {
            return Ok(None);
        }
        let (rows, done) = match &mut self.from {
            From::Places(places) => {
                let part: Vec<i64> = places.drain(..page.min(places.len())).collect();
                (lists::shown_at(conn, &part).await?, part.is_empty())
            }
            From::Decisions(shown, after) => {
                let rows = lists::newest_after(conn, shown, *after, page as u64).await?;
                *after = rows.last().map(|r| (r.decided, r.id));
                let done = rows.is_empty();
                (rows, done)
            }
        };
        if done {
            return Ok(None);
        }
        self.left -= page;
        let mut out = String::new();
        for row in &rows {
            csv_line(&mut out, line(&self.cx, &self.site, row));
        }
        Ok(Some((out, self)))
    }
}

fn heads(cx: &Cx) -> Vec<String> {
    [
        "public-kind",
        "public-subject",
        "public-code",
        "public-document",
        "public-matter",
        "public-authority",
        "public-decided",
        "public-until",
        "public-marked",
        "public-address",
    ]
    .map(|key| cx.t(key))
    .into()
}

fn line(cx: &Cx, site: &str, row: &Model) -> Vec<String> {
    vec![
        cx.t(&format!("public-kind-{}", row.kind)),
        row.subject.clone(),
        row.code.clone(),
        row.document.clone(),
        row.title.clone(),
        row.authority.clone(),
        cx.date(row.decided),
        row.until.map_or_else(String::new, |d| cx.date(d)),
        if row.mark.is_empty() { String::new() } else { cx.t(&row.mark) },
        format!("{site}/public/records/{}", row.public_id),
    ]
}

fn sent((cx, headers): (Cx, &HeaderMap), portal: Portal, name: &str, from: From, longest: usize) -> Reply {
    let site = cx.site(headers);
    let mut first = String::from(CSV_MARK);
    csv_line(&mut first, heads(&cx));
    let reader = Reader { cx, site, portal, from, left: longest };
    let lines = stream::try_unfold(reader, Reader::next);
    let body = futures::StreamExt::chain(stream::once(async { Ok::<_, Error>(first) }), lines);
    Ok(attachment(&format!("{name}.csv"), "text/csv; charset=utf-8", Body::from_stream(body)))
}

/// `GET /public/search.csv`
pub async fn found(cx: Cx, Shared(portal): Shared<Portal>, headers: HeaderMap) -> Reply {
    portal.limits.file(&cx)?;
    let wanted = Wanted::read(&TableState::read(&cx, &["-decided"]));
    let from = if wanted.question.typed.is_empty() {
        From::Decisions(wanted.shown, None)
    } else {
        From::Places(search::find(&portal, &wanted.question).await?.places)
    };
    let name = format!("{}-{}", cx.t("public-search"), portal.intake.clock.today());
    sent((cx, &headers), portal, &name, from, LONGEST_SEARCH)
}

/// `GET /public/months/{month}`, the month as `2026-01.csv`
pub async fn month(
    cx: Cx,
    Shared(portal): Shared<Portal>,
    Path(month): Path<String>,
    headers: HeaderMap,
) -> Reply {
    portal.limits.file(&cx)?;
    let month = month.strip_suffix(".csv").unwrap_or(&month).to_owned();
    let first: NaiveDate =
        format!("{month}-01").parse().map_err(|_| Error::not_found("这个月份", "month"))?;
    let last = first.checked_add_months(Months::new(1)).and_then(|d| d.pred_opt()).unwrap_or(first);
    let shown = Shown { decided: Some((first, last)), ..Shown::default() };
    let name = format!("{}-{month}", cx.t("public-month-file"));
    sent((cx, &headers), portal, &name, From::Decisions(shown, None), LONGEST_MONTH)
}
