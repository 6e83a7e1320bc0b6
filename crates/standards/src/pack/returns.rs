//! Records sent back by a superior platform (省下发问题数据): how a list of them is read, and what its codes mean here.

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::calendar::{self, OutsideCalendar};

/// How the rows of a resource tell of records that a superior platform sent back (退回清单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// Working days after the day of return within which a record is corrected or confirmed.
    pub workdays: u32,
    /// Where that limit is written.
    pub source: String,
    /// Field code of the kind of record (数据类别).
    pub kind: String,
    /// The resource that holds the records of each kind, by the value of that field.
    pub resources: IndexMap<String, String>,
    /// Field code of the document number (文书号).
    pub document: String,
    /// Field code of the day of the decision.
    pub decision: String,
    /// Field code of the subject's name.
    pub subject: String,
    /// Field code of the subject's code: unified social credit code or number of an identity document.
    pub subject_code: String,
    /// Field code of the code of the authority or department (数据来源单位代码).
    pub authority: String,
    /// Field code of the superior's error code.
    pub code: String,
    /// Field code of the superior's own words.
    pub text: String,
    /// Field code of the day on which it was sent back.
    pub returned: String,
    /// What is known of the superior's codes and words (省平台错误代码对照); the first that fits counts.
    #[serde(default)]
    pub known: Vec<KnownReturn>,
    /// The message for what nothing above fits; its wording may hold `{text}`, the superior's own words.
    pub otherwise: String,
}

/// What one code, or one phrase, of a superior platform means here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownReturn {
    /// The superior's code.
    #[serde(default)]
    pub code: Option<String>,
    /// A phrase that only this fault has in the superior's words.
    #[serde(default)]
    pub phrase: Option<String>,
    /// Message code in everyday words.
    pub message: String,
    /// Pattern of that message.
    #[serde(default)]
    pub pattern: String,
}

impl Returns {
    /// The last day for correcting or confirming what was sent back on a day.
    ///
    /// # Errors
    /// [`OutsideCalendar`] where no working days are published for the days counted.
    pub fn due(&self, returned: NaiveDate) -> Result<NaiveDate, OutsideCalendar> {
        calendar::add_workdays(returned, self.workdays)
    }

    /// Message code and pattern for what the superior said. A code that stands only inside its words (`验证规则代码:1001`) is
    /// found there.
    #[must_use]
    pub fn meaning(&self, code: &str, text: &str) -> (&str, &str) {
        let given = if code.trim().is_empty() { code_in(text) } else { code.trim() };
        let fits = |k: &&KnownReturn| {
            k.code.as_deref().is_some_and(|c| c == given)
                || k.phrase.as_deref().is_some_and(|p| text.contains(p))
        };
        self.known
            .iter()
            .find(fits)
            .map_or((self.otherwise.as_str(), ""), |k| (k.message.as_str(), k.pattern.as_str()))
    }
}

/// The code in words such as `验证规则代码:1001;错误描述:……`; empty when there is none.
fn code_in(text: &str) -> &str {
    let Some((_, after)) = text.split_once("规则代码") else { return "" };
    let after = after.trim_start_matches([':', '：', ' ']);
    let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
    &after[..end]
}

#[cfg(test)]
mod tests {
    use crate::pack::Packs;

    #[test]
    fn a_code_is_known_by_its_column_or_inside_the_words() {
        let packs = Packs::builtin().unwrap();
        let (_, list) = packs.resource("returned-records").unwrap();
        let returns = list.returns.as_ref().unwrap();
        let said = "验证规则代码:1001;错误描述:未查询到主体或查询到的主体信息不匹配.";
        assert_eq!(returns.meaning("1001", ""), ("E107", "returned"));
        assert_eq!(returns.meaning("", said), ("E107", "returned"));
        assert_eq!(returns.meaning("", "查询结果：未查询到主体"), ("E107", "returned"));
        assert_eq!(returns.meaning("9999", "某种没见过的错误"), ("P801", ""));
        assert_eq!(returns.meaning("10010", "另一个代码"), ("P801", ""));
    }

    #[test]
    fn the_time_left_is_counted_in_working_days() {
        let packs = Packs::builtin().unwrap();
        let returns = packs.resource("returned-records").unwrap().1.returns.as_ref().unwrap();
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(returns.workdays, 5);
        // Over the National Day holiday and the working Saturday after it.
        assert_eq!(returns.due(day("2020-09-29")).unwrap(), day("2020-10-13"));
        assert!(returns.due(day("2026-12-30")).is_err());
    }
}
