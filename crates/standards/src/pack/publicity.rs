//! What the public may see of a resource (公示), and for how long (公示期限).

use chrono::{Months, NaiveDate};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::Text;

/// How rows of a resource are shown to the public (公示方式).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publicity {
    /// Which list of the public site the rows stand in.
    pub kind: PublicKind,
    /// Law or standard that has them published.
    pub source: String,
    /// Field code of the heading over one record, such as the title of the decision.
    pub title: String,
    /// Field code of the subject's name.
    pub subject: String,
    /// Field code of the subject's unified code, by which it is found. A person's number never stands here.
    #[serde(default)]
    pub code: Option<String>,
    /// Field code of the document number.
    pub document: String,
    /// Field code of the authority's name.
    pub authority: String,
    /// Field code of the authority's unified code.
    #[serde(default)]
    pub authority_code: Option<String>,
    /// Field codes that are shown, in this order. What is not named here is never shown.
    pub fields: Vec<String>,
    /// Fields whose value is a natural person's name in every row, shown as `张*`.
    #[serde(default)]
    pub mask_names: Vec<String>,
    /// Name of the pack's retention table.
    pub retention: String,
    /// Field code of a day on which showing ends by itself, at the latest.
    #[serde(default)]
    pub until: Option<String>,
    /// Field code of the kinds of penalty, joined by `;`. The longest period of any of them counts.
    #[serde(default)]
    pub kinds: Option<String>,
    /// Values by which a row says that it holds no longer: it is taken down.
    #[serde(default)]
    pub withdrawn_when: Option<Sign>,
}

/// The lists of the public site (双公示).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublicKind {
    /// 行政许可
    Licence,
    /// 行政处罚
    Penalty,
}

impl PublicKind {
    /// Both, in the order of the site.
    pub const ALL: [Self; 2] = [Self::Licence, Self::Penalty];

    /// The name in tables, addresses and message keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Licence => "licence",
            Self::Penalty => "penalty",
        }
    }
}

impl std::str::FromStr for PublicKind {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|k| k.name() == s).ok_or(())
    }
}

/// How long records are shown: dated periods, and ceilings by province.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Shown name.
    pub title: Text,
    /// Periods, oldest first; the one in force on the day of the decision counts.
    pub periods: Vec<RetentionPeriod>,
    /// What a province's law allows at most, whatever the period says.
    #[serde(default)]
    pub ceilings: Vec<Ceiling>,
}

/// The periods one rule sets for decisions of certain days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionPeriod {
    /// Identifier, unique in the table.
    pub name: String,
    /// Shown name of the rule.
    pub title: Text,
    /// First day of decision it covers.
    pub valid_from: NaiveDate,
    /// Last day of decision it covers; open when absent.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// Rule and clause, and what of it is not settled by the rule itself.
    pub source: String,
    /// Grades; the last has no signs and takes what none of the others does.
    pub grades: Vec<Grade>,
}

/// How grave a decision is, and what follows for it. Months from the day of the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// Identifier, unique in the period.
    pub grade: String,
    /// Shown name.
    pub title: Text,
    /// Any of these tells the grade.
    #[serde(default)]
    pub when: Vec<Sign>,
    /// Months before which nobody may ask for an early end.
    #[serde(default)]
    pub minimum: u32,
    /// Months after which it is shown no longer; none where only the record's own last day ends it.
    #[serde(default)]
    pub maximum: Option<u32>,
}

/// A word in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// Field code.
    pub field: String,
    /// The field holds one of these words.
    pub has: Vec<String>,
}

impl Sign {
    /// Whether a text shows the sign.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.has.iter().any(|word| text.contains(word.as_str()))
    }
}

/// The most a province's law allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceiling {
    /// First digits of the division codes it holds for, `37`.
    pub division: String,
    /// Months from the day of the decision.
    pub months: u32,
    /// Law and article.
    pub source: String,
}

/// What follows for one record (公示期).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<'a> {
    /// From this day on an early end may be asked for.
    pub earliest: NaiveDate,
    /// The last day on which it is shown; none where nothing ends it.
    pub until: Option<NaiveDate>,
    /// The period that was used.
    pub period: &'a RetentionPeriod,
    /// The grade that decided.
    pub grade: &'a Grade,
}

/// `2099/12/31` means no end (长期).
#[must_use]
pub fn is_endless(day: NaiveDate) -> bool {
    Some(day) >= NaiveDate::from_ymd_opt(2099, 12, 31)
}

impl Retention {
    /// How long a record is shown.
    ///
    /// `value` gives the row's cells by field code; `division` is the division code of the authority that decided. Months are
    /// counted from the day of the decision to the same day of the month, or the month's last. None where no period covers the
    /// day of the decision.
    #[must_use]
    pub fn term<'a, 'v>(
        &'a self,
        publicity: &Publicity,
        decided: NaiveDate,
        division: &str,
        value: impl Fn(&str) -> &'v str,
    ) -> Option<Term<'a>> {
        let period = self
            .periods
            .iter()
            .find(|p| p.valid_from <= decided && p.valid_to.is_none_or(|to| decided <= to))?;
        let all = publicity.kinds.as_deref().map(&value).unwrap_or_default();
        let grades: Vec<&Grade> = all
            .split([';', '；'])
            .filter_map(|kind| {
                period.grades.iter().find(|grade| {
                    grade.when.is_empty()
                        || grade.when.iter().any(|sign| match publicity.kinds.as_deref() {
                            Some(field) if field == sign.field => sign.is_in(kind),
                            _ => sign.is_in(value(&sign.field)),
                        })
                })
            })
            .collect();
        // No end is the longest of all.
        let grade = *grades.iter().max_by_key(|g| (g.maximum.unwrap_or(u32::MAX), g.minimum))?;
        let minimum = grades.iter().map(|g| g.minimum).max().unwrap_or_default();
        let after = |months: u32| decided.checked_add_months(Months::new(months));
        let own = publicity.until.as_deref().and_then(|field| value(field).parse::<NaiveDate>().ok());
        let ceiling = self.ceilings.iter().find(|c| division.starts_with(&c.division)).map(|c| c.months);
        let ends =
            [own.filter(|day| !is_endless(*day)), grade.maximum.and_then(after), ceiling.and_then(after)];
        let until = ends.into_iter().flatten().min();
        Some(Term { earliest: after(minimum)?, until, period, grade })
    }
}

/// Retention tables by name.
pub type Retentions = IndexMap<String, Retention>;
