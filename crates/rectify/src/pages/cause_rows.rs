//! The rows of an issue that wait to be put right, as the reader may see them: part of its page.

use intake::actions::rows_of_cause::rows_of_cause;
use intake::clip;
use kernel::{Actor, ErrorKind, Result, SubmissionId};
use lake::check::render;
use shell::Cx;

use crate::context::Rectify;
use crate::model::as_example;
use crate::store::entity::issue::Model as Issue;

/// Characters of a value shown; the grid has all of it.
const LONGEST: usize = 200;
/// Rows shown at once.
const SHOWN: u64 = 20;

/// One row.
pub(crate) struct Line {
    /// The file and the sheet it stands in.
    pub table: String,
    /// Row in its file.
    pub row: i64,
    /// The value of the field, as the reader may see it.
    pub value: String,
    /// 为什么错
    pub why: String,
    /// 怎么改
    pub fix: String,
}

/// A part of the rows, the first of the file first.
pub(crate) struct CauseRows {
    pub rows: Vec<Line>,
    pub total: u64,
    page: u64,
    href: String,
}

impl CauseRows {
    /// Which rows of how many are shown.
    pub(crate) fn count(&self, cx: &Cx) -> String {
        let before = (self.page - 1) * SHOWN;
        let (from, to) = ((before + 1).min(self.total), (before + SHOWN).min(self.total));
        cx.ta("list-count", &[("total", self.total.into()), ("from", from.into()), ("to", to.into())])
    }

    pub(crate) fn before(&self) -> Option<String> {
        (self.page > 1).then(|| format!("{}?rows={}#rows", self.href, self.page - 1))
    }

    pub(crate) fn after(&self) -> Option<String> {
        (self.page * SHOWN < self.total).then(|| format!("{}?rows={}#rows", self.href, self.page + 1))
    }
}

/// The rows of an issue that wait; none for who may not read them, and where they are gone.
pub(crate) async fn of_issue(
    cx: &Cx,
    actor: &Actor,
    rectify: &Rectify,
    issue: &Issue,
    page: u64,
) -> Result<Option<CauseRows>> {
    let page = page.clamp(1, 1_000_000);
    let cause = (issue.code.as_str(), issue.pattern.as_str(), issue.field.as_str());
    let id = SubmissionId(issue.submission_id);
    let part = ((page - 1) * SHOWN, SHOWN);
    let found = match rows_of_cause(&rectify.intake, actor, id, cause, part).await {
        Ok(found) => found,
        Err(e) if matches!(e.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => return Ok(None),
        Err(e) => return Err(e),
    };
    if found.total == 0 {
        return Ok(None);
    }
    let clear = found.clear;
    let rows = found.rows.into_iter().map(|r| {
        // The words hold values of the row; who sees the row masked gets them without.
        let finding = if clear { r.finding } else { as_example(r.finding, cx.lang()) };
        let said = render(&rectify.intake.packs, &issue.resource, &finding, cx.lang());
        Line { table: r.table, row: r.row, value: clip(&r.value, LONGEST), why: said.why, fix: said.fix }
    });
    Ok(Some(CauseRows {
        rows: rows.collect(),
        total: found.total,
        page,
        href: format!("/issues/{}", issue.id),
    }))
}
