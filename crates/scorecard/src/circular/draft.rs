//! 拟稿: the first texts of a circular, from the frozen figures and the regulation. Whoever edits it has the last word.

use std::fmt::Write as _;

use chrono::Datelike as _;

use super::{Frozen, cases, collection, moved};
use crate::evaluate::Member;
use crate::model::{Direction, Indicator, Regulation, Span, Texts};

/// Departments named with praise, and problems named for each indicator, at most.
pub(super) const NAMED: usize = 3;

/// A day as documents write it.
fn day(d: chrono::NaiveDate) -> String {
    format!("{}年{}月{}日", d.year(), d.month(), d.day())
}

fn days(span: Span) -> String {
    if span == Span::month_of(span.from) {
        format!("{}年{}月", span.from.year(), span.from.month())
    } else {
        format!("{}至{}", day(span.from), day(span.to))
    }
}

/// The texts with which a circular begins.
pub(crate) fn draft(regulation: &Regulation, now: &Frozen, before: Option<&Frozen>) -> Texts {
    let when = days(now.basis.span);
    let basis = regulation.title.replace("（示范文本）", "");
    Texts {
        issuer: regulation.issuer.clone(),
        title: format!("关于{when}公共信用信息归集应用工作情况的通报"),
        main_to: regulation.main_to.clone(),
        copy_to: regulation.copy_to.clone(),
        opening: format!("根据《{basis}》，现将{when}全市公共信用信息归集应用工作情况通报如下。"),
        overview: overview(now, before),
        collection: collection(now),
        cases: cases(now),
        problems: problems(now),
        requirements:
            "请排名靠后和被点名的单位对照问题清单，逐项查明原因，按期完成整改，并通过平台反馈整改结果。\n\
            请各单位落实数据质量主体责任，在报送期限内报送决定；校验未通过的，在期限内更正重报。\n\
            请尚未实现系统对接的单位加快对接，减少手工填报。"
                .to_owned(),
        contact: String::new(),
    }
}

fn overview(now: &Frozen, before: Option<&Frozen>) -> String {
    let ranked: Vec<_> = now.standings.iter().filter(|s| s.rank.is_some()).collect();
    let mut text = format!("本期共有{}个单位参加考核", now.basis.members.len());
    let without = now.basis.members.len() - ranked.len();
    if without > 0 {
        let _ = write!(text, "，其中{without}个单位本期没有相关业务数据，不参加排名");
    }
    text.push_str("。全市");
    let rates: Vec<String> = now
        .basis
        .indicators
        .iter()
        .filter(|i| i.weight > 0)
        .filter_map(|i| {
            let figure = now.figures.city(&i.code);
            Some(format!(
                "{}{}（{}/{}）",
                i.title.zh,
                figure.percent()?,
                figure.numerator,
                figure.denominator
            ))
        })
        .collect();
    match rates.is_empty() {
        true => text.push_str("各项指标本期暂无数据"),
        false => text.push_str(&rates.join("，")),
    }
    text.push('。');
    let name =
        |s: &crate::model::Standing| now.basis.member(s.member).map(|m| m.zh.clone()).unwrap_or_default();
    let best: Vec<String> = ranked.iter().take(NAMED).map(|s| name(s)).collect();
    if !best.is_empty() {
        let _ = write!(text, "\n排名靠前的单位：{}。", best.join("、"));
    }
    let mut up: Vec<_> = ranked.iter().filter_map(|s| Some((moved(s, before)?, name(s)))).collect();
    up.sort_by_key(|(n, name)| (std::cmp::Reverse(*n), name.clone()));
    let up: Vec<String> = up
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .take(NAMED)
        .map(|(n, name)| format!("{name}（上升{n}位）"))
        .collect();
    if !up.is_empty() {
        let _ = write!(text, "进步较快的单位：{}。", up.join("、"));
    }
    text
}

/// The departments that fall furthest behind the city in an indicator, with their numbers, and how many fall behind it.
pub(super) fn behind(now: &Frozen, indicator: &Indicator) -> (Vec<String>, usize) {
    let city = now.figures.city(&indicator.code);
    let mut found: Vec<(i64, i64, &Member)> = now
        .basis
        .members
        .iter()
        .filter_map(|m| {
            let figure = now.figures.of(m.id, &indicator.code);
            let gap = match indicator.direction {
                Direction::Higher => city.rate()? - figure.rate()?,
                Direction::Lower => figure.rate()? - city.rate()?,
                Direction::Neutral => return None,
            };
            (gap > 0).then_some((gap, figure.denominator, m))
        })
        .collect();
    found.sort_by_key(|(gap, whole, m)| (std::cmp::Reverse((*gap, *whole)), m.zh.clone()));
    let all = found.len();
    let named = found
        .into_iter()
        .take(NAMED)
        .filter_map(|(_, _, m)| {
            let figure = now.figures.of(m.id, &indicator.code);
            // A name may end in a digit: brackets keep it from its figure.
            Some(format!("{}（{}，{}/{}）", m.zh, figure.percent()?, figure.numerator, figure.denominator))
        })
        .collect();
    (named, all)
}

fn problems(now: &Frozen) -> String {
    let mut lines = Vec::new();
    for indicator in now.basis.indicators.iter().filter(|i| i.weight > 0) {
        let (named, all) = behind(now, indicator);
        if !named.is_empty() {
            let city = now.figures.city(&indicator.code).percent().unwrap_or_default();
            let side = if indicator.direction == Direction::Lower { "高于" } else { "低于" };
            let rest = if all > named.len() { format!("等{all}个单位") } else { String::new() };
            let named = named.join("、");
            lines.push(format!("{}{side}全市水平（{city}）的有：{named}{rest}。", indicator.title.zh));
        }
    }
    for (code, (what, unit)) in
        [("overdue", ("决定逾期未报", "项")), ("open-findings", ("问题数据待整改", "处"))]
    {
        let mut most: Vec<(i64, &Member)> = now
            .basis
            .members
            .iter()
            .map(|m| (now.figures.of(m.id, code).denominator, m))
            .filter(|(n, _)| *n > 0)
            .collect();
        most.sort_by_key(|(n, m)| (std::cmp::Reverse(*n), m.zh.clone()));
        let named: Vec<String> =
            most.iter().take(NAMED).map(|(n, m)| format!("{}（{n}{unit}）", m.zh)).collect();
        if !named.is_empty() {
            let rest =
                if most.len() > named.len() { format!("等{}个单位", most.len()) } else { String::new() };
            // They are counted as they stand on the day of judgement.
            let judged = day(now.basis.as_of);
            lines.push(format!("截至{judged}{what}的有：{}{rest}。", named.join("、")));
        }
    }
    if lines.is_empty() { "本期未发现突出问题。".to_owned() } else { lines.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circular::docx::tests::frozen;
    use crate::model::Figure;

    #[test]
    fn what_is_counted_stands_apart_from_the_name_of_its_department() {
        let mut now = frozen((9, 10), (10, 10));
        for member in &mut now.basis.members {
            member.zh.push('1');
        }
        let figures = now.figures.0.get_mut(&uuid::Uuid::from_u128(1)).unwrap();
        let counted = |n| Figure { numerator: 0, denominator: n, exempted: 0 };
        figures.insert("overdue".to_owned(), counted(3));
        figures.insert("open-findings".to_owned(), counted(5));
        assert_eq!(
            problems(&now).lines().collect::<Vec<_>>(),
            [
                "及时率低于全市水平（95.00%）的有：示例市甲局1（90.00%，9/10）。",
                "截至2026年2月10日决定逾期未报的有：示例市甲局1（3项）。",
                "截至2026年2月10日问题数据待整改的有：示例市甲局1（5处）。",
            ]
        );
    }
}
