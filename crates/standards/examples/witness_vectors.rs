//! Prints the deterministic set of identifiers that `tests/witness/run.sh` compares with python-stdnum.
//!
//! One line each, tab-separated: kind (`uscc`, `id`, `reg`), the text, our answer to the text as written, our answer
//! after folding, and for `id` whether the division is known since 1984 or birth. Answers: `ok` or the name of the error.

use std::io::{BufWriter, Write};

use chrono::NaiveDate;
use standards::{IdentifierError, divisions, id_card, registration_number, uscc};

/// SplitMix64: the same vectors on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap_or_default()
    }

    fn pick(&mut self, from: &[u8]) -> char {
        char::from(from[self.next(from.len())])
    }

    fn text(&mut self, from: &[u8], n: usize) -> String {
        (0..n).map(|_| self.pick(from)).collect()
    }
}

const DIGITS: &[u8] = b"0123456789";

fn answer<T>(result: &Result<T, IdentifierError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(IdentifierError::Length { .. }) => "length",
        Err(IdentifierError::Character { .. }) => "character",
        Err(IdentifierError::Placeholder) => "placeholder",
        Err(IdentifierError::BirthDate { .. }) => "birth-date",
        Err(IdentifierError::BirthDateRange { .. }) => "birth-date-range",
        Err(IdentifierError::CheckCharacter { .. }) => "check-character",
    }
}

/// The text with one character replaced, two swapped, one dropped, one doubled.
fn slips(random: &mut Random, text: &str, alphabet: &[u8]) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = random.next(chars.len() - 1);
    let mut replaced = chars.clone();
    replaced[at] = random.pick(alphabet);
    let mut swapped = chars.clone();
    swapped.swap(at, at + 1);
    let mut dropped = chars.clone();
    dropped.remove(at);
    let mut doubled = chars;
    doubled.insert(at, doubled[at]);
    [replaced, swapped, dropped, doubled].into_iter().map(|c| c.into_iter().collect()).collect()
}

fn main() -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut random = Random(32_100);
    // The day of the comparison is fixed, so that the vectors stay the same.
    let on = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap_or_default();
    unified_codes(&mut out, &mut random)?;
    identity_numbers(&mut out, &mut random, on)?;
    registration_numbers(&mut out, &mut random)?;
    out.flush()
}

fn unified_codes(out: &mut impl Write, random: &mut Random) -> std::io::Result<()> {
    let mut texts = vec![uscc::PLACEHOLDER.to_owned(), String::new()];
    for i in 0..4000 {
        let prefix = uscc::prefixes()[i % uscc::prefixes().len()].code;
        let mut code = format!("{prefix}{}{}", random.text(DIGITS, 6), random.text(uscc::ALPHABET, 9));
        code.extend(uscc::check_character(&code));
        texts.extend(slips(random, &code, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
        texts.push(code.to_lowercase());
        texts.push(format!(" {}-{} ", &code[..8], &code[8..]));
        texts.push(code.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)).collect());
        texts.push(code);
        // A letter among the digits of the division, with a check character that fits.
        let mut odd = format!("91{}{}", random.text(uscc::ALPHABET, 6), random.text(uscc::ALPHABET, 9));
        odd.extend(uscc::check_character(&odd));
        texts.push(odd);
    }
    for text in texts {
        let strict = answer(&uscc::validate(&text));
        let folded = answer(&uscc::validate(&uscc::fold(&text)));
        writeln!(out, "uscc\t{text}\t{strict}\t{folded}")?;
    }
    Ok(())
}

fn identity_numbers(out: &mut impl Write, random: &mut Random, on: NaiveDate) -> std::io::Result<()> {
    let complete = |division: &str, birth: &str, sequence: &str| {
        let mut text = format!("{division}{birth}{sequence}");
        text.extend(id_card::check_character(&text));
        text
    };
    let mut texts = vec![String::new()];
    // The sequences 996 to 999 were kept for people of a hundred years, so no number made here is a living person's.
    // Every code of every province, known or not, for births of four generations.
    for province in divisions::provinces().iter().map(|p| &p.code[..2]).chain(["10", "83", "91"]) {
        for rest in 0..10_000 {
            let division = format!("{province}{rest:04}");
            texts.push(complete(&division, "18900615", "998"));
            if !divisions::history(&division).is_empty() {
                texts.extend(["19800615", "19950615", "20050615"].map(|b| complete(&division, b, "998")));
            }
        }
    }
    // Dates of every kind, and slips.
    for _ in 0..4000 {
        let year = [1700 + random.next(150), 1850 + random.next(150), 2000 + random.next(60)][random.next(3)];
        let birth = format!("{year:04}{:02}{:02}", random.next(14), random.next(33));
        let text = complete("370602", &birth, &format!("99{}", 6 + random.next(4)));
        texts.extend(slips(random, &text, b"0123456789XO"));
        texts.push(text.to_lowercase());
        texts.push(text);
    }
    for text in texts {
        let strict = id_card::validate(&text, on);
        let known = match &strict {
            Ok(card) if card.division_known() => "known",
            Ok(_) => "unknown",
            Err(_) => "-",
        };
        writeln!(out, "id\t{text}\t{}\t{}\t{known}", answer(&strict), answer(&strict))?;
    }
    Ok(())
}

fn registration_numbers(out: &mut impl Write, random: &mut Random) -> std::io::Result<()> {
    for _ in 0..4000 {
        let mut text = random.text(DIGITS, 14);
        text.extend(registration_number::check_character(&text));
        let mut texts = slips(random, &text, b"0123456789A");
        texts.push(text);
        for text in texts {
            let strict = answer(&registration_number::validate(&text));
            writeln!(out, "reg\t{text}\t{strict}\t{strict}")?;
        }
    }
    Ok(())
}
