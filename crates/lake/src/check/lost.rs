//! Single characters that an export has lost (生僻字丢失), in text that is otherwise sound.

use super::text::Scan;

/// A single character that an export has lost, and its place, from 1: one from a private-use area (造字区), which no other machine
/// shows, or a question mark between two Chinese characters.
pub(crate) fn lost_character(v: &str, scan: Scan) -> Option<(&'static str, usize)> {
    // Full-width commas and brackets are everywhere; a look at the bytes tells them from private use (EE…, EF 80… to EF A3…).
    let b = v.as_bytes();
    let may_be_private = || b.windows(2).any(|w| w[0] == 0xEE || w[0] == 0xEF && w[1] < 0xA4);
    if !(scan.has(Scan::QUESTION) || scan.has(Scan::HIGH) && may_be_private()) {
        return None;
    }
    let is_chinese = |c: Option<&char>| c.is_some_and(|c| matches!(c, '\u{4E00}'..='\u{9FFF}'));
    let chars: Vec<char> = v.chars().collect();
    let private = chars.iter().position(|c| matches!(c, '\u{E000}'..='\u{F8FF}'));
    let question = || {
        (1..chars.len())
            .find(|i| chars[*i] == '?' && is_chinese(chars.get(i - 1)) && is_chinese(chars.get(i + 1)))
    };
    private.map(|i| ("private-use", i + 1)).or_else(|| question().map(|i| ("question-mark-inside", i + 1)))
}

#[cfg(test)]
mod tests {
    use super::super::text::scan;
    use super::lost_character;

    #[test]
    fn rare_characters_leave_traces() {
        let lost = |v: &str| lost_character(v, scan(v.as_bytes()));
        assert_eq!(lost("东莞市常平镇木\u{E12A}村"), Some(("private-use", 8)));
        assert_eq!(lost("木\u{F8FF}村"), Some(("private-use", 2)));
        assert_eq!(lost("沙田镇?沙大道"), Some(("question-mark-inside", 4)));
        assert_eq!(lost("是否年检？（年检）?"), None);
    }
}
