//! Amounts of money in running text and in register cells (金额).

use crate::typed::numbers;

/// The amount in yuan told beside a word: `罚款2000元`, `罚款人民币贰仟元整`, `处2万元罚款`. The sum over all places where the
/// word stands with an amount; `None` when there is none.
#[must_use]
pub(crate) fn yuan_in_text(text: &str, word: &str) -> Option<f64> {
    if word.is_empty() {
        return None;
    }
    let mut sum = None;
    let mut from = 0;
    while let Some(found) = text[from..].find(word) {
        let start = from + found;
        let end = start + word.len();
        // Up to where the next clause begins; an amount beyond it belongs to something else.
        let after = clause(&text[end..]);
        let amount = amount_after(after).or_else(|| amount_before(&text[from..start]));
        if let Some(amount) = amount {
            // A total repeats what was told before it.
            if is_total(text[..start].trim_end()) || TOTALS.iter().any(|t| after.starts_with(t)) {
                return Some(amount);
            }
            *sum.get_or_insert(0.0) += amount;
        }
        from = end;
    }
    sum
}

const TOTALS: [&str; 4] = ["合计", "共计", "总计", "累计"];

fn is_total(before: &str) -> bool {
    TOTALS.iter().any(|t| before.ends_with(t))
}

/// What an amount may belong to: one that follows the next of these is not this one's (没收违法所得并处罚款2000元).
const MEASURES: [&str; 2] = ["罚款", "没收"];

fn clause(text: &str) -> &str {
    let end = text.find(['，', '。', '；', ';', '\n']).unwrap_or(text.len());
    let end = MEASURES.iter().filter_map(|m| text.find(m)).fold(end, usize::min);
    // A comma inside a number (2,000元) is half-width and does not end the clause.
    &text[..end]
}

fn amount_after(text: &str) -> Option<f64> {
    let start = text.char_indices().find(|(_, c)| is_numeral(*c))?.0;
    // `罚款的决定书第3号`: too far away to be meant.
    if text[..start].chars().count() > 12 {
        return None;
    }
    read_amount(&text[start..]).map(|(amount, _)| amount)
}

/// `处2万元罚款`, `处以2000元的罚款`: the amount must stand directly before the word.
fn amount_before(text: &str) -> Option<f64> {
    let text = text.trim_end_matches(['的', ' ']);
    let tail_start = text
        .rfind(['，', '。', '；', ';', '\n'])
        .map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    let tail = &text[tail_start..];
    let starts = tail.char_indices().filter(|(_, c)| is_numeral(*c)).map(|(i, _)| i);
    starts.filter_map(|start| Some((start, read_amount(&tail[start..])?))).find_map(
        |(start, (amount, used))| {
            let rest = tail[start + used..].trim_matches(['整', '正', '的', ' ']);
            rest.is_empty().then_some(amount)
        },
    )
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit()
        || ('０'..='９').contains(&c)
        || digit(c).is_some_and(|d| d > 0)
        || matches!(c, '拾' | '十')
}

/// An amount at the start of the text: its value in yuan and the bytes it takes, unit included.
fn read_amount(text: &str) -> Option<(f64, usize)> {
    let (number, used) = read_arabic(text).or_else(|| read_chinese(text))?;
    let rest = &text[used..];
    let (factor, unit) = if let Some(r) = rest.strip_prefix("亿") {
        (1e8, "亿".len() + yuan(r)?)
    } else if let Some(r) = rest.strip_prefix("万") {
        (1e4, "万".len() + yuan(r)?)
    } else if let Some(r) = rest.strip_prefix("千") {
        (1e3, "千".len() + yuan(r)?)
    } else {
        (1.0, yuan(rest)?)
    };
    Some((round(number * factor), used + unit))
}

fn round(n: f64) -> f64 {
    (n * 1e4).round() / 1e4
}

fn yuan(rest: &str) -> Option<usize> {
    ["元", "圆", "块"].iter().find(|u| rest.starts_with(**u)).map(|u| u.len())
}

fn read_arabic(text: &str) -> Option<(f64, usize)> {
    let mut digits = String::new();
    let mut used = 0;
    for c in text.chars() {
        let half = standards::fold::half_width(c);
        match half {
            '0'..='9' | '.' => digits.push(half),
            ',' if !digits.is_empty() => {}
            _ => break,
        }
        used += c.len_utf8();
    }
    digits.parse().ok().map(|n| (n, used))
}

fn digit(c: char) -> Option<u64> {
    match c {
        '两' => Some(2),
        _ => numbers::chinese_digit(c).map(u64::from),
    }
}

/// Chinese numerals up to 亿: `贰仟`, `一万二千三百`, `拾万`.
fn read_chinese(text: &str) -> Option<(f64, usize)> {
    let (mut total, mut section, mut current, mut used) = (0_u64, 0_u64, 0_u64, 0);
    for c in text.chars() {
        if let Some(d) = digit(c) {
            current = d;
        } else {
            match c {
                '十' | '拾' => {
                    section += current.max(1) * 10;
                    current = 0;
                }
                '百' | '佰' => {
                    section += current * 100;
                    current = 0;
                }
                '千' | '仟' => {
                    section += current * 1000;
                    current = 0;
                }
                '万' | '萬' => {
                    total += (section + current) * 10_000;
                    (section, current) = (0, 0);
                }
                '亿' => {
                    total = (total + section + current) * 100_000_000;
                    (section, current) = (0, 0);
                }
                _ => break,
            }
        }
        used += c.len_utf8();
    }
    let n = total + section + current;
    (used > 0 && n > 0).then_some((n as f64, used))
}

/// Whether a cell is an amount and nothing else: `500万元人民币`, `100.00`.
#[must_use]
pub(crate) fn looks_like_money(v: &str) -> bool {
    let is_sized = v.chars().count() <= 30 && v.chars().any(is_numeral);
    let is_named = v.contains(['万', '亿', '元', '圆']);
    let is_bare = || v.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    // 万元街1号 and 500元/月 are no amounts.
    is_sized
        && (is_named || is_bare())
        && !v.contains(['号', '街', '路', '/', '月', '年'])
        && money_text_fault(v).is_none()
}

/// Why an amount as registers write it (`5000万人民币`, `100.00万元`, `50(万美元)`) cannot be understood; `None` when it can.
/// The patterns are those of message `E415`.
#[must_use]
pub(crate) fn money_text_fault(v: &str) -> Option<&'static str> {
    let half: String = v.chars().filter(|c| !c.is_whitespace()).map(standards::fold::half_width).collect();
    let digits = half.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return read_chinese(half.trim_start_matches("人民币").trim_start_matches('负'))
            .is_none()
            .then_some("no-number");
    }
    let start = half.find(|c: char| c.is_ascii_digit())?;
    let number: &str = {
        let rest = &half[start..];
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(rest.len());
        &rest[..end]
    };
    if number.matches('.').count() > 1 {
        return Some("two-decimal-points");
    }
    let rest = &half[start + number.len()..];
    if rest.starts_with(['E', 'e'])
        && rest[1..].starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'))
    {
        return Some("scientific");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_beside_a_word_are_read() {
        for (text, word, yuan) in [
            ("罚款2000元，没收违法所得30元", "罚款", Some(2000.0)),
            ("罚款2000元，没收违法所得30元", "没收", Some(30.0)),
            ("处以罚款人民币贰仟元整", "罚款", Some(2000.0)),
            ("罚款0.2万元", "罚款", Some(2000.0)),
            ("处2万元罚款", "罚款", Some(20_000.0)),
            ("处以2,000.50元的罚款", "罚款", Some(2000.5)),
            ("罚款一万二千三百元", "罚款", Some(12_300.0)),
            ("罚款拾万元", "罚款", Some(100_000.0)),
            ("罚款１０００元；对法定代表人罚款500元", "罚款", Some(1500.0)),
            ("警告", "罚款", None),
            ("责令改正，罚款", "罚款", None),
            ("没收违法所得并处罚款2000元", "没收", None),
            ("没收违法所得并处罚款2000元", "罚款", Some(2000.0)),
            ("没收违法所得30元并处2000元罚款", "没收", Some(30.0)),
            ("没收违法所得30元并处2000元罚款", "罚款", Some(2000.0)),
            ("对公司罚款1000元，对负责人罚款500元", "罚款", Some(1500.0)),
            ("对公司罚款1000元，对负责人罚款500元，合计罚款1500元", "罚款", Some(1500.0)),
            ("罚款1000元，罚款500元，罚款共计1500元", "罚款", Some(1500.0)),
            ("经营过期食品3瓶，罚款", "罚款", None),
        ] {
            assert_eq!(yuan_in_text(text, word), yuan, "{text} {word}");
        }
    }

    #[test]
    fn register_amounts() {
        for v in ["5000万人民币", "100.00万元", "1,000万美元", "50(万美元)", "伍佰万元", "10万", "3000000"]
        {
            assert_eq!(money_text_fault(v), None, "{v}");
        }
        assert_eq!(money_text_fault("万人民币"), Some("no-number"));
        assert_eq!(money_text_fault("1.0.5万元"), Some("two-decimal-points"));
        assert_eq!(money_text_fault("1.0E-4万元"), Some("scientific"));
    }
}
