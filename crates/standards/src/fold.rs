//! Normal forms of text cells, and what was wrong with them.
//!
//! Messages are chosen by the observed pattern of a wrong value (全角、字母O、小写 …), so every fold also tells what it saw.

use std::borrow::Cow;

/// An observed pattern of a value. [`Pattern::key`] is the name packs use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pattern {
    /// Full-width letters, digits or signs (全角字符), e.g. `９１`.
    FullWidth,
    /// The letter O among digits (字母O当作数字0).
    LetterO,
    /// The letter I or l among digits (字母I、l当作数字1).
    LetterI,
    /// Lower-case letters (小写字母).
    LowerCase,
    /// Spaces at the ends, or anywhere in a code (多余空格).
    Spaces,
    /// A line break or tab in the cell (换行或制表符).
    LineBreak,
    /// Byte-order mark, zero-width or other invisible characters (不可见字符).
    Invisible,
    /// Quotes or apostrophes around or before the value (引号), as left by exports.
    Quotes,
    /// Hyphens in a code (横线).
    Hyphens,
    /// Excel's scientific notation (科学计数法), e.g. `9.14419E+17`: digits are lost.
    Scientific,
    /// Half-width brackets in a name, or both widths mixed (括号半角).
    Brackets,
}

impl Pattern {
    /// Every pattern, in order.
    pub const ALL: [Self; 11] = [
        Self::FullWidth,
        Self::LetterO,
        Self::LetterI,
        Self::LowerCase,
        Self::Spaces,
        Self::LineBreak,
        Self::Invisible,
        Self::Quotes,
        Self::Hyphens,
        Self::Scientific,
        Self::Brackets,
    ];

    /// The name under which a pack's messages have their wording for the pattern.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::FullWidth => "full-width",
            Self::LetterO => "letter-o",
            Self::LetterI => "letter-i",
            Self::LowerCase => "lower-case",
            Self::Spaces => "spaces",
            Self::LineBreak => "line-break",
            Self::Invisible => "invisible",
            Self::Quotes => "quotes",
            Self::Hyphens => "hyphens",
            Self::Scientific => "scientific",
            Self::Brackets => "brackets",
        }
    }
}

/// A set of patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Observed(u16);

impl Observed {
    fn add(&mut self, pattern: Pattern) {
        self.0 |= 1 << pattern as u16;
    }

    /// Whether nothing was seen.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `pattern` was seen.
    #[must_use]
    pub const fn has(self, pattern: Pattern) -> bool {
        self.0 & (1 << pattern as u16) != 0
    }

    /// The patterns seen, in the order of [`Pattern::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Pattern> {
        Pattern::ALL.into_iter().filter(move |p| self.has(*p))
    }
}

/// A folded value and what was seen on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded<'a> {
    /// The normal form; borrowed when the value already had it.
    pub value: Cow<'a, str>,
    /// What was wrong.
    pub observed: Observed,
}

/// The normal form of ordinary text: invisible characters gone, no-break and ideographic spaces made plain, ends
/// trimmed, full-width letters and digits made half-width. Chinese punctuation stays, and so do line breaks inside
/// (they are reported: whether they may stand is the field's business).
#[must_use]
pub fn text(value: &str) -> Folded<'_> {
    if is_clean(value) {
        return Folded { value: Cow::Borrowed(value), observed: Observed::default() };
    }
    let observed = observe(value, false);
    if is_plain(value) {
        return Folded { value: Cow::Borrowed(value.trim()), observed };
    }
    let folded: String = value
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => half_width(c),
            c if is_odd_space(c) => ' ',
            c => c,
        })
        .collect();
    let value =
        if folded.trim() == value { Cow::Borrowed(value) } else { Cow::Owned(folded.trim().to_owned()) };
    Folded { value, observed }
}

/// The normal form of a code (统一社会信用代码, 证件号码 …): half-width, upper case, no spaces, hyphens, quotes or
/// invisible characters. Letters that look like digits stay; they are reported.
#[must_use]
pub fn code(value: &str) -> Folded<'_> {
    // The usual case, told without looking at characters one by one.
    if value.bytes().all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !matches!(b, b'O' | b'I'))) {
        return Folded { value: Cow::Borrowed(value), observed: Observed::default() };
    }
    Folded { value: crate::identifier::fold(value), observed: observe(value, true) }
}

/// Whether a value surely needs no folding and shows no pattern as text; a quick look at its bytes. `false` says
/// nothing: the value may still be clean.
#[inline]
#[must_use]
pub fn is_clean(value: &str) -> bool {
    let bytes = value.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return true };
    if matches!(first, b' ' | b'\'' | b'"') || *last == b' ' {
        return false;
    }
    // Every character that text folding changes or reports has one of these forms in UTF-8. A number in scientific
    // notation has a plus sign.
    (0..bytes.len()).all(|i| {
        let next = |n: usize| bytes.get(i + n).copied().unwrap_or_default();
        !match bytes[i] {
            0..=0x1F | b'+' | 0x7F | 0xC2 => true,
            0xE1 => next(1) == 0x9A,
            0xE2 => matches!(next(1), 0x80 | 0x81),
            0xE3 => next(1) == 0x80 && next(2) == 0x80,
            0xEF => match next(1) {
                0xB8 | 0xBB => true,
                0xBC => matches!(next(2), 0x90..=0x99 | 0xA1..=0xBA),
                0xBD => matches!(next(2), 0x81..=0x9A),
                _ => false,
            },
            _ => false,
        }
    })
}

/// The normal form of a name (名称): as [`text`], with line breaks and runs of spaces made one space, spaces between
/// Chinese characters dropped, and brackets made full-width `（）`, the form of business licences.
#[must_use]
pub fn name(value: &str) -> Folded<'_> {
    let Folded { value: plain, mut observed } = text(value);
    if plain.contains(['(', ')']) {
        observed.add(Pattern::Brackets);
    }
    if !plain.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '﹙' | '﹚')) {
        return Folded { value: plain, observed };
    }
    let mut folded = String::with_capacity(plain.len());
    let mut gap = false;
    for c in plain.chars() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        let c = match c {
            '(' | '﹙' => '（',
            ')' | '﹚' => '）',
            c => c,
        };
        // A space has a meaning only between words of a Latin name.
        if gap && c.is_ascii() && folded.ends_with(|p: char| p.is_ascii()) {
            folded.push(' ');
        }
        gap = false;
        folded.push(c);
    }
    Folded { value: Cow::Owned(folded), observed }
}

/// The key under which two spellings of one name meet: as [`name`], without spaces and middle dots, upper case, in
/// half-width brackets. For matching only, never for showing.
#[must_use]
pub fn name_key(value: &str) -> String {
    name(value)
        .value
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '·' | '•' | '・' | '‧' | '．' | '.'))
        .flat_map(char::to_uppercase)
        .collect()
}

/// What a document number (文书号) is known by: without blanks, in half width and capitals, every bracket as `〔〕`. People write
/// `东市监罚[2020] 12号`, `（2020）` or `〔2020〕` for the same document. Leading zeros stay.
#[must_use]
pub fn document_number(value: &str) -> Cow<'_, str> {
    let fold = |c: char| match half_width(c) {
        '(' | '[' | '{' | '【' | '﹝' | '〖' => '〔',
        ')' | ']' | '}' | '】' | '﹞' | '〗' => '〕',
        c => c.to_ascii_uppercase(),
    };
    let drop = |c: char| c.is_whitespace() || is_invisible(c);
    if value.chars().all(|c| !drop(c) && fold(c) == c) {
        return Cow::Borrowed(value);
    }
    value.chars().filter(|c| !drop(*c)).map(fold).collect::<String>().into()
}

/// What is wrong with a value, read as text or as a code.
#[must_use]
pub fn observe(value: &str, as_code: bool) -> Observed {
    let mut observed = Observed::default();
    let (mut letters, mut digits) = (0usize, 0usize);
    let (mut letter_o, mut letter_i) = (false, false);
    for c in value.chars() {
        match c {
            '\n' | '\r' | '\t' => observed.add(Pattern::LineBreak),
            c if is_invisible(c) => observed.add(Pattern::Invisible),
            ' ' | '\u{3000}' if as_code => observed.add(Pattern::Spaces),
            c if is_odd_space(c) => observed.add(Pattern::Spaces),
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => observed.add(Pattern::FullWidth),
            '\u{ff01}'..='\u{ff5e}' if as_code => observed.add(Pattern::FullWidth),
            c if as_code && is_hyphen(c) => observed.add(Pattern::Hyphens),
            c if as_code && is_quote(c) => observed.add(Pattern::Quotes),
            _ => {}
        }
        let half = half_width(c);
        digits += usize::from(half.is_ascii_digit());
        letters += usize::from(half.is_ascii_alphabetic());
        letter_o |= matches!(half, 'O' | 'o');
        letter_i |= matches!(half, 'I' | 'i' | 'l');
        if as_code && half.is_ascii_lowercase() {
            observed.add(Pattern::LowerCase);
        }
    }
    if value.starts_with(char::is_whitespace) || value.ends_with(char::is_whitespace) {
        observed.add(Pattern::Spaces);
    }
    if !as_code && value.len() > 1 && value.starts_with(['\'', '"']) {
        observed.add(Pattern::Quotes);
    }
    if as_code && digits > letters {
        if letter_o {
            observed.add(Pattern::LetterO);
        }
        if letter_i {
            observed.add(Pattern::LetterI);
        }
    }
    if is_scientific(value) {
        observed.add(Pattern::Scientific);
    }
    observed
}

/// Whether a value is a number in scientific notation, as Excel shows one of more than eleven digits: `9.14419E+17`.
#[must_use]
pub fn is_scientific(value: &str) -> bool {
    let value = value.trim();
    let Some((mantissa, exponent)) = value.split_once(['E', 'e']) else { return false };
    let Some(exponent) = exponent.strip_prefix('+') else { return false };
    let number =
        |s: &str| !s.is_empty() && s.len() <= 20 && s.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    number(mantissa) && !mantissa.starts_with('.') && number(exponent) && !exponent.contains('.')
}

/// The half-width form of a full-width ASCII character; others as they are.
#[must_use]
pub const fn half_width(c: char) -> char {
    match c {
        // The full-width forms lie at the distance 0xFEE0 from ASCII, so the result is always one.
        '\u{ff01}'..='\u{ff5e}' => (c as u32 - 0xFEE0) as u8 as char,
        '\u{3000}' => ' ',
        c => c,
    }
}

/// Characters without a glyph that copying leaves behind: byte-order mark, zero-width spaces and joiners, direction
/// marks, soft hyphen, variation selectors, and controls other than tab and line break.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{ad}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\0'..='\u{8}'
            | '\u{b}'
            | '\u{c}'
            | '\u{e}'..='\u{1f}'
            | '\u{7f}'
    )
}

/// Spaces that are not the plain one: no-break, ideographic, typographic.
const fn is_odd_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Quotes and apostrophes of any script.
pub(crate) const fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '"' | '`' | '‘' | '’' | '“' | '”' | '′')
}

/// Hyphens and dashes.
pub(crate) const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐'..='―' | '−' | '－')
}

/// Whether a value needs no folding but trimming.
fn is_plain(value: &str) -> bool {
    !value
        .chars()
        .any(|c| is_invisible(c) || is_odd_space(c) || matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(observed: Observed) -> Vec<&'static str> {
        observed.iter().map(Pattern::key).collect()
    }

    #[test]
    fn text_is_trimmed_and_cleaned() {
        let f = text("\u{feff} 东莞\u{a0}示例\u{200b}食品（２０２０）\u{3000}");
        assert_eq!(f.value, "东莞 示例食品（2020）");
        assert_eq!(seen(f.observed), ["full-width", "spaces", "invisible"]);
        let f = text("罚款，没收；警告！");
        assert!(matches!(f.value, Cow::Borrowed(_)) && f.observed.is_empty());
        assert_eq!(seen(text("第一行\n第二行").observed), ["line-break"]);
        assert_eq!(text("第一行\n第二行").value, "第一行\n第二行");
    }

    #[test]
    fn codes_tell_what_was_wrong() {
        let of = |s: &'static str| {
            let f = code(s);
            (f.value.into_owned(), seen(f.observed))
        };
        let right = "91441900MA0DEM013W".to_owned();
        assert_eq!(of("91441900MA0DEM013W"), (right.clone(), vec![]));
        assert_eq!(of("９1441900MA0DEM013W"), (right.clone(), vec!["full-width"]));
        assert_eq!(of("91441900ma0dem013w"), (right.clone(), vec!["lower-case"]));
        assert_eq!(of(" 91441900MA0DEM013W"), (right.clone(), vec!["spaces"]));
        assert_eq!(of("914419 00MA0DEM013W\n"), (right.clone(), vec!["spaces", "line-break"]));
        assert_eq!(of("'91441900-MA0DEM013W"), (right, vec!["quotes", "hyphens"]));
        assert_eq!(of("91441900MA0DEMO13W").1, vec!["letter-o"]);
        assert_eq!(of("9I441900MA0DEM013W").1, vec!["letter-i"]);
        assert_eq!(of("9.14419E+17").1, vec!["scientific"]);
    }

    #[test]
    fn names_meet_after_folding() {
        let f = name("东莞示例(华南)食品 有限公司");
        assert_eq!(f.value, "东莞示例（华南）食品有限公司");
        assert_eq!(seen(f.observed), ["brackets"]);
        assert_eq!(name("Example  Foods Ltd").value, "Example Foods Ltd");
        assert!(name("东莞示例（华南）食品有限公司").observed.is_empty());
        assert_eq!(name_key("示例（Ａbc）公司"), name_key("示例(aBC) 公司"));
        assert_ne!(name_key("示例一公司"), name_key("示例二公司"));
    }

    #[test]
    fn scientific_notation_is_told_from_codes() {
        assert!(is_scientific("9.14419E+17") && is_scientific("3.70602e+17"));
        for no in ["91E10", "E+17", "", "1.2E+", "9.1.4419F+17", "91441900MA0DEM013W"] {
            assert!(!is_scientific(no), "{no}");
        }
    }

    proptest! {
        #[test]
        fn clean_values_show_nothing(value in "(\\PC|[ -~]|[\u{fe00}-\u{ffff}]|[\u{2000}-\u{2070}]|[\0-\u{ff}]|东莞|　|（){0,8}") {
            if is_clean(&value) {
                prop_assert!(observe(&value, false).is_empty(), "{:?}", value);
                prop_assert!(is_plain(&value) && value.trim() == value);
            }
        }

        #[test]
        fn folding_twice_changes_nothing_more(value in "\\PC{0,30}") {
            let once = text(&value).value.into_owned();
            prop_assert_eq!(&text(&once).value, &once);
            let once = code(&value).value.into_owned();
            prop_assert_eq!(&code(&once).value, &once);
            let once = name(&value).value.into_owned();
            prop_assert_eq!(&name(&once).value, &once);
            let key = name_key(&value);
            prop_assert_eq!(name_key(&key), key);
        }

        #[test]
        fn full_width_and_half_width_are_one_to_one(c in 0x21u8..=0x7e) {
            let c = char::from(c);
            let wide = char::from_u32(c as u32 + 0xFEE0).unwrap();
            prop_assert_eq!(half_width(wide), c);
            prop_assert_eq!(half_width(c), c);
        }
    }

    #[test]
    fn a_document_number_is_the_same_however_its_brackets_are_written() {
        for given in [
            "东市监罚〔2020〕12号",
            "东市监罚[2020]12号",
            "东市监罚（２０２０）12号",
            " 东市监罚 【2020】 12 号\u{200b}",
        ] {
            assert_eq!(document_number(given), "东市监罚〔2020〕12号", "{given}");
        }
        assert_eq!(document_number("ｊy2020－01"), "JY2020-01");
        assert_ne!(document_number("东市监罚〔2020〕012号"), document_number("东市监罚〔2020〕12号"));
        assert!(matches!(document_number("东市监罚〔2020〕12号"), Cow::Borrowed(_)));
    }
}
