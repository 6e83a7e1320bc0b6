//! From counts to scores and ranks, in whole numbers, so that the same counts give the same digits anywhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::indicator::{Direction, Indicator};

/// What was counted for one member and one indicator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What fulfils the formula.
    pub numerator: i64,
    /// What counts at all.
    pub denominator: i64,
    /// What would count but is exempted.
    pub exempted: i64,
}

impl Figure {
    /// Adds what another part of the member has.
    pub fn add(&mut self, other: Self) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
        self.exempted += other.exempted;
    }

    /// Per cent with two decimals as a whole number, 9730 for 97.30 %; none of nothing: no data is not zero.
    #[must_use]
    pub fn rate(self) -> Option<i64> {
        (self.denominator > 0)
            .then(|| rounded(i128::from(self.numerator) * 10_000, i128::from(self.denominator)))
    }

    /// The rate as people read it.
    #[must_use]
    pub fn percent(self) -> Option<String> {
        self.rate().map(hundredths).map(|text| format!("{text}%"))
    }

    /// The quotient as people read it, with three decimals: 1.044, which may pass 1; none of nothing.
    #[must_use]
    pub fn ratio(self) -> Option<String> {
        let n = (self.denominator > 0)
            .then(|| rounded(i128::from(self.numerator) * 1_000, i128::from(self.denominator)))?;
        Some(format!("{}.{:03}", n / 1_000, n % 1_000))
    }
}

/// A whole number of hundredths with two decimals.
#[must_use]
pub(crate) fn hundredths(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", n.abs() / 100, n.abs() % 100)
}

/// `a / b` rounded half up; both positive.
fn rounded(a: i128, b: i128) -> i64 {
    i64::try_from((2 * a + b) / (2 * b)).unwrap_or(i64::MAX)
}

/// The figures of all members: member → code of the indicator → figure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures(pub BTreeMap<Uuid, BTreeMap<String, Figure>>);

impl Figures {
    /// One figure; nothing counted where there is none.
    #[must_use]
    pub fn of(&self, member: Uuid, code: &str) -> Figure {
        self.0.get(&member).and_then(|m| m.get(code)).copied().unwrap_or_default()
    }

    /// The sum over all members.
    #[must_use]
    pub fn city(&self, code: &str) -> Figure {
        let mut sum = Figure::default();
        for figures in self.0.values() {
            sum.add(figures.get(code).copied().unwrap_or_default());
        }
        sum
    }
}

/// What a member gets for one indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    /// Hundredths of a point.
    pub points: i64,
    /// Points there are to get.
    pub weight: u32,
}

/// The points of an indicator; none where nothing was counted or it gives none.
#[must_use]
pub fn scored(indicator: &Indicator, figure: Figure) -> Option<Scored> {
    if indicator.weight == 0 || figure.denominator <= 0 {
        return None;
    }
    let (mut part, whole) = (i128::from(figure.numerator), i128::from(figure.denominator));
    if indicator.direction == Direction::Lower {
        part = whole - part;
    }
    let full = indicator.full_at.is_some_and(|at| part * 100 >= whole * i128::from(at));
    let points = if full {
        i64::from(indicator.weight) * 100
    } else {
        rounded(part * 100 * i128::from(indicator.weight), whole)
    };
    Some(Scored { points, weight: indicator.weight })
}

/// How a member stands among the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The member.
    pub member: Uuid,
    /// Hundredths of a point out of a hundred, over the indicators that have data; none without any.
    pub score: Option<i64>,
    /// From 1; members of equal scores share a rank. None without a score.
    pub rank: Option<u32>,
    /// Points of the indicators that have data.
    pub weight: u32,
}

/// A score down to its points (得分构成).
#[derive(Debug, Clone, PartialEq)]
pub struct Composed<'a> {
    /// Every indicator that can give points, with what was counted and what it gave; none where it had no data.
    pub parts: Vec<(&'a Indicator, Figure, Option<Scored>)>,
    /// Hundredths of a point, over the indicators that have data.
    pub points: i64,
    /// Points these could have given.
    pub weight: u32,
    /// Hundredths of a point out of a hundred: points of the weight there was; none without any.
    pub score: Option<i64>,
}

/// The score of a member, down to its points.
#[must_use]
pub fn composed<'a>(indicators: &'a [Indicator], figures: &Figures, member: Uuid) -> Composed<'a> {
    let parts: Vec<_> = indicators
        .iter()
        .filter(|i| i.weight > 0)
        .map(|i| (i, figures.of(member, &i.code)))
        .map(|(i, figure)| (i, figure, scored(i, figure)))
        .collect();
    let given = || parts.iter().filter_map(|(_, _, scored)| *scored);
    let (points, weight) = (given().map(|s| s.points).sum::<i64>(), given().map(|s| s.weight).sum::<u32>());
    let score = (weight > 0).then(|| rounded(i128::from(points) * 100, i128::from(weight)));
    Composed { parts, points, weight, score }
}

/// Scores and ranks, best first, members without data last. An indicator without data is left out of the hundred: nobody is
/// marked down for what did not happen.
#[must_use]
pub fn standings(indicators: &[Indicator], figures: &Figures) -> Vec<Standing> {
    let mut all: Vec<Standing> = figures
        .0
        .keys()
        .map(|member| {
            let Composed { score, weight, .. } = composed(indicators, figures, *member);
            Standing { member: *member, score, rank: None, weight }
        })
        .collect();
    all.sort_by(|a, b| b.score.cmp(&a.score).then(a.member.cmp(&b.member)));
    let mut last: Option<(i64, u32)> = None;
    for (place, standing) in (1..).zip(all.iter_mut()) {
        let Some(score) = standing.score else { continue };
        let rank = match last {
            Some((same, rank)) if same == score => rank,
            _ => place,
        };
        last = Some((score, rank));
        standing.rank = Some(rank);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Indicators;

    fn figure(numerator: i64, denominator: i64) -> Figure {
        Figure { numerator, denominator, exempted: 0 }
    }

    #[test]
    fn zero_is_not_no_data() {
        assert_eq!(figure(0, 5).percent().as_deref(), Some("0.00%"));
        assert_eq!(figure(0, 0).percent(), None);
        assert_eq!(figure(973, 1000).percent().as_deref(), Some("97.30%"));
        assert_eq!(figure(2, 3).percent().as_deref(), Some("66.67%"));
        assert_eq!(figure(1, 1).percent().as_deref(), Some("100.00%"));
    }

    #[test]
    fn what_has_no_data_is_left_out_and_equals_share_a_rank() {
        let all = Indicators::builtin().unwrap();
        let mut figures = Figures::default();
        let mut give = |n: u128, numbers: &[(&str, Figure)]| {
            let of = numbers.iter().map(|(c, f)| ((*c).to_owned(), *f)).collect();
            figures.0.insert(Uuid::from_u128(n), of);
        };
        give(1, &[("timeliness-a", figure(9, 10)), ("accuracy", figure(8, 10))]);
        give(2, &[("timeliness-a", figure(10, 10))]);
        give(3, &[("timeliness-a", figure(85, 100)), ("accuracy", figure(85, 100))]);
        give(4, &[("rows-received", figure(7, 7))]);
        give(5, &[("timeliness-a", figure(0, 4))]);
        let standings = standings(&all.0, &figures);
        let told: Vec<(u128, Option<i64>, Option<u32>)> =
            standings.iter().map(|s| (s.member.as_u128(), s.score, s.rank)).collect();
        assert_eq!(
            told,
            [
                (2, Some(10_000), Some(1)),
                (1, Some(8_500), Some(2)),
                (3, Some(8_500), Some(2)),
                (5, Some(0), Some(4)),
                (4, None, None)
            ]
        );
    }

    #[test]
    fn a_score_is_the_sum_of_its_points_over_what_had_data() {
        let all = Indicators::builtin().unwrap();
        let member = Uuid::from_u128(1);
        let of = [("timeliness-a", figure(2, 3)), ("accuracy", figure(3, 4))];
        let of = of.iter().map(|(c, f)| ((*c).to_owned(), *f)).collect();
        let figures = Figures(BTreeMap::from([(member, of)]));
        let told = composed(&all.0, &figures, member);
        assert_eq!((told.points, told.weight, told.score), (1_667 + 1_875, 50, Some(7_084)));
        assert_eq!(told.parts.iter().map(|(i, ..)| i.weight).sum::<u32>(), 100);
        assert_eq!(told.parts.iter().filter(|(.., scored)| scored.is_none()).count(), told.parts.len() - 2);
        assert_eq!(standings(&all.0, &figures)[0].score, told.score);
    }

    #[test]
    fn full_points_from_a_threshold_and_the_lower_the_better() {
        let mut indicator = Indicators::builtin().unwrap().find("landed").unwrap().clone();
        indicator.weight = 6;
        let points = |i: &Indicator, f| scored(i, f).map(|s| s.points);
        assert_eq!(points(&indicator, figure(95, 100)), Some(600));
        assert_eq!(points(&indicator, figure(94, 100)), Some(564));
        indicator.direction = Direction::Lower;
        indicator.full_at = None;
        assert_eq!(points(&indicator, figure(1, 4)), Some(450));
    }
}
