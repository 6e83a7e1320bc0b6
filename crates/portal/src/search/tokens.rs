//! How names, codes and document numbers are cut into terms (分词), the same for what is stored and for what is typed.
//!
//! Names are cut into pairs and triples of neighbouring characters: any part of a name of two characters and more is found
//! without a dictionary, and so are names no dictionary knows. Brackets, blanks and dots do not count; width, case and traditional
//! characters (繁体) neither.

use std::collections::HashMap;
use std::sync::LazyLock;

use standards::fold;

/// Longest text that is cut, in characters; what follows is not searched.
const LONGEST: usize = 200;
/// Marks the beginning of a name or a code; longer than one character, so that nothing cut out of a text looks like it.
const FIRST: &str = "_b_";
/// Lengths at which the beginning of a code is a term of its own. A shorter one stands in too many codes, and so many of them begin
/// with the city's division and the letters of their kind, to be put together from them; beyond, a few hundred are left.
const BEGUN: std::ops::RangeInclusive<usize> = 4..=13;

/// Simplified characters of the traditional ones people type, one for one: phrases do not count, since parts of names are looked for.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let simplified = |c: char| {
        let text = hanconv::t2s(c.encode_utf8(&mut [0; 4]));
        let mut chars = text.chars();
        chars.next().filter(|s| *s != c && chars.next().is_none()).map(|s| (c, s))
    };
    ('\u{3400}'..='\u{9fff}').filter_map(simplified).collect()
});

/// A character as the index knows it; none for what does not count.
fn plain(c: char) -> Option<char> {
    let c = fold::half_width(c);
    match c {
        // What ends a term in ASCII is no part of one; the full-width star is.
        '*' | '＊' => Some('＊'),
        c if c.is_alphanumeric() => SIMPLIFIED.get(&c).copied().or_else(|| c.to_uppercase().next()),
        _ => None,
    }
}

/// A text as it is stored beside the index and compared: only what counts.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars().filter_map(plain).take(LONGEST).collect()
}

/// What is typed as parts of names: cut at blanks, each folded.
#[must_use]
pub fn words(typed: &str) -> Vec<String> {
    typed.split_whitespace().map(folded).filter(|word| !word.is_empty()).collect()
}

/// Three and more single characters as the one word that somebody spaced out.
#[must_use]
pub fn joined(typed: &str) -> Option<String> {
    let words = words(typed);
    let spaced = words.len() > 2 && words.iter().all(|word| word.chars().nth(1).is_none());
    spaced.then(|| words.concat())
}

fn windows(text: &str, size: usize) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(size).map(|part| part.iter().collect()).collect()
}

/// The terms of a folded name: its pairs and triples of neighbours, and what it begins with: one, two and three characters.
#[must_use]
pub fn of_name(name: &str) -> Vec<String> {
    let mut terms = windows(name, 2);
    terms.extend(windows(name, 3));
    terms.extend((1..=3).filter_map(|n| begins(name, n)));
    terms
}

/// Whether a pair of characters comes twice in a folded name.
///
/// In any other name the triples of a word are all there only if the word is: two triples that follow one another share a pair, and
/// that pair has one place.
#[must_use]
pub fn repeats(name: &str) -> bool {
    let pairs = windows(name, 2);
    let mut seen = std::collections::HashSet::with_capacity(pairs.len());
    !pairs.iter().all(|pair| seen.insert(pair))
}

/// The terms that stand for every name that has a word in it: none for a single character.
#[must_use]
pub fn of_word(word: &str) -> Vec<String> {
    let mut terms = windows(word, 3);
    if terms.is_empty() {
        terms = windows(word, 2);
    }
    terms
}

/// The term of names that begin with the first characters of a word, one to three; none when it has fewer.
#[must_use]
pub fn begins(word: &str, size: usize) -> Option<String> {
    let (end, last) = word.char_indices().nth(size.checked_sub(1)?)?;
    Some(format!("{FIRST}{}", &word[..end + last.len_utf8()]))
}

/// A run of a document number.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Run {
    Words(String),
    /// Without leading zeros: 〔2020〕012号 is found as 12.
    Number(String),
}

/// Words and numbers of a document number: brackets of any shape, blanks, 第 and 号 do not count.
fn runs(document: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for c in document.chars().take(LONGEST) {
        let Some(c) = plain(c).filter(|c| !matches!(c, '第' | '号' | '號')) else {
            // It ends a number, not a word.
            open = false;
            continue;
        };
        match (runs.last_mut(), c.is_ascii_digit()) {
            (Some(Run::Number(run)), true) if open => run.push(c),
            (Some(Run::Words(run)), false) => run.push(c),
            (_, true) => runs.push(Run::Number(c.to_string())),
            (_, false) => runs.push(Run::Words(c.to_string())),
        }
        open = true;
    }
    for run in &mut runs {
        if let Run::Number(digits) = run {
            *digits = number(digits);
        }
    }
    runs
}

fn number(digits: &str) -> String {
    let rest = digits.trim_start_matches('0');
    if rest.is_empty() { "0".to_owned() } else { rest.to_owned() }
}

/// A document number as it is stored beside the index and compared: numbers in angle brackets, which no text has, so that a number
/// is met whole.
fn line(runs: &[Run]) -> String {
    let piece = |run: &Run| match run {
        Run::Words(words) => words.clone(),
        Run::Number(number) => format!("<{number}>"),
    };
    runs.iter().map(piece).collect()
}

/// A document number as it is stored beside the index: `东市监食许<2020><100>`.
#[must_use]
pub fn folded_document(document: &str) -> String {
    line(&runs(document))
}

/// The terms of a document number: pairs of its words, the last character of each run of them, and its numbers whole.
#[must_use]
pub fn of_document(document: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for run in runs(document) {
        match run {
            Run::Number(number) => terms.push(number),
            Run::Words(words) => {
                terms.extend(windows(&words, 2));
                terms.extend(words.chars().last().map(String::from));
            }
        }
    }
    terms
}

/// A way to read what is typed as a part of a document number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Terms that stand for every document number with this part.
    pub terms: Vec<String>,
    /// What document numbers as they are stored must be like, in SQL: `%罚%<12>%`. Words and numbers stand in the order in which they
    /// were typed; what was left out between them, such as the year, may be anything.
    pub pattern: String,
}

/// What is typed, as ways to read it as a part of a document number; empty when it can be none. Typed without brackets,
/// `东市监食许2020100号` may be the year 2020 and the number 100.
#[must_use]
pub fn of_typed_document(typed: &str) -> Vec<Part> {
    let ways = document_ways(typed);
    ways.iter().map(|way| Part { terms: telling(way), pattern: pattern(way) }).collect()
}

/// What is typed, as ways to read it as a document number whose last number has only been begun: `东市监罚〔2026〕960` for
/// `…9601号`. With each the begun number; empty where nothing stands before it or something after it.
#[must_use]
pub fn of_begun_document(typed: &str) -> Vec<(Part, String)> {
    let ends = |c: char| fold::half_width(c).is_ascii_digit();
    if !typed.trim_end().ends_with(ends) {
        return Vec::new();
    }
    let part = |way: Vec<Run>| match way.split_last() {
        Some((Run::Number(begun), before)) if !before.is_empty() => {
            let mut terms = telling(before);
            terms.retain(|term| !term.is_empty());
            let pattern = format!("{}<{begun}%", pattern(before));
            Some((Part { terms, pattern }, begun.clone()))
        }
        _ => None,
    };
    document_ways(typed).into_iter().filter_map(part).collect()
}

fn document_ways(typed: &str) -> Vec<Vec<Run>> {
    let mut ways: Vec<Vec<Run>> = vec![Vec::new()];
    for run in runs(typed) {
        let split = match &run {
            Run::Number(digits)
                if digits.len() > 4 && (digits.starts_with("19") || digits.starts_with("20")) =>
            {
                Some([Run::Number(digits[..4].to_owned()), Run::Number(number(&digits[4..]))])
            }
            _ => None,
        };
        if let Some(two) = split.filter(|_| ways.len() < MOST_WAYS) {
            let other: Vec<Vec<Run>> =
                ways.iter().map(|way| way.iter().chain(&two).cloned().collect()).collect();
            ways.iter_mut().for_each(|way| way.push(run.clone()));
            ways.extend(other);
        } else {
            ways.iter_mut().for_each(|way| way.push(run.clone()));
        }
    }
    ways.retain(|way| !way.is_empty());
    ways
}

fn pattern(way: &[Run]) -> String {
    let runs: Vec<String> = way.iter().map(|run| line(std::slice::from_ref(run))).collect();
    format!("%{}%", runs.join("%"))
}

/// Ways to read what is typed, at most twice as many.
const MOST_WAYS: usize = 4;

fn telling(way: &[Run]) -> Vec<String> {
    let mut terms: Vec<String> = way
        .iter()
        .flat_map(|run| match run {
            Run::Number(number) => vec![number.clone()],
            Run::Words(words) => windows(words, 2),
        })
        .collect();
    // A single character is known where it ends a word only.
    if let ([Run::Words(one)], true) = (way, terms.is_empty()) {
        terms.push(one.clone());
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// The terms of a unified code: the code, the organisation code inside it, and its beginnings.
#[must_use]
pub fn of_code(code: &str) -> Vec<String> {
    let code = folded(code);
    let inside = code.get(8..17).filter(|_| code.len() == 18).map(str::to_owned);
    let begun =
        BEGUN.filter_map(|n| code.get(..n).map(|begin| format!("{FIRST}{begin}"))).collect::<Vec<_>>();
    let whole = (!code.is_empty()).then(|| code.clone());
    whole.into_iter().chain(inside).chain(begun).collect()
}

/// How codes are asked for that begin with what was typed: a term, or the beginning of terms.
#[must_use]
pub fn begun(code: &str) -> (String, bool) {
    if BEGUN.contains(&code.len()) { (format!("{FIRST}{code}"), false) } else { (code.to_owned(), true) }
}

/// What is typed as a code or the beginning of one; none when it can be neither.
#[must_use]
pub fn of_typed_code(typed: &str) -> Option<String> {
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－'))
        .map(plain)
        .collect::<Option<_>>()?;
    let fits = (4..=18).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_alphanumeric())
        && code.bytes().any(|b| b.is_ascii_digit());
    fits.then_some(code)
}

/// A text in pieces, each with whether what was typed stands there.
#[must_use]
pub fn highlight(text: &str, typed: &str) -> Vec<(bool, String)> {
    let shown: Vec<(char, Option<char>)> = text.chars().map(|c| (c, plain(c))).collect();
    let known: Vec<(usize, char)> =
        shown.iter().enumerate().filter_map(|(i, (_, c))| c.map(|c| (i, c))).collect();
    let mut hit = vec![false; shown.len()];
    for word in typed.split_whitespace() {
        let word: Vec<char> = word.chars().filter_map(plain).collect();
        if word.is_empty() {
            continue;
        }
        for at in 0..known.len().saturating_sub(word.len() - 1) {
            if known[at..at + word.len()].iter().map(|(_, c)| *c).eq(word.iter().copied()) {
                // Brackets between the characters are lit too.
                hit[known[at].0..=known[at + word.len() - 1].0].fill(true);
            }
        }
    }
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for ((c, _), hit) in shown.into_iter().zip(hit) {
        match pieces.last_mut() {
            Some((lit, piece)) if *lit == hit => piece.push(c),
            _ => pieces.push((hit, c.to_string())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_width_give_the_same_terms() {
        assert_eq!(folded("示例（东莞）ａ店"), folded("示例(东莞) A店"));
        assert_eq!(of_name("张＊"), ["张＊", "_b_张", "_b_张＊"]);
        assert_eq!(of_name("示例店"), ["示例", "例店", "示例店", "_b_示", "_b_示例", "_b_示例店"]);
        assert!(repeats("示例东莞示例") && repeats("哈哈哈") && !repeats("示例东莞"));
        assert_eq!(words(" 东莞　（店） （）"), ["东莞", "店"]);
        assert_eq!(
            (of_word("东莞示例"), of_word("东莞")),
            (vec!["东莞示".into(), "莞示例".into()], vec!["东莞".into()])
        );
        assert!(of_word("店").is_empty() && begins("店", 2).is_none());
    }

    #[test]
    fn document_numbers_are_read_as_people_write_them() {
        let document = "东市监食许〔2020〕0100号";
        let (stored, line) = (of_document(document), folded_document(document));
        let is_like = |pattern: &str| {
            let mut rest = line.as_str();
            pattern.split('%').all(|run| match rest.find(run) {
                Some(at) => {
                    rest = &rest[at + run.len()..];
                    true
                }
                None => false,
            })
        };
        let finds = |typed: &str| {
            let found = |way: &Part| way.terms.iter().all(|t| stored.contains(t)) && is_like(&way.pattern);
            of_typed_document(typed).iter().any(found)
        };
        for typed in [
            "东市监食许〔2020〕100号",
            "东市监食许(2020)100号",
            "东市监食许[2020] 第100号",
            "东市监食许２０２０100号",
            "东市监食许2020100号",
            "东市监（食）许2020100号",
            "食许【2020】100",
            "许〔2020〕100",
            "2020 100",
            "食许100",
            "许100号",
        ] {
            assert!(finds(typed), "{typed}: {:?} {stored:?}", of_typed_document(typed));
        }
        for typed in ["食许〔2020〕10", "食许〔2020〕00", "许食〔2020〕100", "〔100〕2020"] {
            assert!(!finds(typed), "{typed}");
        }
        assert!(of_typed_document("〔〕").is_empty());
    }

    #[test]
    fn codes_and_their_beginnings() {
        let terms = of_code("91441900MA0DEM013W");
        assert_eq!(terms[..3], ["91441900MA0DEM013W", "MA0DEM013", "_b_9144"]);
        assert_eq!(begun("91441900MA"), ("_b_91441900MA".into(), false));
        assert_eq!(begun("91441900MA0DEM"), ("91441900MA0DEM".into(), true));
        assert_eq!(of_typed_code("9144 1900-ma0d").as_deref(), Some("91441900MA0D"));
        assert_eq!(of_typed_code("９１４４").as_deref(), Some("9144"));
        for none in ["示例", "ABC", "914", "914419示"] {
            assert_eq!(of_typed_code(none), None, "{none}");
        }
    }

    #[test]
    fn what_was_typed_is_lit() {
        let lit = |text, typed| {
            let pieces = highlight(text, typed);
            pieces.into_iter().map(|(hit, s)| if hit { format!("[{s}]") } else { s }).collect::<String>()
        };
        assert_eq!(lit("示例（东莞）食品店", "东莞食品"), "示例（[东莞）食品]店");
        assert_eq!(lit("示例(东莞)示例", "示例"), "[示例](东莞)[示例]");
        assert_eq!(lit("示例", "无关"), "示例");
        assert_eq!(lit("", "无关"), "");
    }

    #[test]
    fn traditional_characters_are_read_as_simplified_ones() {
        assert_eq!(folded("東莞市龍華餐飲（有限）公司"), folded("东莞市龙华餐饮有限公司"));
        let typed = folded_document("東市監罰[2026]12號");
        assert_eq!(typed, folded_document("东市监罚〔2026〕12号"));
        assert_eq!(folded("乾"), folded("干"), "one for one, whatever stands beside it");
    }
}
