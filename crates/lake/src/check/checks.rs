//! The checks of a resource as a list (规则清单): row rules and built-in checks, with what they say and which fields they
//! look at.

use standards::Text;
use standards::pack::{Field, FieldKind, Message, Need, NeedMark, Pack, Packs, Personal, Resource, Severity};

use super::codes::BUILTIN;
use super::overrides;

/// One check of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckInfo {
    /// What an override calls it: the row rule's name, or the code of a built-in check.
    pub key: String,
    /// Message code.
    pub code: String,
    /// Severity of its findings where their pattern says no other.
    pub severity: Severity,
    /// Name of the problem.
    pub title: Text,
    /// 为什么错, with `{names}` for what depends on the row.
    pub why: Text,
    /// 怎么改
    pub fix: Text,
    /// Codes of the fields it looks at; none when it looks at the table as a whole.
    pub fields: Vec<String>,
    /// The condition of a row rule, in SQL; `None` for a built-in check.
    pub condition: Option<String>,
    /// Resources the condition compares with.
    pub libraries: Vec<String>,
    /// Standard and clause.
    pub source: Option<String>,
    /// Whether it may be changed locally.
    pub adjustable: bool,
}

/// Checks without which a value could not be stored as the field's type, or a row could not be told from another: switching
/// them off would lose data; and the one that tells of the overrides themselves.
const FIXED: &[&str] = &["E123", "E301", "E305", "E411", "E412", "E414", "E504", "E506", "E507", "W607"];

/// Whether a resource has a built-in check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// No field is checked so.
    Absent,
    /// It is carried out and cannot be changed.
    Fixed,
    /// It may be changed locally.
    Adjustable,
}

/// All checks of a resource: its row rules in the order of the pack, then the built-in ones.
#[must_use]
pub fn of(packs: &Packs, pack: &Pack, resource: &Resource) -> Vec<CheckInfo> {
    let rules = resource.rules.iter().map(|rule| {
        let message = packs.message_in(pack, &rule.code);
        let severity = rule.severity.or_else(|| message.map(|m| m.severity_of(rule.pattern.as_deref())));
        let mut libraries = overrides::libraries(&rule.assert);
        libraries.retain(|l| packs.resource(l).is_some());
        CheckInfo {
            key: rule.name.clone(),
            fields: rule.blame.clone(),
            condition: Some(rule.assert.clone()),
            libraries,
            source: rule.source.clone(),
            adjustable: true,
            ..told(&rule.code, message, rule.pattern.as_deref(), severity.unwrap_or_default())
        }
    });
    let mut out: Vec<CheckInfo> = rules.collect();
    for (code, field) in outdated(packs, pack, resource) {
        match out.iter_mut().find(|c| c.key == code) {
            Some(check) => check.fields.push(field.code.clone()),
            None => {
                let message = packs.message_in(pack, code);
                let severity = message.map(|m| m.severity).unwrap_or_default();
                let check = told(code, message, None, severity);
                out.push(CheckInfo { fields: vec![field.code.clone()], adjustable: true, ..check });
            }
        }
    }
    for builtin in BUILTIN {
        if builtin_of(resource, builtin.code) == Subject::Absent {
            continue;
        }
        let message = packs.message_in(pack, builtin.code);
        let severity = message.map_or(builtin.severity, |m| m.severity);
        let fields = resource.fields.iter().filter(|f| looks_at(builtin.code, f)).map(|f| f.code.clone());
        out.push(CheckInfo {
            key: builtin.code.to_owned(),
            fields: if about_table(builtin.code) { Vec::new() } else { fields.collect() },
            adjustable: adjustable(builtin.code),
            ..told(builtin.code, message, None, severity)
        });
    }
    out
}

fn told(code: &str, message: Option<&Message>, pattern: Option<&str>, severity: Severity) -> CheckInfo {
    let voice = message.and_then(|m| m.patterns.get(pattern?));
    let text = |voiced: Option<&Text>, plain: Option<&Text>| voiced.or(plain).cloned();
    CheckInfo {
        key: code.to_owned(),
        code: code.to_owned(),
        severity,
        title: message.map_or_else(|| Text::new(code, code), |m| m.title.clone()),
        why: text(voice.map(|v| &v.why), message.map(|m| &m.why)).unwrap_or_else(|| Text::new("", "")),
        fix: text(voice.map(|v| &v.fix), message.map(|m| &m.fix)).unwrap_or_else(|| Text::new("", "")),
        fields: Vec::new(),
        condition: None,
        libraries: Vec::new(),
        source: None,
        adjustable: false,
    }
}

/// The codes for values of earlier editions of code lists, each with its field.
pub(crate) fn outdated<'a>(
    packs: &'a Packs,
    pack: &'a Pack,
    resource: &'a Resource,
) -> impl Iterator<Item = (&'a str, &'a Field)> {
    resource.fields.iter().filter_map(move |f| match &f.kind {
        FieldKind::Code { list, .. } => Some((packs.code_list(pack, list)?.outdated.as_deref()?, f)),
        _ => None,
    })
}

/// The built-in check of a code in a resource.
pub(crate) fn builtin_of(resource: &Resource, code: &str) -> Subject {
    let owned = code == "E122" && resource.owner.is_some();
    let correctable = code == "E123" && resource.time_limit.is_some();
    let there =
        about_table(code) || owned || correctable || resource.fields.iter().any(|f| looks_at(code, f));
    match there {
        false => Subject::Absent,
        true if adjustable(code) => Subject::Adjustable,
        true => Subject::Fixed,
    }
}

fn adjustable(code: &str) -> bool {
    // Codes of structure are about reading the file at all.
    !code.starts_with('S') && !FIXED.contains(&code)
}

/// Whether a check is about the file or the row, not about single cells.
fn about_table(code: &str) -> bool {
    (code.starts_with('S') && !matches!(code, "S014" | "S018" | "S023" | "S024"))
        || matches!(code, "E504" | "E507" | "W607")
}

/// Whether a built-in check looks at a field; follows the table of `packs/README.md`, "What the types check".
fn looks_at(code: &str, field: &Field) -> bool {
    use FieldKind as K;
    let kind = &field.kind;
    let need = |mark: NeedMark| match &field.need {
        Need::All(m) => *m == mark,
        Need::ByKind(by) => by.values().any(|m| *m == mark),
    };
    match code {
        "E101" => need(NeedMark::R),
        "E511" => need(NeedMark::E),
        "E505" => field.length.is_some(),
        "E506" | "E510" | "S014" | "S018" | "S023" | "S024" => true,
        "E205" => field.personal == Some(Personal::FreeText),
        "E204" => field.personal == Some(Personal::Document),
        "E110" | "E515" => matches!(kind, K::Name),
        "E301" | "E304" | "E305" => matches!(kind, K::Date { .. }),
        "E302" => matches!(kind, K::Date { not_future: true, .. }),
        "E306" => matches!(kind, K::Date { min: Some(_), .. }),
        "E401" | "E410" => matches!(kind, K::Code { .. }),
        "E411" => matches!(kind, K::Decimal { .. } | K::Integer { .. }),
        "E412" => matches!(kind, K::Integer { .. }),
        "E413" => matches!(
            kind,
            K::Decimal { min: Some(_), .. }
                | K::Decimal { max: Some(_), .. }
                | K::Integer { min: Some(_), .. }
                | K::Integer { max: Some(_), .. }
        ),
        "E414" => matches!(kind, K::Decimal { .. }),
        "E415" => matches!(kind, K::MoneyText),
        "E102" | "E103" | "E104" | "E105" | "W604" => matches!(kind, K::Uscc { .. }),
        "E117" => matches!(kind, K::Uscc { expect_prefix, .. } if !expect_prefix.is_empty()),
        "E114" => matches!(kind, K::Uscc { accept_registration_number: true, .. }),
        "W603" => matches!(kind, K::Uscc { .. } | K::IdCard { .. } | K::Division),
        "E111" => matches!(kind, K::OrgCode),
        "E201" | "E202" | "E203" => matches!(kind, K::IdCard { .. }),
        "E206" => matches!(kind, K::IdCard { accept_15: true, .. }),
        "E112" | "E116" => matches!(kind, K::RegistrationNumber),
        "E113" => matches!(kind, K::TaxNumber),
        "E512" => matches!(kind, K::Phone),
        "E513" => matches!(kind, K::Division),
        "E503" => matches!(kind, K::DocumentNumber),
        "E514" => matches!(kind, K::Pattern { .. }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builtin_check_belongs_to_some_kind_of_field() {
        let packs = Packs::builtin().unwrap();
        let known = |code: &str| packs.resources().any(|(_, r)| builtin_of(r, code) != Subject::Absent);
        // No resource has a field of whole numbers so far.
        let unused = ["E412"];
        let lost: Vec<&str> =
            BUILTIN.iter().map(|b| b.code).filter(|c| !known(c) && !unused.contains(c)).collect();
        assert!(lost.is_empty(), "tell which fields these look at: {lost:?}");
    }

    #[test]
    fn the_list_names_each_check_once() {
        let packs = Packs::builtin().unwrap();
        for (pack, resource) in packs.resources() {
            let all = of(&packs, pack, resource);
            let mut keys: Vec<&str> = all.iter().map(|c| c.key.as_str()).collect();
            keys.sort_unstable();
            let before = keys.len();
            keys.dedup();
            assert_eq!(keys.len(), before, "{}", resource.resource);
            assert!(
                all.iter().all(|c| !c.title.zh.is_empty() && !c.why.zh.is_empty()),
                "{}",
                resource.resource
            );
        }
    }
}
