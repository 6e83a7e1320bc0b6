//! Defects of dates.

use chrono::{Datelike, Days, NaiveDate};
use standards::pack::Severity::{Pass, Reject, Warn};

use super::{DECISIONS, Defect, Planted, Scene, defect, full_width, inserted};
use crate::city::{date, slashed};
use crate::template::{Part, Resource};

const ISSUED: &[Resource] = &[Resource::Licence2018, Resource::Licence2016];
const LICENCE: &[Resource] = &[Resource::Licence2018];
const PENALTY: &[Resource] = &[Resource::Penalty2018];
const DATED: &[Resource] = &[
    Resource::LegalEntity,
    Resource::Licence2018,
    Resource::Penalty2018,
    Resource::Licence2016,
    Resource::Penalty2016,
];

#[rustfmt::skip]
pub(super) const DEFECTS: &[Defect] = &[
    defect("date-full-width", "日期写成全角", ("E510", "full-width", Warn), DATED, 2.0, |s| tidied(s, |d| full_width(&slashed(d)))),
    defect("date-spaces", "日期中有空格", ("E510", "spaces", Warn), DATED, 2.0, |s| tidied(s, |d| inserted(&slashed(d), 5, " "))),
    defect("date-serial", "日期变成表格序列数", ("E304", "excel-serial", Warn), DATED, 4.0, serial),
    defect("date-two-digit-year", "年份只有两位", ("E305", "two-digit-year", Reject), DATED, 3.0, |s| {
        Some(bent(s, |d| format!("{:02}/{:02}/{:02}", d.year() % 100, d.month(), d.day()))?.guess())
    }),
    defect("date-no-such-day", "没有这一天", ("E301", "no-such-day", Reject), DATED, 3.0, |s| bent(s, |d| format!("{}/02/30", d.year()))),
    defect("date-no-day", "只有年月", ("E301", "month-only", Reject), DATED, 2.0, |s| bent(s, |d| format!("{}年{}月", d.year(), d.month()))),
    defect("date-day-first", "日在前、年在后", ("E301", "day-first", Reject), DATED, 2.0, day_first),
    defect("date-words", "日期处写了文字", ("E301", "", Reject), DATED, 2.0, |s| bent(s, |_| "见决定书".to_owned())),
    defect("date-future", "决定日期在未来", ("E302", "", Reject), DECISIONS, 3.0, future),
    defect("valid-to-before-decision", "有效期至早于决定日期", ("E303", "", Reject), ISSUED, 3.0, |s| offset(s, Part::ValidTo, 30)),
    defect("valid-from-before-decision", "有效期自早于决定日期", ("E308", "", Warn), LICENCE, 2.0, |s| offset(s, Part::ValidFrom, 20)),
    defect("published-until-before-decision", "公示截止期早于决定日期", ("E307", "", Reject), PENALTY, 2.0, |s| offset(s, Part::PublishedUntil, 30)),
    defect("valid-forever-in-words", "有效期至写“长期”", ("E510", "long-term", Pass), ISSUED, 3.0, |s| {
        let field = s.field(Part::ValidTo)?;
        Some(s.write(field, "长期").suggest("2099/12/31"))
    }),
    defect("date-too-early", "年份早于1900", ("E306", "", Reject), LICENCE, 2.0, |s| {
        let (field, decided) = (s.field(Part::ValidFrom)?, s.row.decided?);
        Some(s.write(field, format!("1020/{:02}/{:02}", decided.month(), decided.day().min(28))))
    }),
];

/// The date every row of a resource has, and its true value.
fn own_date(s: &Scene<'_>) -> Option<(&'static str, NaiveDate)> {
    let part = if s.resource() == Resource::LegalEntity { Part::RegisteredOn } else { Part::DecisionDate };
    let field = s.field(part)?;
    let day = NaiveDate::parse_from_str(s.row.get(field), "%Y/%m/%d").ok()?;
    Some((field, day))
}

fn bent(s: &mut Scene<'_>, bend: fn(NaiveDate) -> String) -> Option<Planted> {
    let (field, day) = own_date(s)?;
    Some(s.write(field, bend(day)))
}

fn tidied(s: &mut Scene<'_>, bend: fn(NaiveDate) -> String) -> Option<Planted> {
    let (field, day) = own_date(s)?;
    Some(s.write(field, bend(day)).suggest(slashed(day)))
}

/// Excel counts days from 1899-12-30.
fn serial(s: &mut Scene<'_>) -> Option<Planted> {
    let (field, day) = own_date(s)?;
    let serial = (day - date(1899, 12, 30)).num_days();
    let planted = s.write(field, serial.to_string()).suggest(slashed(day));
    s.effects.numbers.push((field, serial as f64));
    Some(planted)
}

fn day_first(s: &mut Scene<'_>) -> Option<Planted> {
    let (field, day) = own_date(s)?;
    (day.day() > 12).then_some(())?;
    let wrong = format!("{:02}/{:02}/{}", day.day(), day.month(), day.year());
    Some(s.write(field, wrong).suggest(slashed(day)))
}

/// A slip in the year; the other dates of the decision move along, so that nothing else is wrong.
fn future(s: &mut Scene<'_>) -> Option<Planted> {
    let (field, decided) = (s.field(Part::DecisionDate)?, s.row.decided?);
    let later = date(decided.year() + 1, decided.month(), decided.day().min(28));
    for (part, day) in [(Part::ValidFrom, later), (Part::ValidTo, date(2099, 12, 31))] {
        if let Some(other) = s.field(part) {
            s.row.set(other, slashed(day));
        }
    }
    Some(s.write(field, slashed(later)))
}

/// A date some days before the decision.
fn offset(s: &mut Scene<'_>, part: Part, days: u64) -> Option<Planted> {
    let (field, decided) = (s.field(part)?, s.row.decided?);
    Some(s.write(field, slashed(decided - Days::new(days))))
}
