//! How a row becomes a public record: only the fields the pack names, names masked, numbers scanned, the period computed.

use chrono::NaiveDate;
use indexmap::IndexMap;
use kernel::{OrgId, RecordId, SubmissionId};
use rectify::model::record_id;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use standards::mask;
use standards::pack::{Field, FieldKind, Pack, Personal, Publicity, Resource, Retention, SubjectKind};
use standards::uscc;

use crate::model::guard::{Guarded, guard};

/// Cells by field code, in the order in which they are shown.
pub(in crate::actions) type Cells = IndexMap<String, String>;

/// A record as its row tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub id: RecordId,
    pub org: OrgId,
    pub submission: SubmissionId,
    pub row: i64,
    pub natural: bool,
    pub decided: NaiveDate,
    pub earliest: NaiveDate,
    pub until: Option<NaiveDate>,
    pub term: String,
    pub invalid: bool,
    /// Field codes with a doubtful number.
    pub doubts: Vec<String>,
    /// Digest of the doubtful numbers; empty without any.
    pub doubted: String,
    /// With every number masked that is or may be personal.
    pub safe: Cells,
    /// With the doubtful numbers as they were given.
    pub open: Cells,
}

/// Reads public records from rows of a resource.
pub(in crate::actions) struct Reading<'a> {
    pub resource: &'a Resource,
    pub publicity: &'a Publicity,
    retention: &'a Retention,
    decision: &'a str,
    columns: Vec<&'a str>,
}

impl<'a> Reading<'a> {
    /// None for a resource that is not public.
    pub(in crate::actions) fn of(pack: &'a Pack, resource: &'a Resource) -> Option<Self> {
        let publicity = resource.publicity.as_ref()?;
        let retention = pack.retention.get(&publicity.retention)?;
        let decision = resource.decision_date.as_deref()?;
        let mut columns: Vec<&str> =
            vec![decision, &publicity.title, &publicity.subject, &publicity.document, &publicity.authority];
        let more = [&publicity.code, &publicity.authority_code, &publicity.until, &publicity.kinds];
        columns.extend(more.into_iter().filter_map(|c| c.as_deref()));
        columns.extend(resource.subject.as_ref().map(|s| s.field.as_str()));
        columns.extend(publicity.withdrawn_when.as_ref().map(|s| s.field.as_str()));
        columns.extend(publicity.mask_names.iter().map(String::as_str));
        columns.extend(publicity.fields.iter().map(String::as_str));
        let signs = retention.periods.iter().flat_map(|p| p.grades.iter().flat_map(|g| &g.when));
        columns.extend(signs.map(|s| s.field.as_str()));
        columns.sort_unstable();
        columns.dedup();
        Some(Self { resource, publicity, retention, decision, columns })
    }

    /// The columns a record is read from, in the order in which [`Self::draft`] takes their values.
    pub(super) fn columns(&self) -> &[&'a str] {
        &self.columns
    }

    /// The record a row tells of. None where the row has no day of decision, or no period covers it: such a row stays inside.
    pub(super) fn draft(
        &self,
        values: &[Value],
        key: &str,
        (org, submission, row): (OrgId, SubmissionId, i64),
        today: NaiveDate,
    ) -> Option<Draft> {
        let cells: IndexMap<&str, String> =
            self.columns.iter().copied().zip(values.iter().map(text)).collect();
        let cell = |code: &str| cells.get(code).map_or("", String::as_str);
        let decided: NaiveDate = cell(self.decision).parse().ok()?;
        let authority = self.publicity.authority_code.as_deref().map(cell).unwrap_or_default();
        let division = authority.get(2..8).unwrap_or_default();
        let term = self.retention.term(self.publicity, decided, division, cell)?;
        let kind = self.kind(cell);
        let names = self.names(kind, cell);
        let mut draft = Draft {
            id: record_id(&self.resource.resource, key),
            org,
            submission,
            row,
            natural: self.is_natural(kind, cell),
            decided,
            earliest: term.earliest,
            until: term.until,
            term: format!("{}/{}/{}", self.publicity.retention, term.period.name, term.grade.grade),
            invalid: self
                .publicity
                .withdrawn_when
                .as_ref()
                .is_some_and(|s| s.has.iter().any(|v| v == cell(&s.field))),
            doubts: Vec::new(),
            doubted: String::new(),
            safe: Cells::new(),
            open: Cells::new(),
        };
        let mut doubted = Sha256::new();
        for code in &self.publicity.fields {
            let Some(field) = self.resource.field(code) else { continue };
            let value = cell(code);
            if value.is_empty() {
                continue;
            }
            let shown = if self.is_name(field, kind, cell) {
                let masked = mask::person_name(value);
                Guarded { safe: masked.clone(), open: masked, doubts: Vec::new() }
            } else {
                shown(field, value, &names, today)
            };
            if !shown.doubts.is_empty() {
                draft.doubts.push(code.clone());
                for number in &shown.doubts {
                    doubted.update(number.as_bytes());
                    doubted.update([0]);
                }
            }
            draft.safe.insert(code.clone(), shown.safe);
            draft.open.insert(code.clone(), shown.open);
        }
        if !draft.doubts.is_empty() {
            draft.doubted = doubted.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect();
        }
        Some(draft)
    }

    fn kind<'v>(&self, cell: impl Fn(&str) -> &'v str) -> Option<SubjectKind> {
        let subject = self.resource.subject.as_ref()?;
        let value = cell(&subject.field);
        subject.kinds.iter().find(|(_, v)| *v == value).map(|(k, _)| *k)
    }

    /// Whether the row concerns a natural person. A sole trader without a shop's name trades under the operator's own.
    fn is_natural<'v>(&self, kind: Option<SubjectKind>, cell: impl Fn(&str) -> &'v str) -> bool {
        let subject = cell(&self.publicity.subject);
        self.resource.field(&self.publicity.subject).is_some_and(|f| f.is_personal(kind))
            || (!subject.is_empty() && self.publicity.mask_names.iter().any(|code| cell(code) == subject))
    }

    /// The fields that hold a natural person's name in a row given by its cells.
    pub(in crate::actions) fn name_fields(&self, cells: &Cells) -> Vec<&'a Field> {
        let cell = |code: &str| cells.get(code).map_or("", String::as_str);
        let kind = self.kind(cell);
        let is_name = |f: &&Field| self.is_name(f, kind, cell);
        self.resource.fields.iter().filter(is_name).collect()
    }

    /// Whether a field holds a natural person's name in this row.
    fn is_name<'v>(
        &self,
        field: &Field,
        kind: Option<SubjectKind>,
        cell: impl Fn(&str) -> &'v str + Copy,
    ) -> bool {
        (field.personal == Some(Personal::Name) && field.is_personal(kind))
            || self.publicity.mask_names.contains(&field.code)
            || (field.code == self.publicity.subject && self.is_natural(kind, cell))
    }

    /// Names of natural persons in the row, to be masked wherever they stand.
    fn names<'v>(&self, kind: Option<SubjectKind>, cell: impl Fn(&str) -> &'v str + Copy) -> Vec<String> {
        let fields = self.resource.fields.iter().filter(|f| self.is_name(f, kind, cell));
        fields.map(|f| cell(&f.code)).filter(|n| !n.is_empty()).map(str::to_owned).collect()
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

/// A cell as the public sees it, where it is not a name.
pub(in crate::actions) fn shown(field: &Field, value: &str, names: &[String], today: NaiveDate) -> Guarded {
    let as_it_is = || Guarded { safe: value.to_owned(), open: value.to_owned(), doubts: Vec::new() };
    match &field.kind {
        // No number of a person has these forms.
        FieldKind::Date { .. } | FieldKind::Decimal { .. } | FieldKind::Integer { .. } => as_it_is(),
        FieldKind::Uscc { .. } if uscc::is_valid(value.as_bytes()) || uscc::is_placeholder(value) => {
            as_it_is()
        }
        _ => guard(value, names, field.multiline || field.personal == Some(Personal::FreeText), today),
    }
}

#[cfg(test)]
mod tests {
    use standards::pack::Packs;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A row of a published resource with these cells.
    fn draft(resource: &str, cells: &[(&str, &str)]) -> Draft {
        let packs = Packs::builtin().unwrap();
        let (pack, resource) = packs.resource(resource).unwrap();
        let reading = Reading::of(pack, resource).unwrap();
        let values: Vec<Value> = reading
            .columns()
            .iter()
            .map(|c| cells.iter().find(|(code, _)| code == c).map_or(Value::Null, |(_, v)| (*v).into()))
            .collect();
        let from = (OrgId(uuid::Uuid::nil()), SubmissionId(uuid::Uuid::nil()), 1);
        reading.draft(&values, "key", from, day("2026-06-01")).unwrap()
    }

    fn penalty(more: &[(&str, &str)]) -> Draft {
        let mut cells = more.to_vec();
        let usual = [
            ("CF_XDR_MC", "东莞示例食品有限公司"),
            ("CF_XDR_LB", "法人及非法人组织"),
            ("CF_CFLB", "罚款"),
            ("CF_WFXW", "占道经营"),
            ("CF_CFJGDM", "1144190000DEM0082P"),
        ];
        cells.extend(usual.iter().filter(|(code, _)| !more.iter().any(|(c, _)| c == code)));
        draft("penalty-2018", &cells)
    }

    #[test]
    fn how_long_a_penalty_is_shown() {
        let shandong = ("CF_CFJGDM", "1137060200DEM0012X");
        for (decided, more, earliest, until, term) in [
            ("2020-09-29", vec![], "2020-12-29", "2021-09-29", "rule-527/ordinary"),
            ("2020-09-29", vec![("CF_CFLB", "责令停产停业")], "2021-03-29", "2023-09-29", "rule-527/serious"),
            ("2020-02-29", vec![], "2020-05-29", "2021-02-28", "rule-527/ordinary"),
            // Several kinds in one decision: the longest of them.
            ("2020-09-29", vec![("CF_CFLB", "警告;罚款")], "2020-12-29", "2021-09-29", "rule-527/ordinary"),
            (
                "2020-09-29",
                vec![("CF_CFLB", "罚款;暂扣或者吊销许可证、暂扣或者吊销执照")],
                "2021-03-29",
                "2023-09-29",
                "rule-527/serious",
            ),
            // The rule in force on the day of the decision.
            ("2023-04-30", vec![], "2023-07-30", "2024-04-30", "rule-527/ordinary"),
            ("2023-05-01", vec![], "2023-08-01", "2026-05-01", "decree-58/ordinary"),
            (
                "2024-01-31",
                vec![("CF_WFXW", "消防设施不合格")],
                "2025-01-31",
                "2027-01-31",
                "decree-58/safety",
            ),
            ("2026-03-31", vec![], "2026-06-30", "2029-03-31", "decree-58/ordinary"),
            ("2026-04-01", vec![("CF_CFLB", "警告")], "2026-04-01", "2026-07-01", "decree-36/slight"),
            ("2026-04-01", vec![("CF_CFLB", "警告;罚款")], "2026-07-01", "2027-04-01", "decree-36/ordinary"),
            ("2026-04-01", vec![("CF_CFLB", "行政拘留")], "2027-04-01", "2029-04-01", "decree-36/serious"),
            // What the department set itself ends it earlier, never later.
            (
                "2024-01-31",
                vec![("CF_GSJZQ", "2025-01-31")],
                "2024-04-30",
                "2025-01-31",
                "decree-58/ordinary",
            ),
            (
                "2024-01-31",
                vec![("CF_GSJZQ", "2031-01-31")],
                "2024-04-30",
                "2027-01-31",
                "decree-58/ordinary",
            ),
            // The province's ceiling of five years is beyond these periods.
            ("2024-01-31", vec![shandong], "2024-04-30", "2027-01-31", "decree-58/ordinary"),
        ] {
            let mut cells = more.clone();
            cells.push(("CF_JDRQ", decided));
            let found = penalty(&cells);
            assert_eq!(
                (found.earliest, found.until, found.term.as_str()),
                (day(earliest), Some(day(until)), format!("penalty/{term}").as_str()),
                "{decided} {more:?}"
            );
        }
    }

    #[test]
    fn a_licence_is_shown_while_it_is_valid() {
        let until = |to: &str| {
            draft("licence-2018", &[("XK_JDRQ", "2020-09-29"), ("XK_YXQZI", to), ("XK_ZT", "1")]).until
        };
        assert_eq!(until("2025-09-28"), Some(day("2025-09-28")));
        assert_eq!(until("2099-12-31"), None, "长期");
        let gone = draft("licence-2018", &[("XK_JDRQ", "2020-09-29"), ("XK_ZT", "2")]);
        assert!(gone.invalid);
    }

    #[test]
    fn a_ceiling_ends_what_would_run_longer() {
        let packs = Packs::builtin().unwrap();
        let (pack, resource) = packs.resource("penalty-2018").unwrap();
        let mut retention = pack.retention["penalty"].clone();
        for grade in retention.periods.iter_mut().flat_map(|p| &mut p.grades) {
            grade.maximum = Some(120);
        }
        let publicity = resource.publicity.as_ref().unwrap();
        let until = |division| retention.term(publicity, day("2024-01-31"), division, |_| "").unwrap().until;
        assert_eq!(until("370602"), Some(day("2029-01-31")));
        assert_eq!(until("441900"), Some(day("2034-01-31")), "no ceiling is known for this province");
    }

    #[test]
    fn nothing_personal_is_among_the_cells() {
        let found = penalty(&[
            ("CF_JDRQ", "2024-01-31"),
            ("CF_XDR_MC", "张三丰"),
            ("CF_XDR_LB", "自然人"),
            ("CF_XDR_ZJHM", "370602188002290010"),
            ("CF_XDR_ZJLX", "身份证"),
            ("CF_SY", "张三丰（370602188002290010，电话13800000000）占道经营"),
        ]);
        let all: String = found.open.values().map(String::as_str).collect::<Vec<_>>().join("|");
        assert!(found.natural && all.contains("张*（******，电话******）占道经营"), "{all}");
        assert!(!all.contains("三丰") && !all.contains("0229") && !all.contains("身份证"), "{all}");

        // A sole trader under the operator's name is a person; a company's representative is masked as one.
        let trader = penalty(&[
            ("CF_JDRQ", "2024-01-31"),
            ("CF_XDR_MC", "李四"),
            ("CF_XDR_LB", "个体工商户"),
            ("CF_FRDB", "李四"),
        ]);
        assert_eq!((trader.safe["CF_XDR_MC"].as_str(), trader.natural), ("李*", true));
        let company =
            penalty(&[("CF_JDRQ", "2024-01-31"), ("CF_FRDB", "王五"), ("CF_SY", "法定代表人王五在场")]);
        assert_eq!(company.safe["CF_XDR_MC"], "东莞示例食品有限公司");
        assert_eq!(
            (company.safe["CF_FRDB"].as_str(), company.safe["CF_SY"].as_str()),
            ("王*", "法定代表人王*在场")
        );
    }

    #[test]
    fn a_doubtful_number_is_told_with_its_field() {
        let found = penalty(&[("CF_JDRQ", "2024-01-31"), ("CF_NR_ZKDX", "施工许可证440106202508150101")]);
        assert_eq!(found.doubts, ["CF_NR_ZKDX"]);
        assert_eq!(found.safe["CF_NR_ZKDX"], "施工许可证******");
        assert_eq!(found.open["CF_NR_ZKDX"], "施工许可证440106202508150101");
        assert_eq!(found.doubted.len(), 32);
    }
}
