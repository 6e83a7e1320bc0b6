//! Codes of the built-in checks (内置检查的错误代码). Why and how to mend are told by the packs' messages of the same
//! code; the severity stands there too.

use standards::pack::Severity;

/// A code: an index into [`super::RuleSet`]'s list, built-in codes first, then those of row rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Code(pub(crate) u16);

/// A built-in check.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// The code as reports show it.
    pub code: &'static str,
    /// Severity where no message says another.
    pub severity: Severity,
    /// Observed patterns the check tells apart; the message may have a voice for each.
    pub patterns: &'static [&'static str],
    /// Names the message may use beside `{v}` (the value) and `{field}` (the label).
    pub params: &'static [&'static str],
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $index:literal: $code:literal $severity:ident [$($pattern:literal)*] ($($param:literal)*);)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code($index);)*
        /// Every built-in check, by index.
        pub const BUILTIN: &[Builtin] = &[
            $(Builtin { code: $code, severity: Severity::$severity, patterns: &[$($pattern),*], params: &[$($param),*] },)*
        ];
    };
}

codes! {
    /// A required cell is empty.
    REQUIRED = 0: "E101" Reject ["null-word"] ();
    /// 统一社会信用代码 of another length than 18.
    USCC_LENGTH = 1: "E102" Reject ["scientific" "registration-number" "organisation-code" "id-number" "name" "masked"] ("n");
    /// A character that cannot stand in a 统一社会信用代码.
    USCC_CHARACTER = 2: "E103" Reject ["letter-o" "letter-i" "masked"] ("c");
    /// The check character of a 统一社会信用代码 does not fit.
    USCC_CHECK = 3: "E104" Reject ["suggestion" "known"] ();
    /// The placeholder where it is not allowed.
    USCC_PLACEHOLDER = 4: "E105" Reject [] ();
    /// A name with brackets of both widths (folded), or with an unpaired one.
    NAME_BRACKETS = 5: "E110" Warn ["unpaired"] ("s");
    /// 组织机构代码 wrong.
    ORG_CODE = 6: "E111" Reject ["length" "checksum"] ("n");
    /// 工商注册号 of 15 digits whose check digit is wrong.
    REGISTRATION_CHECK = 7: "E112" Reject ["scientific"] ();
    /// 税务登记号 of a wrong shape.
    TAX_NUMBER = 8: "E113" Reject ["scientific"] ("n");
    /// An older number where a 统一社会信用代码 belongs; accepted.
    OLD_NUMBER = 9: "E114" Warn ["registration-number" "organisation-code"] ();
    /// A registration number of another shape than 15 digits.
    REGISTRATION_SHAPE = 10: "E116" Warn ["uscc"] ("n");
    /// A 统一社会信用代码 with unexpected first two characters.
    USCC_PREFIX = 11: "E117" Warn ["unknown"] ("c" "list");
    /// A 身份证号码 of another length than 18, or with a foreign character.
    ID_LENGTH = 12: "E201" Reject ["scientific" "id15" "foreign-character" "letter-o" "letter-i" "masked" "uscc"] ("n" "c");
    /// The birth date inside a 身份证号码 is none.
    ID_BIRTH = 13: "E202" Reject ["future"] ("v");
    /// The check character of a 身份证号码 does not fit.
    ID_CHECK = 14: "E203" Reject ["trailing-zeros" "suggestion"] ();
    /// A natural person's number on the row of an organisation.
    ID_ON_ORGANISATION = 15: "E204" Reject [] ();
    /// Identity or telephone number in free text.
    PERSONAL_IN_TEXT = 16: "E205" Reject ["phone"] ();
    /// A 身份证号码 of 15 digits; accepted.
    ID_FIRST_GENERATION = 17: "E206" Warn [] ();
    /// A date that cannot be read.
    DATE_UNREADABLE = 18: "E301" Reject ["no-such-day" "day-first" "day-or-month" "month-only" "letter-o"] ();
    /// A date after the day of checking.
    DATE_FUTURE = 19: "E302" Reject [] ();
    /// A date that is a spreadsheet's or a program's count of days or seconds; accepted.
    DATE_SERIAL = 20: "E304" Warn ["excel-serial" "epoch-milliseconds" "epoch-seconds"] ("d");
    /// A date with a year of two digits.
    DATE_TWO_DIGITS = 21: "E305" Reject ["two-digit-year"] ("y");
    /// A date before the earliest the field takes.
    DATE_TOO_EARLY = 22: "E306" Reject [] ("m");
    /// A value outside the code list.
    CODE_UNKNOWN = 23: "E401" Reject ["suggestion" "open-value" "old-edition"] ("list");
    /// Another spelling of a value of the code list; replaced.
    CODE_ALIAS = 24: "E410" Warn [] ();
    /// Not a number.
    NUMBER_UNREADABLE = 25: "E411" Reject ["with-unit" "letter-o" "comma"] ();
    /// Not a whole number.
    NOT_WHOLE = 26: "E412" Reject [] ();
    /// A number outside the range.
    NUMBER_RANGE = 27: "E413" Reject ["negative"] ("a" "b");
    /// A number with more digits than the field holds.
    NUMBER_DIGITS = 28: "E414" Reject [] ("n" "m");
    /// An amount in words that cannot be understood.
    MONEY = 29: "E415" Warn ["no-number" "scientific" "two-decimal-points"] ();
    /// 文书号 without year or with unpaired brackets.
    DOCUMENT_NUMBER = 30: "E503" Warn ["no-year" "unpaired"] ();
    /// Two rows with the same business key and different content.
    DUPLICATE_KEY = 31: "E504" Reject ["in-file" "elsewhere" "other-rejected" "other-lands" "key-empty"] ("a" "x" "list");
    /// Longer than the field takes.
    TOO_LONG = 32: "E505" Reject [] ("n" "m");
    /// Text that was ruined by a wrong encoding.
    ENCODING = 33: "E506" Reject ["private-use" "question-mark" "question-mark-inside" "mojibake" "invalid-bytes"] ("n");
    /// A column the resource needs is not in the file.
    HEADER_MISSING = 34: "E507" Reject [] ();
    /// A value that was folded and is accepted.
    FOLDED = 35: "E510" Warn ["apostrophe" "quoted" "full-width" "line-break" "invisible" "spaces" "lower-case" "hyphen" "separator" "thousands" "with-unit" "decimal-zero" "scientific" "long-term" "date-words" "english-date" "chinese-numerals"] ();
    /// A cell that must be empty is not.
    MUST_BE_EMPTY = 36: "E511" Reject [] ();
    /// Telephone of a wrong shape.
    PHONE = 37: "E512" Warn ["scientific"] ("n");
    /// A division code of a wrong shape.
    DIVISION_SHAPE = 38: "E513" Reject [] ();
    /// A value against the field's own pattern.
    PATTERN = 39: "E514" Reject [] ("regex");
    /// A number where a name belongs.
    NAME_IS_NUMBER = 40: "E515" Reject ["masked"] ();
    /// A header and nothing below it.
    NO_ROWS = 41: "S003" Warn [] ();
    /// A column without header that holds values; left out.
    HEADER_BLANK = 42: "S004" Warn [] ("c");
    /// A header twice.
    HEADER_DUPLICATE = 43: "S005" Reject [] ("list");
    /// A column no field answers to; left out.
    COLUMN_UNKNOWN = 44: "S006" Pass ["suggestion"] ();
    /// More cells than the header.
    EXTRA_CELLS = 45: "S008" Reject [] ("n" "m");
    /// Fewer cells than the header.
    MISSING_CELLS = 46: "S009" Warn [] ("n" "m");
    /// Blank rows between the others; left out.
    BLANK_ROWS = 47: "S010" Pass [] ("n");
    /// The whole row once more.
    ROW_REPEATED = 48: "S011" Reject ["elsewhere"] ("a" "x");
    /// The header once more among the rows; left out.
    HEADER_REPEATED = 49: "S012" Warn ["header-inside"] ();
    /// The cells of a row stand beside their columns.
    SHIFTED = 50: "S013" Reject ["shifted-left" "shifted-right"] ("n");
    /// Control characters in a cell.
    CONTROL = 51: "S014" Warn ["nul"] ("c");
    /// A cell in another encoding than the file.
    MIXED_ENCODING = 52: "S017" Warn [] ();
    /// A spreadsheet error such as `#N/A`, or a formula without result.
    ERROR_CELL = 53: "S018" Reject ["formula"] ();
    /// The division inside a code is in no table.
    DIVISION_UNKNOWN = 54: "W603" Warn [] ("v");
    /// The organisation code inside a 统一社会信用代码 fails its own check.
    INNER_ORG_CODE = 55: "W604" Warn [] ();
    /// Several headers mean the same field.
    HEADER_AMBIGUOUS = 56: "S007" Reject [] ("list");
    /// The unit in the header is not the field's.
    HEADER_UNIT = 57: "S019" Warn [] ("m" "x");
    /// A sheet whose header fits no field; left out.
    SHEET_SKIPPED = 58: "S020" Pass [] ();
    /// A total, a note or a signature among the rows; left out.
    NOTE_ROW = 59: "S021" Warn [] ();
    /// The header is that of the other edition of the standard.
    OTHER_EDITION = 60: "S022" Warn [] ("x" "y");
    /// A key twice in one JSON object.
    KEY_TWICE = 61: "S023" Reject ["same-value"] ("b");
    /// An object or array in the place of one value.
    NESTED = 62: "S024" Reject ["object" "array" "list" "single" "empty"] ();
    /// A local override that can no longer be carried out.
    OVERRIDE_UNFIT = 63: "W607" Warn [] ("id");
    /// A row of an authority for which the sender does not speak.
    OWNER_OF_ANOTHER = 64: "E122" Reject [] ();
    /// What a case found wrong in this record and put right.
    CORRECTED_BEFORE = 65: "E123" Reject ["absent" "deleted"] ("id");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_place() {
        let mut codes: Vec<_> = BUILTIN.iter().map(|b| b.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), BUILTIN.len());
        assert_eq!(BUILTIN[INNER_ORG_CODE.0 as usize].code, "W604");
        assert_eq!(BUILTIN[SHIFTED.0 as usize].code, "S013");
    }
}
