//! What the circular says besides the ranking: cataloguing and double publicity, objections and repairs, and the figures that give no points.

use super::Frozen;
use super::draft::{NAMED, behind};
use crate::facts::Kind;
use crate::model::{Direction, Figure, Indicator};

/// The indicators of objections, which have a paragraph of their own.
const RECEIVED: &str = "objections-received";
const IN_TIME: &str = "objections-in-time";
const OVERDUE: &str = "objections-overdue";

/// The figure of the whole city; none where the period was frozen without the indicator, or its facts were never gathered.
fn city(now: &Frozen, code: &str) -> Option<Figure> {
    let indicator = now.basis.indicator(code)?;
    now.basis.marks.0.contains_key(&indicator.facts).then(|| now.figures.city(code))
}

/// A rate of the city with its two numbers; none without data.
fn rate(now: &Frozen, code: &str) -> Option<String> {
    let (indicator, figure) = (now.basis.indicator(code)?, city(now, code)?);
    Some(format!(
        "{}{}（{}/{}）",
        indicator.title.zh,
        figure.percent()?,
        figure.numerator,
        figure.denominator
    ))
}

/// Who falls behind the city in an indicator, as a sentence.
fn named(now: &Frozen, code: &str) -> Option<String> {
    let indicator = now.basis.indicator(code)?;
    let (named, all) = behind(now, indicator);
    let side = if indicator.direction == Direction::Lower { "高于" } else { "低于" };
    let rest = if all > named.len() { format!("等{all}个单位") } else { String::new() };
    (!named.is_empty())
        .then(|| format!("{}{side}全市水平的有：{}{rest}。", indicator.title.zh, named.join("、")))
}

/// 编目挂接和“双公示”归集情况
pub(super) fn collection(now: &Frozen) -> String {
    let mut lines = Vec::new();
    let catalogue = city(now, "catalogue-mounted").filter(|f| f.denominator > 0);
    lines.push(match catalogue {
        Some(f) => format!(
            "编目挂接：到期末已发布目录{}条，其中已挂接资源并有数据入库的{}条，目录挂接率{}。{}",
            f.denominator,
            f.numerator,
            f.percent().unwrap_or_default(),
            named(now, "catalogue-mounted").unwrap_or_default()
        ),
        None => "编目挂接：到期末没有已发布的目录。".to_owned(),
    });
    let rates: Vec<String> =
        ["late", "missed", "concealed"].iter().filter_map(|code| rate(now, code)).collect();
    lines.push(match rates.is_empty() {
        true => "“双公示”归集：本期暂无迟报、漏报数据。".to_owned(),
        false => format!("“双公示”归集：{}。", rates.join("，")),
    });
    lines.extend(["late", "missed", "concealed"].iter().filter_map(|code| named(now, code)));
    lines.join("\n")
}

/// Departments with most of what a figure counts, as `甲局（2件）、乙局（1件）`.
fn most(now: &Frozen, code: &str, count: impl Fn(Figure) -> i64) -> String {
    let of = |m: &crate::evaluate::Member| (count(now.figures.of(m.id, code)), m.zh.clone());
    let mut all: Vec<(i64, String)> = now.basis.members.iter().map(of).filter(|(n, _)| *n > 0).collect();
    all.sort_by_key(|(n, name)| (std::cmp::Reverse(*n), name.clone()));
    let rest = if all.len() > NAMED { format!("等{}个单位", all.len()) } else { String::new() };
    let named: Vec<String> = all.iter().take(NAMED).map(|(n, name)| format!("{name}（{n}件）")).collect();
    named.join("、") + &rest
}

/// 异议处理和信用修复情况
pub(super) fn cases(now: &Frozen) -> String {
    let mut lines = Vec::new();
    if let (Some(received), Some(closed), Some(open)) =
        (city(now, RECEIVED), city(now, IN_TIME), city(now, OVERDUE))
    {
        let mut text =
            format!("异议处理：本期收到异议{}件；部门处理完毕{}件", received.denominator, closed.denominator);
        if let Some(percent) = closed.percent() {
            text.push_str(&format!("，其中按期{}件，按期处理率{percent}", closed.numerator));
        }
        text.push_str(&format!("；到期末仍在部门核实的{}件", open.denominator));
        if open.denominator > 0 {
            text.push_str(&format!("，其中已逾期{}件", open.numerator));
        }
        text.push('。');
        let overdue = most(now, OVERDUE, |f| f.numerator);
        if !overdue.is_empty() {
            text.push_str(&format!("逾期未处理的有：{overdue}。"));
        }
        lines.push(text);
    }
    if let Some(repair) = city(now, "repair") {
        lines.push(match repair.percent() {
            Some(percent) => format!(
                "信用修复：本期办结{}件，其中材料齐全、按期办结且结果已同步的{}件，规范率{percent}。",
                repair.denominator, repair.numerator
            ),
            None => "信用修复：本期没有办结的信用修复。".to_owned(),
        });
    }
    if lines.is_empty() && !now.basis.marks.0.contains_key(&Kind::Cases) {
        lines.push("本期没有异议和信用修复数据。".to_owned());
    }
    lines.join("\n")
}

/// The indicators that give no points and have data in the city (其他指标). What is entered of business outside this platform stands on
/// the board: the circular tells of the work with credit data.
pub(super) fn others(now: &Frozen) -> Vec<&Indicator> {
    now.basis
        .indicators
        .iter()
        .filter(|i| i.weight == 0 && i.facts != Kind::Registered && now.figures.city(&i.code).denominator > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::circular::docx::tests::frozen;

    #[test]
    fn objections_catalogue_and_late_reports_are_named_with_their_numbers() {
        let mut now = frozen((9, 10), (10, 10));
        assert!(others(&now).is_empty());
        assert_eq!(cases(&now), "本期没有异议和信用修复数据。");
        for kind in Kind::ALL {
            now.basis.marks.0.insert(kind, 1);
        }
        assert!(
            cases(&now).contains("本期收到异议0件；部门处理完毕0件；到期末仍在部门核实的0件。"),
            "{}",
            cases(&now)
        );
        let figure = |numerator, denominator| Figure { numerator, denominator, exempted: 0 };
        let given = BTreeMap::from([
            (RECEIVED.to_owned(), figure(5, 5)),
            (IN_TIME.to_owned(), figure(2, 3)),
            (OVERDUE.to_owned(), figure(1, 2)),
            ("catalogue-mounted".to_owned(), figure(3, 4)),
            ("late".to_owned(), figure(1, 10)),
            ("missed".to_owned(), figure(0, 10)),
        ]);
        now.figures.0.get_mut(&uuid::Uuid::from_u128(1)).unwrap().extend(given);
        let other =
            BTreeMap::from([("late".to_owned(), figure(0, 10)), ("missed".to_owned(), figure(0, 10))]);
        now.figures.0.get_mut(&uuid::Uuid::from_u128(2)).unwrap().extend(other);
        assert_eq!(
            cases(&now).lines().next().unwrap(),
            "异议处理：本期收到异议5件；部门处理完毕3件，其中按期2件，按期处理率66.67%；到期末仍在部门核实的2件，其中已逾期1件。逾期未处理的有：示例市甲局（1件）。"
        );
        let told = collection(&now);
        for wanted in [
            "已发布目录4条，其中已挂接资源并有数据入库的3条，目录挂接率75.00%。",
            "迟报率5.00%（1/20），漏报率0.00%（0/20）。",
            "迟报率高于全市水平的有：示例市甲局（10.00%，1/10）。",
        ] {
            assert!(told.contains(wanted), "{wanted}: {told}");
        }
        let codes: Vec<&str> = others(&now).iter().map(|i| i.code.as_str()).collect();
        for code in ["late", "missed", "catalogue-mounted", RECEIVED, IN_TIME, OVERDUE] {
            assert!(codes.contains(&code), "{code}");
        }
    }
}
