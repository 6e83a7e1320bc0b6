//! What every identifier has in common: the errors of a check and the proposals for mending a wrong one.

use std::borrow::Cow;

use thiserror::Error;

/// Why a text is no valid identifier. Positions count characters from 1, as a person counts them.
///
/// The checks run in the order of the variants, so a wrong length hides wrong characters, and these hide
/// a wrong check character. `Display` is English, for logs; what a clerk reads comes from a pack's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IdentifierError {
    /// The number of characters is wrong.
    #[error("has {found} characters")]
    Length {
        /// Number of characters (not bytes) found.
        found: usize,
    },
    /// A character may not stand at its place.
    #[error("character {found:?} may not stand at position {position}")]
    Character {
        /// Place of the first wrong character, from 1.
        position: usize,
        /// The wrong character.
        found: char,
    },
    /// The officially accepted stand-in for "has no code" ([`crate::uscc::PLACEHOLDER`]). It fails the check,
    /// and whether it is allowed depends on the subject, so it is told apart.
    #[error("is the placeholder for subjects without a code")]
    Placeholder,
    /// The birth date inside does not exist in the calendar.
    #[error("holds the impossible birth date {digits:08}")]
    BirthDate {
        /// The digits of the date, `YYYYMMDD` read as a number.
        digits: u32,
    },
    /// The birth date lies after the day of the check, or more than 150 years before it.
    #[error("holds the birth date {digits:08}, which no living holder can have")]
    BirthDateRange {
        /// The digits of the date, `YYYYMMDD` read as a number.
        digits: u32,
    },
    /// The check character does not match the rest.
    #[error("check character is {found:?}, the rest asks for {expected:?}")]
    CheckCharacter {
        /// The character that the rest of the identifier asks for.
        expected: char,
        /// The character that stands there.
        found: char,
    },
}

/// How a proposed value differs from the wrong one, the most plausible slip first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CorrectionKind {
    /// Only width, case or stray spaces and signs were wrong (全角、小写、空格).
    Folded,
    /// A character was taken for one that looks like it (形近字符), e.g. `O` for `0`.
    LookAlike,
    /// Two neighbours were swapped (相邻字符颠倒).
    Transposition,
    /// One character is too many (多了一位).
    Surplus,
    /// Some other character was mistyped (单个字符错误).
    Substitution,
}

/// A value that passes the check and is one slip away from the wrong one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The mended value.
    pub value: String,
    /// The slip that would explain the wrong value.
    pub kind: CorrectionKind,
    /// Place of the (first) changed character in the folded wrong value, from 1; 0 for [`CorrectionKind::Folded`].
    pub position: usize,
}

/// Pairs of characters that are taken for each other in print, on a screen or in handwriting. `I O S V Z` stand
/// in no unified code, so they occur only as the wrong half.
const LOOK_ALIKES: &[(u8, u8)] = &[
    (b'0', b'O'),
    (b'0', b'D'),
    (b'0', b'Q'),
    (b'0', b'6'),
    (b'0', b'8'),
    (b'0', b'9'),
    (b'1', b'I'),
    (b'1', b'L'),
    (b'1', b'7'),
    (b'1', b'4'),
    (b'1', b'J'),
    (b'1', b'T'),
    (b'2', b'Z'),
    (b'2', b'7'),
    (b'3', b'8'),
    (b'3', b'5'),
    (b'3', b'9'),
    (b'3', b'B'),
    (b'4', b'9'),
    (b'4', b'A'),
    (b'5', b'S'),
    (b'5', b'6'),
    (b'6', b'8'),
    (b'6', b'G'),
    (b'6', b'B'),
    (b'8', b'B'),
    (b'8', b'9'),
    (b'8', b'S'),
    (b'9', b'G'),
    (b'9', b'Q'),
    (b'C', b'G'),
    (b'D', b'O'),
    (b'E', b'F'),
    (b'G', b'Q'),
    (b'H', b'N'),
    (b'I', b'J'),
    (b'I', b'L'),
    (b'I', b'T'),
    (b'K', b'X'),
    (b'M', b'N'),
    (b'M', b'W'),
    (b'O', b'Q'),
    (b'P', b'R'),
    (b'S', b'B'),
    (b'U', b'V'),
    (b'V', b'W'),
    (b'V', b'Y'),
    (b'X', b'Y'),
];

/// For each character (0–9, A–Z) the set of those that look like it, as bits.
const ALIKE: [u64; 128] = {
    let mut table = [0u64; 128];
    let mut i = 0;
    while i < LOOK_ALIKES.len() {
        let (a, b) = LOOK_ALIKES[i];
        table[a as usize] |= 1 << (b - b'0');
        table[b as usize] |= 1 << (a - b'0');
        i += 1;
    }
    table
};

/// Whether two characters (ASCII, upper case) are easily taken for each other.
pub(crate) fn look_alike(a: u8, b: u8) -> bool {
    (b'0'..=b'Z').contains(&b) && ALIKE.get(usize::from(a)).is_some_and(|set| set & (1 << (b - b'0')) != 0)
}

/// Width, case, spaces, hyphens and quotes folded away: the form in which identifiers are compared. Borrowed
/// when the text is already in that form.
///
/// Hyphens go because clerks write `91441900-MA0DEM01-3W` and `D2143569-X`; no identifier of this crate needs one.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(crate::fold::half_width)
            .filter(|c| {
                !(c.is_whitespace()
                    || crate::fold::is_invisible(*c)
                    || crate::fold::is_quote(*c)
                    || crate::fold::is_hyphen(*c))
            })
            .map(|c| c.to_ascii_uppercase())
            .collect(),
    )
}

/// What [`corrections`] needs to know of one kind of identifier.
pub(crate) struct Scheme<'a, P, D> {
    /// Number of characters of a right identifier, at most [`LONGEST`].
    pub length: usize,
    /// Characters an identifier may hold.
    pub alphabet: &'a [u8],
    /// Whether a candidate passes every check.
    pub passes: P,
    /// How implausible a passing candidate is all the same (0 = not at all); outweighs the kind of slip.
    pub demerit: D,
}

/// Length of the longest identifier with corrections, and one surplus character.
const LONGEST: usize = 19;

/// A passing candidate, without allocation: most are ranked behind the limit and never shown.
struct Candidate {
    demerit: u32,
    kind: CorrectionKind,
    position: usize,
    code: [u8; LONGEST],
}

/// Values one slip away from `text` that pass, the most plausible first, at most `limit` of them.
///
/// Several illegal look-alikes at once (`O` for `0` twice) count as one slip, since one hand made them all.
pub(crate) fn corrections<P, D>(text: &str, limit: usize, scheme: &Scheme<'_, P, D>) -> Vec<Correction>
where
    P: Fn(&[u8]) -> bool,
    D: Fn(&[u8]) -> u32,
{
    let folded = fold(text);
    if !folded.is_ascii() || limit == 0 {
        return Vec::new();
    }
    let code = folded.as_bytes();
    let mut found: Vec<Candidate> = Vec::new();
    let mut offer = |candidate: &[u8], kind: CorrectionKind, position: usize| {
        if candidate.len() == scheme.length && candidate.len() <= LONGEST && (scheme.passes)(candidate) {
            let mut code = [0; LONGEST];
            code[..candidate.len()].copy_from_slice(candidate);
            found.push(Candidate { demerit: (scheme.demerit)(candidate), kind, position, code });
        }
    };
    if code.len() == scheme.length {
        if !(scheme.passes)(code) {
            same_length(code, scheme.alphabet, &mut offer);
        } else if folded != text {
            offer(code, CorrectionKind::Folded, 0);
        }
    } else if code.len() == scheme.length + 1 {
        for drop in 0..code.len() {
            // Dropping either of two equal neighbours gives the same value.
            if drop == 0 || code[drop] != code[drop - 1] {
                let shorter = [&code[..drop], &code[drop + 1..]].concat();
                offer(&shorter, CorrectionKind::Surplus, drop + 1);
            }
        }
    }
    found.sort_by_key(|c| (c.demerit, c.kind, c.position));
    let value = |c: &Candidate| String::from_utf8_lossy(&c.code[..scheme.length]).into_owned();
    found
        .iter()
        .take(limit)
        .map(|c| Correction { value: value(c), kind: c.kind, position: c.position })
        .collect()
}

/// Substitutions and transpositions of a code that has the right length.
fn same_length(code: &[u8], alphabet: &[u8], offer: &mut impl FnMut(&[u8], CorrectionKind, usize)) {
    let wrong: Vec<usize> = (0..code.len()).filter(|&i| !alphabet.contains(&code[i])).collect();
    match wrong.as_slice() {
        [] => {
            substitute(code, 0..code.len(), alphabet, offer);
            for i in 0..code.len() - 1 {
                let mut candidate = code.to_vec();
                candidate.swap(i, i + 1);
                offer(&candidate, CorrectionKind::Transposition, i + 1);
            }
        }
        [only] => substitute(code, *only..*only + 1, alphabet, offer),
        several if several.len() <= 4 => replace_all(code, several, alphabet, offer),
        _ => {}
    }
}

fn substitute(
    code: &[u8],
    places: std::ops::Range<usize>,
    alphabet: &[u8],
    offer: &mut impl FnMut(&[u8], CorrectionKind, usize),
) {
    let mut candidate = code.to_vec();
    for i in places {
        for &c in alphabet.iter().filter(|c| **c != code[i]) {
            candidate[i] = c;
            let alike = look_alike(c, code[i]);
            let kind = if alike { CorrectionKind::LookAlike } else { CorrectionKind::Substitution };
            offer(&candidate, kind, i + 1);
        }
        candidate[i] = code[i];
    }
}

/// Every illegal character replaced by each legal one that looks like it.
fn replace_all(
    code: &[u8],
    places: &[usize],
    alphabet: &[u8],
    offer: &mut impl FnMut(&[u8], CorrectionKind, usize),
) {
    let mut candidates = vec![code.to_vec()];
    for &i in places {
        candidates = candidates
            .iter()
            .flat_map(|base| {
                alphabet.iter().filter(|&&c| look_alike(c, code[i])).map(move |&c| {
                    let mut next = base.clone();
                    next[i] = c;
                    next
                })
            })
            .collect();
    }
    for candidate in candidates {
        offer(&candidate, CorrectionKind::LookAlike, places[0] + 1);
    }
}

/// The first character of `text` (from 1) that `allowed` refuses at its place, for text of any encoding length.
pub(crate) fn first_wrong(text: &str, allowed: impl Fn(usize, char) -> bool) -> Option<IdentifierError> {
    text.chars()
        .enumerate()
        .find(|(i, c)| !allowed(*i, *c))
        .map(|(i, found)| IdentifierError::Character { position: i + 1, found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_gives_the_form_to_compare() {
        assert!(matches!(fold("91441900MA0DEM013W"), Cow::Borrowed(_)));
        assert_eq!(fold(" ９１441900-ma0dem013w\u{feff}"), "91441900MA0DEM013W");
        assert_eq!(fold("'370602188002290010"), "370602188002290010");
    }

    #[test]
    fn look_alikes_are_symmetric() {
        assert!(look_alike(b'0', b'O') && look_alike(b'O', b'0'));
        assert!(!look_alike(b'0', b'0') && !look_alike(b'7', b'M'));
    }
}
