//! Evaluation (计算): formulas asked of the facts as they stood at a moment. The same basis gives the same figures at any later time:
//! the lines of facts up to a batch are never replaced, and the basis holds the very text of its formulas.

mod rows;
mod sql;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use kernel::{Error, ErrorKind, Result};
use lake::query::Query;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub(crate) use rows::{FactRows, Part, fact_rows};

use crate::context::Scorecard;
use crate::facts::{Kind, Marks};
use crate::model::{Figure, Figures, Formula, Indicator, Limits, Span};

/// An organisation that is judged (成员单位), with what lies below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id.
    pub id: Uuid,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// Itself and all below it.
    pub orgs: Vec<Uuid>,
}

/// All a figure depends on (计算依据).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// The days judged.
    pub span: Span,
    /// The day of judgement.
    pub as_of: NaiveDate,
    /// The facts as they stood.
    pub marks: Marks,
    /// Newest versions of the fact tables at that moment, for the reader.
    pub versions: BTreeMap<String, u64>,
    /// The indicators with the one formula that applies to the period.
    pub indicators: Vec<Indicator>,
    /// Exemptions and scope.
    pub limits: Limits,
    /// Who is judged.
    pub members: Vec<Member>,
}

/// How long one query may take; a year of facts of a city takes seconds.
const LONGEST: Duration = Duration::from_secs(120);
/// Rows of one query at most: one for each organisation.
const MOST: usize = 100_000;

impl Basis {
    /// The digest by which equal bases are known.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn digest(&self) -> Result<String> {
        // Versions are told to the reader; the figures depend on the marks.
        let told = Self { versions: BTreeMap::new(), ..self.clone() };
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(&told).map_err(Error::internal)?)))
    }

    /// The formula of an indicator.
    #[must_use]
    pub fn formula<'a>(&self, indicator: &'a Indicator) -> Option<&'a Formula> {
        indicator.formula(self.span.from)
    }

    /// One of the indicators.
    #[must_use]
    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|i| i.code == code)
    }

    /// One of the members.
    #[must_use]
    pub fn member(&self, id: Uuid) -> Option<&Member> {
        self.members.iter().find(|m| m.id == id)
    }
}

/// The one SELECT by which an indicator is counted for every organisation; none where nothing is known of its facts yet.
#[must_use]
pub fn statement(basis: &Basis, indicator: &Indicator) -> Option<String> {
    let (mark, formula) = (basis.marks.0.get(&indicator.facts)?, indicator.versions.last()?);
    Some(sql::counts(basis, indicator.facts, *mark, &[(indicator, formula)]))
}

/// Which of the indicators that are asked together cannot be counted, so that somebody knows what to change.
async fn at_fault(
    scorecard: &Scorecard,
    basis: &Basis,
    (kind, mark): (Kind, i64),
    asked: &[(&Indicator, &Formula)],
) -> Option<Error> {
    for one in asked {
        let query = Query::new(sql::counts(basis, kind, mark, std::slice::from_ref(one)))
            .limit(MOST)
            .timeout(LONGEST);
        if let Err(e) = scorecard.intake.lake.query(query).await {
            let (title, why) = (&one.0.title, e.text());
            return Some(Error::bad_input(
                "indicator-uncountable",
                format!(
                    "指标“{}”的公式现在算不出来（{}）。请数据局在“指标口径”中为它设置新的公式。",
                    title.zh, why.zh
                ),
                format!(
                    "The formula of the indicator “{}” cannot be counted now ({}). The bureau sets another one on the page of the indicator.",
                    title.en, why.en
                ),
            ));
        }
    }
    None
}

/// Counts everything anew from the facts.
///
/// # Errors
/// `indicator-uncountable` naming the indicator; what the lake says.
pub async fn evaluate(scorecard: &Scorecard, basis: &Basis) -> Result<Figures> {
    let mut figures = Figures(basis.members.iter().map(|m| (m.id, BTreeMap::new())).collect());
    let of_org: BTreeMap<String, Uuid> =
        basis.members.iter().flat_map(|m| m.orgs.iter().map(|o| (o.to_string(), m.id))).collect();
    for kind in Kind::ALL {
        let Some(mark) = basis.marks.0.get(&kind) else { continue };
        let asked: Vec<(&Indicator, &Formula)> = basis
            .indicators
            .iter()
            .filter(|i| i.facts == kind)
            .filter_map(|i| basis.formula(i).map(|f| (i, f)))
            .collect();
        if asked.is_empty() {
            continue;
        }
        let query = Query::new(sql::counts(basis, kind, *mark, &asked)).limit(MOST).timeout(LONGEST);
        let counted = match scorecard.intake.lake.query(query).await {
            Ok(counted) => counted,
            // What takes too long, or finds no room, is no formula's fault.
            Err(e) if e.kind() != ErrorKind::BadInput || e.code().starts_with("query-") => return Err(e),
            Err(e) => return Err(at_fault(scorecard, basis, (kind, *mark), &asked).await.unwrap_or(e)),
        };
        for row in counted.rows {
            let Some(member) = row.first().and_then(|o| o.as_str()).and_then(|o| of_org.get(o)) else {
                continue;
            };
            let count = |at: usize| row.get(at).and_then(serde_json::Value::as_i64).unwrap_or(0);
            let own = figures.0.entry(*member).or_default();
            for (n, (indicator, _)) in asked.iter().enumerate() {
                let figure = Figure {
                    denominator: count(1 + n * 3),
                    numerator: count(2 + n * 3),
                    exempted: count(3 + n * 3),
                };
                own.entry(indicator.code.clone()).or_default().add(figure);
            }
        }
    }
    Ok(figures)
}
