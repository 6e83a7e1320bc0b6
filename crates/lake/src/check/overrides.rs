//! Local overrides (本地校验规则): a rule of the superior profile is switched off, weighed otherwise or replaced locally,
//! with a reason, an author and a last day.

use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use kernel::{Error, Result};
use regex::{Captures, Regex};
use serde::{Deserialize, Serialize};
use standards::pack::{Pack, Packs, Resource, Rule, Severity};

use super::checks::{self, Subject};
use super::expression::judge_sql;

/// A check of the superior profile that is carried out otherwise here (本地规则调整).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// Its number where it is on record; the name of the rule set carries it.
    #[serde(default)]
    pub id: String,
    /// Name of the row rule, or the code of a built-in check such as `W603`; `E101@XK_FRDB` at one field alone (see [`check_of`]).
    pub rule: String,
    /// What is done otherwise.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub author: String,
    /// Last day on which it applies; open when absent.
    #[serde(default)]
    pub expires: Option<NaiveDate>,
}

/// What an override does to a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The check is not carried out.
    SwitchOff,
    /// A finding weighs otherwise.
    Severity(Severity),
    /// Another SQL condition stands in the place of a row rule's own; it holds for a correct row.
    Condition(String),
    /// Subjects registered less than some days ago are compared with the local library only: the superior's does not know
    /// them yet.
    NewSubjects {
        /// A subject counts as new for this many days after its registration.
        days: u16,
        /// The resource that holds the local library; has the field `REG_DATE`.
        library: String,
    },
}

/// The field of a library that tells when a subject was registered.
pub const REGISTERED: &str = "REG_DATE";

/// The code of what is required and missing.
pub(crate) const REQUIRED: &str = "E101";

/// The code that tells of a new subject known to the local library alone.
const NEW_SUBJECT: &str = "E108";

static LIBRARY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?P<ask>(?:known_in|lookup_in)\(\s*)'(?P<table>[^']+)'\s*,\s*(?P<key>[^,()]+?)\s*(?P<end>[,)])",
    )
    .ok()
});

/// The check an override is about, and the one field at which it is, as its `rule` names them.
#[must_use]
pub fn check_of(rule: &str) -> (&str, Option<&str>) {
    rule.split_once('@').map_or((rule, None), |(check, field)| (check, Some(field)))
}

/// Without a value here a row could not be told from others, its deadline not be counted, its authority not be known: what is
/// required in such a field stays required.
pub(crate) fn is_vital(resource: &Resource, field: &str) -> bool {
    let named = |of: &Option<String>| of.as_deref() == Some(field);
    named(&resource.owner)
        || named(&resource.decision_date)
        || resource.business_key.iter().any(|k| k == field)
}

impl Override {
    /// Whether it applies on a day.
    #[must_use]
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.expires.is_none_or(|last| day <= last)
    }

    /// Whether the packs know the check and can carry out the change.
    ///
    /// # Errors
    /// `override-rule` for a check the resource does not have or that cannot be changed; `override-change` for a change
    /// this check does not allow, saying why.
    pub fn validate(&self, packs: &Packs, resource: &str) -> Result<()> {
        let Some((pack, resource)) = packs.resource(resource) else {
            return Err(Error::not_found("数据标准", "resource"));
        };
        let (key, field) = check_of(&self.rule);
        let found = checks::of(packs, pack, resource).into_iter().find(|c| c.key == key);
        let Some(check) = found else { return Err(unknown(resource, &self.rule)) };
        if let Some(field) = field
            && (check.condition.is_some() || !check.fields.iter().any(|f| f == field))
        {
            return Err(Error::bad_input(
                "override-rule",
                format!("“{key}”不检查字段 {field}，或者是整行的规则，不能只在这个字段上调整。"),
                format!(
                    "\"{key}\" does not look at the field {field}, or is about the whole row; it cannot be changed there alone."
                ),
            ));
        }
        let vital = key == REQUIRED && field.is_some_and(|f| is_vital(resource, f));
        if !check.adjustable || vital {
            return Err(Error::bad_input(
                "override-rule",
                format!("“{}”不能在本地调整：不检查它，单元格的值就存不下来，会丢失数据。", self.rule),
                format!(
                    "\"{}\" cannot be changed locally: without it values could not be kept and would be lost.",
                    self.rule
                ),
            ));
        }
        let rule = resource.rules.iter().find(|r| r.name == self.rule);
        match (&self.change, rule) {
            (Change::SwitchOff | Change::Severity(_), _) => Ok(()),
            (_, None) => Err(wrong(
                "内置检查没有条件表达式，只能关闭或改严重程度。",
                "A built-in check has no condition; it can be switched off or weighed otherwise.",
            )),
            (Change::Condition(sql), Some(rule)) => {
                let replaced = Rule { assert: sql.clone(), ..rule.clone() };
                judge_sql(resource, &replaced, sql)
                    .map_err(|why| Error::bad_input("override-change", why.zh, why.en))
            }
            (Change::NewSubjects { library, .. }, Some(rule)) => asks(packs, rule, library),
        }
    }

    /// How the rule set's name tells of it, so that the same check can be made again.
    fn told(&self) -> String {
        let change = match &self.change {
            Change::SwitchOff => "off".to_owned(),
            Change::Severity(severity) => severity.name().to_owned(),
            // The number leads to the expression; without one it has to be told itself.
            Change::Condition(sql) if self.id.is_empty() => format!("({sql})"),
            Change::Condition(_) => "condition".to_owned(),
            Change::NewSubjects { days, library } => format!("new<{days}d@{library}"),
        };
        let number = if self.id.is_empty() { String::new() } else { format!("#{}", self.id) };
        format!("{}={change}{number}", self.rule)
    }
}

/// The overrides that apply to a resource on a day: of several for one check the first counts; one for a check that does not
/// exist has no effect.
pub(crate) fn applied(
    overrides: &[Override],
    known: impl Fn(&str) -> bool,
    day: NaiveDate,
) -> Vec<&Override> {
    let mut applied: Vec<&Override> = Vec::new();
    for o in overrides.iter().filter(|o| o.in_force(day) && known(&o.rule)) {
        if applied.iter().all(|a| a.rule != o.rule) {
            applied.push(o);
        }
    }
    applied
}

/// `credit-publicity@2018.1/licence-2018+subject-known=off#3fa9c1d2`
pub(crate) fn name(pack: &Pack, resource: &Resource, applied: &[&Override]) -> String {
    let mut name = pack.rule_set(&resource.resource);
    for (i, o) in applied.iter().enumerate() {
        name.push(if i == 0 { '+' } else { ',' });
        name.push_str(&o.told());
    }
    name
}

/// Parts overrides into those that the packs of today can carry out on a resource, and those that they no longer can: a field was
/// renamed, a rule or a library is gone. The latter are told to whoever checks ([`CheckRequest::unfit`](super::CheckRequest)) and
/// the superior's own rule applies.
#[must_use]
pub fn part_overrides(
    packs: &Packs,
    resource: &str,
    overrides: Vec<Override>,
) -> (Vec<Override>, Vec<Override>) {
    overrides.into_iter().partition(|o| o.validate(packs, resource).is_ok())
}

/// The resource's rules that apply on a day, with the local changes made.
#[must_use]
pub fn rules_in_force(resource: &Resource, overrides: &[Override], day: NaiveDate) -> Vec<Rule> {
    let applies = |r: &Rule| r.valid_from.is_none_or(|d| d <= day) && r.valid_to.is_none_or(|d| day <= d);
    let changed = |rule: &Rule| match overrides.iter().find(|o| o.rule == rule.name && o.in_force(day)) {
        None => vec![rule.clone()],
        Some(o) => change(rule, &o.change, day).into_iter().chain(notice(rule, &o.change, day)).collect(),
    };
    resource.rules.iter().filter(|r| applies(r)).flat_map(changed).collect()
}

/// Tells that a new subject was found in the local library alone, which is why it passed (E108); for a rule that asks whether a
/// subject is known.
fn notice(rule: &Rule, change: &Change, day: NaiveDate) -> Option<Rule> {
    let Change::NewSubjects { days, library } = change else { return None };
    let asked = LIBRARY.as_ref()?.captures_iter(&rule.assert).find(|c| c["ask"].starts_with("known_in"))?;
    let (superior, key) = (&asked["table"], &asked["key"]);
    let is_new = is_new(library, key, *days, day);
    Some(Rule {
        code: NEW_SUBJECT.to_owned(),
        name: format!("{}-new", rule.name),
        assert: format!(
            "NOT ({is_new} AND known_in('{library}', {key}) AND NOT known_in('{superior}', {key}))"
        ),
        ambiguous: false,
        suggest: None,
        params: [("date".to_owned(), registered(library, key))].into_iter().collect(),
        pattern: None,
        severity: Some(Severity::Pass),
        ..rule.clone()
    })
}

fn registered(library: &str, key: &str) -> String {
    format!("TRY_CAST(lookup_in('{library}', {key}, '{REGISTERED}') AS DATE)")
}

fn is_new(library: &str, key: &str, days: u16, day: NaiveDate) -> String {
    let first = day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN);
    format!("{} > DATE '{first}'", registered(library, key))
}

fn change(rule: &Rule, change: &Change, day: NaiveDate) -> Option<Rule> {
    let mut rule = rule.clone();
    match change {
        Change::SwitchOff => return None,
        Change::Severity(severity) => rule.severity = Some(*severity),
        Change::Condition(sql) => rule.assert.clone_from(sql),
        Change::NewSubjects { days, library } => {
            let Some(key) = key_asked(&rule.assert) else { return Some(rule) };
            let is_new = is_new(library, &key, *days, day);
            let locally = |sql: &str| {
                format!("CASE WHEN {is_new} THEN ({}) ELSE ({sql}) END", in_library(sql, library))
            };
            rule.assert = locally(&rule.assert);
            // What is proposed and told must come from the library that was asked.
            rule.suggest = rule.suggest.map(|s| if asks_any(&s) { locally(&s) } else { s });
            for sql in rule.params.values_mut().filter(|s| asks_any(s)) {
                *sql = locally(sql);
            }
        }
    }
    Some(rule)
}

/// The column by which an expression asks a library.
fn key_asked(sql: &str) -> Option<String> {
    LIBRARY.as_ref()?.captures(sql).map(|c| c["key"].to_owned())
}

fn asks_any(sql: &str) -> bool {
    LIBRARY.as_ref().is_some_and(|l| l.is_match(sql))
}

/// The libraries an expression asks.
pub(crate) fn libraries(sql: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for c in LIBRARY.as_ref().map(|l| l.captures_iter(sql)).into_iter().flatten() {
        if !found.contains(&c["table"].to_owned()) {
            found.push(c["table"].to_owned());
        }
    }
    found
}

/// The expression with every library replaced by another.
fn in_library(sql: &str, library: &str) -> String {
    let Some(asked) = LIBRARY.as_ref() else { return sql.to_owned() };
    asked
        .replace_all(sql, |c: &Captures<'_>| format!("{}'{library}', {}{}", &c["ask"], &c["key"], &c["end"]))
        .into_owned()
}

/// Whether a rule asks a library that another could stand in for.
fn asks(packs: &Packs, rule: &Rule, library: &str) -> Result<()> {
    let asked = libraries(&rule.assert);
    if asked.is_empty() {
        return Err(wrong(
            "这条规则不比对任何库，不能改为只比对本地库。",
            "This rule compares with no library, so there is none to replace.",
        ));
    }
    let Some((_, table)) = packs.resource(library) else {
        return Err(wrong(
            &format!("没有“{library}”这个库。"),
            &format!("There is no library \"{library}\"."),
        ));
    };
    if asked.iter().any(|a| a == library) {
        return Err(wrong(
            &format!("规则本来就比对“{library}”，换成它没有变化。请选择另一个本地库。"),
            &format!("The rule compares with \"{library}\" already. Choose another, local library."),
        ));
    }
    // What the rule reads in the superior's library must be in the local one too.
    let mut wanted: Vec<&str> = vec![REGISTERED];
    for name in ["NAME", "USCC"] {
        if rule.assert.contains(&format!("'{name}'")) {
            wanted.push(name);
        }
    }
    match wanted.into_iter().find(|f| table.field(f).is_none()) {
        None => Ok(()),
        Some(missing) => Err(wrong(
            &format!("“{library}”没有字段 {missing}，不能作为本地库。"),
            &format!("\"{library}\" has no field {missing} and cannot serve as the local library."),
        )),
    }
}

fn wrong(zh: &str, en: &str) -> Error {
    Error::bad_input("override-change", zh, en)
}

fn unknown(resource: &Resource, rule: &str) -> Error {
    let known: Vec<&str> = resource.rules.iter().map(|r| r.name.as_str()).collect();
    Error::bad_input(
        "override-rule",
        format!(
            "“{}”没有“{rule}”这条规则。行规则有：{}；内置检查用代码，如 W603。",
            resource.resource,
            known.join("、")
        ),
        format!(
            "\"{}\" has no rule \"{rule}\". Row rules: {}; built-in checks go by their code, such as W603.",
            resource.resource,
            known.join(", ")
        ),
    )
}

/// Whether a resource has a check that an override may change.
pub(crate) fn is_known(packs: &Packs, pack: &Pack, resource: &Resource, key: &str) -> bool {
    let (check, field) = check_of(key);
    let at = field.is_none_or(|f| resource.field(f).is_some());
    resource.rules.iter().any(|r| r.name == key)
        || at && checks::builtin_of(resource, check) == Subject::Adjustable
        || at && checks::outdated(packs, pack, resource).any(|(code, _)| code == check)
}

/// An override for tests.
#[cfg(test)]
pub(super) fn with(rule: &str, change: Change) -> Override {
    Override {
        id: String::new(),
        rule: rule.to_owned(),
        change,
        reason: "试点".to_owned(),
        author: "数据局".to_owned(),
        expires: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_of_an_expression_is_found_and_replaced() {
        let sql = "uscc_placeholder(X) OR known_in('legal-entity', X)";
        assert_eq!(key_asked(sql).as_deref(), Some("X"));
        assert_eq!(in_library(sql, "local"), "uscc_placeholder(X) OR known_in('local', X)");
        let sql = "names_match(N, lookup_in( 'legal-entity' ,X, 'NAME'))";
        assert_eq!(in_library(sql, "local"), "names_match(N, lookup_in( 'local', X, 'NAME'))");
        assert_eq!(libraries("X IS NOT NULL"), Vec::<String>::new());
    }

    #[test]
    fn a_change_must_fit_its_check() {
        let packs = Packs::builtin().unwrap();
        let code = |rule, change| match with(rule, change).validate(&packs, "licence-2018") {
            Ok(()) => String::new(),
            Err(e) => e.code().to_owned(),
        };
        let new = |library: &str| Change::NewSubjects { days: 30, library: library.to_owned() };
        assert_eq!(code("subject-known", Change::SwitchOff), "");
        assert_eq!(code("W603", Change::Severity(Severity::Reject)), "");
        assert_eq!(code("no-such-rule", Change::SwitchOff), "override-rule");
        assert_eq!(code("E101@XK_XDR_MC", Change::Severity(Severity::Warn)), "");
        assert_eq!(code("E101@XK_WSH", Change::SwitchOff), "override-rule", "part of the key");
        assert_eq!(code("E101@XK_XKJGDM", Change::SwitchOff), "override-rule", "the authority");
        assert_eq!(code("E101@NO_FIELD", Change::SwitchOff), "override-rule");
        assert_eq!(code("E302@XK_XDR_MC", Change::SwitchOff), "override-rule", "no date");
        assert_eq!(code("subject-known@XK_XDR_MC", Change::SwitchOff), "override-rule", "of the row");
        assert_eq!(code("E301", Change::SwitchOff), "override-rule", "an unreadable date cannot be kept");
        assert_eq!(code("S009", Change::SwitchOff), "override-rule");
        assert_eq!(code("W603", Change::Condition("TRUE".to_owned())), "override-change");
        assert_eq!(code("subject-known", Change::Condition("XK_XDR_MC".to_owned())), "override-change");
        assert_eq!(code("subject-known", Change::Condition("NO_FIELD > 1".to_owned())), "override-change");
        assert_eq!(code("subject-known", Change::Condition("XK_XDR_MC IS NOT NULL".to_owned())), "");
        assert_eq!(code("subject-known", new("legal-entity-local")), "");
        assert_eq!(code("name-fits-code", new("legal-entity-local")), "");
        assert_eq!(code("subject-known", new("legal-entity")), "override-change");
        assert_eq!(code("subject-known", new("authority")), "override-change");
        assert_eq!(code("sole-trader-code", new("legal-entity-local")), "override-change");
    }
}
