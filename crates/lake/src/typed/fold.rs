//! Folding (归一): the harmless differences in writing that are mended before a value is judged. Full-width
//! characters, spaces and invisible characters, the apostrophe Excel users put before a long number, quotation marks.

use std::borrow::Cow;

pub use standards::fold::half_width;

/// What folding had to change, most telling first. The names are the *observed patterns* of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// Nothing.
    None,
    /// A leading apostrophe (前导撇号).
    Apostrophe,
    /// Quotation marks around the value (引号).
    Quoted,
    /// Full-width letters, digits or signs (全角字符).
    FullWidth,
    /// A line break inside or around the value (换行).
    LineBreak,
    /// A character that cannot be seen (不可见字符): zero-width space, byte order mark, control character.
    Invisible,
    /// Spaces or tabs (空格).
    Spaces,
    /// Lower-case letters (小写字母).
    LowerCase,
    /// Hyphens or dots that do not belong to the number (横线、点).
    Hyphen,
}

impl Fold {
    /// The pattern's name as messages use it.
    #[must_use]
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Apostrophe => "apostrophe",
            Self::Quoted => "quoted",
            Self::FullWidth => "full-width",
            Self::LineBreak => "line-break",
            Self::Invisible => "invisible",
            Self::Spaces => "spaces",
            Self::LowerCase => "lower-case",
            Self::Hyphen => "hyphen",
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Hyphen => 1,
            Self::LowerCase => 2,
            Self::Spaces => 3,
            Self::Invisible => 4,
            Self::LineBreak => 5,
            Self::FullWidth => 6,
            Self::Quoted => 7,
            Self::Apostrophe => 8,
        }
    }

    fn max(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }
}

/// Whether the character takes no room on paper, control characters included; line breaks and tabs are not meant.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    standards::fold::is_invisible(c) || (c.is_ascii_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Whether the character is a space of any width (tab included, line breaks not).
#[must_use]
pub const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{00A0}' | '\u{3000}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}')
}

const QUOTES: [char; 8] = ['"', '“', '”', '‘', '’', '「', '」', '＂'];

/// A number or code without everything that is not part of it: half-width, upper case, no spaces, line breaks,
/// invisible characters, apostrophe or quotation marks. Tells the most telling change.
#[must_use]
pub fn fold_code(v: &str) -> (Cow<'_, str>, Fold) {
    if v.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return (Cow::Borrowed(v), Fold::None);
    }
    let mut fold = Fold::None;
    let mut out = String::with_capacity(v.len());
    let trimmed = v.trim_matches(|c| is_space(c) || is_invisible(c) || c == '\n' || c == '\r');
    let starts_with_apostrophe = trimmed.starts_with(['\'', '＇', '`']);
    for c in v.chars() {
        let half = half_width(c);
        let kind = if is_space(c) {
            Fold::Spaces
        } else if c == '\n' || c == '\r' {
            Fold::LineBreak
        } else if is_invisible(c) {
            Fold::Invisible
        } else if starts_with_apostrophe && matches!(half, '\'' | '`') {
            Fold::Apostrophe
        } else if QUOTES.contains(&c) || half == '\'' {
            Fold::Quoted
        } else {
            if half != c {
                fold = fold.max(Fold::FullWidth);
            }
            if half.is_ascii_lowercase() {
                fold = fold.max(Fold::LowerCase);
            }
            out.push(half.to_ascii_uppercase());
            continue;
        };
        fold = fold.max(kind);
    }
    (Cow::Owned(out), fold)
}

/// As [`fold_code`], and without hyphens and dots: for codes that hold none of their own.
#[must_use]
pub fn fold_bare_code(v: &str) -> (Cow<'_, str>, Fold) {
    let (folded, fold) = fold_code(v);
    if folded.contains(['-', '－', '—', '–', '.', '_', '/']) {
        let bare: String =
            folded.chars().filter(|c| !matches!(c, '-' | '—' | '–' | '.' | '_' | '/')).collect();
        return (Cow::Owned(bare), fold.max(Fold::Hyphen));
    }
    (folded, fold)
}

/// Text without spaces, line breaks and invisible characters around it, and without invisible characters or (unless
/// `multiline`) line breaks inside. What stands between is left alone: a name may hold spaces.
#[must_use]
pub fn fold_text(v: &str, multiline: bool) -> (Cow<'_, str>, Fold) {
    let mut fold = Fold::None;
    let mut inner = v;
    while let Some(c) = inner.chars().next() {
        let kind = edge(c);
        if kind == Fold::None {
            break;
        }
        fold = fold.max(kind);
        inner = &inner[c.len_utf8()..];
    }
    while let Some(c) = inner.chars().next_back() {
        let kind = edge(c);
        if kind == Fold::None {
            break;
        }
        // A line break that ends a long text is no one's mistake.
        if !(multiline && kind == Fold::LineBreak) {
            fold = fold.max(kind);
        }
        inner = &inner[..inner.len() - c.len_utf8()];
    }
    let bad = |c: char| is_invisible(c) || (!multiline && matches!(c, '\n' | '\r'));
    if inner.contains(bad) {
        let mut out = String::with_capacity(inner.len());
        for c in inner.chars() {
            if bad(c) {
                fold = fold.max(edge(c));
            } else {
                out.push(c);
            }
        }
        return (Cow::Owned(out), fold);
    }
    (Cow::Borrowed(inner), fold)
}

fn edge(c: char) -> Fold {
    if is_space(c) {
        Fold::Spaces
    } else if matches!(c, '\n' | '\r') {
        Fold::LineBreak
    } else if is_invisible(c) {
        Fold::Invisible
    } else {
        Fold::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_folded_and_the_most_telling_change_is_named() {
        for (given, folded, pattern) in [
            ("91441900MA0DEM013W", "91441900MA0DEM013W", ""),
            ("91441900ma0dem013w", "91441900MA0DEM013W", "lower-case"),
            ("９１４４1900MA0DEM013W", "91441900MA0DEM013W", "full-width"),
            (" 91441900MA0DEM013W\t", "91441900MA0DEM013W", "spaces"),
            ("9144 1900 MA0DEM013W", "91441900MA0DEM013W", "spaces"),
            ("'91441900MA0DEM013W", "91441900MA0DEM013W", "apostrophe"),
            ("“91441900MA0DEM013W”", "91441900MA0DEM013W", "quoted"),
            ("91441900MA0DEM013W\n", "91441900MA0DEM013W", "line-break"),
            ("\u{FEFF}91441900MA0DEM013W", "91441900MA0DEM013W", "invisible"),
        ] {
            let (got, fold) = fold_code(given);
            assert_eq!((got.as_ref(), fold.pattern()), (folded, pattern), "{given:?}");
        }
        assert_eq!(fold_bare_code("60003734-1").0, "600037341");
    }

    #[test]
    fn text_keeps_its_inner_spaces() {
        assert_eq!(fold_text("  John  Smith ", false), (Cow::Borrowed("John  Smith"), Fold::Spaces));
        assert_eq!(fold_text("甲\r\n乙", false).0, "甲乙");
        assert_eq!(fold_text("甲\n乙", true), (Cow::Borrowed("甲\n乙"), Fold::None));
        assert_eq!(fold_text("甲\u{200B}乙", false), (Cow::Owned("甲乙".to_owned()), Fold::Invisible));
    }
}
