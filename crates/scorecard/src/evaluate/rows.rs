//! The facts behind a figure (明细), a page at a time.

use kernel::{Error, Result};
use lake::query::Query;
use serde_json::Value;

use super::{Basis, LONGEST, Member, sql};
use crate::context::Scorecard;
use crate::facts::Kind;
use crate::model::Indicator;

/// Which facts of a figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// 分母: all that counts.
    #[default]
    Denominator,
    /// 分子: what fulfils the formula.
    Numerator,
    /// 未达标: what counts and does not fulfil it, or not whole.
    Rest,
    /// 豁免: what would count.
    Exempted,
}

impl Part {
    /// In the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Denominator, Self::Numerator, Self::Rest, Self::Exempted];

    /// The name in an address, also the end of the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Denominator => "denominator",
            Self::Numerator => "numerator",
            Self::Rest => "rest",
            Self::Exempted => "exempted",
        }
    }

    /// The part of a name; the denominator where there is none of it.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|p| p.name() == name).unwrap_or_default()
    }
}

/// Facts behind a figure.
pub(crate) struct FactRows {
    /// Names of the columns.
    pub columns: Vec<&'static str>,
    /// Values by column; the last two are how much the fact weighs and how much of it is fulfilled.
    pub rows: Vec<Vec<Value>>,
    /// All there are.
    pub total: i64,
}

/// A page of the facts behind a figure, oldest first.
///
/// # Errors
/// What the lake says.
pub(crate) async fn fact_rows(
    scorecard: &Scorecard,
    basis: &Basis,
    (indicator, member): (&Indicator, &Member),
    part: Part,
    (offset, limit): (u64, u64),
) -> Result<FactRows> {
    let kind: Kind = indicator.facts;
    let columns: Vec<&'static str> = kind.columns().into_iter().map(|(name, _)| name).collect();
    let (Some(formula), Some(mark)) = (basis.formula(indicator), basis.marks.0.get(&kind)) else {
        return Ok(FactRows { columns, rows: Vec::new(), total: 0 });
    };
    let (den, num) = (sql::holds(basis, &formula.denominator), sql::holds(basis, &formula.numerator));
    let (exempted, counts) = sql::limits(basis, kind);
    let whole = sql::amount(basis, &formula.whole);
    let inner = sql::part(basis, (indicator, formula), &whole);
    let fulfilled = format!("CASE WHEN {num} THEN {inner} ELSE 0 END");
    let orgs: Vec<String> = member.orgs.iter().map(|o| format!("'{o}'")).collect();
    let which = match part {
        Part::Denominator => format!("{counts} AND NOT {exempted} AND {whole} > 0"),
        Part::Numerator => format!("{counts} AND NOT {exempted} AND {fulfilled} > 0"),
        Part::Rest => format!("{counts} AND NOT {exempted} AND {fulfilled} < {whole}"),
        Part::Exempted => format!("{counts} AND {exempted} AND {whole} > 0"),
    };
    let from =
        format!("FROM {} WHERE ORG IN ({}) AND {den} AND {which}", sql::facts(kind, *mark), orgs.join(", "));
    let shown: Vec<String> = columns.iter().map(|c| format!("\"{c}\"")).collect();
    let page = format!(
        "SELECT {}, {whole} AS whole, {fulfilled} AS part {from} ORDER BY DAY, ID LIMIT {limit} OFFSET {offset}",
        shown.join(", ")
    );
    let lake = &scorecard.intake.lake;
    let most = usize::try_from(limit).map_err(Error::internal)?;
    let rows = lake.query(Query::new(page).limit(most).timeout(LONGEST)).await?.rows;
    let counted = lake.query(Query::new(format!("SELECT count(*) {from}")).timeout(LONGEST)).await?;
    let total = counted.rows.first().and_then(|r| r.first()).and_then(Value::as_i64).unwrap_or(0);
    Ok(FactRows { columns, rows, total })
}
