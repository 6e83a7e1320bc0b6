//! Field checks (字段检查): one loop over a column that judges every cell, folds what can be folded and yields the typed
//! column. A good cell costs no allocation.

mod codes;
mod dates;
mod ids;
mod names;
mod numbers;
mod others;
mod uscc;

use datafusion::arrow::array::{Array, ArrayRef, StringArray, new_null_array};
use standards::pack::{Field, FieldKind, NeedMark, Personal, SubjectKind};

use super::codes::{self as code, Code};
use super::hit::Hit;
use super::lookups::Lookups;
use super::lost::lost_character;
use super::nulls::NullWords;
use super::text::{self, Scan};
use crate::typed::{Edits, data_type};

pub(crate) use codes::CodeCheck;

/// What the checks of all fields share.
pub(crate) struct Shared {
    /// The day of checking.
    pub today: chrono::NaiveDate,
    /// Words that mean "no value".
    pub nulls: NullWords,
    /// Reference tables.
    pub lookups: std::sync::Arc<Lookups>,
}

/// Subject kind of each row; empty when the resource does not tell kinds apart.
pub(crate) type Kinds = [Option<SubjectKind>];

/// What a cell turned out to be.
pub(super) enum Seen {
    /// Stays as it is.
    Good,
    /// Lands as another text.
    Folded(String),
    /// Cannot be read; NULL for the row rules.
    Bad,
}

/// The compiled check of one field.
pub(crate) struct FieldCheck {
    /// Index in the resource.
    pub index: u16,
    /// The field.
    pub field: Field,
    need: [NeedMark; KINDS],
    judge: Judge,
}

/// The check proper to the field's kind.
enum Judge {
    Text { personal: bool },
    Money,
    Name,
    Date(dates::DateCheck),
    Decimal(numbers::DecimalCheck),
    Integer(numbers::IntegerCheck),
    Code(CodeCheck),
    Uscc(uscc::UsccCheck),
    OrgCode,
    Id(ids::IdCheck),
    RegistrationNumber,
    TaxNumber,
    DocumentNumber,
    Division,
    Phone,
    Pattern(regex::Regex, String),
}

/// A column under check with what the check of a cell may look at beside the cell.
pub(crate) struct Column<'a> {
    /// The cells.
    pub cells: &'a StringArray,
    /// Subject kinds by row, or empty.
    pub kinds: &'a Kinds,
    /// Names by row that belong to a code, for ranking corrections.
    pub names: Option<&'a StringArray>,
    /// Document types by row, for numbers that depend on one.
    pub types: Option<&'a StringArray>,
    /// What all fields share.
    pub shared: &'a Shared,
}

/// Kinds of subjects, none of them among them.
pub(super) const KINDS: usize = 4;

/// The place of a kind among [`KINDS`].
pub(super) const fn place_of(kind: Option<SubjectKind>) -> usize {
    match kind {
        Some(SubjectKind::F) => 0,
        Some(SubjectKind::G) => 1,
        Some(SubjectKind::Z) => 2,
        None => 3,
    }
}

impl FieldCheck {
    /// Compiles the check of a field.
    ///
    /// # Errors
    /// The fault of a regular expression.
    pub(crate) fn new(
        index: usize,
        field: &Field,
        list: Option<CodeCheck>,
        shared: &Shared,
    ) -> Result<Self, regex::Error> {
        let judge = match &field.kind {
            FieldKind::MoneyText => Judge::Money,
            FieldKind::Text => Judge::Text { personal: field.personal == Some(Personal::FreeText) },
            FieldKind::Name => Judge::Name,
            FieldKind::Date { min, not_future } => {
                Judge::Date(dates::DateCheck::new(*min, *not_future, shared))
            }
            FieldKind::Decimal { precision, scale, min, max, unit } => {
                Judge::Decimal(numbers::DecimalCheck::new(*precision, *scale, *min, *max, unit.clone()))
            }
            FieldKind::Integer { min, max } => Judge::Integer(numbers::IntegerCheck { min: *min, max: *max }),
            FieldKind::Code { .. } => list.map_or(Judge::Text { personal: false }, Judge::Code),
            FieldKind::Uscc { placeholder_for, expect_prefix, accept_registration_number } => {
                Judge::Uscc(uscc::UsccCheck {
                    placeholder_for: placeholder_for.clone(),
                    expect_prefix: expect_prefix.clone(),
                    accept_registration_number: *accept_registration_number,
                })
            }
            FieldKind::OrgCode => Judge::OrgCode,
            FieldKind::IdCard { accept_15, .. } => Judge::Id(ids::IdCheck { accept_15: *accept_15 }),
            FieldKind::RegistrationNumber => Judge::RegistrationNumber,
            FieldKind::TaxNumber => Judge::TaxNumber,
            FieldKind::DocumentNumber => Judge::DocumentNumber,
            FieldKind::Division => Judge::Division,
            FieldKind::Phone => Judge::Phone,
            FieldKind::Pattern { regex } => {
                Judge::Pattern(regex::Regex::new(&format!("^(?:{regex})$"))?, regex.clone())
            }
        };
        let mark = |kind| field.need.mark(kind);
        let need =
            [mark(Some(SubjectKind::F)), mark(Some(SubjectKind::G)), mark(Some(SubjectKind::Z)), mark(None)];
        Ok(Self { index: index as u16, field: field.clone(), need, judge })
    }

    /// Whether a row of that kind must have the field filled.
    pub(crate) fn mark(&self, kind: Option<SubjectKind>) -> NeedMark {
        self.need[place_of(kind)]
    }

    /// Whether any kind must have it filled or empty, so that the marks have to be looked at.
    fn asks(&self) -> bool {
        self.need.iter().any(|m| matches!(m, NeedMark::R | NeedMark::E))
    }

    /// The typed column of a field whose column is not in the file.
    pub(crate) fn absent(&self, rows: usize) -> ArrayRef {
        new_null_array(&data_type(&self.field.kind), rows)
    }

    /// Judges every cell of a column; findings in row order.
    pub(crate) fn run(&self, column: &Column<'_>, hits: &mut Vec<Hit>) -> ArrayRef {
        match &self.judge {
            Judge::Date(check) => check.run(self, column, hits),
            Judge::Decimal(check) => check.run(self, column, hits),
            Judge::Integer(check) => check.run(self, column, hits),
            Judge::Text { personal } => {
                let limit = self.limit();
                self.texts(column, hits, |row, v, hits| self.text(row, v, *personal, limit, hits))
            }
            Judge::Money => self.texts(column, hits, |row, v, hits| others::money(self, row, v, hits)),
            Judge::Name => {
                let limit = self.limit();
                self.texts(column, hits, |row, v, hits| names::judge(self, row, v, limit, hits))
            }
            Judge::Code(check) => {
                let mut last = codes::Memo::default();
                self.texts(column, hits, |row, v, hits| check.judge(self, row, v, &mut last, hits))
            }
            Judge::Uscc(check) => {
                self.texts(column, hits, |row, v, hits| check.judge(self, column, row, v, hits))
            }
            Judge::OrgCode => self.texts(column, hits, |row, v, hits| others::org_code(self, row, v, hits)),
            Judge::Id(check) => {
                self.texts(column, hits, |row, v, hits| check.judge(self, column, row, v, hits))
            }
            Judge::RegistrationNumber => {
                self.texts(column, hits, |row, v, hits| others::registration_number(self, row, v, hits))
            }
            Judge::TaxNumber => {
                self.texts(column, hits, |row, v, hits| others::tax_number(self, row, v, hits))
            }
            Judge::DocumentNumber => {
                let limit = self.limit();
                self.texts(column, hits, |row, v, hits| others::document_number(self, row, v, limit, hits))
            }
            Judge::Division => self.texts(column, hits, |row, v, hits| others::division(self, row, v, hits)),
            Judge::Phone => self.texts(column, hits, |row, v, hits| others::phone(self, row, v, hits)),
            Judge::Pattern(regex, source) => {
                self.texts(column, hits, |row, v, hits| others::pattern(self, regex, source, row, v, hits))
            }
        }
    }

    /// Whether a value would be right in this field, told without reporting. `None` for kinds that take any text.
    pub(crate) fn fits(&self, v: &str, shared: &Shared) -> Option<bool> {
        Some(match &self.judge {
            Judge::Text { .. } | Judge::Name | Judge::DocumentNumber | Judge::Pattern(..) => return None,
            Judge::Money => super::money::looks_like_money(v),
            Judge::Date(_) => matches!(
                crate::typed::dates::read(v),
                crate::typed::dates::DateRead::Good(_)
                    | crate::typed::dates::DateRead::Folded(..)
                    | crate::typed::dates::DateRead::OtherZone(_)
                    | crate::typed::dates::DateRead::English(_)
                    | crate::typed::dates::DateRead::Numerals(_)
            ),
            Judge::Decimal(check) => check.fits(v),
            Judge::Integer(_) => v.parse::<i64>().is_ok(),
            Judge::Code(check) => check.fits(v),
            Judge::Uscc(_) => standards::uscc::is_valid(v.as_bytes()),
            Judge::OrgCode => standards::org_code::is_valid(v.as_bytes()),
            Judge::Id(_) => standards::id_card::validate(v, shared.today).is_ok(),
            Judge::RegistrationNumber => v.len() == 15 && v.bytes().all(|b| b.is_ascii_digit()),
            Judge::TaxNumber => {
                matches!(v.len(), 15 | 17 | 18 | 20) && v.bytes().all(|b| b.is_ascii_alphanumeric())
            }
            Judge::Division => matches!(v.len(), 6 | 9 | 12) && v.bytes().all(|b| b.is_ascii_digit()),
            Judge::Phone => others::is_phone(v),
        })
    }

    /// The value of the code list that a cell means, when the field has one.
    pub(crate) fn canonical(&self, v: &str) -> Option<String> {
        match &self.judge {
            Judge::Code(check) => check.canonical(v.trim()).map(str::to_owned),
            _ => None,
        }
    }

    fn limit(&self) -> usize {
        self.field.length.map_or(usize::MAX, |n| n as usize)
    }

    /// The loop over a column that stays text.
    fn texts<F>(&self, column: &Column<'_>, hits: &mut Vec<Hit>, mut judge: F) -> ArrayRef
    where
        F: FnMut(usize, &str, &mut Vec<Hit>) -> Seen,
    {
        let mut edits = Edits::default();
        self.each(column, hits, |row, cell, hits| match cell {
            None => edits.null(row),
            Some(v) => match judge(row, v, hits) {
                Seen::Good => {}
                Seen::Folded(text) => edits.text(row, text),
                Seen::Bad => edits.null(row),
            },
        });
        edits.apply(column.cells)
    }

    /// Visits every cell in row order with `None` for an empty one; reports those that may not be empty, or may not
    /// be filled.
    fn each<F>(&self, column: &Column<'_>, hits: &mut Vec<Hit>, mut visit: F)
    where
        F: FnMut(usize, Option<&str>, &mut Vec<Hit>),
    {
        let cells = column.cells;
        let asks = self.asks();
        let has_nulls = cells.null_count() > 0;
        for row in 0..cells.len() {
            let v = if has_nulls && cells.is_null(row) { "" } else { cells.value(row) };
            let empty = column.shared.nulls.is_null(v);
            if asks {
                match self.mark(column.kinds.get(row).copied().flatten()) {
                    NeedMark::R if empty => {
                        self.missing(row, v, hits);
                        visit(row, None, hits);
                        continue;
                    }
                    NeedMark::E if !empty => {
                        self.surplus(row, v, column.kinds.get(row).copied().flatten(), hits);
                        visit(row, None, hits);
                        continue;
                    }
                    _ => {}
                }
            }
            visit(row, if empty { None } else { Some(v) }, hits);
        }
    }

    #[cold]
    fn missing(&self, row: usize, v: &str, hits: &mut Vec<Hit>) {
        let hit = self.hit(row, code::REQUIRED, v);
        hits.push(if v.trim().is_empty() { hit } else { hit.pattern("null-word") });
    }

    #[cold]
    fn surplus(&self, row: usize, v: &str, kind: Option<SubjectKind>, hits: &mut Vec<Hit>) {
        let personal = self.field.personal == Some(Personal::Document) && kind != Some(SubjectKind::Z);
        let code = if personal { code::ID_ON_ORGANISATION } else { code::MUST_BE_EMPTY };
        hits.push(self.hit(row, code, v).suggest(""));
    }

    /// A finding about a cell of this field.
    pub(super) fn hit(&self, row: usize, code: Code, v: &str) -> Hit {
        Hit::new(row, self.index, code, v)
    }

    /// Length, stray spaces, ruined characters and, in free text, personal numbers.
    fn text(&self, row: usize, v: &str, personal: bool, limit: usize, hits: &mut Vec<Hit>) -> Seen {
        let scan = text::scan(v.as_bytes());
        let seen = self.tidy(row, v, scan, limit, hits);
        if personal && scan.has(Scan::DIGITS) {
            others::personal_numbers(self, row, v, hits);
        }
        seen
    }

    /// What every text has to stand: encoding, edges, line breaks, length.
    pub(super) fn tidy(&self, row: usize, v: &str, scan: Scan, limit: usize, hits: &mut Vec<Hit>) -> Seen {
        if text::may_be_ruined(v, scan)
            && let Some(ruin) = text::ruined(v)
        {
            let hit = self.hit(row, code::ENCODING, v).pattern(ruin.pattern);
            hits.push(match ruin.restored {
                Some(s) => hit.suggest(s),
                None => hit,
            });
            return Seen::Bad;
        }
        if let Some((pattern, n)) = lost_character(v, scan) {
            hits.push(self.hit(row, code::ENCODING, v).pattern(pattern).param("n", n));
        }
        let mut folded = None;
        if text::needs_fold(v, scan, self.field.multiline) {
            let (text, fold) = crate::typed::fold::fold_text(v, self.field.multiline);
            if fold.pattern() != "" {
                hits.push(self.folded(row, v, &text, fold.pattern()));
            }
            folded = Some(text.into_owned());
        }
        // Every character takes at least one byte, so short text needs no counting.
        if v.len() > limit {
            let n = folded.as_deref().unwrap_or(v).chars().count();
            if n > limit {
                hits.push(self.hit(row, code::TOO_LONG, v).param("n", n).param("m", limit));
            }
        }
        folded.map_or(Seen::Good, Seen::Folded)
    }

    /// The warning that a value was folded and is accepted.
    pub(super) fn folded(&self, row: usize, v: &str, text: &str, pattern: &'static str) -> Hit {
        self.hit(row, code::FOLDED, v).pattern(pattern).suggest(text)
    }
}
