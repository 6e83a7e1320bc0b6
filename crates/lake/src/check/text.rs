//! Looking over text cheaply (文本扫描): one pass over the bytes tells which slower questions are worth asking.

use std::sync::LazyLock;

use encoding_rs::{Encoding, GB18030, GBK, WINDOWS_1252};

use crate::typed::fold;

/// What kinds of byte occur in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scan(u8);

impl Scan {
    /// ASCII digits.
    pub(crate) const DIGITS: u8 = 1;
    /// Control characters, line breaks and tabs among them.
    pub(crate) const CONTROL: u8 = 2;
    /// First byte of U+0080–U+00FF: Western letters, no-break space.
    pub(crate) const LATIN: u8 = 4;
    /// First byte of U+2000–U+2FFF: typographic spaces, zero-width characters.
    pub(crate) const GENERAL: u8 = 8;
    /// First byte of U+E000–U+FFFF: private use, full-width forms, byte order mark, the replacement character.
    pub(crate) const HIGH: u8 = 16;
    /// Question marks.
    pub(crate) const QUESTION: u8 = 32;

    /// Whether any of these kinds occurs.
    #[inline]
    pub(crate) const fn has(self, kinds: u8) -> bool {
        self.0 & kinds != 0
    }
}

const KINDS: [u8; 256] = {
    let mut t = [0_u8; 256];
    let mut i = 0;
    while i < 256 {
        t[i] = match i as u8 {
            b'0'..=b'9' => Scan::DIGITS,
            0..=0x1F | 0x7F => Scan::CONTROL,
            b'?' => Scan::QUESTION,
            0xC2..=0xC5 => Scan::LATIN,
            0xE2 => Scan::GENERAL,
            // Private use lies from U+E000, so 0xEE belongs with them.
            0xEE | 0xEF => Scan::HIGH,
            _ => 0,
        };
        i += 1;
    }
    t
};

/// One pass over the bytes.
#[inline]
pub(crate) fn scan(b: &[u8]) -> Scan {
    Scan(b.iter().fold(0, |kinds, byte| kinds | KINDS[*byte as usize]))
}

/// Whether [`fold::fold_text`] may have something to do.
#[inline]
pub(crate) fn needs_fold(v: &str, scan: Scan, multiline: bool) -> bool {
    let b = v.as_bytes();
    let (Some(first), Some(last)) = (b.first(), b.last()) else { return false };
    if *first <= b' ' || *last <= b' ' {
        return true;
    }
    if scan.has(Scan::CONTROL) {
        return !multiline
            || b.iter().any(|b| *b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t') || *b == 0x7F);
    }
    if *first == 0xE3 && v.starts_with('\u{3000}') || v.ends_with('\u{3000}') {
        return true;
    }
    scan.has(Scan::LATIN | Scan::GENERAL | Scan::HIGH) && needs_fold_slow(v)
}

fn needs_fold_slow(v: &str) -> bool {
    v.starts_with(fold::is_space) || v.ends_with(fold::is_space) || v.contains(fold::is_invisible)
}

/// Text that a wrong encoding has ruined.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ruin {
    /// Observed pattern.
    pub pattern: &'static str,
    /// The text as it was, where it can be had back.
    pub restored: Option<String>,
}

/// Whether [`ruined`] is worth asking. Ruin shows from the first Chinese character on, so a glance there will do.
#[inline]
pub(crate) fn may_be_ruined(v: &str, scan: Scan) -> bool {
    if scan.has(Scan::LATIN | Scan::QUESTION | Scan::HIGH) {
        return true;
    }
    v.chars().find(|c| !c.is_ascii()).is_some_and(|c| c == '锟' || is_suspicious(c))
}

/// What a wrong encoding made of the text, if it did.
#[cold]
pub(crate) fn ruined(v: &str) -> Option<Ruin> {
    if v.contains('\u{FFFD}') {
        return Some(Ruin { pattern: "invalid-bytes", restored: None });
    }
    if v.contains("锟斤拷") {
        return Some(Ruin { pattern: "mojibake", restored: None });
    }
    let questions = v.bytes().filter(|b| *b == b'?').count();
    if questions >= 3 && (v.contains("???") || questions * 2 > v.chars().count()) {
        return Some(Ruin { pattern: "question-mark", restored: None });
    }
    let letters = v.chars().filter(|c| matches!(c, '\u{80}'..='\u{FF}')).count();
    if letters >= 2 && v.chars().all(|c| c.is_ascii() || is_western(c)) {
        let restored =
            reread(v, WINDOWS_1252, encoding_rs::UTF_8).or_else(|| reread(v, WINDOWS_1252, GB18030));
        return restored.map(|s| Ruin { pattern: "mojibake", restored: Some(s) });
    }
    if v.chars().find(|c| !c.is_ascii()).is_some_and(is_suspicious) {
        let restored = reread(v, GBK, encoding_rs::UTF_8);
        return restored.map(|s| Ruin { pattern: "mojibake", restored: Some(s) });
    }
    None
}

/// Whether Windows' Western code page has the character.
const fn is_western(c: char) -> bool {
    matches!(
        c,
        '\u{80}'
            ..='\u{FF}'
                | 'Œ'
                | 'œ'
                | 'Š'
                | 'š'
                | 'Ž'
                | 'ž'
                | 'Ÿ'
                | 'ƒ'
                | 'ˆ'
                | '˜'
                | '–'
                | '—'
                | '‘'
                | '’'
                | '‚'
                | '“'
                | '”'
                | '„'
                | '†'
                | '‡'
                | '•'
                | '…'
                | '‰'
                | '‹'
                | '›'
                | '€'
                | '™'
    )
}

/// The text read again: written with the wrong encoding, read with the right one. `None` unless it becomes mostly
/// everyday Chinese. A last character cut in half by the first misreading is dropped.
fn reread(v: &str, wrong: &'static Encoding, right: &'static Encoding) -> Option<String> {
    let (bytes, _, unmappable) = wrong.encode(v);
    if unmappable {
        return None;
    }
    let (text, broken) = right.decode_without_bom_handling(&bytes);
    let text = if broken { text.trim_end_matches(['\u{FFFD}', '?']).to_owned() } else { text.into_owned() };
    if text.contains('\u{FFFD}') || text.is_empty() {
        return None;
    }
    let chinese = text.chars().filter(|c| matches!(c, '\u{4E00}'..='\u{9FFF}')).count();
    let other = text.chars().filter(|c| !c.is_ascii() && !matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}' | '\u{2000}'..='\u{206F}')).count();
    (chinese >= 1 && chinese >= other * 4 && (chinese >= 2 || broken)).then_some(text)
}

/// Whether the character is one that the first two bytes of a Chinese character in UTF-8 give when read as GBK.
fn is_suspicious(c: char) -> bool {
    static SUSPICIOUS: LazyLock<Vec<u64>> = LazyLock::new(|| {
        let mut bits = vec![0_u64; 0x1_0000 / 64];
        for lead in 0xE4..=0xE9_u8 {
            for trail in 0x80..=0xBF_u8 {
                let pair = [lead, trail];
                let (text, broken) = GBK.decode_without_bom_handling(&pair);
                if let (false, Some(c)) = (broken, text.chars().next())
                    && (c as usize) < 0x1_0000
                {
                    bits[c as usize / 64] |= 1 << (c as usize % 64);
                }
            }
        }
        bits
    });
    let c = c as usize;
    c < 0x1_0000 && SUSPICIOUS[c / 64] >> (c % 64) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(v: &str) -> Option<Ruin> {
        may_be_ruined(v, scan(v.as_bytes())).then(|| ruined(v)).flatten()
    }

    #[test]
    fn ruined_text_is_known_and_restored_where_it_can_be() {
        let utf8_as_gbk = GBK.decode_without_bom_handling("东莞示例食品有限公司".as_bytes()).0.into_owned();
        assert_eq!(seen(&utf8_as_gbk).unwrap().restored.as_deref(), Some("东莞示例食品有限公司"));
        let utf8_as_latin =
            WINDOWS_1252.decode_without_bom_handling("烟台示例个体店".as_bytes()).0.into_owned();
        assert_eq!(seen(&utf8_as_latin).unwrap().restored.as_deref(), Some("烟台示例个体店"));
        let gbk_as_latin =
            WINDOWS_1252.decode_without_bom_handling(&GBK.encode("舟山市示例局").0).0.into_owned();
        assert_eq!(seen(&gbk_as_latin).unwrap().restored.as_deref(), Some("舟山市示例局"));
        assert_eq!(seen("锟斤拷锟斤拷").unwrap().restored, None);
        assert_eq!(seen("????????").unwrap().pattern, "question-mark");
        assert_eq!(seen("东莞\u{FFFD}公司").unwrap().pattern, "invalid-bytes");
    }

    #[test]
    fn sound_text_is_left_alone() {
        for v in [
            "东莞示例食品有限公司",
            "鐘楼区示例店",
            "浠水县示例农民专业合作社",
            "绗绣工作室",
            "涓流水务有限公司",
            "Café Müller (Shanghai) Co., Ltd.",
            "是否合格？",
            "什么?",
            "“某某”·某—公司、（东莞）",
            "®品牌™专营店",
        ] {
            assert_eq!(seen(v), None, "{v}");
        }
    }
}
