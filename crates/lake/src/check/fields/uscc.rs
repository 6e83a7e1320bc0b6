//! 统一社会信用代码, GB 32100-2015.

use datafusion::arrow::array::Array;
use standards::IdentifierError;
use standards::pack::SubjectKind;
use standards::registration_number::{self, RegistrationForm};
use standards::{org_code, uscc};

use super::super::codes as code;
use super::super::hit::Hit;
use super::super::lookups::Lookups;
use super::{Column, FieldCheck, Seen};
use crate::typed::fold;

/// Settings of the field.
pub(super) struct UsccCheck {
    /// Kinds for which the placeholder may stand.
    pub placeholder_for: Vec<SubjectKind>,
    /// First two characters expected.
    pub expect_prefix: Vec<String>,
    /// Whether a number from before unified codes may stand here.
    pub accept_registration_number: bool,
}

impl UsccCheck {
    #[inline]
    pub(super) fn judge(
        &self,
        field: &FieldCheck,
        column: &Column<'_>,
        row: usize,
        v: &str,
        hits: &mut Vec<Hit>,
    ) -> Seen {
        let b = v.as_bytes();
        if uscc::is_valid(b) {
            self.remarks(field, row, v, hits);
            return Seen::Good;
        }
        self.explain(field, column, row, v, hits)
    }

    /// Warnings about a code that is right as a whole.
    #[inline]
    fn remarks(&self, field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) {
        let b = v.as_bytes();
        if !org_code::is_valid(&b[8..17]) {
            hits.push(field.hit(row, code::INNER_ORG_CODE, v));
        }
        let prefix = &v[..2];
        if !self.expect_prefix.is_empty() {
            if !self.expect_prefix.iter().any(|p| p == prefix) {
                let expected = self.expect_prefix.join("、");
                let hit = field.hit(row, code::USCC_PREFIX, v);
                hits.push(hit.param("c", prefix).param("list", expected));
            }
        } else if !is_common_prefix(b) && uscc::prefix(prefix).is_none() {
            hits.push(field.hit(row, code::USCC_PREFIX, v).pattern("unknown").param("c", prefix));
        }
        if !standards::divisions::ever_valid_since(&v[2..8], 1984) {
            hits.push(field.hit(row, code::DIVISION_UNKNOWN, v).param("v", &v[2..8]));
        }
    }

    #[cold]
    fn explain(
        &self,
        field: &FieldCheck,
        column: &Column<'_>,
        row: usize,
        v: &str,
        hits: &mut Vec<Hit>,
    ) -> Seen {
        let (folded, how) = fold::fold_bare_code(v);
        if how != fold::Fold::None && uscc::is_valid(folded.as_bytes()) {
            hits.push(field.folded(row, v, &folded, how.pattern()));
            self.remarks(field, row, &folded, hits);
            return Seen::Folded(folded.into_owned());
        }
        if folded == uscc::PLACEHOLDER {
            let kind = column.kinds.get(row).copied().flatten();
            // Where the row does not tell its kind, the cell that should tell it is the wrong one.
            let allowed = self.placeholder_for.iter().any(|k| kind.is_none_or(|kind| kind == *k));
            if allowed {
                return if how == fold::Fold::None { Seen::Good } else { Seen::Folded(folded.into_owned()) };
            }
            hits.push(field.hit(row, code::USCC_PLACEHOLDER, v));
            return Seen::Bad;
        }
        if self.accept_registration_number
            && let Some(form) = registration_number::recognise(v)
        {
            hits.push(field.hit(row, code::OLD_NUMBER, v).pattern(match form {
                RegistrationForm::Fifteen(_) => "registration-number",
                RegistrationForm::OrgCode => "organisation-code",
                _ => "",
            }));
            // A hyphen belongs to how some of the old numbers are written.
            let as_written = matches!(form, RegistrationForm::OrgCode | RegistrationForm::ForeignApproval);
            return match as_written || how == fold::Fold::None {
                true => Seen::Good,
                false => Seen::Folded(folded.into_owned()),
            };
        }
        if standards::id_card::validate(&folded, column.shared.today).is_ok() {
            // A correction would be another code, and the number is a person's.
            hits.push(field.hit(row, code::USCC_LENGTH, v).param("n", 18).pattern("id-number"));
            return Seen::Bad;
        }
        let hit = match uscc::validate(&folded) {
            Err(IdentifierError::Length { found }) => {
                self.wrong_length(field, column, row, v, &folded, found)
            }
            Err(IdentifierError::Character { found, .. }) => {
                wrong_character(field, column, row, v, &folded, found)
            }
            _ => wrong_check(field, column, row, v, &folded),
        };
        hits.push(hit);
        Seen::Bad
    }

    fn wrong_length(
        &self,
        field: &FieldCheck,
        column: &Column<'_>,
        row: usize,
        v: &str,
        folded: &str,
        n: usize,
    ) -> Hit {
        let hit = field.hit(row, code::USCC_LENGTH, v).param("n", n);
        let digits = !folded.is_empty() && folded.bytes().all(|b| b.is_ascii_digit());
        if is_scientific(v) {
            return hit.pattern("scientific");
        }
        if v.contains('*') {
            return hit.pattern("masked");
        }
        if n == 15 && digits {
            return hit.pattern("registration-number");
        }
        if n == 9 && org_code::is_valid(folded.as_bytes()) {
            return hit.pattern("organisation-code");
        }
        if !folded.is_ascii() || n < 8 {
            return hit.pattern("name");
        }
        if n == 19 { with_corrections(hit, column, row, folded) } else { hit }
    }
}

/// Whether the code begins as all but a few in ten thousand do.
#[inline]
fn is_common_prefix(b: &[u8]) -> bool {
    matches!(b, [b'9', b'1' | b'2' | b'3', ..] | [b'1', b'1' | b'2', ..] | [b'5', b'1' | b'2', ..])
}

fn wrong_character(
    field: &FieldCheck,
    column: &Column<'_>,
    row: usize,
    v: &str,
    folded: &str,
    found: char,
) -> Hit {
    let hit = field.hit(row, code::USCC_CHARACTER, v).param("c", found);
    if v.contains('*') {
        return hit.pattern("masked");
    }
    let pattern = match found {
        'O' => "letter-o",
        'I' => "letter-i",
        _ => "",
    };
    with_corrections(hit.pattern(pattern), column, row, folded)
}

fn wrong_check(field: &FieldCheck, column: &Column<'_>, row: usize, v: &str, folded: &str) -> Hit {
    with_corrections(field.hit(row, code::USCC_CHECK, v), column, row, folded)
}

/// Proposes codes one slip away, the one that the register of legal entities knows under the same name first.
fn with_corrections(mut hit: Hit, column: &Column<'_>, row: usize, folded: &str) -> Hit {
    const SHOWN: usize = 3;
    let mut found = uscc::corrections(folded, 64);
    // Nearly all real codes begin in one of few ways: a code that changes its beginning to a rare one was not meant.
    found.sort_by_key(|c| !is_common_prefix(c.value.as_bytes()));
    let name = column.names.filter(|n| !n.is_null(row)).map(|n| standards::fold::name_key(n.value(row)));
    let known = name.as_deref().and_then(|name| {
        found.iter().find(|c| {
            column
                .shared
                .lookups
                .name_of_entity(&c.value)
                .is_some_and(|n| standards::fold::name_key(n) == name)
        })
    });
    let first = known.or_else(|| found.first());
    let Some(first) = first else { return hit };
    // A wrong character has its own words; how sure the proposal is matters where only the check character fails.
    if hit.code == code::USCC_CHECK {
        hit.pattern = if known.is_some() { "known" } else { "suggestion" };
    }
    hit.suggestion = Some(first.value.clone());
    hit.alternatives =
        found.iter().filter(|c| c.value != first.value).take(SHOWN - 1).map(|c| c.value.clone()).collect();
    hit
}

pub(super) use standards::fold::is_scientific;

impl Lookups {
    /// The name the register of legal entities has for a code.
    pub(super) fn name_of_entity(&self, uscc: &str) -> Option<&str> {
        self.get("legal-entity")?.name(uscc)
    }
}
