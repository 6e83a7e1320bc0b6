//! Reading numbers as people write them. Decimals are whole numbers of the smallest unit (`scale` digits after the
//! point), as Arrow's `Decimal128` holds them.

use super::fold::{self, Fold};

/// A number read from a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberRead {
    /// A plain number.
    Good(i128),
    /// Read after folding: full-width digits, spaces, an apostrophe.
    Folded(i128, Fold),
    /// With separators of thousands, e.g. `1,200.50`.
    Thousands(i128),
    /// In scientific notation, e.g. `2E+3`.
    Scientific(i128),
    /// A number followed by its unit, e.g. `0.2万元`. Holds the number in the field's unit.
    WithUnit(i128),
    /// An amount in yuan where the field counts in 万元, e.g. `2000元`. Holds the amount in the field's unit.
    Yuan(i128),
    /// More digits after the point than the field holds.
    TooFine,
    /// Larger than the field holds.
    TooLarge,
    /// A decimal comma, e.g. `1,5`: one and a half, or fifteen?
    Comma,
    /// Not a number.
    Unreadable,
}

/// How a decimal field is written.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'a> {
    /// All digits.
    pub precision: u8,
    /// Digits after the point.
    pub scale: u8,
    /// Unit as shown, e.g. `万元`.
    pub unit: Option<&'a str>,
}

/// Reads a decimal.
#[must_use]
pub fn read(v: &str, shape: Shape<'_>) -> NumberRead {
    match plain(v.as_bytes(), shape) {
        NumberRead::Unreadable => read_slow(v, shape),
        other => other,
    }
}

fn plain(b: &[u8], shape: Shape<'_>) -> NumberRead {
    let (negative, digits) = match b.first() {
        Some(b'-') => (true, &b[1..]),
        Some(b'+') => (false, &b[1..]),
        _ => (false, b),
    };
    let mut n: i128 = 0;
    let (mut whole, mut after, mut point) = (0_u32, 0_u32, false);
    // Zeros at the end of the fraction say nothing about fineness.
    let end = if digits.contains(&b'.') {
        digits.len() - digits.iter().rev().take_while(|b| **b == b'0').count()
    } else {
        digits.len()
    };
    if digits.is_empty() || digits == b"." {
        return NumberRead::Unreadable;
    }
    for (i, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if i >= end {
                    continue;
                }
                if point {
                    after += 1;
                } else if n > 0 || *byte != b'0' {
                    whole += 1;
                }
                if whole + after > 38 {
                    return NumberRead::TooLarge;
                }
                n = n * 10 + i128::from(byte - b'0');
            }
            b'.' if !point => point = true,
            _ => return NumberRead::Unreadable,
        }
    }
    if after > u32::from(shape.scale) {
        return NumberRead::TooFine;
    }
    if whole > u32::from(shape.precision.saturating_sub(shape.scale)) {
        return NumberRead::TooLarge;
    }
    n *= 10_i128.pow(u32::from(shape.scale) - after);
    NumberRead::Good(if negative { -n } else { n })
}

fn read_slow(v: &str, shape: Shape<'_>) -> NumberRead {
    let (folded, fold) = fold::fold_code(v);
    let folded = folded.replace('，', ",").replace(['。', '．'], ".");
    let folded = folded.trim_start_matches(['¥', '￥', '$']);
    if let NumberRead::Good(n) = plain(folded.as_bytes(), shape) {
        let fold = if fold == Fold::None { Fold::FullWidth } else { fold };
        return NumberRead::Folded(n, fold);
    }
    if let Some(n) = thousands(folded, shape) {
        return NumberRead::Thousands(n);
    }
    if let Some(n) = scientific(folded, shape) {
        return NumberRead::Scientific(n);
    }
    if let Some(read) = with_unit(folded, shape) {
        return read;
    }
    if let Some((a, b)) = folded.split_once(',')
        && !b.contains(',')
        && [a, b].iter().all(|s| !s.is_empty() && s.bytes().all(|c| c.is_ascii_digit()))
    {
        return NumberRead::Comma;
    }
    match plain(folded.as_bytes(), shape) {
        NumberRead::Good(_) => NumberRead::Unreadable,
        other => other,
    }
}

fn thousands(v: &str, shape: Shape<'_>) -> Option<i128> {
    let whole = v.split('.').next()?;
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next()?;
    let mut rest = groups.peekable();
    rest.peek()?;
    if first.is_empty() || first.len() > 3 || !rest.all(|g| g.len() == 3) {
        return None;
    }
    match plain(v.replace(',', "").as_bytes(), shape) {
        NumberRead::Good(n) => Some(n),
        _ => None,
    }
}

fn scientific(v: &str, shape: Shape<'_>) -> Option<i128> {
    let (mantissa, exponent) = v.split_once('E')?;
    let exponent: i32 = exponent.parse().ok()?;
    let wide = Shape { precision: 38, scale: 18, unit: None };
    let NumberRead::Good(n) = plain(mantissa.as_bytes(), wide) else { return None };
    rescale(n, exponent - 18 + i32::from(shape.scale)).filter(|n| fits(*n, shape))
}

/// `n` × 10^`by`, when nothing is lost.
fn rescale(n: i128, by: i32) -> Option<i128> {
    let power = 10_i128.checked_pow(by.unsigned_abs())?;
    if by >= 0 { n.checked_mul(power) } else { (n % power == 0).then_some(n / power) }
}

fn fits(n: i128, shape: Shape<'_>) -> bool {
    10_i128.checked_pow(u32::from(shape.precision)).is_none_or(|max| n.abs() < max)
}

/// A number with a unit of money, or with the field's own unit.
fn with_unit(v: &str, shape: Shape<'_>) -> Option<NumberRead> {
    let (number, power, says_yuan) = split_unit(v)?;
    let wide = Shape { precision: 38, scale: 12, unit: None };
    let n = match plain(number.as_bytes(), wide) {
        NumberRead::Good(n) => n,
        _ => thousands(number, wide)?,
    };
    let Some(unit) = shape.unit else {
        return rescale(n, i32::from(shape.scale) - 12).filter(|n| fits(*n, shape)).map(NumberRead::WithUnit);
    };
    let own = split_unit(&format!("0{unit}")).map_or(0, |(_, p, _)| p);
    let n = rescale(n, i32::from(shape.scale) - 12 + power - own).filter(|n| fits(*n, shape))?;
    Some(if says_yuan && power != own { NumberRead::Yuan(n) } else { NumberRead::WithUnit(n) })
}

/// Number, power of ten of its unit, and whether the unit is money.
fn split_unit(v: &str) -> Option<(&str, i32, bool)> {
    let at = v.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-')))?;
    if at == 0 {
        return None;
    }
    let (number, unit) = v.split_at(at);
    let unit = unit.trim_end_matches("整").trim_end_matches("正").trim_end_matches("人民币");
    let (power, rest) = if let Some(r) = unit.strip_prefix("亿") {
        (8, r)
    } else if let Some(r) = unit.strip_prefix("千万") {
        (7, r)
    } else if let Some(r) = unit.strip_prefix("百万") {
        (6, r)
    } else if let Some(r) = unit.strip_prefix("万") {
        (4, r)
    } else if let Some(r) = unit.strip_prefix("千") {
        (3, r)
    } else {
        (0, unit)
    };
    match rest {
        "元" | "圆" | "块" | "RMB" | "CNY" | "元人民币" => Some((number, power, true)),
        "" if power > 0 => Some((number, power, true)),
        "%" | "个" | "人" | "次" | "件" | "户" | "平方米" | "㎡" | "吨" | "公斤" => {
            Some((number, power, false))
        }
        _ => None,
    }
}

/// A decimal as it is shortest written: `0.2`, `-3`, `1200.5`.
#[must_use]
pub fn write(n: i128, scale: u8) -> String {
    let power = 10_u128.pow(u32::from(scale));
    let (whole, part) = (n.unsigned_abs() / power, n.unsigned_abs() % power);
    let sign = if n < 0 { "-" } else { "" };
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let part = format!("{part:0width$}", width = usize::from(scale));
    format!("{sign}{whole}.{}", part.trim_end_matches('0'))
}

/// A digit as documents spell it, plain (一) or against forgery (壹).
pub(crate) const fn chinese_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' | '壹' => 1,
        '二' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAN: Shape<'_> = Shape { precision: 18, scale: 6, unit: Some("万元") };

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (v, read_as) in [
            ("0.2", NumberRead::Good(200_000)),
            ("0.20000000", NumberRead::Good(200_000)),
            ("2000", NumberRead::Good(2_000_000_000)),
            ("-1", NumberRead::Good(-1_000_000)),
            ("０.２", NumberRead::Folded(200_000, Fold::FullWidth)),
            (" 0.2", NumberRead::Folded(200_000, Fold::Spaces)),
            ("￥0.2", NumberRead::Folded(200_000, Fold::FullWidth)),
            ("1,200.5", NumberRead::Thousands(1_200_500_000)),
            ("2E-1", NumberRead::Scientific(200_000)),
            ("2.5e+3", NumberRead::Scientific(2_500_000_000)),
            ("0.2万元", NumberRead::WithUnit(200_000)),
            ("2000元", NumberRead::Yuan(200_000)),
            ("2,000元整", NumberRead::Yuan(200_000)),
            ("0.0000001", NumberRead::TooFine),
            ("1234567890123", NumberRead::TooLarge),
            ("1,5", NumberRead::Comma),
            ("贰仟元", NumberRead::Unreadable),
            ("", NumberRead::Unreadable),
            (".", NumberRead::Unreadable),
            ("1.2.3", NumberRead::Unreadable),
        ] {
            assert_eq!(read(v, WAN), read_as, "{v}");
        }
    }

    #[test]
    fn a_decimal_is_written_shortest() {
        assert_eq!(write(200_000, 6), "0.2");
        assert_eq!(write(-3_000_000, 6), "-3");
        assert_eq!(write(30, 4), "0.003");
        assert_eq!(write(7, 0), "7");
    }
}
