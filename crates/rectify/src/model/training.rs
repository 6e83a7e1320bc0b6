//! 培训材料: how a right value goes wrong, shown on the standard's own invented example so that nobody's data is in it.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Utc};
use standards::pack::{Field, FieldKind};

/// A wrong value beside the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongRight {
    /// As it must not be; empty where the mistake is to leave it so.
    pub wrong: String,
    /// As the standard's example has it.
    pub right: String,
}

/// The example of a field with the mistake that a message code tells of; none where the mistake does not show in one cell, or
/// the field has no example.
#[must_use]
pub fn wrong_and_right(field: &Field, code: &str, pattern: &str) -> Option<WrongRight> {
    let right = field.example.clone().filter(|e| !e.is_empty())?;
    let wrong = spoil(&field.kind, &right, code, pattern)?;
    (wrong != right).then_some(WrongRight { wrong, right })
}

fn spoil(kind: &FieldKind, right: &str, code: &str, pattern: &str) -> Option<String> {
    let date = |f: fn(NaiveDate) -> String| {
        right
            .replace('/', "-")
            .parse::<NaiveDate>()
            .ok()
            .map(f)
            .filter(|_| matches!(kind, FieldKind::Date { .. }))
    };
    let cut = || {
        let keep = right.chars().count().saturating_sub(1);
        right.chars().take(keep).collect::<String>()
    };
    match (code, pattern) {
        ("E101", "null-word") => Some("无".to_owned()),
        ("E101", _) => Some(String::new()),
        ("E102" | "E201", "" | "short") => Some(cut()),
        ("E103", _) => right.contains('0').then(|| right.replacen('0', "O", 1)),
        ("E104" | "E203", _) => {
            let last = right.chars().last()?;
            let other = if last == '1' { '2' } else { '1' };
            Some(format!("{}{other}", cut()))
        }
        ("E301", "" | "month-only") => date(|d| format!("{}年{}月", d.year(), d.month())),
        ("E301", "no-such-day") => date(|d| format!("{}/02/30", d.year())),
        ("E302", _) => date(|_| "2999/01/01".to_owned()),
        ("E304", "") => date(|d| (d.num_days_from_ce() - EXCEL_BEGINS).to_string()),
        ("E305", _) => date(|d| format!("{:02}/{:02}/{:02}", d.year() % 100, d.month(), d.day())),
        ("E401", "") => Some(format!("{right}类")),
        ("E510", "full-width") => Some(right.chars().map(wide).collect()),
        _ => None,
    }
}

/// Days before the first of Excel's serial numbers, from the first day of the common era.
const EXCEL_BEGINS: i32 = 693_594;

/// The full-width form of a letter or digit.
fn wide(c: char) -> char {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// The first instant in Beijing of the quarter of a day.
#[must_use]
pub fn quarter_begins(day: NaiveDate) -> DateTime<Utc> {
    let month = (day.month0() / 3) * 3 + 1;
    let first = NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
    // Midnight in Beijing is four in the afternoon of the day before in UTC.
    let at = NaiveTime::from_hms_opt(16, 0, 0).unwrap_or_default();
    first.pred_opt().unwrap_or(first).and_time(at).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lake::check::CheckRequest;
    use lake::landing::{Cells, check_cells};
    use standards::pack::Packs;

    #[test]
    fn a_spoiled_example_has_the_mistake_it_is_shown_for() {
        let packs = Packs::builtin().unwrap();
        let (_, licence) = packs.resource("licence-2018").unwrap();
        let example = |f: &Field| (f.code.clone(), f.example.clone().unwrap_or_default());
        let request = CheckRequest::new(packs.clone(), "licence-2018", "2026-11-22".parse().unwrap());
        let mut shown = 0;
        for (field, code, pattern) in [
            ("XK_XDR_MC", "E101", ""),
            ("XK_XDR_MC", "E101", "null-word"),
            ("XK_XDR_SHXYM", "E102", ""),
            ("XK_XDR_SHXYM", "E103", ""),
            ("XK_XDR_SHXYM", "E104", ""),
            ("XK_JDRQ", "E301", "month-only"),
            ("XK_JDRQ", "E301", "no-such-day"),
            ("XK_JDRQ", "E302", ""),
            ("XK_JDRQ", "E304", ""),
            ("XK_JDRQ", "E305", ""),
            ("XK_XKLB", "E401", ""),
        ] {
            let of = licence.field(field).unwrap();
            let pair = wrong_and_right(of, code, pattern).unwrap_or_else(|| panic!("{code} {pattern}"));
            let mut cells: Cells = licence.fields.iter().map(example).collect();
            cells.insert(field.to_owned(), pair.wrong.clone());
            let found = check_cells(&request, &[cells]).unwrap().remove(0);
            let there = found.iter().any(|f| f.field.as_deref() == Some(field) && f.code == code);
            assert!(
                there,
                "{code} {pattern}: {:?} finds {:?}",
                pair.wrong,
                found.iter().map(|f| &f.code).collect::<Vec<_>>()
            );
            shown += 1;
        }
        assert_eq!(shown, 11);
        assert!(
            wrong_and_right(licence.field("XK_XDR_MC").unwrap(), "E107", "").is_none(),
            "two cells take part"
        );
    }

    #[test]
    fn a_quarter_begins_at_midnight_in_beijing() {
        let day = |text: &str| quarter_begins(text.parse().unwrap()).to_rfc3339();
        assert_eq!(day("2026-11-22"), "2026-09-30T16:00:00+00:00");
        assert_eq!(day("2026-01-01"), "2025-12-31T16:00:00+00:00");
    }
}
