//! Figures that the bureau enters (登记数据): of departments, districts and townships, some replaced by newer ones, some corrected on their
//! own day, some a mistake and taken back. All of them are invented and say so.

use chrono::{Days, NaiveDate};

use crate::city::{City, OrgKind};
use crate::ledger::Registered;
use crate::rng::Rng;

/// An indicator, whose figures it has, from where to where its denominator lies, and how many hundredths of that its numerator is.
type Kind = (&'static str, OrgKind, (i64, i64), (i64, i64));

const KINDS: [Kind; 12] = [
    ("items-landed", OrgKind::Department, (40, 150), (30, 95)),
    ("response", OrgKind::Department, (20, 400), (90, 100)),
    ("response-calls", OrgKind::Department, (1_000, 60_000), (93, 100)),
    ("systems-connected", OrgKind::Department, (2, 12), (20, 100)),
    ("one-visit", OrgKind::Department, (60, 400), (96, 100)),
    ("no-visit", OrgKind::Department, (60, 400), (90, 99)),
    ("on-the-spot", OrgKind::Department, (60, 400), (40, 70)),
    ("limit-compression", OrgKind::Department, (500, 5_000), (80, 92)),
    // Hundredths of the residents: a ratio may pass 1.
    ("cases-per-resident", OrgKind::District, (200_000, 900_000), (80, 120)),
    ("forms-cut", OrgKind::Township, (60, 180), (40, 75)),
    ("fields-cut", OrgKind::Township, (800, 2_000), (50, 80)),
    ("surveys-cut", OrgKind::Township, (1_000, 20_000), (30, 70)),
];

/// What everybody is told who reads them.
const BASIS: &str = "模拟器生成的演示数据，不是真实统计";

/// The figures in the order in which they are entered; `days` are those on which something comes in, in order.
pub(crate) fn figures(city: &City, days: &[NaiveDate]) -> Vec<Registered> {
    let mut rng = Rng::new(city.options.seed, "registered");
    let day = |of_twelve: usize| days.get(days.len() * of_twelve / 12).copied();
    let (Some(first), Some(second), Some(third), Some(last)) = (day(0), day(4), day(8), day(10)) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    let mut n = 0;
    for (indicator, kind, (low, high), (least, most)) in KINDS {
        for org in city.orgs.iter().filter(|o| o.kind == kind) {
            n += 1;
            let whole = rng.between(low, high);
            let mut enter = |rng: &mut Rng, entered_on, day, what: &str, revoked_on| {
                all.push(Registered {
                    indicator: indicator.to_owned(),
                    org: org.code.clone(),
                    day,
                    whole,
                    part: whole * rng.between(least, most) / 100,
                    basis: format!("{BASIS}（{what}）"),
                    entered_on,
                    revoked_on,
                });
            };
            let mut newest = first - Days::new(rng.below(20) as u64);
            enter(&mut rng, first, newest, "首次统计", None);
            if n % 5 < 3 {
                newest = second - Days::new(rng.below(6) as u64);
                enter(&mut rng, second, newest, "更新", None);
            }
            if n % 7 == 0 {
                enter(&mut rng, third, newest, "当日更正", None);
            }
            if n % 6 == 0 {
                enter(&mut rng, third, third, "误登", Some(last));
            }
        }
    }
    all.sort_by_key(|f| f.entered_on);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Scale;

    #[test]
    fn some_figures_are_replaced_some_corrected_some_taken_back() {
        let city = City::generate(1, Scale::Tiny);
        let days: Vec<NaiveDate> = (1..=24).filter_map(|d| NaiveDate::from_ymd_opt(2026, 6, d)).collect();
        let all = figures(&city, &days);
        assert_eq!(all, figures(&city, &days), "the same seed, the same figures");
        assert!(all.iter().any(|f| f.revoked_on.is_some_and(|day| day > f.entered_on)));
        let same = |a: &Registered, b: &Registered| (&a.org, &a.indicator) == (&b.org, &b.indicator);
        let pair = |meets: fn(&Registered, &Registered) -> bool| {
            all.iter().enumerate().any(|(n, a)| all[n + 1..].iter().any(|b| same(a, b) && meets(a, b)))
        };
        assert!(pair(|a, b| a.day < b.day) && pair(|a, b| a.day == b.day && b.revoked_on.is_none()));
        assert!(all.iter().all(|f| f.day <= f.entered_on && f.whole > 0 && f.basis.contains("演示数据")));
        assert!(figures(&city, &[]).is_empty());
    }
}
