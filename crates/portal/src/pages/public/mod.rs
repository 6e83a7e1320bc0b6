//! The public site (公示网站), without sign-in.

pub(crate) mod choices;
pub mod files;
pub mod help;
pub mod home;
pub mod record;
pub mod search;
pub mod statistics;
pub mod syndication;

use kernel::{Error, Result};
use shell::Cx;
use shell::ui::TableState;
use standards::pack::PublicKind;

use crate::context::Portal;
use crate::search::{Question, highlight};
use crate::store::publication::counts;
use crate::store::publication::entity::publication::Model;
use crate::store::publication::lists::Shown;

/// One record as lists show it.
pub(crate) struct Line {
    pub href: String,
    pub kind: String,
    /// Pieces of the name and the number, each with whether it was searched for.
    pub subject: Vec<(bool, String)>,
    pub document: Vec<(bool, String)>,
    pub code: String,
    pub title: String,
    pub authority: String,
    pub decided: String,
    pub mark: Option<String>,
}

impl Line {
    pub(crate) fn of(cx: &Cx, row: &Model, typed: &str) -> Self {
        Self {
            href: format!("/public/records/{}", row.public_id),
            kind: cx.t(&format!("public-kind-{}", row.kind)),
            subject: highlight(&row.subject, typed),
            document: highlight(&row.document, typed),
            code: row.code.clone(),
            title: row.title.clone(),
            authority: row.authority.clone(),
            decided: cx.date(row.decided),
            mark: (!row.mark.is_empty()).then(|| cx.t(&row.mark)),
        }
    }
}

/// What the address asks for.
pub(crate) struct Wanted {
    pub question: Question,
    pub shown: Shown,
}

impl Wanted {
    pub(crate) fn read(state: &TableState) -> Self {
        let given = |name: &str| Some(state.filter(name).trim().to_owned()).filter(|v| !v.is_empty());
        let kind = given("kind").filter(|k| k.parse::<PublicKind>().is_ok());
        let authority = given("authority");
        let year = given("year").and_then(|y| y.parse::<i32>().ok()).filter(|y| (1949..=9999).contains(y));
        let day = |m, d| year.and_then(|y| chrono::NaiveDate::from_ymd_opt(y, m, d));
        Self {
            shown: Shown {
                kind: kind.clone(),
                authority: authority.clone(),
                decided: day(1, 1).zip(day(12, 31)),
            },
            question: Question { typed: given("q").unwrap_or_default(), kind, authority, year },
        }
    }

    pub(crate) fn count(&self) -> counts::Of {
        let Question { kind, authority, year, .. } = self.question.clone();
        counts::Of { kind, authority, year }
    }
}

/// A page of what is wanted, and how many there are in all.
pub(crate) struct Hits {
    pub rows: Vec<Model>,
    pub total: u64,
    /// Whether there are more than the search looks at.
    pub more: bool,
}

/// Finds a page of what is wanted.
///
/// # Errors
/// When index or database fails.
pub(crate) async fn hits(portal: &Portal, wanted: &Wanted, (offset, limit): (u64, u64)) -> Result<Hits> {
    use crate::store::publication::lists;
    let conn = portal.intake.db.conn();
    if wanted.question.typed.is_empty() {
        let total = u64::try_from(counts::total(conn, &wanted.count()).await?).unwrap_or_default();
        let most = crate::search::MOST as u64;
        let rows = match offset < most {
            true => lists::newest(conn, &wanted.shown, (offset, limit)).await?,
            false => Vec::new(),
        };
        return Ok(Hits { rows, total: total.min(most), more: total > most });
    }
    let found = crate::search::find(portal, &wanted.question).await?;
    let page: Vec<i64> = found
        .places
        .iter()
        .copied()
        .skip(usize::try_from(offset).unwrap_or(usize::MAX))
        .take(usize::try_from(limit).unwrap_or_default())
        .collect();
    let rows = lists::shown_at(conn, &page).await?;
    Ok(Hits { rows, total: found.places.len() as u64, more: found.more })
}

/// The public id in a path; what is no id does not exist.
pub(crate) fn public_id(text: &str) -> Result<uuid::Uuid> {
    text.parse().map_err(|_| Error::not_found("这条公示记录", "published record"))
}
