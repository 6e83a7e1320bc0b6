//! How names, codes and document numbers are cut into terms (分词), the same for what is stored and for what is typed.
//!
//! Names are cut into pairs of neighbouring characters: any part of a name of two characters and more is found without a
//! dictionary, and so are names no dictionary knows. Brackets, blanks and dots do not count, width and case neither.

use standards::fold;

/// Longest text that is cut, in characters; what follows is not searched.
const LONGEST: usize = 200;
/// Marks the beginning of a name and its end; longer than one character, so that no pair of characters looks like it.
const FIRST: &str = "_b_";
const LAST: &str = "_e_";
/// Pairs in 有限公司, 股份有限公司 and 有限责任公司.
const FORMS: [&str; 8] = ["有限", "限公", "公司", "股份", "份有", "限责", "责任", "任公"];
/// Lengths at which the beginning of a code is a term of its own: shorter than the part that tells subjects apart, it stands in
/// too many codes to be put together from them.
const BEGUN: std::ops::RangeInclusive<usize> = 4..=9;

/// A character as the index knows it; none for what does not count.
fn plain(c: char) -> Option<char> {
    let c = fold::half_width(c);
    match c {
        // What ends a term in ASCII is no part of one; the full-width star is.
        '*' | '＊' => Some('＊'),
        c if c.is_alphanumeric() => c.to_uppercase().next(),
        _ => None,
    }
}

/// The terms of a name: each pair of neighbours, its first character and its last.
#[must_use]
pub fn of_name(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().filter_map(plain).take(LONGEST).collect();
    let mut terms = pairs(&chars);
    terms.extend(chars.first().map(|c| format!("{FIRST}{c}")));
    terms.extend(chars.last().map(|c| format!("{LAST}{c}")));
    terms
}

fn pairs(chars: &[char]) -> Vec<String> {
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// What is typed, cut at blanks, as terms of names. A single character finds the names that begin with it, unless there are
/// longer words beside it.
#[must_use]
pub fn of_typed_name(typed: &str) -> Vec<String> {
    let words: Vec<Vec<char>> = typed
        .split_whitespace()
        .map(|word| word.chars().filter_map(plain).take(LONGEST).collect::<Vec<char>>())
        .filter(|word| !word.is_empty())
        .collect();
    let mut terms: Vec<String> = words.iter().flat_map(|word| pairs(word)).collect();
    if let ([only], true) = (words.as_slice(), terms.is_empty()) {
        terms.extend(only.first().map(|c| format!("{FIRST}{c}")));
    }
    terms.sort_unstable();
    terms.dedup();
    // The words for the form of a company stand in most names: they tell nothing beside others, and cost the most.
    let telling: Vec<String> = terms.iter().filter(|t| !FORMS.contains(&t.as_str())).cloned().collect();
    if telling.len() > 1 { telling } else { terms }
}

/// The terms by which names that begin with what is typed, and those that end with it too, come first.
#[must_use]
pub fn ends(typed: &str) -> Option<(String, String)> {
    let first = typed.chars().find_map(plain)?;
    let last = typed.chars().rev().find_map(plain)?;
    Some((format!("{FIRST}{first}"), format!("{LAST}{last}")))
}

/// A run of a document number.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Run {
    Words(Vec<char>),
    Digits(String),
}

/// Words and numbers of a document number: brackets of any shape, blanks, 第 and 号 do not count.
fn runs(document: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for c in document.chars().take(LONGEST) {
        let kept = plain(c).filter(|c| !matches!(c, '第' | '号' | '號'));
        match (kept, runs.last_mut()) {
            (None, _) => {
                open = false;
                continue;
            }
            (Some(c), Some(Run::Digits(run))) if open && c.is_ascii_digit() => run.push(c),
            (Some(c), Some(Run::Words(run))) if open && !c.is_ascii_digit() => run.push(c),
            (Some(c), _) if c.is_ascii_digit() => runs.push(Run::Digits(c.to_string())),
            (Some(c), _) => runs.push(Run::Words(vec![c])),
        }
        open = true;
    }
    runs
}

/// A number without its leading zeros: 〔2020〕012号 is found as 12.
fn number(digits: &str) -> String {
    let rest = digits.trim_start_matches('0');
    if rest.is_empty() { "0".to_owned() } else { rest.to_owned() }
}

/// The terms of a document number: pairs of its words, the last character of each, and its numbers whole.
#[must_use]
pub fn of_document(document: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for run in runs(document) {
        match run {
            Run::Digits(digits) => terms.push(number(&digits)),
            Run::Words(chars) => {
                terms.extend(pairs(&chars));
                terms.extend(chars.last().map(char::to_string));
            }
        }
    }
    terms
}

/// What is typed, as ways to read it as a document number: each a list of terms that must all be there. Empty when it can be
/// none. Typed without brackets, `东市监食许2020100号` may be the year 2020 and the number 100.
#[must_use]
pub fn of_typed_document(typed: &str) -> Vec<Vec<String>> {
    let mut ways: Vec<Vec<String>> = vec![Vec::new()];
    for run in runs(typed) {
        match run {
            Run::Words(chars) => {
                let terms = match chars.as_slice() {
                    [one] => vec![one.to_string()],
                    _ => pairs(&chars),
                };
                ways.iter_mut().for_each(|way| way.extend(terms.iter().cloned()));
            }
            Run::Digits(digits) => {
                let split = (digits.len() > 4 && (digits.starts_with("19") || digits.starts_with("20")))
                    .then(|| (digits[..4].to_owned(), number(&digits[4..])));
                let mut more = Vec::new();
                for way in &mut ways {
                    if let Some((year, rest)) = split.as_ref().filter(|_| ways_left(&more)) {
                        let mut other = way.clone();
                        other.extend([year.clone(), rest.clone()]);
                        more.push(other);
                    }
                    way.push(number(&digits));
                }
                ways.extend(more);
            }
        }
    }
    for way in &mut ways {
        way.sort_unstable();
        way.dedup();
    }
    ways.retain(|way| !way.is_empty());
    ways
}

/// Few enough ways to ask for all of them.
const fn ways_left(more: &[Vec<String>]) -> bool {
    more.len() < 4
}

/// The terms of a unified code: the code, the organisation code inside it, and its beginnings.
#[must_use]
pub fn of_code(code: &str) -> Vec<String> {
    let code: String = code.chars().filter_map(plain).collect();
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
        assert_eq!(of_name("示例（东莞）ａ店"), of_name("示例(东莞) A店"));
        assert_eq!(of_name("张*"), ["张＊", "_b_张", "_e_＊"]);
        assert_eq!(of_typed_name("示例"), ["示例"]);
        assert_eq!(of_typed_name("张"), ["_b_张"]);
        assert_eq!(of_typed_name("东莞 店"), ["东莞"]);
        assert_eq!(of_typed_name("金鑫五金有限公司").len(), 4, "the form of the company is left out");
        assert_eq!(of_typed_name("有限公司").len(), 3, "unless nothing else is typed");
        assert!(of_typed_name("（）").is_empty());
    }

    #[test]
    fn document_numbers_are_read_as_people_write_them() {
        let stored = of_document("东市监食许〔2020〕0100号");
        for typed in [
            "东市监食许〔2020〕100号",
            "东市监食许(2020)100号",
            "东市监食许[2020] 第100号",
            "东市监食许２０２０100号",
            "东市监食许2020100号",
            "食许【2020】100",
            "许〔2020〕100",
            "2020 100",
        ] {
            let ways = of_typed_document(typed);
            assert!(
                ways.iter().any(|way| way.iter().all(|t| stored.contains(t))),
                "{typed}: {ways:?} {stored:?}"
            );
        }
        assert!(
            !of_typed_document("食许〔2020〕10").iter().any(|way| way.iter().all(|t| stored.contains(t)))
        );
        assert!(of_typed_document("〔〕").is_empty());
    }

    #[test]
    fn codes_and_their_beginnings() {
        let terms = of_code("91441900MA0DEM013W");
        assert_eq!(terms[..3], ["91441900MA0DEM013W", "MA0DEM013", "_b_9144"]);
        assert_eq!(begun("914419"), ("_b_914419".into(), false));
        assert_eq!(begun("91441900MA"), ("91441900MA".into(), true));
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
}
