//! An invented city: its records, and what people ask.

use crate::words::Question;

/// A small generator of numbers (SplitMix64), so that every run makes the same city.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn chars(&mut self, all: &[char], n: usize) -> String {
        (0..n).map(|_| all[self.below(all.len())]).collect()
    }

    /// Some characters are liked more than others: the first stands in names about six times as often as the average.
    fn liked(&mut self, all: &[char], n: usize) -> String {
        (0..n).map(|_| all[self.below(all.len()) * self.below(all.len()) / all.len()]).collect()
    }
}

const PLACES: &[&str] = &["东莞市", "东莞", "东莞市示例", "广东", "广东省", "东莞市虎门", "东莞市长安", "东莞市厚街", "深圳市", "广州"];
const TRADES: &[&str] = &[
    "食品", "餐饮管理", "电子科技", "五金制品", "塑胶制品", "服装", "物流", "建筑工程", "贸易", "机械设备", "信息技术", "装饰材料", "家具",
    "医药", "化工", "汽车服务", "教育咨询", "酒店管理", "百货", "农业发展", "模具", "包装", "纸业", "照明", "光电", "精密", "自动化", "环保",
];
const FORMS: &[&str] = &["有限公司", "有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司", "店", "经营部", "厂", "商行"];
const BRAND: &str = "金鑫华盛宏泰瑞丰隆达兴旺福顺康美佳乐天海龙腾飞翔宇宙星辰光明春秋月影山水云石木林森源远长久安宁和平正大中新南西北方圆润泽恒信诚义德仁礼智博文雅韵清风雨露雪梅兰竹菊松柏杨柳桃李杏花果禾麦谷稻米粮油盐酱醋茶酒糖蜜奶肉鱼虾蟹贝珍珠玉翠宝银铜铁钢锐锋剑刀弓箭盾甲胄旗鼓钟琴棋书画";
pub const OFFICES: &[(&str, &str)] = &[
    ("东市监食许", "东莞市示例监督管理局"),
    ("东市监罚", "东莞市示例监督管理局"),
    ("东环罚", "东莞市示例环境局"),
    ("东应急罚", "东莞市示例应急局"),
    ("粤莞食字", "东莞市示例卫生局"),
    ("东建许", "东莞市示例建设局"),
    ("东交许", "东莞市示例交通局"),
    ("东消行罚决字", "东莞市示例消防支队"),
];
const CODE: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

pub struct Record {
    pub place: i64,
    pub name: String,
    pub code: String,
    pub document: String,
    pub office: usize,
    pub year: i32,
}

/// Subjects come back: a city has about one for five decisions.
fn subject(number: u64) -> (String, String) {
    let mut dice = Dice(number.wrapping_mul(31) + 7);
    let (brand, code): (Vec<char>, Vec<char>) = (BRAND.chars().collect(), CODE.chars().collect());
    let length = 2 + dice.below(3);
    let name =
        format!("{}{}{}{}", dice.of(PLACES), dice.liked(&brand, length), dice.of(TRADES), dice.of(FORMS));
    (name, format!("91441900MA{}", dice.chars(&code, 8)))
}

pub fn record(i: u64, rows: u64) -> Record {
    let mut dice = Dice(i + 1);
    let (name, code) = subject(dice.next() % (rows / 5).max(1));
    let days = (i * 2_900 / rows) as i64;
    let year = 2018 + (days / 365) as i32;
    let office = dice.below(OFFICES.len());
    // One in thirty is about a natural person.
    let (name, code) = match dice.below(30) {
        0 => (format!("{}*", name.chars().nth(3).unwrap_or('张')), String::new()),
        _ => (name, code),
    };
    let document = format!("{}〔{year}〕{}号", OFFICES[office].0, 1 + dice.below(99_999));
    Record { place: ((736_700 + days) << 26) + i as i64, name, code, document, office, year }
}

/// Two words that are common, each in its own names: the two hardly ever meet.
const APART: &[&str] = &["食品 电子", "商行 公司", "深圳 东莞市", "五金 服装", "股份有限公司 经营部", "广州 虎门"];
const COMMON: &[&str] = &["有限公司", "东莞", "科技", "东莞市", "食品有限公司", "91441900", "91441900MA"];

/// Two thousand questions in the shares in which people ask.
pub fn questions(rows: u64) -> Vec<(&'static str, Question)> {
    let mut dice = Dice(42);
    let typed = |kind, typed: String| (kind, Question { typed, ..Question::default() });
    let half = |document: &str| document.replace('〔', "(").replace('〕', ")");
    let mut all = Vec::new();
    while all.len() < 2_000 {
        let (r, other) = (record(dice.next() % rows, rows), record(dice.next() % rows, rows));
        if r.code.is_empty() {
            // One in forty asks for a person, whose name is public as its first character.
            all.push(match all.len() % 3 {
                0 => typed("a person's name", r.name),
                1 => typed("a person's name", r.name.replace('*', "")),
                _ => typed("a person's name", r.name.replace('*', "三丰")),
            });
            continue;
        }
        let chars: Vec<char> = r.name.chars().collect();
        let mut part = |length: usize| -> String {
            let from = dice.below(chars.len().saturating_sub(length).max(1));
            chars[from..(from + length).min(chars.len())].iter().collect()
        };
        let n = all.len() / 40;
        all.push(match all.len() % 40 {
            0..=5 => typed("whole name", r.name),
            6..=8 => typed("part of a name, 2 characters", part(2)),
            9..=12 => typed("part of a name, 3 characters", part(3)),
            13..=16 => typed("part of a name, 4 characters", part(4)),
            17..=20 => typed("part of a name, 5 to 7 characters", part(5 + n % 3)),
            21 => typed("very common", COMMON[n % COMMON.len()].to_owned()),
            22 => typed("common words that hardly ever meet", APART[n % APART.len()].to_owned()),
            23..=25 => typed("two words of one name", format!("{} {}", part(2), part(2))),
            26 => typed("two words of two names", format!("{} {}", part(2), other.name.chars().skip(4).take(2).collect::<String>())),
            27..=29 => typed("code", r.code),
            30 => typed("beginning of a code", r.code[..4 + n % 14].to_owned()),
            31 => typed("document number", r.document),
            32 | 33 => typed("document number, half-width brackets", half(&r.document)),
            34 => typed("document number, no brackets", half(&r.document).replace(['(', ')'], "")),
            35 => typed("part of a document number", half(&r.document).chars().skip(2).collect()),
            36 | 37 => {
                let (kind, mut q) = typed("with filters", part(2 + n % 3));
                (q.kind, q.year) = ((n % 2 == 0).then(|| "penalty".into()), Some(r.year));
                q.authority = (n % 3 == 0).then(|| OFFICES[r.office].1.to_owned());
                (kind, q)
            }
            38 => typed("nothing found", format!("{}不存在", part(3))),
            _ => typed("nothing found", format!("{}〔2031〕7号", OFFICES[r.office].0)),
        });
    }
    all
}
