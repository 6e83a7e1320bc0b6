//! `GET /data/{resource}`: the rows of a table, as it is now or as it was on a day: sorted, filtered by column, with the
//! columns one chooses.

use askama::Template;
use axum::extract::{Path, State as Shared};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use kernel::{Actor, Error, ErrorKind, Result, SubmissionId};
use lake::query::{Browse, Filter, Order, Test};
use lake::table::{HistoryEntry, RECEIVED_AT, ROW, SUBMISSION};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};
use standards::pack::{Field, FieldKind, NeedMark, Resource};

use super::{clip, submission_id};
use crate::Intake;
use crate::actions::read_rows::{MOST_AT_ONCE, sight};
use crate::model::Sight;
use crate::model::personal::{Cells, Search, search};

/// Versions listed below a table.
const HISTORY: usize = 12;
/// Columns shown until one has chosen.
const COLUMNS: usize = 7;
/// Characters of a cell shown; the rest is on the row's own page and in the download.
const SHOWN: usize = 40;

/// The ways to ask, as they stand in an address.
pub(crate) const TESTS: [(&str, Test); 7] = [
    ("contains", Test::Contains),
    ("equals", Test::Equals),
    ("starts", Test::StartsWith),
    ("from", Test::From),
    ("to", Test::To),
    ("empty", Test::Empty),
    ("filled", Test::Filled),
];

/// A filter on a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub field: String,
    pub test: &'static str,
    pub value: String,
}

impl Asked {
    /// As it stands in the address: `f.FIELD=test:value`.
    fn param(&self) -> (String, String) {
        (format!("f.{}", self.field), format!("{}:{}", self.test, self.value))
    }
}

/// What the address asks of a table.
pub(crate) struct Question<'a> {
    pub resource: &'a Resource,
    pub state: TableState,
    pub submission: Option<SubmissionId>,
    pub sight: Sight,
    pub asked: Vec<Asked>,
    pub columns: Vec<&'a Field>,
    pub version: Option<u64>,
    /// The day in the past that was asked for.
    pub day: Option<NaiveDate>,
    /// The table did not exist on that day.
    pub before: bool,
}

/// The last instant of a day in Beijing.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN).and_utc();
    midnight - chrono::Duration::hours(8) - chrono::Duration::microseconds(1)
}

impl<'a> Question<'a> {
    pub(crate) async fn read(cx: &Cx, actor: &Actor, intake: &'a Intake, code: &str) -> Result<Self> {
        let (_, resource) = intake.resource(code)?;
        let named = TableState::read(cx, &[""]);
        let submission = match named.filter("submission") {
            "" => None,
            text => Some(submission_id(text)?),
        };
        let sight = sight(intake, actor, submission).await?;
        // What is masked is not put in order either: the order would tell.
        let mut sortable = vec![format!("-{RECEIVED_AT}"), ROW.to_owned()];
        let free = |f: &&Field| matches!(search(resource, f, sight), Search::Free | Search::Words);
        sortable.extend(resource.fields.iter().filter(free).map(|f| f.code.clone()));
        let state = TableState::read(cx, &sortable);
        let chosen: Vec<&str> = state.filters("col").collect();
        let columns = if chosen.is_empty() {
            usual(resource)
        } else {
            resource.fields.iter().filter(|f| chosen.contains(&f.code.as_str())).collect()
        };
        let day = state.filter("day").parse().ok().filter(|d| *d < intake.clock.today());
        let mut version = state.filter("version").parse().ok();
        let mut before = false;
        if let (Some(day), true) = (day, intake.lake.has_table(code)) {
            match intake.lake.version_at(code, end_of(day)).await {
                Ok(v) => version = Some(v),
                Err(e) if e.kind() == ErrorKind::NotFound => before = true,
                Err(e) => return Err(e),
            }
        }
        let asked = asked(resource, &state);
        Ok(Self { resource, submission, sight, asked, columns, version, day, before, state })
    }

    /// The question as the lake takes it.
    pub(crate) fn browse(&self, columns: Vec<String>) -> Result<Browse> {
        let mut filters = Vec::new();
        if let Some(id) = self.submission {
            filters.push(Filter::equals(SUBMISSION, id.to_string()));
        }
        for asked in &self.asked {
            let Some(field) = self.resource.field(&asked.field) else { continue };
            let Some((_, test)) = TESTS.iter().find(|(name, _)| *name == asked.test) else { continue };
            match search(self.resource, field, self.sight) {
                Search::Free => {}
                Search::Words if !numbers(&asked.value) || *test == Test::Equals => {}
                Search::Public | Search::Words | Search::Whole
                    if matches!(test, Test::Equals | Test::Empty | Test::Filled) => {}
                Search::Public => filters.extend(self.no_citizens()),
                Search::Words | Search::Whole => return Err(masked_search(field)),
            }
            filters.push(Filter { column: asked.field.clone(), test: *test, value: asked.value.clone() });
        }
        let order = vec![
            Order { column: self.state.sort().to_owned(), descending: self.state.descending() },
            Order { column: ROW.to_owned(), descending: false },
        ];
        let size = |n: u64| usize::try_from(n).map_err(Error::internal);
        Ok(Browse {
            columns,
            filters,
            order,
            offset: size(self.state.offset())?,
            limit: size(self.state.limit())?,
            version: self.version,
        })
    }

    /// Leaves out the rows about natural persons.
    fn no_citizens(&self) -> Vec<Filter> {
        let Some(subject) = &self.resource.subject else { return Vec::new() };
        let citizen = subject.kinds.get(&standards::pack::SubjectKind::Z);
        let column = || subject.field.clone();
        citizen
            .map(|value| {
                vec![
                    Filter { column: column(), test: Test::IsNot, value: value.clone() },
                    Filter { column: column(), test: Test::Filled, value: String::new() },
                ]
            })
            .unwrap_or_default()
    }

    /// The columns the lake is asked for: those shown, and what says which row it is and whose.
    pub(crate) fn wanted(&self) -> Vec<String> {
        let mut names: Vec<String> = self.columns.iter().map(|f| f.code.clone()).collect();
        if let Some(subject) = self.resource.subject.as_ref().filter(|s| !names.contains(&s.field)) {
            names.push(subject.field.clone());
        }
        names.extend([SUBMISSION, ROW, RECEIVED_AT].map(str::to_owned));
        names
    }
}

/// Whether a text holds a stretch of digits that may be part of a personal number.
fn numbers(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 5)
}

fn masked_search(field: &Field) -> Error {
    let (zh, en) = (&field.label.zh, &field.label.en);
    Error::bad_input(
        "filter-masked",
        format!("“{zh}”是个人信息，已遮盖，只能按完整的值查找（选择“等于”）。"),
        format!(
            "“{en}” is personal and masked; it can only be searched by its whole value (choose “equals”)."
        ),
    )
}

/// What tells one row from another, then what every row must have, up to a number that fits a page.
fn usual(resource: &Resource) -> Vec<&Field> {
    let keys: Vec<&str> = resource.business_key.iter().filter_map(|k| k.split('|').next()).collect();
    let mut chosen: Vec<&str> = keys.clone();
    let required = resource.fields.iter().filter(|f| f.need.mark(None) == NeedMark::R);
    chosen.extend(required.chain(&resource.fields).map(|f| f.code.as_str()).filter(|c| !keys.contains(c)));
    let mut seen = std::collections::HashSet::new();
    chosen.retain(|c| seen.insert(*c));
    chosen.truncate(COLUMNS);
    resource.fields.iter().filter(|f| chosen.contains(&f.code.as_str())).collect()
}

/// The filters of an address: those set before, and the one just typed.
fn asked(resource: &Resource, state: &TableState) -> Vec<Asked> {
    let known = |field: &str, test: &str| {
        let test = TESTS.iter().find(|(name, _)| *name == test).map(|(name, _)| *name)?;
        resource.field(field).map(|_| test)
    };
    let mut all: Vec<Asked> = Vec::new();
    for (name, value) in state.params() {
        let Some(field) = name.strip_prefix("f.") else { continue };
        let Some((test, value)) = value.split_once(':') else { continue };
        let Some(test) = known(field, test) else { continue };
        all.push(Asked { field: field.to_owned(), test, value: value.to_owned() });
    }
    let (field, value) = (state.filter("field"), state.filter("q").trim());
    let test = if state.filter("test").is_empty() { "contains" } else { state.filter("test") };
    if let Some(test) = known(field, test)
        && (!value.is_empty() || matches!(test, "empty" | "filled"))
    {
        all.push(Asked { field: field.to_owned(), test, value: value.to_owned() });
    }
    all.dedup();
    all
}

#[derive(Template)]
#[template(path = "intake/rows.html")]
struct Rows<'a> {
    cx: Cx,
    code: String,
    title: String,
    question: Question<'a>,
    rows: Vec<Row>,
    total: u64,
    version: u64,
    history: Vec<HistoryEntry>,
    file: String,
    today: NaiveDate,
    changes: Option<String>,
}

/// One row with the way to its own page.
struct Row {
    href: String,
    at: String,
    /// Each with whether it is a code, a day or a number, which is not broken.
    cells: Vec<(String, bool)>,
}

/// The text of a cell as it fits, and whether it is a code, a day or a number.
fn whole_cell(text: &str) -> (String, bool) {
    let text = clip(text, SHOWN);
    let whole = text.len() <= 24 && text.is_ascii() && !text.contains(' ');
    (text, whole)
}

/// A filter that is set, with the list without it.
struct Chip {
    text: String,
    without: String,
    field: String,
    value: String,
}

impl Rows<'_> {
    fn crumbs(&self) -> String {
        let crumbs = Crumbs::new(&self.cx);
        match self.question.submission {
            Some(id) => crumbs
                .to("submissions", "/submissions")
                .to_named(&self.file, format!("/submissions/{id}"))
                .here_named(&self.title)
                .to_string(),
            None => crumbs.to("data-tables", "/data").here_named(&self.title).to_string(),
        }
    }

    fn is_masked(&self) -> bool {
        self.question.sight == Sight::Masked
            && self.question.resource.fields.iter().any(|f| f.personal.is_some())
    }

    fn label<'f>(&self, field: &'f Field) -> &'f str {
        field.label.get(self.cx.lang())
    }

    fn heads(&self) -> Vec<String> {
        let sortable = |f: &Field| {
            matches!(search(self.question.resource, f, self.question.sight), Search::Free | Search::Words)
        };
        let number = |f: &Field| matches!(f.kind, FieldKind::Decimal { .. } | FieldKind::Integer { .. });
        let head = |f: &&Field| match sortable(f) {
            true => self.question.state.th_named(self.label(f), &f.code, number(f)),
            false => format!("<th scope=\"col\">{}</th>", shell::ui::escape(self.label(f))),
        };
        self.question.columns.iter().map(head).collect()
    }

    /// The filters that are set.
    fn chips(&self) -> Vec<Chip> {
        let all: Vec<Asked> = self.question.asked.clone();
        let base = self.question.state.without(&["field", "test", "q"]);
        let chip = |asked: &Asked| {
            let (name, value) = asked.param();
            let field = self.question.resource.field(&asked.field);
            let label = field.map_or(asked.field.as_str(), |f| self.label(f));
            let text = format!("{label} {} {}", self.cx.t(&format!("test-{}", asked.test)), asked.value);
            let mut without = base.clone();
            for other in all.iter().filter(|o| *o != asked) {
                let (name, value) = other.param();
                let piece = format!("&{}={}", shell::ui::encode(&name), shell::ui::encode(&value));
                if !without.contains(&piece) {
                    without.push_str(&piece);
                }
            }
            let own = format!("&{}={}", shell::ui::encode(&name), shell::ui::encode(&value));
            Chip { text, without: without.replacen(&own, "", 1), field: asked.field.clone(), value }
        };
        all.iter().map(chip).collect()
    }

    /// The fields one may filter by, with whether one is chosen.
    fn fields(&self) -> Vec<(&str, &str)> {
        self.question.resource.fields.iter().map(|f| (f.code.as_str(), self.label(f))).collect()
    }

    fn is_shown(&self, code: &str) -> bool {
        self.question.columns.iter().any(|f| f.code == code)
    }

    fn tests(&self) -> Vec<(&'static str, String)> {
        TESTS.map(|(name, _)| (name, self.cx.t(&format!("test-{name}")))).to_vec()
    }

    fn download(&self, ending: &str) -> String {
        self.question.state.at(&format!("/data/{}/rows.{ending}", self.code))
    }

    fn day(&self) -> String {
        self.question.day.map(|d| d.to_string()).unwrap_or_default()
    }

    fn now(&self) -> String {
        self.question.state.without(&["day", "version"])
    }

    fn at_version(&self, version: &u64) -> String {
        self.question.state.without(&["day", "version"]) + &format!("&version={version}")
    }

    fn exports(&self) -> String {
        self.question.state.at(&format!("/data/{}/exports", self.code))
    }

    /// Whether a workbook of it is made in the background.
    fn is_long(&self) -> bool {
        self.total > MOST_AT_ONCE
    }

    fn is_past(&self) -> bool {
        self.question.version.is_some()
    }
}

/// `GET /data/{resource}`: `submission`, `day` or `version`, `f.FIELD=test:value`, `col`, and what every list takes.
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
) -> Reply {
    let question = Question::read(&cx, &actor, &intake, &code).await?;
    let mut whole = Rows {
        title: question.resource.title.get(cx.lang()).to_owned(),
        rows: Vec::new(),
        total: 0,
        version: 0,
        history: Vec::new(),
        file: String::new(),
        today: intake.clock.today(),
        changes: question.submission.map(|id| format!("/submissions/{id}/changes")),
        code: code.clone(),
        question,
        cx: cx.clone(),
    };
    if let Some(id) = whole.question.submission {
        whole.file = crate::actions::look_up::summary(&intake, &actor, id).await?.file;
    }
    if intake.lake.has_table(&code) && !whole.question.before {
        let found = intake.lake.browse(&code, &whole.question.browse(whole.question.wanted())?).await?;
        let cells = Cells::new(whole.question.resource, &found.columns, whole.question.sight);
        let shown = whole.question.columns.len();
        let version = whole.question.version.map(|v| format!("&version={v}")).unwrap_or_default();
        let row = |values: &Vec<serde_json::Value>| {
            let own = |name: &str| cells.at(name).map(|at| cells.text(values, at)).unwrap_or_default();
            Row {
                href: format!("/data/{code}/row?submission={}&row={}{version}", own(SUBMISSION), own(ROW)),
                at: cells.time(values, RECEIVED_AT),
                cells: (0..shown).map(|at| whole_cell(&cells.text(values, at))).collect(),
            }
        };
        whole.rows = found.rows.iter().map(row).collect();
        (whole.total, whole.version) = (found.total, found.version);
    }
    if intake.lake.has_table(&code) {
        whole.history = intake.lake.history(&code, None, HISTORY).await?;
    }
    page(&whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_beijing() {
        assert_eq!(end_of("2026-01-05".parse().unwrap()).to_string(), "2026-01-05 15:59:59.999999 UTC");
    }

    #[test]
    fn a_long_run_of_digits_is_a_number() {
        assert!(numbers("身份证 44190019") && !numbers("2026年第12号"));
    }

    #[test]
    fn a_table_shows_its_key_first_of_all() {
        let packs = standards::pack::Packs::builtin().unwrap();
        for (_, resource) in packs.resources() {
            let usual = usual(resource);
            assert!(usual.len() <= COLUMNS && !usual.is_empty(), "{}", resource.resource);
            let key = resource.business_key[0].split('|').next().unwrap();
            assert!(usual.iter().any(|f| f.code == key), "{}: {key}", resource.resource);
        }
    }
}
