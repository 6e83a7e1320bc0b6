//! Null words (空值词): what people write where there is nothing to write.

/// The words of a pack, ready for asking about millions of cells.
#[derive(Debug, Clone, Default)]
pub(crate) struct NullWords {
    words: Vec<String>,
    /// Bit n: some word has n bytes.
    lengths: u64,
    longest: usize,
}

impl NullWords {
    /// Words are compared after trimming and without regard to case.
    pub(crate) fn new(words: &[String]) -> Self {
        let words: Vec<String> =
            words.iter().map(|w| w.trim().to_lowercase()).filter(|w| !w.is_empty()).collect();
        let lengths = words.iter().filter(|w| w.len() < 64).fold(0, |bits, w| bits | 1 << w.len());
        let longest = words.iter().map(String::len).max().unwrap_or(0);
        Self { words, lengths, longest }
    }

    /// Whether the cell says nothing: empty, blank, or a null word.
    #[inline]
    pub(crate) fn is_null(&self, v: &str) -> bool {
        let b = v.as_bytes();
        let (Some(first), Some(last)) = (b.first(), b.last()) else { return true };
        // A value that needs no trimming and has no null word's length is settled here.
        let plain = first.is_ascii_graphic() && last.is_ascii_graphic();
        if plain && (b.len() > self.longest || self.lengths >> (b.len() & 63) & 1 == 0) {
            return false;
        }
        if b.len() > self.longest && *first > b' ' && !matches!(first, 0xC2 | 0xE2 | 0xE3 | 0xEF) {
            return false;
        }
        self.is_null_slow(v)
    }

    fn is_null_slow(&self, v: &str) -> bool {
        let v = v.trim_matches(|c| {
            crate::typed::fold::is_space(c) || crate::typed::fold::is_invisible(c) || matches!(c, '\n' | '\r')
        });
        if v.is_empty() {
            return true;
        }
        if v.len() > self.longest || self.lengths >> (v.len() & 63) & 1 == 0 {
            return false;
        }
        self.words.iter().any(|w| w.len() == v.len() && (w == v || w.eq_ignore_ascii_case(v)))
    }
}

#[cfg(test)]
mod tests {
    use super::NullWords;

    #[test]
    fn null_words_are_found_in_any_case_and_padding() {
        let words = NullWords::new(&["N/A", "无", "-", "null", "——"].map(str::to_owned));
        for v in ["", " ", "　", "N/A", "n/a", " N/A ", "无", "无 ", "\u{FEFF}无", "-", "NULL", "——", "\r\n"]
        {
            assert!(words.is_null(v), "{v:?}");
        }
        for v in ["无锡", "N", "--", "null1", "91441900MA0DEM013W", "东莞", "a-"] {
            assert!(!words.is_null(v), "{v:?}");
        }
    }
}
