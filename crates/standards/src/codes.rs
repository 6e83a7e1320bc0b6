//! Code lists that the identifiers and the simulator need in code. Lists a field is checked against are data of the
//! packs; these three hardly change and are used by functions.

use chrono::NaiveDate;

/// One value of a code list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// What is stored.
    pub code: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
}

/// A code list as one edition of a standard has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeEdition {
    /// The standard with its year.
    pub standard: &'static str,
    /// First day on which the edition applies.
    pub valid_from: (i32, u32, u32),
    /// The values in order.
    pub values: &'static [Code],
}

impl CodeEdition {
    /// The value with that code.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<&'static Code> {
        self.values.iter().find(|c| c.code == code)
    }

    /// The value with that Chinese name.
    #[must_use]
    pub fn by_name(&self, zh: &str) -> Option<&'static Code> {
        self.values.iter().find(|c| c.zh == zh)
    }

    /// Whether the edition had begun on a day.
    #[must_use]
    pub fn applies(&self, on: NaiveDate) -> bool {
        let (year, month, day) = self.valid_from;
        NaiveDate::from_ymd_opt(year, month, day).is_some_and(|from| from <= on)
    }
}

const fn c(code: &'static str, zh: &'static str, en: &'static str) -> Code {
    Code { code, zh, en }
}

/// Sex of a person (人的性别代码).
pub static SEX: CodeEdition = CodeEdition {
    standard: "GB/T 2261.1-2003",
    valid_from: (2003, 12, 1),
    values: &[
        c("0", "未知的性别", "unknown"),
        c("1", "男性", "male"),
        c("2", "女性", "female"),
        c("9", "未说明的性别", "not stated"),
    ],
};

/// The code of a sex read off an identity number.
#[must_use]
pub const fn sex_code(sex: crate::id_card::Sex) -> &'static str {
    match sex {
        crate::id_card::Sex::Male => "1",
        crate::id_card::Sex::Female => "2",
    }
}

/// Nationalities of China (民族代码), with the two values in use beside the standard's (97, 98). English as romanised
/// by the standard.
pub static NATIONALITY: CodeEdition = CodeEdition {
    standard: "GB/T 3304-1991",
    valid_from: (1992, 4, 1),
    values: &[
        c("01", "汉族", "Han"),
        c("02", "蒙古族", "Mongol"),
        c("03", "回族", "Hui"),
        c("04", "藏族", "Zang"),
        c("05", "维吾尔族", "Uygur"),
        c("06", "苗族", "Miao"),
        c("07", "彝族", "Yi"),
        c("08", "壮族", "Zhuang"),
        c("09", "布依族", "Buyei"),
        c("10", "朝鲜族", "Chosen"),
        c("11", "满族", "Man"),
        c("12", "侗族", "Dong"),
        c("13", "瑶族", "Yao"),
        c("14", "白族", "Bai"),
        c("15", "土家族", "Tujia"),
        c("16", "哈尼族", "Hani"),
        c("17", "哈萨克族", "Kazak"),
        c("18", "傣族", "Dai"),
        c("19", "黎族", "Li"),
        c("20", "傈僳族", "Lisu"),
        c("21", "佤族", "Va"),
        c("22", "畲族", "She"),
        c("23", "高山族", "Gaoshan"),
        c("24", "拉祜族", "Lahu"),
        c("25", "水族", "Sui"),
        c("26", "东乡族", "Dongxiang"),
        c("27", "纳西族", "Naxi"),
        c("28", "景颇族", "Jingpo"),
        c("29", "柯尔克孜族", "Kirgiz"),
        c("30", "土族", "Tu"),
        c("31", "达斡尔族", "Daur"),
        c("32", "仫佬族", "Mulao"),
        c("33", "羌族", "Qiang"),
        c("34", "布朗族", "Blang"),
        c("35", "撒拉族", "Salar"),
        c("36", "毛南族", "Maonan"),
        c("37", "仡佬族", "Gelao"),
        c("38", "锡伯族", "Xibe"),
        c("39", "阿昌族", "Achang"),
        c("40", "普米族", "Pumi"),
        c("41", "塔吉克族", "Tajik"),
        c("42", "怒族", "Nu"),
        c("43", "乌孜别克族", "Uzbek"),
        c("44", "俄罗斯族", "Russ"),
        c("45", "鄂温克族", "Ewenki"),
        c("46", "德昂族", "Deang"),
        c("47", "保安族", "Bonan"),
        c("48", "裕固族", "Yugur"),
        c("49", "京族", "Gin"),
        c("50", "塔塔尔族", "Tatar"),
        c("51", "独龙族", "Derung"),
        c("52", "鄂伦春族", "Oroqen"),
        c("53", "赫哲族", "Hezhen"),
        c("54", "门巴族", "Monba"),
        c("55", "珞巴族", "Lhoba"),
        c("56", "基诺族", "Jino"),
        c("97", "其他", "other"),
        c("98", "外国血统中国籍人士", "Chinese citizen of foreign descent"),
    ],
};

/// Sections of industries (国民经济行业门类).
pub static INDUSTRY_SECTION: CodeEdition = CodeEdition {
    standard: "GB/T 4754-2017",
    valid_from: (2017, 10, 1),
    values: &[
        c("A", "农、林、牧、渔业", "agriculture, forestry, animal husbandry and fishery"),
        c("B", "采矿业", "mining"),
        c("C", "制造业", "manufacturing"),
        c("D", "电力、热力、燃气及水生产和供应业", "electricity, heat, gas and water supply"),
        c("E", "建筑业", "construction"),
        c("F", "批发和零售业", "wholesale and retail trade"),
        c("G", "交通运输、仓储和邮政业", "transport, storage and post"),
        c("H", "住宿和餐饮业", "accommodation and catering"),
        c("I", "信息传输、软件和信息技术服务业", "information transmission, software and IT services"),
        c("J", "金融业", "finance"),
        c("K", "房地产业", "real estate"),
        c("L", "租赁和商务服务业", "leasing and business services"),
        c("M", "科学研究和技术服务业", "scientific research and technical services"),
        c("N", "水利、环境和公共设施管理业", "water, environment and public facilities"),
        c("O", "居民服务、修理和其他服务业", "resident, repair and other services"),
        c("P", "教育", "education"),
        c("Q", "卫生和社会工作", "health and social work"),
        c("R", "文化、体育和娱乐业", "culture, sports and entertainment"),
        c(
            "S",
            "公共管理、社会保障和社会组织",
            "public administration, social security and social organisations",
        ),
        c("T", "国际组织", "international organisations"),
    ],
};

/// Last two-digit division (大类) of each section of GB/T 4754-2017, in the order of the letters.
const LAST_DIVISION: [u8; 20] =
    [5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97];

/// The section of a four-digit class, three-digit group or two-digit division of GB/T 4754-2017, with or without the
/// letter before it (`A0111`, `0111`, `01`). `None` when it does not exist at the level of divisions, or when the letter
/// contradicts the digits.
#[must_use]
pub fn industry_section(code: &str) -> Option<&'static Code> {
    let digits = code.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letter = &code[..code.len() - digits.len()];
    if !(2..=4).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let division: u8 = digits.get(..2)?.parse().ok()?;
    let section = LAST_DIVISION.iter().position(|last| division <= *last).filter(|_| division > 0)?;
    INDUSTRY_SECTION.values.get(section).filter(|s| letter.is_empty() || letter == s.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_ordered_and_complete() {
        for list in [&SEX, &NATIONALITY, &INDUSTRY_SECTION] {
            assert!(list.values.is_sorted_by(|a, b| a.code < b.code), "{}", list.standard);
            assert!(list.applies(NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()));
            assert!(!list.applies(NaiveDate::from_ymd_opt(1990, 1, 1).unwrap()));
        }
        assert_eq!((SEX.values.len(), NATIONALITY.values.len(), INDUSTRY_SECTION.values.len()), (4, 58, 20));
        assert_eq!(NATIONALITY.by_code("44").unwrap().zh, "俄罗斯族");
        assert_eq!(NATIONALITY.by_name("基诺族").unwrap().code, "56");
        assert_eq!(SEX.by_code(sex_code(crate::id_card::Sex::Female)).unwrap().zh, "女性");
    }

    #[test]
    fn sections_of_industries() {
        let letter = |code| industry_section(code).map(|s| s.code);
        assert_eq!(letter("A0111"), Some("A"));
        assert_eq!(
            (letter("01"), letter("06"), letter("43"), letter("97")),
            (Some("A"), Some("B"), Some("C"), Some("T"))
        );
        assert_eq!(
            (letter("70"), letter("83"), letter("90"), letter("91")),
            (Some("K"), Some("P"), Some("R"), Some("S"))
        );
        for none in ["00", "98", "B0111", "A", "", "A01112", "AA01", "农01"] {
            assert_eq!(letter(none), None, "{none}");
        }
    }
}
