//! Defects of dates.

use chrono::{Datelike, Days, NaiveDate};
use standards::pack::Severity::{Reject, Warn};

use super::{DECISIONS, Defect, Scene, full_width, inserted};
use crate::city::{date, slashed};
use crate::template::{Part, Resource};

const ISSUED: &[Resource] = &[Resource::Licence2018, Resource::Licence2016];
const DATED: &[Resource] = &[
    Resource::LegalEntity,
    Resource::Licence2018,
    Resource::Penalty2018,
    Resource::Licence2016,
    Resource::Penalty2016,
];

macro_rules! date_defect {
    ($name:literal, $about:literal, $code:literal, $pattern:literal, $severity:ident, $resources:expr, $weight:literal, $plant:expr) => {
        Defect {
            name: $name,
            about: $about,
            code: $code,
            pattern: $pattern,
            severity: $severity,
            resources: $resources,
            weight: $weight,
            plant: $plant,
        }
    };
}

pub(super) const DEFECTS: &[Defect] = &[
    date_defect!("date-full-width", "日期写成全角", "W610", "full-width", Warn, DATED, 2.0, |s| {
        let (field, day) = own_date(s)?;
        Some(s.write(field, full_width(&slashed(day))).suggest(slashed(day)))
    }),
    date_defect!("date-spaces", "日期中有空格", "W610", "spaces", Warn, DATED, 2.0, |s| {
        let (field, day) = own_date(s)?;
        Some(s.write(field, inserted(&slashed(day), 5, " ")).suggest(slashed(day)))
    }),
    date_defect!("date-serial", "日期变成表格序列数", "E304", "", Warn, DATED, 4.0, |s| {
        let (field, day) = own_date(s)?;
        let serial = (day - date(1899, 12, 30)).num_days();
        let planted = s.write(field, serial.to_string()).suggest(slashed(day));
        s.effects.numbers.push((field, serial as f64));
        Some(planted)
    }),
    date_defect!("date-two-digit-year", "年份只有两位", "E305", "", Reject, DATED, 3.0, |s| {
        let (field, day) = own_date(s)?;
        Some(s.write(field, format!("{:02}/{:02}/{:02}", day.year() % 100, day.month(), day.day())))
    }),
    date_defect!("date-no-such-day", "没有这一天", "E301", "no-such-day", Reject, DATED, 3.0, |s| {
        let (field, day) = own_date(s)?;
        Some(s.write(field, format!("{}/02/30", day.year())))
    }),
    date_defect!("date-no-day", "只有年月", "E301", "no-day", Reject, DATED, 2.0, |s| {
        let (field, day) = own_date(s)?;
        Some(s.write(field, format!("{}年{}月", day.year(), day.month())))
    }),
    date_defect!("date-day-first", "日在前、年在后", "E301", "day-first", Reject, DATED, 2.0, |s| {
        let (field, day) = own_date(s)?;
        (day.day() > 12).then_some(())?;
        let wrong = format!("{:02}/{:02}/{}", day.day(), day.month(), day.year());
        Some(s.write(field, wrong).suggest(slashed(day)))
    }),
    date_defect!("date-words", "日期处写了文字", "E301", "", Reject, DATED, 2.0, |s| {
        let (field, _) = own_date(s)?;
        Some(s.write(field, "见决定书"))
    }),
    date_defect!("date-future", "决定日期在未来", "E302", "", Reject, DECISIONS, 3.0, |s| {
        let field = s.resource().field(Part::DecisionDate)?;
        let decided = s.row.decided?;
        // A slip in the year; the validity moves along, so that nothing else is wrong.
        let future = date(decided.year() + 1, decided.month(), decided.day().min(28));
        for part in [Part::ValidFrom, Part::ValidTo] {
            if let Some(other) = s.resource().field(part).filter(|f| !s.row.get(f).is_empty()) {
                let later = if part == Part::ValidFrom { future } else { date(2099, 12, 31) };
                s.row.set(other, slashed(later));
            }
        }
        Some(s.write(field, slashed(future)))
    }),
    date_defect!(
        "valid-to-before-decision",
        "有效期至早于决定日期",
        "E303",
        "",
        Reject,
        ISSUED,
        3.0,
        |s| {
            let field = s.resource().field(Part::ValidTo)?;
            let decided = s.row.decided?;
            Some(s.write(field, slashed(decided - Days::new(30))))
        }
    ),
    date_defect!(
        "valid-forever-in-words",
        "有效期至写“长期”",
        "W610",
        "long-term",
        Warn,
        ISSUED,
        3.0,
        |s| {
            let field = s.resource().field(Part::ValidTo)?;
            Some(s.write(field, "长期").suggest("2099/12/31"))
        }
    ),
    date_defect!(
        "date-too-early",
        "年份早于1900",
        "E306",
        "",
        Reject,
        &[Resource::Licence2018],
        2.0,
        |s| {
            let field = s.resource().field(Part::ValidFrom)?;
            let decided = s.row.decided?;
            Some(s.write(field, format!("1020/{:02}/{:02}", decided.month(), decided.day().min(28))))
        }
    ),
];

/// The date every row of a resource has, and its true value.
fn own_date(s: &Scene<'_>) -> Option<(&'static str, NaiveDate)> {
    let part = if s.resource() == Resource::LegalEntity { Part::RegisteredOn } else { Part::DecisionDate };
    let field = s.resource().field(part)?;
    let day = NaiveDate::parse_from_str(s.row.get(field), "%Y/%m/%d").ok()?;
    Some((field, day))
}
