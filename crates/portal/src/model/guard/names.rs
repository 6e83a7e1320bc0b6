//! A person's name in a text, also written with blanks between its characters.

use std::ops::Range;

use standards::fold;

/// Where a name stands, in order. A name of one character would be found everywhere and is not looked for.
pub(super) fn find(text: &str, name: &str) -> Vec<Range<usize>> {
    let letters: Vec<char> = name.chars().filter(|c| !is_gap(*c)).map(plain).collect();
    let [first, rest @ ..] = letters.as_slice() else { return Vec::new() };
    let mut found: Vec<Range<usize>> = Vec::new();
    if rest.is_empty() {
        return found;
    }
    for (at, c) in text.char_indices() {
        if plain(c) != *first || found.last().is_some_and(|before| at < before.end) {
            continue;
        }
        let mut left = rest.iter();
        let mut wanted = left.next();
        for (after, next) in text[at..].char_indices().skip(1) {
            if wanted == Some(&plain(next)) {
                wanted = left.next();
                if wanted.is_none() {
                    found.push(at..at + after + next.len_utf8());
                    break;
                }
            } else if !is_gap(next) {
                break;
            }
        }
    }
    found
}

/// The text with something else in place of a name.
pub(super) fn replace(text: &str, name: &str, with: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in find(text, name) {
        out.push_str(&text[from..range.start]);
        out.push_str(with);
        from = range.end;
    }
    out.push_str(&text[from..]);
    out
}

/// What may stand between the characters of a name: blanks, what nobody sees, and the dots of foreign and minority names.
fn is_gap(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{200b}'
                ..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '·' | '•' | '・' | '‧' | '．' | '.'
        )
}

fn plain(c: char) -> char {
    fold::half_width(c).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_spaced() {
        for (text, name, shown) in [
            ("当事人许 涵在场，许\u{3000}涵签字", "许涵", "当事人许*在场，许*签字"),
            ("许涵", "许 涵", "许*"),
            ("买买提·吐尔逊、买买提吐尔逊", "买买提·吐尔逊", "买*、买*"),
            ("ＪＯＨＮ smith到场", "John Smith", "J*到场"),
            ("许多人，涵洞", "许涵", "许多人，涵洞"),
            ("许", "许", "许"),
            ("许许涵", "许涵", "许许*"),
        ] {
            assert_eq!(replace(text, name, &standards::mask::person_name(name)), shown, "{text}");
        }
    }
}
