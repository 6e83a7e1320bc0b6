//! Personal numbers and names in what is about to be published (公示前脱敏): found by their shape as well as by their check
//! digit, masked where it is clear what they are, and left to a person where it is not.

mod names;
mod numbers;

use chrono::NaiveDate;
use kernel::{Error, Result, Text};
use standards::mask;

use numbers::{Hit, Number, Verdict};

/// What stands in place of a personal number: nothing of it is shown.
pub const HIDDEN: &str = "******";

/// A text made fit for publication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guarded {
    /// What is certainly personal is masked, what is doubtful is masked too.
    pub safe: String,
    /// What is certainly personal is masked, what is doubtful stands as it was given.
    pub open: String,
    /// The doubtful numbers.
    pub doubts: Vec<String>,
}

/// Masks identity and mobile numbers and the names given in a text. `free` tells running text from a field that holds one number:
/// in the latter, eleven digits may be a permit's number as well as a telephone's. `on` is the day by which ages are judged.
#[must_use]
pub fn guard(text: &str, names: &[String], free: bool, on: NaiveDate) -> Guarded {
    let mut out = Guarded::default();
    let mut from = 0;
    for Hit { range, verdict, .. } in numbers::find(text, free, on) {
        let before = &text[from..range.start];
        out.safe.push_str(before);
        out.open.push_str(before);
        out.safe.push_str(HIDDEN);
        match verdict {
            Verdict::Personal => out.open.push_str(HIDDEN),
            Verdict::Doubtful => {
                out.open.push_str(&text[range.clone()]);
                out.doubts.push(text[range.clone()].to_owned());
            }
        }
        from = range.end;
    }
    out.safe.push_str(&text[from..]);
    out.open.push_str(&text[from..]);
    for name in names {
        out.safe = names::replace(&out.safe, name, &mask::person_name(name));
        out.open = names::replace(&out.open, name, &mask::person_name(name));
    }
    out
}

/// A running text with everything masked that is or may be personal.
#[must_use]
pub fn hide(text: &str, names: &[String], on: NaiveDate) -> String {
    guard(text, names, true, on).safe
}

/// Whether a text that has been published still shows a personal number.
#[must_use]
pub fn leaks(text: &str, on: NaiveDate) -> bool {
    numbers::find(text, true, on).iter().any(|hit| hit.verdict == Verdict::Personal)
}

/// Lets a text pass that staff wrote for the public. `place` names where it was written.
///
/// # Errors
/// `text-personal` with every number and name found and where in the text it stands.
pub fn pass(text: &str, place: &Text, names: &[String], on: NaiveDate) -> Result<()> {
    let mut found: Vec<(usize, Text)> = numbers::find(text, true, on)
        .into_iter()
        .map(|hit| {
            let what = match hit.number {
                Number::Identity => Text::new("疑似身份证号码", "what looks like an identity number"),
                Number::Mobile => Text::new("疑似手机号码", "what looks like a mobile number"),
                Number::Several => Text::new("疑似个人号码", "what looks like personal numbers"),
            };
            (hit.range.start, what)
        })
        .collect();
    for name in names {
        let what = || Text::new("当事人的姓名", "the name of a person concerned");
        found.extend(names::find(text, name).into_iter().map(|range| (range.start, what())));
    }
    if found.is_empty() {
        return Ok(());
    }
    found.sort_by_key(|(at, _)| *at);
    let told = |lang| {
        let each = found.iter().map(|(at, what)| {
            let n = text[..*at].chars().count() + 1;
            match lang {
                kernel::Lang::Zh => format!("第 {n} 个字起有{}", what.get(lang)),
                kernel::Lang::En => format!("{} from character {n} on", what.get(lang)),
            }
        });
        each.collect::<Vec<_>>().join(if lang == kernel::Lang::Zh { "，" } else { "; " })
    };
    Err(Error::bad_input(
        "text-personal",
        format!("“{}”会给外人看，其中{}。请删去个人信息后再提交。", place.zh, told(kernel::Lang::Zh)),
        format!(
            "“{}” is shown to outsiders and holds {}. Take personal data out and send it again.",
            place.en,
            told(kernel::Lang::En)
        ),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn on() -> NaiveDate {
        "2026-01-05".parse().unwrap()
    }

    fn safe(text: &str) -> Guarded {
        guard(text, &[], true, on())
    }

    #[test]
    fn what_is_certainly_personal_is_gone() {
        for (text, shown) in [
            ("张某（身份证370602188002290010）违规", "张某（身份证******）违规"),
            ("证件４１０４０２１８８５０７１５００４x。", "证件******。"),
            ("一位数字抄错的号码370602188002290012", "一位数字抄错的号码******"),
            ("电话13800000000，备用+8613800000001", "电话******，备用+******"),
            ("联系138-0000-0000或138 00000001", "联系******或******"),
            ("号码3706 0218 8002 2900 10", "号码******"),
            ("ID370602188002290010号", "ID******号"),
            ("电话一三八〇〇〇〇〇〇〇〇", "电话******"),
        ] {
            let found = safe(text);
            assert_eq!((found.safe.as_str(), found.open.as_str()), (shown, shown), "{text}");
            assert!(found.doubts.is_empty());
        }
    }

    #[test]
    fn what_is_no_persons_number_stays() {
        for text in [
            "罚款人民币2000.00元，编号JY14419000000001",
            "统一社会信用代码91441900MA0DEM013W",
            "注册号441900000000012",
            "账号6222000000000001234",
            "东市监罚〔2020〕12号，2020-09-29至2021-09-29",
            "",
        ] {
            assert_eq!(
                safe(text),
                Guarded { safe: text.into(), open: text.into(), doubts: vec![] },
                "{text}"
            );
        }
    }

    #[test]
    fn what_cannot_be_decided_waits_for_a_person() {
        // A permit's number with this year's date in it; fifteen digits with a birth date; two numbers in one.
        for text in ["440106202508150101", "370602800229001", "37060218800229001013800000000"] {
            let found = safe(text);
            assert_eq!((found.safe.as_str(), found.open.as_str()), (HIDDEN, text), "{text}");
            assert_eq!(found.doubts, [text]);
        }
        let number = guard("15012345678", &[], false, on());
        assert_eq!(number.doubts, ["15012345678"], "alone in a field it may be a permit's number");
    }

    #[test]
    fn names_are_masked_in_running_text() {
        let found = guard("张三在示例路摆卖，张三拒不改正", &["张三".into(), "李".into()], true, on());
        assert_eq!(found.safe, "张*在示例路摆卖，张*拒不改正");
    }

    #[test]
    fn signs_blanks_and_other_digits_hide_nothing() {
        for (text, shown) in [
            ("证件512201-18900101-123X。", "证件******。"),
            ("证件370602\n188002290010。", "证件******。"),
            ("证件3 7 0 6 0 2 1 8 8 0 0 2 2 9 0 0 1 0。", "证件******。"),
            ("证件370602.18800229.0010。", "证件******。"),
            ("证件370602/18800229/0010。", "证件******。"),
            ("证件370602、18800229、0010。", "证件******。"),
            ("证件4104021885071500 4 x。", "证件******。"),
            ("证件三七〇六〇二-18800229-0010。", "证件******。"),
            ("证件叁柒零陆零贰壹捌捌零零贰贰玖零零壹零。", "证件******。"),
            ("证件③⑦⓪⑥⓪②①⑧⑧⓪⓪②②⑨⓪⓪①⓪。", "证件******。"),
            ("证件370602\u{200b}188002290010。", "证件******。"),
            ("电话138.0000.1234", "电话******"),
            ("电话138—0000—1234", "电话******"),
            ("电话(138)00001234", "电话(******"),
            ("电话1 3 8 0 0 0 0 1 2 3 4", "电话******"),
            ("电话１３８　００００　１２３４", "电话******"),
            ("电话壹叁捌零零零零壹贰叁肆", "电话******"),
            ("电话①③⑧⓪⓪⓪⓪①②③④", "电话******"),
            ("电话13八〇〇〇〇1234", "电话******"),
            ("电话幺三八，0000，1234", "电话******"),
            ("电话86138 0000 1234", "电话******"),
        ] {
            assert_eq!(safe(text).safe, shown, "{text}");
            assert!(leaks(text, on()) || !safe(text).doubts.is_empty(), "{text}");
        }
    }

    #[test]
    fn amounts_dates_and_lists_stay() {
        for text in [
            "罚款1500.00元、200.00元、13500.50元，合计15200.50元",
            "数量1500、2000、300件；1350-1500元，13500-150000元",
            "2019.1.15、2019.12.31，2020/09/29 08:30:15，1980年1月1日至2020年12月31日",
            "热线400-820-8820、0769-22001234、12345、95598",
            "1、停止违法行为；2、罚款3000元；3、没收违法所得4,500.00元；4、5、6、7、8、9、10、11",
            "长15.5 18.2 30.1 20.5厘米",
            "罚款人民币壹万叁仟捌佰元，二〇二六年一月五日，第一三五号",
            "东市监罚〔2026〕9601号，粤1900行审2026-00138",
            "卡号6222 0200 0000 0001 234",
            "许可证JY14419000000001、SC10144190000001",
            "粤食药监械经营许20200138号",
        ] {
            assert_eq!(safe(text).safe, text);
        }
    }

    #[test]
    fn staff_are_told_what_is_found_and_where() {
        let place = Text::new("撤回原因", "Reason");
        let wrong = "许涵(512201-18900101-123X)来电，13800001234";
        let refused = pass(wrong, &place, &["许涵".to_owned()], on()).unwrap_err();
        assert_eq!(refused.code(), "text-personal");
        let told = &refused.text().zh;
        for part in [
            "“撤回原因”",
            "第 1 个字起有当事人的姓名",
            "第 4 个字起有疑似身份证号码",
            "第 28 个字起有疑似手机号码",
        ] {
            assert!(told.contains(part), "{told}");
        }
        assert!(!told.contains("1380") && !told.contains("5122"), "{told}");
        assert!(pass("经复议决定〔2026〕12号撤销，2026年1月5日", &place, &["许涵".to_owned()], on()).is_ok());
    }

    /// An identity number of somebody grown up, right to its check character.
    fn number() -> impl Strategy<Value = String> {
        (
            prop::sample::select(vec!["110101", "370602", "441900", "512201", "650104"]),
            0..30_000_i64,
            0..1_000,
        )
            .prop_map(|(division, day, order)| {
                let born: NaiveDate = "1920-01-01".parse().unwrap();
                let born = born + chrono::Duration::days(day);
                let first = format!("{division}{}{order:03}", born.format("%Y%m%d"));
                let check = standards::id_card::check_character(&first).unwrap();
                format!("{first}{check}")
            })
    }

    proptest! {
        #[test]
        fn an_identity_number_is_found_whatever_stands_between_its_digits(
            number in number(),
            gaps in prop::collection::vec("(|||||-| |\u{3000}|\n|\\.|/|、|—|·|\u{200b}|, |\\) \\()", 17),
        ) {
            let mut text = "证件".to_owned();
            for (i, c) in number.chars().enumerate() {
                text.push(c);
                text.push_str(gaps.get(i).map_or("", String::as_str));
            }
            text.push('。');
            let found = safe(&text);
            prop_assert_eq!(&found.safe, &format!("证件{}。", HIDDEN), "{}", text);
            prop_assert!(leaks(&text, on()));
        }

        #[test]
        fn nothing_personal_is_left(text in "(\\PC|[0-9]{3,18}|13800000000|370602188002290010|-| ){0,12}") {
            prop_assert!(!leaks(&safe(&text).safe, on()), "{}", safe(&text).safe);
        }
    }
}
