//! Pages of intake.

pub mod cards;
pub mod changes;
pub mod dashboard;
pub mod data;
pub mod detail;
pub mod downloads;
pub mod export;
pub mod exports;
pub mod grid;
pub mod list;
pub mod mapping;
pub mod pulls;
pub mod row;
pub mod rows;
pub mod rows_file;
pub mod steps;
pub mod upload;

pub use grid::mend_href;
use kernel::{Error, OrgId, Result, SubmissionId};
use shell::Cx;

use crate::model::State;
use crate::store::entity::submission::Model;

/// A form with a file that did not arrive whole.
pub(crate) fn broken(cause: axum::extract::multipart::MultipartError) -> Error {
    Error::bad_input(
        "upload-broken",
        "上传中断，文件没有收全。请检查网络后重新上传。",
        "The upload broke off and the file is not complete. Check the connection and upload it again.",
    )
    .because(cause)
}

/// A submission as lists and heads show it.
pub(crate) struct Shown {
    pub id: SubmissionId,
    pub file: String,
    pub resource: String,
    pub resource_title: String,
    pub org: String,
    pub way: String,
    pub state: State,
    pub created_at: chrono::DateTime<chrono::Utc>,
    pub created_by: String,
    pub rows: i64,
    pub passed: i64,
    pub warned: i64,
    pub rejected: i64,
    pub open: i64,
    pub landed: i64,
    pub size: i64,
}

impl Shown {
    pub(crate) fn of(cx: &Cx, intake: &crate::Intake, row: &Model, orgs: &Orgs) -> Result<Self> {
        let title = intake.packs.resource(&row.resource).map(|(_, r)| r.title.get(cx.lang()).to_owned());
        Ok(Self {
            id: SubmissionId(row.id),
            file: row.file_name.clone(),
            resource: row.resource.clone(),
            resource_title: title.unwrap_or_else(|| "–".to_owned()),
            org: orgs.name(OrgId(row.org_id), cx.lang()),
            way: cx.t(&format!("submission-way-{}", row.way)),
            state: row.state.parse()?,
            created_at: row.created_at,
            created_by: row.created_by.clone(),
            rows: row.rows_total,
            passed: row.rows_passed - row.rows_warned,
            warned: row.rows_warned,
            rejected: row.rows_rejected,
            open: row.rows_open,
            landed: row.rows_landed,
            size: row.size,
        })
    }

    /// Class of the badge that shows the state.
    pub(crate) fn tone(&self) -> &'static str {
        tone(self.state, self.open)
    }

    /// Key of the text that names the state.
    pub(crate) fn state_key(&self) -> String {
        state_key(self.state, self.open)
    }

    /// The size in a unit people read.
    pub(crate) fn size_text(&self) -> String {
        size_text(self.size)
    }
}

/// A number of bytes in a unit people read.
pub(crate) fn size_text(size: i64) -> String {
    let n = size as f64;
    match size {
        0..1_024 => format!("{size} B"),
        1_024..1_048_576 => format!("{:.1} KB", n / 1_024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MB", n / 1_048_576.0),
        _ => format!("{:.2} GB", n / 1_073_741_824.0),
    }
}

/// Class of the badge that shows a state.
pub(crate) const fn tone(state: State, open: i64) -> &'static str {
    match state {
        State::Landed if open > 0 => "warn",
        State::Landed => "pass",
        State::Refused => "reject",
        State::Held | State::Mapping => "warn",
        State::Withdrawn => "",
        _ => "info",
    }
}

/// Key of the text that names a state.
pub(crate) fn state_key(state: State, open: i64) -> String {
    match state {
        State::Landed if open > 0 => "submission-state-landed-open".to_owned(),
        s => format!("submission-state-{}", s.name()),
    }
}

/// The title of a resource in the reader's language; its code where no pack has it any more.
pub(crate) fn resource_title(cx: &Cx, intake: &crate::Intake, code: &str) -> String {
    match intake.packs.resource(code) {
        Some((_, r)) => r.title.get(cx.lang()).to_owned(),
        None if code.is_empty() => "–".to_owned(),
        None => code.to_owned(),
    }
}

/// Code and title of every resource, for a choice.
pub(crate) fn resources(cx: &Cx, intake: &crate::Intake) -> Vec<(String, String)> {
    let all = intake.packs.resources();
    all.map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned())).collect()
}

/// Names of the organisations an actor may see.
pub struct Orgs(Vec<identity::org::Org>);

impl Orgs {
    /// Those of the scope of whoever asks.
    ///
    /// # Errors
    /// When nobody is signed in, or the database cannot be read.
    pub async fn load(cx: &Cx) -> Result<Self> {
        Ok(Self(identity::org::list(cx.app().db().conn(), &cx.signed()?.scope).await?))
    }

    /// The name of one; a dash for one outside the scope.
    #[must_use]
    pub fn name(&self, id: OrgId, lang: kernel::Lang) -> String {
        self.0.iter().find(|o| o.org_id() == id).map_or_else(|| "–".to_owned(), |o| o.name(lang).to_owned())
    }

    /// Those that hand in: departments and what lies below them.
    pub fn departments(&self) -> impl Iterator<Item = &identity::org::Org> {
        self.0.iter().filter(|o| o.kind == "department")
    }

    /// All of them, in the order of the tree.
    pub fn all(&self) -> &[identity::org::Org] {
        &self.0
    }

    /// One of them.
    pub fn find(&self, id: OrgId) -> Option<&identity::org::Org> {
        self.0.iter().find(|o| o.org_id() == id)
    }

    /// Id and name of the departments, for a choice; with the one chosen even if it is none.
    pub fn choice(&self, chosen: Option<OrgId>, lang: kernel::Lang) -> Vec<(String, String)> {
        let wanted = |o: &&identity::org::Org| o.kind == "department" || Some(o.org_id()) == chosen;
        self.0.iter().filter(wanted).map(|o| (o.id.to_string(), o.name(lang).to_owned())).collect()
    }
}

/// The id in a path; what is no id does not exist.
pub fn submission_id(text: &str) -> Result<SubmissionId> {
    text.parse().map_err(|_| Error::not_found("这批数据", "submission"))
}

/// A value short enough to stand among others; what is cut ends in an ellipsis.
pub fn clip(value: &str, most: usize) -> String {
    match value.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

/// The address of the frequent question that a cause of findings is.
pub(crate) fn question(resource: &str, code: &str, pattern: &str, field: &str) -> String {
    let encode = shell::ui::encode;
    format!(
        "/faq?resource={}&code={}&pattern={}&field={}",
        encode(resource),
        encode(code),
        encode(pattern),
        encode(field)
    )
}
