//! The nouns of a pack. The YAML under `packs/` deserialises into exactly these types; the schema is
//! described for authors in `packs/README.md`.

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Mapping, Publicity, Retentions, Returns, TimeLimit};
use crate::Text;

/// One pack (标准包): a family of resources under one standard, version and date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Identifier, e.g. `credit-publicity`.
    pub pack: String,
    /// Version of the pack, e.g. `2018.1`; written into every check report as part of `rule_set`.
    pub version: String,
    /// Shown name.
    pub title: Text,
    /// Standard and clause the pack is taken from.
    pub source: String,
    /// First day on which the pack applies.
    pub valid_from: NaiveDate,
    /// Last day on which the pack applies; open when absent.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// Words that mean "no value" (空值词), compared after trimming and case folding, e.g. `N/A`, `无`, `-`.
    #[serde(default)]
    pub null_words: Vec<String>,
    /// Dated code lists (代码表) by identifier.
    #[serde(default)]
    pub code_lists: IndexMap<String, CodeList>,
    /// Messages (提示语) by code; they override the shared ones of the same code.
    #[serde(default)]
    pub messages: IndexMap<String, Message>,
    /// How long published records are shown (公示期限), by name.
    #[serde(default)]
    pub retention: Retentions,
    /// Resources (信息资源) of the pack.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// Mappings (标准转换) that the pack brings.
    #[serde(default)]
    pub mappings: Vec<Mapping>,
}

/// A code list whose values change over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// Shown name.
    pub title: Text,
    /// Where the list comes from.
    pub source: String,
    /// Message code for a value that only an earlier edition has, e.g. `E508`; the ordinary code when absent.
    #[serde(default)]
    pub outdated: Option<String>,
    /// Editions, oldest first.
    pub editions: Vec<CodeListEdition>,
}

/// The values of a code list in one span of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeListEdition {
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity; open when absent.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// The values in order.
    pub values: Vec<CodeValue>,
}

/// One value of a code list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeValue {
    /// What is stored.
    pub value: String,
    /// What the value means in Chinese where the value itself is a bare code, e.g. `有效` for `1`.
    #[serde(default)]
    pub label: Option<String>,
    /// English gloss.
    #[serde(default)]
    pub en: Option<String>,
    /// Other spellings and local codes that mean this value; accepted with a suggestion.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A resource (信息资源): the shape of one table a department hands in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Identifier, e.g. `licence-2018`; unique over all packs.
    pub resource: String,
    /// Shown name.
    pub title: Text,
    /// Edition mark, e.g. `2018`.
    #[serde(default)]
    pub edition: Option<String>,
    /// What a row is about, in a sentence.
    #[serde(default)]
    pub summary: Option<Text>,
    /// How a row tells its subject kind (F/G/Z); absent when the resource has one kind only.
    #[serde(default)]
    pub subject: Option<SubjectKinds>,
    /// Business key (业务主键): field codes, or alternatives joined by `|` of which the first filled one counts.
    pub business_key: Vec<String>,
    /// Field holding the decision date from which the reporting clock runs.
    #[serde(default)]
    pub decision_date: Option<String>,
    /// Field with the unified code, else the name, of the authority whose row it is (归属机关), which alone, or from above, hands it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By when a decision must stand in the platform, valid (报送期限); none where nothing is said.
    #[serde(default)]
    pub time_limit: Option<TimeLimit>,
    /// The resource in which each row of this one is expected (应报清单): decisions known from elsewhere, by the same field
    /// codes and the same business key.
    #[serde(default)]
    pub expects: Option<String>,
    /// How its rows tell of records that a superior platform sent back (退回清单); none for any other resource.
    #[serde(default)]
    pub returns: Option<Returns>,
    /// What of its rows the public may see (公示); nothing where nothing is said.
    #[serde(default)]
    pub publicity: Option<Publicity>,
    /// How rows land (入库方式).
    #[serde(default)]
    pub landing: Landing,
    /// Fields in template order.
    pub fields: Vec<Field>,
    /// Row rules.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// Which field tells the subject kind, and by which values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectKinds {
    /// Field code, e.g. `XK_XDR_LB`.
    pub field: String,
    /// Value of that field by kind.
    pub kinds: IndexMap<SubjectKind, String>,
}

/// Kind of subject (相对人类别).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SubjectKind {
    /// 法人及非法人组织
    F,
    /// 个体工商户
    G,
    /// 自然人
    Z,
}

/// How rows of a submission meet the rows already there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Landing {
    /// `append`, `upsert` by business key, or `replace`.
    #[serde(default)]
    pub mode: LandingMode,
    /// A file of which more than this share of rows is rejected is held for a decision (0–1).
    #[serde(default = "default_hold_share")]
    pub hold_share: f64,
}

impl Default for Landing {
    fn default() -> Self {
        Self { mode: LandingMode::default(), hold_share: default_hold_share() }
    }
}

fn default_hold_share() -> f64 {
    0.5
}

/// See [`Landing::mode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LandingMode {
    /// Rows are added.
    Append,
    /// A row with a known business key replaces the row that has it.
    #[default]
    Upsert,
    /// The submission becomes the whole table.
    Replace,
}

/// A field (信息项).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Code, e.g. `XK_XDR_MC`; the column name in the lake.
    pub code: String,
    /// Label as the template shows it.
    pub label: Text,
    /// Kind of value; decides the built-in checks and the stored type.
    #[serde(rename = "type", default)]
    pub kind: FieldKind,
    /// Greatest length in characters.
    #[serde(default)]
    pub length: Option<u32>,
    /// Whether the field must be filled: one answer for all, or one for each subject kind.
    #[serde(default)]
    pub need: Need,
    /// Other headers under which departments send the field.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// A correct value, shown where a message needs an example. Invented, never a real person's.
    #[serde(default)]
    pub example: Option<String>,
    /// Whether the value identifies a person, and so is masked outside a grant.
    #[serde(default)]
    pub personal: Option<Personal>,
    /// Subject kinds whose value is personal; every kind when empty. The name of a company is public, the name of
    /// a citizen in the same column is not.
    #[serde(default)]
    pub personal_for: Vec<SubjectKind>,
    /// Whether a line break may stand in the value.
    #[serde(default)]
    pub multiline: bool,
    /// Pattern under which messages speak of this field where its value shows no pattern of its own, e.g.
    /// `subject-name` (see [`Message::patterns`]).
    #[serde(default)]
    pub voice: Option<String>,
    /// Note for whoever fills in the template.
    #[serde(default)]
    pub note: Option<Text>,
}

/// The kind of value a field holds. `Text` when nothing is said. In YAML: `type: text`, or with settings
/// `type: {code: {list: subject-kind}}`; a kind whose settings are all optional is written `type: {date: {}}`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Free text.
    #[default]
    Text,
    /// Name of an organisation or person; brackets are folded before comparison.
    Name,
    /// A calendar day, stored as a date. `2099/12/31` means 长期.
    Date {
        /// Earliest day.
        #[serde(default)]
        min: Option<NaiveDate>,
        /// Whether a day after the reporting day is wrong.
        #[serde(default)]
        not_future: bool,
    },
    /// A number with at most `precision` digits, `scale` of them after the point; stored as decimal.
    Decimal {
        /// All digits.
        precision: u8,
        /// Digits after the point.
        scale: u8,
        /// Least value allowed.
        #[serde(default)]
        min: Option<f64>,
        /// Greatest value allowed.
        #[serde(default)]
        max: Option<f64>,
        /// Unit as shown, e.g. `万元`.
        #[serde(default)]
        unit: Option<String>,
    },
    /// An amount as registers write it: number, unit and currency in one cell, e.g. `5000万人民币`. Stored as text.
    MoneyText,
    /// A whole number.
    Integer {
        /// Least value allowed.
        #[serde(default)]
        min: Option<i64>,
        /// Greatest value allowed.
        #[serde(default)]
        max: Option<i64>,
    },
    /// A value of a code list.
    Code {
        /// Identifier of the list in the pack.
        list: String,
        /// Separator when several values may stand together, e.g. `;`.
        #[serde(default)]
        separator: Option<String>,
        /// Value that may be followed by `-补充说明`, e.g. `其他`.
        #[serde(default)]
        open_value: Option<String>,
        /// Severity of a value outside the list.
        #[serde(default)]
        unknown: Severity,
    },
    /// 统一社会信用代码, GB 32100-2015.
    Uscc {
        /// Subject kinds for which `00000000000000000X` may stand.
        #[serde(default)]
        placeholder_for: Vec<SubjectKind>,
        /// First two characters expected (warned otherwise), e.g. `11`, `12`.
        #[serde(default)]
        expect_prefix: Vec<String>,
        /// Whether a 15-digit registration number (工商注册号) is accepted in this place with a warning, as in
        /// registers older than 2015.
        #[serde(default)]
        accept_registration_number: bool,
    },
    /// 组织机构代码, GB 11714-1997.
    OrgCode,
    /// 公民身份号码, GB 11643-1999, 18 characters; `accept_15` also takes the first-generation number.
    IdCard {
        /// Whether 15 digits are accepted.
        #[serde(default)]
        accept_15: bool,
        /// Field that tells the document type; the check applies only when it says 身份证.
        #[serde(default)]
        type_field: Option<String>,
    },
    /// 工商注册号, GS 15-2006: checked when it has 15 digits, warned otherwise.
    RegistrationNumber,
    /// 税务登记号: 15, 17, 18 or 20 of `[A-Z0-9]`.
    TaxNumber,
    /// Number of a decision (文书号): brackets in pairs and a year.
    DocumentNumber,
    /// 行政区划代码 of 6, 9 or 12 digits, GB/T 2260; unknown codes warn.
    Division,
    /// Telephone, mobile `1[3-9]\d{9}` or landline `0\d{2,3}-\d{7,8}`.
    Phone,
    /// A regular expression (whole value), for what nothing above covers.
    Pattern {
        /// The expression.
        regex: String,
    },
}

/// Whether a field must be filled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "need is R, O, C or E, or one of them by kind: {F: R, G: R, Z: E}")]
pub enum Need {
    /// The same for every row.
    All(NeedMark),
    /// By subject kind; a kind not named is optional.
    ByKind(IndexMap<SubjectKind, NeedMark>),
}

impl Default for Need {
    fn default() -> Self {
        Self::All(NeedMark::O)
    }
}

impl Need {
    /// The mark for a subject kind; with no kind known, a field is required only if every kind requires it.
    #[must_use]
    pub fn mark(&self, kind: Option<SubjectKind>) -> NeedMark {
        match (self, kind) {
            (Self::All(m), _) => *m,
            (Self::ByKind(by), Some(k)) => by.get(&k).copied().unwrap_or(NeedMark::O),
            (Self::ByKind(by), None) => {
                if !by.is_empty() && by.values().all(|m| *m == NeedMark::R) {
                    NeedMark::R
                } else {
                    NeedMark::O
                }
            }
        }
    }
}

/// `R` required, `O` optional, `C` conditional (a row rule decides), `E` must be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NeedMark {
    /// Required (必填).
    R,
    /// Optional (选填).
    O,
    /// Conditional (条件必填); a row rule decides.
    C,
    /// Must be empty (应为空).
    E,
}

/// What a personal value is, which decides its mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Personal {
    /// Name of a natural person.
    Name,
    /// Number of an identity document.
    Document,
    /// Telephone.
    Phone,
    /// Address.
    Address,
    /// Free text that must not hold identity or telephone numbers.
    FreeText,
}

/// A rule (规则): a predicate over the row with a voice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Message code, e.g. `E303`.
    pub code: String,
    /// Name of the rule, unique in the resource; overrides and reports refer to it.
    pub name: String,
    /// SQL boolean expression over the row's fields (typed: dates, decimals, text) that holds for a *correct*
    /// row. `NULL` passes. Functions: see `packs/README.md`.
    pub assert: String,
    /// Pattern of the message that the rule speaks with; its ordinary wording when absent.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Severity; the message's own when absent.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Fields whose cells are shown as wrong; the first carries the message.
    pub blame: Vec<String>,
    /// True when it cannot be known which of the blamed cells is wrong; the message then says so.
    #[serde(default)]
    pub ambiguous: bool,
    /// SQL expression giving the mended value of the first blamed field, where it can be known.
    #[serde(default)]
    pub suggest: Option<String>,
    /// Values for the message's `{names}` as SQL expressions.
    #[serde(default)]
    pub params: IndexMap<String, String>,
    /// Subject kinds the rule applies to; all when empty.
    #[serde(default)]
    pub kinds: Vec<SubjectKind>,
    /// First day on which the rule applies (compared with the checking day).
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day on which the rule applies.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// Standard and clause the rule is taken from.
    #[serde(default)]
    pub source: Option<String>,
}

/// What a finding does to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row passes; the finding is for information only.
    Pass,
    /// The row passes and carries a warning.
    Warn,
    /// The row is rejected until mended.
    #[default]
    Reject,
}

impl Severity {
    /// The name in files, tables and message keys; "reject" sorts before "warn", which lists rely on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Reject => "reject",
        }
    }
}

/// A message (提示语) in everyday words: why the value is wrong and how to mend it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Name of the problem, for lists and groups.
    pub title: Text,
    /// Severity where the rule or field does not say another.
    #[serde(default)]
    pub severity: Severity,
    /// 为什么错. May hold `{v}` the value, `{field}` the label, and the names the check documents.
    pub why: Text,
    /// 怎么改.
    pub fix: Text,
    /// Other wording by observed pattern of the value, e.g. `full-width`, `letter-o`, `scientific`.
    #[serde(default)]
    pub patterns: IndexMap<String, PatternVoice>,
}

/// Wording for one observed pattern of a wrong value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternVoice {
    /// Severity of this pattern where it is not the message's own.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// 为什么错.
    pub why: Text,
    /// 怎么改.
    pub fix: Text,
}
