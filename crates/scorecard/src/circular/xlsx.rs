//! The circular as a workbook: its texts, the ranking and every figure of every department, as they were frozen.

use chrono::NaiveDate;
use intake::export::{self, Sheet, Value};
use kernel::Result;

use super::contents::others;
use super::tables::movement;
use super::{Frozen, moved};
use crate::model::{Figure, Indicator, Texts, hundredths, paragraphs};

/// The columns of an indicator: an amount has one, a rate its two numbers as well.
fn titles(indicator: &Indicator) -> Vec<(String, u32)> {
    let title = &indicator.title.zh;
    match indicator.amount {
        true => vec![(title.clone(), 12)],
        false => {
            vec![(title.clone(), 12), (format!("{title}（分子）"), 10), (format!("{title}（分母）"), 10)]
        }
    }
}

fn values(indicator: &Indicator, figure: Figure) -> Vec<Value> {
    match indicator.amount {
        true => vec![figure.denominator.into()],
        false => vec![
            figure.percent().unwrap_or_else(|| "—".to_owned()).into(),
            figure.numerator.into(),
            figure.denominator.into(),
        ],
    }
}

/// The texts, a paragraph a line.
fn text_rows(texts: &Texts, issued: Option<(&str, NaiveDate)>) -> Vec<Vec<Value>> {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut add = |label: &str, text: &str| {
        for line in paragraphs(text) {
            rows.push(vec![label.to_owned().into(), line.to_owned().into()]);
        }
    };
    add("标题", &texts.title);
    add("发文字号", issued.map_or("拟稿，未印发", |(number, _)| number));
    add("印发日期", &issued.map(|(_, day)| day.to_string()).unwrap_or_default());
    let parts = [
        ("发文机关", &texts.issuer),
        ("主送", &texts.main_to),
        ("开头", &texts.opening),
        ("总体情况", &texts.overview),
        ("编目挂接和“双公示”归集情况", &texts.collection),
        ("异议处理和信用修复情况", &texts.cases),
        ("存在问题", &texts.problems),
        ("工作要求", &texts.requirements),
        ("抄送", &texts.copy_to),
        ("联系人", &texts.contact),
    ];
    for (label, text) in parts {
        add(label, text);
    }
    rows
}

/// The workbook; `issued` is none while it is a draft.
///
/// # Errors
/// When it cannot be written.
pub(crate) async fn xlsx(
    texts: &Texts,
    (now, before): (&Frozen, Option<&Frozen>),
    issued: Option<(&str, NaiveDate)>,
) -> Result<Vec<u8>> {
    let words = text_rows(&texts.plain(), issued);
    let weighted: Vec<&Indicator> = now.basis.indicators.iter().filter(|i| i.weight > 0).collect();
    let others = others(now);
    let head = |all: &[(&str, u32)], shown: &[&Indicator]| -> Vec<(String, u32)> {
        let first = all.iter().map(|(title, width)| ((*title).to_owned(), *width));
        first.chain(shown.iter().flat_map(|i| titles(i))).collect()
    };
    let (mut ranking, mut rest): (Vec<Vec<Value>>, Vec<Vec<Value>>) = (Vec::new(), Vec::new());
    for standing in &now.standings {
        let Some(member) = now.basis.member(standing.member) else { continue };
        let of = |i: &&Indicator| values(i, now.figures.of(member.id, &i.code));
        let compared = before.is_some() && standing.rank.is_some();
        let mut line: Vec<Value> = vec![
            standing.rank.map_or_else(|| "—".to_owned().into(), |r| i64::from(r).into()),
            member.zh.clone().into(),
            standing.score.map_or_else(|| "—".to_owned(), hundredths).into(),
            movement(moved(standing, before), compared).into(),
        ];
        line.extend(weighted.iter().flat_map(of));
        ranking.push(line);
        let mut line: Vec<Value> = vec![member.zh.clone().into()];
        line.extend(others.iter().flat_map(of));
        rest.push(line);
    }
    let city = |shown: &[&Indicator], mut line: Vec<Value>| {
        line.extend(shown.iter().flat_map(|i| values(i, now.figures.city(&i.code))));
        line
    };
    let nothing = || Value::from(String::new());
    ranking.push(city(&weighted, vec![nothing(), "全市".to_owned().into(), nothing(), nothing()]));
    rest.push(city(&others, vec!["全市".to_owned().into()]));
    let texts_head = head(&[("部分", 24), ("内容", 90)], &[]);
    let ranking_head = head(&[("排名", 6), ("单位", 28), ("得分", 10), ("较上期", 10)], &weighted);
    let rest_head = head(&[("单位", 28)], &others);
    let sheet = |title: &str, columns, rows| Sheet { title: title.to_owned(), columns, rows };
    let mut sheets = vec![sheet("通报", texts_head, words), sheet("考核排名", ranking_head, ranking)];
    if !others.is_empty() {
        sheets.push(sheet("其他指标", rest_head, rest));
    }
    export::book(sheets).await
}
