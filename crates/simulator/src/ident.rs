//! Identifiers with valid check characters (编码生成). Written apart from `standards` on purpose: these are the
//! values the checker is judged by, so they must not come from the code that is judged.
//!
//! The inner organisation code of everything in the demo city begins with `DEM0` (or, for the few old
//! all-digit ones, with `0009`), so that no real organisation is hit.

use chrono::{Datelike, NaiveDate};

/// The 31 characters of GB 32100-2015; I, O, Z, S and V are left out.
pub const USCC_CHARS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The placeholder for subjects without a code, 17 zeros and X.
pub const PLACEHOLDER: &str = "00000000000000000X";

/// 统一社会信用代码: two characters of registering body and kind, six of the division, and the organisation code made
/// from `body` (eight characters), with both check characters. GB 32100-2015, GB 11714-1997.
#[must_use]
pub fn uscc(kind: &str, division: &str, body: &str) -> String {
    let mut code = format!("{kind}{division}{body}{}", org_check(body));
    code.push(uscc_check(&code));
    code
}

/// The 18th character over the first 17. GB 32100-2015, 5.
#[must_use]
pub fn uscc_check(first17: &str) -> char {
    let mut weight = 1;
    let mut sum = 0;
    for b in first17.bytes().take(17) {
        let value = USCC_CHARS.iter().position(|c| *c == b).unwrap_or(0);
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    char::from(USCC_CHARS[(31 - sum % 31) % 31])
}

/// Whether a code of 18 characters passes its own check.
#[must_use]
pub fn uscc_passes(code: &str) -> bool {
    code.len() == 18 && code.bytes().all(|b| USCC_CHARS.contains(&b)) && code.ends_with(uscc_check(code))
}

/// The ninth character of an organisation code. GB 11714-1997.
#[must_use]
pub fn org_check(body: &str) -> char {
    let sum: u32 =
        body.chars().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(|(c, w)| c.to_digit(36).unwrap_or(0) * w).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => char::from_digit(n, 10).unwrap_or('0'),
    }
}

/// The body of the `serial`-th organisation code of the demo city: `DEM0` and four characters.
#[must_use]
pub fn body(serial: usize) -> String {
    let mut rest = serial;
    let mut tail = [b'0'; 4];
    for place in tail.iter_mut().rev() {
        *place = USCC_CHARS[rest % 31];
        rest /= 31;
    }
    format!("DEM0{}", tail.map(char::from).iter().collect::<String>())
}

/// The body of an old, all-digit organisation code: `0009` and four digits.
#[must_use]
pub fn digit_body(serial: usize) -> String {
    format!("0009{:04}", serial % 10_000)
}

/// 公民身份号码: division, birth date, sequence (odd for men) and check character. GB 11643-1999.
#[must_use]
pub fn id_card(division: &str, birth: NaiveDate, sequence: u32) -> String {
    let mut code =
        format!("{division}{:04}{:02}{:02}{:03}", birth.year(), birth.month(), birth.day(), sequence % 1000);
    code.push(id_check(&code));
    code
}

/// The 18th character of an identity number over the first 17.
#[must_use]
pub fn id_check(first17: &str) -> char {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first17.chars().zip(weights).map(|(c, w)| c.to_digit(10).unwrap_or(0) * w).sum();
    char::from(b"10X98765432"[(sum % 11) as usize])
}

/// 工商注册号 of 15 digits: registry office, sequence of eight digits, check digit (ISO 7064 MOD 11,10). GS 15-2006.
#[must_use]
pub fn registration_number(office: &str, sequence: usize) -> String {
    let first14 = format!("{office}{sequence:08}");
    let mut p = 10;
    for d in first14.chars().filter_map(|c| c.to_digit(10)) {
        p = (p + d) % 10;
        if p == 0 {
            p = 10;
        }
        p = p * 2 % 11;
    }
    format!("{first14}{}", (11 - p) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_have_these_check_characters() {
        assert_eq!(uscc_check("91110000600037341"), 'L');
        assert_eq!(uscc_check("11100000000013338"), 'W');
        assert_eq!(org_check("D2143569"), 'X');
        assert_eq!(org_check("60003734"), '1');
        assert_eq!(id_check("11010519491231002"), 'X');
        assert_eq!(id_check("44052418800101001"), '4');
        assert_eq!(registration_number("110108", 1), "110108000000016");
        assert_eq!(registration_number("441900", 1), "441900000000012");
    }

    #[test]
    fn made_codes_pass_and_differ() {
        let codes: Vec<String> = (0..2000).map(|n| uscc("91", "512201", &body(n))).collect();
        assert!(codes.iter().all(|c| uscc_passes(c)));
        let distinct: std::collections::HashSet<_> = codes.iter().collect();
        assert_eq!(distinct.len(), codes.len());
        assert!(uscc("91", "512201", &digit_body(7)).starts_with("9151220100090007"));
    }
}
