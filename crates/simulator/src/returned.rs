//! What the province sends back (省下发问题数据): each week a few of the records that came in, and what their departments answer.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use indexmap::IndexMap;
use kernel::Result;

use crate::batch::Received;
use crate::city::{City, slashed};
use crate::expected::{handed_in, list_day};
use crate::ledger::{Answer, FileEntry, Return};
use crate::mending::workdays_on;
use crate::records::{Row, Subject};
use crate::rng::Rng;
use crate::sheet::{Cell, Sheet};
use crate::template::{Part, Resource};

/// How likely the province is to send a record back.
const SENT_BACK: f64 = 0.02;
/// What it says, by its code; no code where it only writes.
const WORDS: [(&str, &str); 3] = [
    ("1001", "未查询到主体或查询到的主体信息不匹配"),
    ("1001", "验证规则代码:1001;错误描述:未查询到主体或查询到的主体信息不匹配."),
    ("", "许可内容描述不完整，请核实"),
];

/// The records sent back, as they are learned file by file.
#[derive(Default)]
pub(crate) struct SentBack {
    lists: BTreeMap<NaiveDate, Vec<(usize, Row)>>,
}

/// One list, ready to be handed in.
pub(crate) struct List {
    pub entry: FileEntry,
    pub bytes: Vec<u8>,
    pub returns: Vec<Return>,
}

impl SentBack {
    /// Decides whether a record that landed comes back, and when.
    ///
    /// # Errors
    /// `calendar-missing` when a day lies outside the published calendar.
    pub fn learn(&mut self, city: &City, rng: &mut Rng, received: &Received) -> Result<()> {
        let row = &received.row;
        let edition = matches!(row.resource, Resource::Licence2018 | Resource::Penalty2018);
        let firm = matches!(row.subject, Subject::Entity(_));
        if !(edition && firm && received.landed && rng.chance(SENT_BACK)) {
            return Ok(());
        }
        let last = city.options.as_of;
        let day = received.on + Days::new(7);
        // What would come back after the history ends does not.
        if day <= last {
            let day = list_day(day, last)?;
            self.lists.entry(day).or_default().push((received.department, row.clone()));
        }
        Ok(())
    }

    /// The lists in the order of their days.
    ///
    /// # Errors
    /// `calendar-missing` when a day lies outside the published calendar.
    pub fn lists(self, city: &City) -> Result<Vec<List>> {
        let office = city.departments.iter().find(|d| d.org.code == "dept-fgw");
        let Some(office) = office else { return Ok(Vec::new()) };
        let mut rng = Rng::new(city.options.seed, "answers");
        self.lists.into_iter().map(|(day, rows)| list(city, &office.org, &mut rng, day, &rows)).collect()
    }
}

fn list(
    city: &City,
    office: &crate::city::Org,
    rng: &mut Rng,
    day: NaiveDate,
    rows: &[(usize, Row)],
) -> Result<List> {
    let resource = Resource::ReturnedRecords;
    let mut sheet = Sheet {
        name: resource.title().to_owned(),
        titles: Vec::new(),
        header: resource.fields().iter().map(|(_, label)| (*label).to_owned()).collect(),
        lines: Vec::with_capacity(rows.len()),
    };
    let file = format!("{day}_{}_{}.csv", office.name, resource.title());
    let mut returns = Vec::with_capacity(rows.len());
    for (department, row) in rows {
        let org = &city.departments[*department].org;
        let (code, words) = WORDS[rng.below(WORDS.len())];
        let cells = [
            row.resource.title().to_owned(),
            row.part(Part::Document).to_owned(),
            row.part(Part::DecisionDate).to_owned(),
            row.part(Part::Name).to_owned(),
            row.part(Part::Code).to_owned(),
            org.uscc.clone().unwrap_or_default(),
            code.to_owned(),
            words.to_owned(),
            slashed(day),
        ];
        sheet.lines.push(cells.into_iter().map(Cell::Text).collect());
        let (answer, after) = match rng.weighted(&[0.6, 0.25, 0.15]) {
            Some(0) => (Answer::Corrected, rng.between(1, 7)),
            Some(1) => (Answer::Confirmed, rng.between(1, 4)),
            _ => (Answer::None, 0),
        };
        let answered_on = match answer {
            Answer::None => None,
            _ => workdays_on(day, after, city.options.as_of)?,
        };
        returns.push(Return {
            file: file.clone(),
            row: sheet.header_row() + sheet.lines.len() as u32,
            resource: row.resource,
            org: org.code.clone(),
            document: row.part(Part::Document).to_owned(),
            returned_on: day,
            answer: if answered_on.is_some() { answer } else { Answer::None },
            answered_on,
            corrected: match answer {
                Answer::Corrected if answered_on.is_some() => corrected(row),
                _ => IndexMap::new(),
            },
        });
    }
    let (entry, bytes) = handed_in((file, resource), office, day, &sheet)?;
    Ok(List { entry, bytes, returns })
}

/// The record as its department hands it in again: checked against the business licence, which it notes.
fn corrected(row: &Row) -> IndexMap<String, String> {
    let mut row = row.clone();
    row.set("BZ", "已对照营业执照核对主体信息");
    let fields = row.resource.fields().iter().zip(row.cells);
    fields.map(|((code, _), cell)| ((*code).to_owned(), cell)).collect()
}
