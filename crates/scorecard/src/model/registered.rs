//! Registered figures (登记数据): two numbers of an indicator whose business is done outside this platform, as they stand on a day.

use kernel::{Error, Result};

use super::indicator::{Indicator, Registers};

/// Largest number of a figure; more would not be counted in full.
const MOST: i64 = 1_000_000_000;

/// Refuses two numbers that are no figure of an indicator, in the indicator's own words for them.
///
/// # Errors
/// `registered-counts`, `registered-part`
pub fn check_figure(indicator: &Indicator, registers: &Registers, (whole, part): (i64, i64)) -> Result<()> {
    let (all, some) = (&registers.whole, &registers.part);
    if !(1..=MOST).contains(&whole) || !(0..=MOST).contains(&part) {
        return Err(Error::bad_input(
            "registered-counts",
            format!(
                "“{}”应为 1 到 {MOST} 的整数，“{}”应为 0 到 {MOST} 的整数。没有这项业务的单位不用登记。",
                all.zh, some.zh
            ),
            format!(
                "“{}” is a whole number from 1 to {MOST}, “{}” one from 0 to {MOST}. A department without such business needs no figure.",
                all.en, some.en
            ),
        ));
    }
    if part > whole && !indicator.ratio {
        return Err(Error::bad_input(
            "registered-part",
            format!(
                "“{}”（{part}）不能多于“{}”（{whole}）。请核对两个数是否填反，或者统计范围是否一致。",
                some.zh, all.zh
            ),
            format!(
                "“{}” ({part}) cannot be more than “{}” ({whole}). See whether the two are the wrong way round, or of different scope.",
                some.en, all.en
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Figure, Indicators};

    /// A figure as people read it, once it is known to be one.
    fn read(code: &str, part: i64, whole: i64) -> Option<String> {
        let all = Indicators::builtin().unwrap();
        let indicator = all.find(code).unwrap();
        check_figure(indicator, indicator.registers.as_ref().unwrap(), (whole, part)).unwrap();
        let figure = Figure { numerator: part, denominator: whole, exempted: 0 };
        if indicator.ratio { figure.ratio() } else { figure.percent() }
    }

    #[test]
    fn published_figures_come_out_as_published() {
        // 舟山: data items of the population and legal-entity libraries, of social security, of real estate.
        assert_eq!(read("items-landed", 740, 1_500).as_deref(), Some("49.33%"));
        assert_eq!(read("items-landed", 276, 500).as_deref(), Some("55.20%"));
        assert_eq!(read("items-landed", 44, 90).as_deref(), Some("48.89%"));
        assert_eq!(read("items-landed", 0, 54).as_deref(), Some("0.00%"));
        // 烟台: 89 and 549 kinds of 1,032 forms cancelled.
        assert_eq!(read("forms-cut", 89 + 549, 1_032).as_deref(), Some("61.82%"));
        // 平顶山: a ratio may pass 1.
        assert_eq!(read("cases-per-resident", 1_044, 1_000).as_deref(), Some("1.044"));
        assert_eq!(read("cases-per-resident", 2, 3).as_deref(), Some("0.667"));
        assert_eq!(Figure::default().ratio(), None);
    }

    #[test]
    fn what_is_no_figure_is_refused_in_its_own_words() {
        let all = Indicators::builtin().unwrap();
        let refused = |code: &str, numbers| {
            let indicator = all.find(code).unwrap();
            let done = check_figure(indicator, indicator.registers.as_ref().unwrap(), numbers);
            done.err().map(|e| (e.code(), e.text().zh.clone()))
        };
        for numbers in [(0, 0), (-1, 0), (10, -1), (MOST + 1, 1)] {
            assert_eq!(refused("systems-connected", numbers).unwrap().0, "registered-counts");
        }
        let (code, said) = refused("systems-connected", (5, 6)).unwrap();
        assert_eq!(code, "registered-part");
        assert!(said.contains("已对接的系统数") && said.contains("（6）"), "{said}");
        assert_eq!(refused("cases-per-resident", (5, 6)), None);
        assert_eq!(refused("systems-connected", (6, 6)), None);
    }
}
