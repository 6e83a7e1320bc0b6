//! 导入登记数据: the figures of many departments from one workbook; all of it, or nothing.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::Org;
use kernel::{Actor, Error, ErrorKind, OrgId, Result, Text};
use lake::typed::dates::{self, DateRead};
use lake::typed::fold::fold_code;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::record_figure::{checked, write_down};
use super::{NewFigure, STEWARD};
use crate::context::Scorecard;
use crate::model::figures_sheet::{Column, Line, lines};
use crate::model::{Indicator, Indicators, Registers};
use crate::store::entity::registered_figure::Model;
use crate::store::registered;

/// Most cells of a workbook: ten indicators of some thousand departments.
const MOST_CELLS: usize = 1_000_000;

/// What an import did, or why it did nothing.
#[derive(Debug, Default)]
pub struct Imported {
    /// Figures entered.
    pub entered: usize,
    /// Figures that stood already and were not entered twice.
    pub known: usize,
    /// Rows without a numerator.
    pub skipped: usize,
    /// Every wrong row: its cell, and what to do. When there is one, nothing was entered.
    pub wrong: Vec<(Text, Text)>,
}

/// What an indicator and its two numbers are called where somebody chooses it; in both languages.
#[must_use]
pub fn called(indicator: &Indicator, registers: &Registers) -> Text {
    let (title, part, whole) = (&indicator.title, &registers.part, &registers.whole);
    Text::new(
        format!("{} = {} ÷ {}", title.zh, part.zh, whole.zh),
        format!("{} = {} ÷ {}", title.en, part.en, whole.en),
    )
}

/// Enters the figures of a workbook (导入登记数据). Rows without a numerator are left out, figures that stand already stay as they are.
///
/// # Errors
/// Forbidden without the role; `workbook-unreadable`, `workbook-too-large`, `registered-file` where it cannot be read as a whole, or nothing
/// in it is filled in. Wrong rows are no error: they are in the answer.
pub async fn import_figures(scorecard: &Scorecard, actor: &Actor, bytes: Vec<u8>) -> Result<Imported> {
    actor.require(STEWARD)?;
    let read = move || -> Result<Vec<Line>> {
        let sheets = lake::sheet::read_small(&bytes, MOST_CELLS)?;
        lines(sheets.first().map_or(&[][..], |(_, rows)| rows))
    };
    let lines = tokio::task::spawn_blocking(read).await.map_err(Error::internal)??;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let orgs = identity::org::list(intake.db.conn(), &actor.scope).await?;
    let reader = Reader {
        actor,
        now,
        indicators: Indicators::builtin()?,
        orgs: orgs.iter().map(|o| (o.code.as_str(), o)).collect(),
    };
    let mut done = Imported::default();
    let mut rows: Vec<Model> = Vec::new();
    let mut seen: HashMap<(Uuid, String, NaiveDate), usize> = HashMap::new();
    for line in &lines {
        if line.cell(Column::Part).is_empty() {
            done.skipped += 1;
            continue;
        }
        match reader.figure(line)? {
            Ok(row) => {
                let first =
                    *seen.entry((row.org_id, row.indicator.clone(), row.on_day)).or_insert(line.number);
                if first == line.number {
                    rows.push(row);
                } else {
                    done.wrong.push((line.place(Column::Day), twice(first)));
                }
            }
            Err(wrong) => done.wrong.extend(wrong),
        }
    }
    if !done.wrong.is_empty() {
        return Ok(done);
    }
    if rows.is_empty() {
        return Err(Error::bad_input(
            "registered-file",
            "文件里没有填好的行：每一行的“分子”都是空的。请填写后再上传。",
            "No row is filled in: the numerator of each is empty. Fill in what you have and upload it again.",
        ));
    }
    intake
        .db
        .tx(async |tx| {
            let mut known = 0;
            for row in &rows {
                if registered::is_known(tx, row).await? {
                    known += 1;
                } else {
                    write_down(tx, actor, now, row).await?;
                }
            }
            let (entered, skipped) = (rows.len() - known, done.skipped);
            let detail = json!({ "entered": entered, "known": known, "skipped": skipped });
            audit::record(tx, now, actor, "registered.import", "registered", &detail).await?;
            (done.entered, done.known) = (entered, known);
            Ok(())
        })
        .await?;
    Ok(done)
}

fn twice(first: usize) -> Text {
    Text::new(
        format!("与第 {first} 行是同一单位、同一指标、同一统计截止日。请只保留一行。"),
        format!("Same department, indicator and day as row {first}. Keep one of them."),
    )
}

/// Everything that is wrong with a row: the cell, and what to do.
type Wrong = Vec<(Text, Text)>;

/// What a row is read by.
struct Reader<'a> {
    actor: &'a Actor,
    now: DateTime<Utc>,
    indicators: Arc<Indicators>,
    orgs: HashMap<&'a str, &'a Org>,
}

impl Reader<'_> {
    /// The figure of a row, judged as one typed into the form.
    fn figure(&self, line: &Line) -> Result<std::result::Result<Model, Wrong>> {
        let mut wrong = Wrong::new();
        let org = self.org(line).map_err(|e| wrong.push(e)).ok();
        let indicator = self.indicator(line).map_err(|e| wrong.push(e)).ok();
        let day = day(line).map_err(|e| wrong.push(e)).ok();
        let (Some(org), Some(indicator), Some(day)) = (org, indicator, day) else { return Ok(Err(wrong)) };
        let (whole, part) = (number(line.cell(Column::Whole)), number(line.cell(Column::Part)));
        let new = NewFigure {
            org: OrgId(org.id),
            indicator,
            day,
            whole,
            part,
            basis: line.cell(Column::Basis).to_owned(),
            note: line.cell(Column::Note).to_owned(),
        };
        match checked(self.actor, self.now, org, new) {
            Ok(row) => Ok(Ok(row)),
            Err(e) if e.kind() == ErrorKind::BadInput => {
                let column = match e.code() {
                    "registered-org" => Column::OrgCode,
                    "registered-indicator" => Column::Code,
                    "registered-day" | "score-day" => Column::Day,
                    "registered-basis" => Column::Basis,
                    "score-reason-long" => Column::Note,
                    "registered-counts" if whole < 1 || (0..=whole).contains(&part) => Column::Whole,
                    _ => Column::Part,
                };
                Ok(Err(vec![(line.place(column), e.text().clone())]))
            }
            Err(e) => Err(e),
        }
    }

    fn org(&self, line: &Line) -> std::result::Result<&Org, (Text, Text)> {
        let (code, name) = (line.cell(Column::OrgCode), line.cell(Column::Org));
        let Some(org) = self.orgs.get(code) else {
            let text = Text::new(
                format!("没有代码为“{code}”的单位。请按模板中的单位代码填写。"),
                format!("There is no department with the code “{code}”. Use the codes of the template."),
            );
            return Err((line.place(Column::OrgCode), text));
        };
        if name.is_empty() || [&org.name_zh, &org.name_en].iter().any(|n| n.trim() == name) {
            return Ok(org);
        }
        Err((line.place(Column::Org), other_name(code, &org.name_zh, &org.name_en)))
    }

    fn indicator(&self, line: &Line) -> std::result::Result<String, (Text, Text)> {
        let (code, name) = (line.cell(Column::Code), line.cell(Column::Indicator));
        let Some((indicator, registers)) = self.indicators.registered().find(|(i, _)| i.code == code) else {
            let text = Text::new(
                format!("“{code}”不是要登记的指标。请按模板中的指标代码填写。"),
                format!(
                    "“{code}” is no indicator of which figures are entered. Use the codes of the template."
                ),
            );
            return Err((line.place(Column::Code), text));
        };
        let (title, full) = (&indicator.title, called(indicator, registers));
        if name.is_empty() || [&title.zh, &title.en, &full.zh, &full.en].iter().any(|n| n.trim() == name) {
            return Ok(indicator.code.clone());
        }
        Err((line.place(Column::Indicator), other_name(code, &title.zh, &title.en)))
    }
}

/// Code and name of a row belong to two things, as where one column alone was sorted: nobody can tell which is meant.
fn other_name(code: &str, zh: &str, en: &str) -> Text {
    Text::new(
        format!("代码“{code}”对应的是“{zh}”，与这里的名称不一致。请核对这一行是否错位，改正其中一个。"),
        format!(
            "The code “{code}” is that of “{en}”, not of the name here. See whether the row has shifted, and correct one of them."
        ),
    )
}

fn day(line: &Line) -> std::result::Result<NaiveDate, (Text, Text)> {
    let given = line.cell(Column::Day);
    let read = match dates::read(given) {
        DateRead::Good(d) | DateRead::Folded(d, _) | DateRead::Serial(d) => dates::to_date(d),
        _ => None,
    };
    read.ok_or_else(|| {
        let text = Text::new(
            format!("“{given}”不是日期。请填写形如 2026-03-01 的日期。"),
            format!("“{given}” is no day. Give one such as 2026-03-01."),
        );
        (line.place(Column::Day), text)
    })
}

/// A whole number as people type it, also in full width or with commas; what is none is refused with the others that make no sense.
fn number(text: &str) -> i64 {
    fold_code(text).0.replace([',', '，'], "").parse().unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, wanted) in
            [("12", 12), (" １２ ", 12), ("1,500", 1_500), ("1.5", -1), ("many", -1), ("", -1)]
        {
            assert_eq!(number(text), wanted, "{text}");
        }
    }
}
