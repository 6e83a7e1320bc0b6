//! 公民身份号码, GB 11643-1999.

use datafusion::arrow::array::Array;
use standards::{IdentifierError, id_card, uscc};

use super::super::codes as code;
use super::super::hit::Hit;
use super::uscc::is_scientific;
use super::{Column, FieldCheck, Seen};
use crate::typed::fold;

/// Settings of the field.
pub(super) struct IdCheck {
    /// Whether 15 digits are accepted.
    pub accept_15: bool,
}

impl IdCheck {
    pub(super) fn judge(
        &self,
        field: &FieldCheck,
        column: &Column<'_>,
        row: usize,
        v: &str,
        hits: &mut Vec<Hit>,
    ) -> Seen {
        if let Some(types) = column.types
            && !(types.is_valid(row) && is_id_card(types.value(row)))
        {
            // A passport or another document: no check, but no stray blanks either.
            return field.text(row, v, false, field.limit(), hits);
        }
        let today = column.shared.today;
        if let Ok(id) = id_card::validate(v, today) {
            let folded = (v.as_bytes()[17] == b'x').then(|| v.to_ascii_uppercase());
            division(field, row, v, id.division_known(), hits);
            return folded.map_or(Seen::Good, Seen::Folded);
        }
        // One person has one number: it lands in the form that identifies the person today.
        if self.accept_15
            && let Ok(id) = id_card::upgrade(v.trim(), today)
        {
            hits.push(field.hit(row, code::ID_FIRST_GENERATION, v).suggest(id.as_str()));
            division(field, row, v, id.division_known(), hits);
            return Seen::Folded(id.as_str().to_owned());
        }
        let (folded, how) = fold::fold_bare_code(v);
        if how != fold::Fold::None
            && let Ok(id) = id_card::validate(&folded, today)
        {
            hits.push(field.folded(row, v, &folded, how.pattern()));
            division(field, row, v, id.division_known(), hits);
            return Seen::Folded(folded.into_owned());
        }
        hits.push(self.explain(field, column, row, v, &folded));
        Seen::Bad
    }

    #[cold]
    fn explain(&self, field: &FieldCheck, column: &Column<'_>, row: usize, v: &str, folded: &str) -> Hit {
        let today = column.shared.today;
        let corrected = |hit: Hit| with_corrections(hit, &id_card::corrections(folded, today, 3));
        match id_card::validate(folded, today) {
            Err(IdentifierError::Length { found }) => {
                let hit = field.hit(row, code::ID_LENGTH, v).param("n", found);
                if is_scientific(v) {
                    return hit.pattern("scientific");
                }
                if v.contains('*') {
                    return hit.pattern("masked");
                }
                if let Ok(id) = id_card::upgrade(folded, today) {
                    return hit.pattern("id15").suggest(id.as_str());
                }
                hit
            }
            Err(IdentifierError::Character { found, .. }) => {
                if uscc::is_valid(folded.as_bytes()) {
                    return field.hit(row, code::ID_LENGTH, v).param("n", 18).pattern("uscc");
                }
                let hit = field.hit(row, code::ID_LENGTH, v).param("n", 18).param("c", found);
                match found {
                    '*' => hit.pattern("masked"),
                    'O' => corrected(hit.pattern("letter-o")),
                    'I' | 'L' => corrected(hit.pattern("letter-i")),
                    _ => corrected(hit.pattern("foreign-character")),
                }
            }
            Err(IdentifierError::BirthDate { digits }) => {
                corrected(field.hit(row, code::ID_BIRTH, v).param("v", format!("{digits:08}")))
            }
            Err(IdentifierError::BirthDateRange { digits }) => {
                let birth = format!("{digits:08}");
                field.hit(row, code::ID_BIRTH, v).param("v", birth).pattern("future")
            }
            // Excel keeps 15 digits: the last three of a number become zeros.
            _ if folded.ends_with("000") => field.hit(row, code::ID_CHECK, v).pattern("trailing-zeros"),
            _ => corrected(field.hit(row, code::ID_CHECK, v)),
        }
    }
}

fn with_corrections(mut hit: Hit, found: &[standards::identifier::Correction]) -> Hit {
    let Some(first) = found.first() else { return hit };
    if hit.pattern.is_empty() {
        hit.pattern = "suggestion";
    }
    hit.suggestion = Some(first.value.clone());
    hit.alternatives = found.iter().skip(1).map(|c| c.value.clone()).collect();
    hit
}

fn division(field: &FieldCheck, row: usize, v: &str, known: bool, hits: &mut Vec<Hit>) {
    if !known {
        hits.push(field.hit(row, code::DIVISION_UNKNOWN, v).param("v", v.get(..6).unwrap_or(v)));
    }
}

/// Whether a document type says 居民身份证 (by name, or by the local code `01` or the holder code `111`).
pub(super) fn is_id_card(document: &str) -> bool {
    let document = document.trim();
    matches!(document, "01" | "1" | "111" | "公民身份号码")
        || (document.contains("身份证") && !document.contains("外国人"))
}
