//! Formulas as SQL. Everything put into it is a formula of the repository, a day, an id, or a code of plain letters.

use std::fmt::Write as _;

use super::Basis;
use crate::facts::{BATCH, GONE, Kind};
use crate::model::{Formula, Indicator};

/// What one fact weighs at most.
const MOST_OF_ONE: i64 = 1_000_000_000;

/// A formula's text with its days.
pub(super) fn bound(basis: &Basis, text: &str) -> String {
    let day = |d: chrono::NaiveDate| format!("DATE '{d}'");
    text.replace(":as_of", &day(basis.as_of))
        .replace(":from", &day(basis.span.from))
        .replace(":to", &day(basis.span.to))
}

/// The facts of a kind as they stood at a mark: the newest line of each, less those that are gone.
pub(super) fn facts(kind: Kind, mark: i64) -> String {
    let columns: Vec<&str> = kind.columns().iter().map(|(name, _)| *name).collect();
    format!(
        "(SELECT {} FROM (SELECT *, row_number() OVER (PARTITION BY ID ORDER BY {BATCH} DESC) AS line FROM \"{}\" \
         WHERE {BATCH} <= {mark}) AS written WHERE line = 1 AND {GONE} = 0) AS facts",
        columns.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", "),
        kind.table()
    )
}

/// A condition that holds or does not, whatever is unknown.
pub(super) fn holds(basis: &Basis, condition: &str) -> String {
    format!("coalesce(({}), false)", bound(basis, condition))
}

/// An amount that is never unknown, never less than nothing, and never so much that a sum of many would not fit.
pub(super) fn amount(basis: &Basis, text: &str) -> String {
    format!("least(greatest(coalesce({}, 0), 0), {MOST_OF_ONE})", bound(basis, text))
}

/// What is exempted and what counts at all, of the facts of a kind.
pub(super) fn limits(basis: &Basis, kind: Kind) -> (String, String) {
    let day = kind.judged_by();
    (holds(basis, &basis.limits.exempted(day)), holds(basis, &basis.limits.counts(day)))
}

/// How much of a fact is fulfilled: at most what it weighs, but for a ratio of two numbers of which neither is part of the other.
pub(super) fn part(basis: &Basis, (indicator, formula): (&Indicator, &Formula), whole: &str) -> String {
    let part = amount(basis, formula.part());
    if indicator.ratio { part } else { format!("least({part}, {whole})") }
}

/// One line for each organisation: `ORG`, then denominator, numerator and what is exempted, of each indicator.
///
/// The numerator is asked only of what counts, and each fact of a rate fulfils at most as much as it weighs: no rate passes 100 %.
pub(super) fn counts(basis: &Basis, kind: Kind, mark: i64, asked: &[(&Indicator, &Formula)]) -> String {
    let (exempted, counts) = limits(basis, kind);
    let mut sql = "SELECT ORG".to_owned();
    for (n, (indicator, formula)) in asked.iter().enumerate() {
        let (den, num) = (holds(basis, &formula.denominator), holds(basis, &formula.numerator));
        let whole = amount(basis, &formula.whole);
        let part = part(basis, (indicator, formula), &whole);
        let sum =
            |when: String, what: &str| format!("coalesce(sum(CASE WHEN {when} THEN {what} ELSE 0 END), 0)");
        let _ = write!(
            sql,
            ", {} AS d{n}, {} AS n{n}, {} AS x{n}",
            sum(format!("{den} AND counts AND NOT exempted"), &whole),
            sum(format!("{den} AND {num} AND counts AND NOT exempted"), &part),
            sum(format!("{den} AND counts AND exempted"), &whole),
        );
    }
    let _ = write!(
        sql,
        " FROM (SELECT *, {exempted} AS exempted, {counts} AS counts FROM {}) AS judged GROUP BY ORG",
        facts(kind, mark)
    );
    sql
}
