//! Penalties (行政处罚), both editions.

use chrono::{Datelike, Days, NaiveDate};

use super::{Maker, Row, Subject, fill_subject};
use crate::city::slashed;
use crate::city::work::{self, Sanction};
use crate::template::{Part, Resource};

/// What a penalty says and costs. Amounts in yuan.
struct Sentence {
    categories: &'static [&'static str],
    text: String,
    fine: Option<i64>,
    confiscated: Option<i64>,
    revoked: Option<String>,
}

/// A penalty decided on a day, in the edition of `resource`.
pub(crate) fn penalty(maker: &mut Maker<'_>, resource: Resource, decided: NaiveDate) -> Row {
    let kind = maker.rng.pick(maker.department.work.penalties);
    let subject = match kind.subject {
        work::Subject::Entity => Subject::Entity(maker.pick_entity()),
        work::Subject::Person => Subject::Person(maker.pick_person()),
    };
    let mut row = Row::new(resource, subject, Some(decided));
    fill_subject(&mut row, maker.city, maker.rng);
    row.set_part(Part::Document, maker.document_number("罚", decided));
    let seen = decided - Days::new(maker.rng.between(15, 60) as u64);
    let when = format!("{}年{}月{}日", seen.year(), seen.month(), seen.day());
    row.set_part(Part::Facts, kind.facts.replace("{when}", &when));
    row.set("CF_YJ", kind.basis);
    let sentence = sentence(kind.sanction, maker, decided);
    row.set_part(Part::Content, &*sentence.text);
    row.set_part(Part::DecisionDate, slashed(decided));
    row.set_part(Part::Authority, &*maker.department.org.name);
    if resource == Resource::Penalty2018 {
        row.set("CF_WFXW", kind.violation);
        row.set("CF_CFLB", sentence.categories.join(";"));
        row.set("CF_NR_FK", sentence.fine.map(ten_thousands).unwrap_or_default());
        row.set("CF_NR_WFFF", sentence.confiscated.map(ten_thousands).unwrap_or_default());
        row.set("CF_NR_ZKDX", sentence.revoked.unwrap_or_default());
        if maker.rng.chance(0.3) {
            // Ends by itself three years on (NDRC Decree 58).
            row.set("CF_GSJZQ", slashed(decided + Days::new(3 * 365)));
        }
        let org = &maker.department.org;
        row.set("CF_CFJGDM", org.uscc.as_deref().unwrap_or_default());
        row.set("CF_SJLY", &*org.name);
        row.set("CF_SJLYDM", org.uscc.as_deref().unwrap_or_default());
    } else {
        row.set("CF_CFMC", kind.violation);
        row.set("CF_BM", format!("{}CF{:04}", maker.department.org.division, maker.number % 40 + 1));
        row.set("CF_CFLB1", sentence.categories.first().copied().unwrap_or_default());
        row.set("CF_CFLB2", sentence.categories.get(1).copied().unwrap_or_default());
        row.set("CF_ZT", "0");
        row.set("DFBM", crate::city::city_division());
        row.set("SJC", slashed(decided));
        row.set("CF_SYFW", "0");
        row.set("CF_SXYZCD", "1");
    }
    row
}

fn sentence(sanction: Sanction, maker: &mut Maker<'_>, decided: NaiveDate) -> Sentence {
    let fine = [500, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 20_000, 50_000][maker.rng.below(9)];
    let gain = maker.rng.between(3, 90) * 10;
    let plain = |categories: &'static [&'static str], text: &str| Sentence {
        categories,
        text: text.to_owned(),
        fine: None,
        confiscated: None,
        revoked: None,
    };
    match sanction {
        Sanction::Warning => plain(&["警告"], "给予警告"),
        Sanction::Stop => plain(&["责令停产停业"], "责令停产停业整顿"),
        Sanction::Fine => Sentence { fine: Some(fine), ..plain(&["罚款"], &format!("罚款{fine}元")) },
        Sanction::FineAndConfiscation => Sentence {
            fine: Some(fine),
            confiscated: Some(gain),
            ..plain(&["罚款", "没收违法所得、没收非法财物"], &format!("罚款{fine}元，没收违法所得{gain}元"))
        },
        Sanction::Revocation => {
            let licence = format!("许可证 {}-{:05}", decided.year() - 2, maker.number);
            Sentence {
                revoked: Some(licence.clone()),
                ..plain(&["暂扣或者吊销许可证、暂扣或者吊销执照"], &format!("吊销{licence}"))
            }
        }
    }
}

/// Yuan as 万元 with at most six decimals and no trailing zeros: 2000 is `0.2`.
pub(crate) fn ten_thousands(yuan: i64) -> String {
    let (whole, rest) = (yuan / 10_000, yuan % 10_000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{}", format!("{rest:04}").trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::ten_thousands;

    #[test]
    fn yuan_become_ten_thousands() {
        assert_eq!([2000, 30, 10_000, 123_456].map(ten_thousands), ["0.2", "0.003", "1", "12.3456"]);
    }
}
