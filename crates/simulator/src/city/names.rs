//! Parts of invented names (虚构名称). Nothing here names a real organisation, and no place of these names exists.

use crate::rng::Rng;

/// The city, which says of itself that it is simulated.
pub const CITY: &str = "临汐市";
/// The city in English.
pub const CITY_EN: &str = "Linxi City (simulated)";
/// What every page and file that leaves the simulator says of itself.
pub const NOTICE: &str =
    "模拟数据：临汐市是虚构的城市，机构、企业、人员、许可与处罚均由程序生成，与任何真实主体无关。";
/// The same in English.
pub const NOTICE_EN: &str = "Simulated data: Linxi is a fictional city; its organisations, firms, people, licences and penalties are generated.";

/// Counties and districts: name, and the short form used in document numbers.
pub const DISTRICTS: [(&str, &str); 4] =
    [("听澜区", "澜"), ("望舒区", "舒"), ("泊舟县", "泊"), ("归雁县", "雁")];

const TOWNSHIP_FIRST: [&str; 12] =
    ["鸥鸣", "听雨", "云栖", "竹溪", "晴川", "白鹭", "枕流", "星垂", "麦浪", "芦花", "松涛", "月牙"];
const VILLAGE_FIRST: [&str; 16] = [
    "前滩", "后滩", "东篱", "西篱", "南浦", "北汊", "上湾", "下湾", "大榆", "小榆", "石磨", "水车", "杏林",
    "柳堤", "槐荫", "苇塘",
];
const TRADE_FIRST: [&str; 24] = [
    "潮生",
    "汐月",
    "星槎",
    "云帆",
    "鹭洲",
    "听潮",
    "拾贝",
    "晴澜",
    "暮汐",
    "青屿",
    "白浪",
    "渔歌",
    "灯塔",
    "珊瑚礁",
    "望舒",
    "观潮",
    "归雁",
    "泊岸",
    "海霁",
    "溯洄",
    "沧浪",
    "浮光",
    "澄江",
    "远岫",
];
const TRADE_SECOND: [&str; 16] =
    ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "元", "亨", "利", "贞", "和", "泰"];
const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜";
const GIVEN: &str = "潮汐澜汀洲渚浦泽涵泓沐淇浔湄漪澄渊溪溯湛";

/// Lines of business: word in the name, kind of firm, scope of business, industry (GB/T 4754-2017).
pub const TRADES: [(&str, &str); 14] = [
    ("食品", "预包装食品销售；食用农产品批发、零售"),
    ("餐饮管理", "餐饮服务；餐饮管理"),
    ("建筑工程", "房屋建筑工程施工；建筑劳务分包"),
    ("物流", "道路普通货物运输；仓储服务（不含危险品）"),
    ("科技", "软件开发；信息系统集成服务；技术咨询"),
    ("医药", "药品零售；第二类医疗器械销售"),
    ("环保", "水污染治理；固体废物治理"),
    ("机械制造", "通用设备制造；机械零部件加工"),
    ("化工", "化工产品销售（不含危险化学品）"),
    ("旅游", "旅游信息咨询；票务代理"),
    ("水产", "水产品批发、零售；水产养殖"),
    ("物业服务", "物业管理；家政服务"),
    ("教育咨询", "教育信息咨询（不含培训）"),
    ("印务", "包装装潢印刷品印刷；文化用品销售"),
];

/// A township or street office of a district.
pub fn township(index: usize, rural: bool) -> String {
    let first = TOWNSHIP_FIRST[index % TOWNSHIP_FIRST.len()];
    format!("{first}{}", if rural { "镇" } else { "街道" })
}

/// A village or community.
pub fn village(index: usize, rural: bool) -> String {
    let first = VILLAGE_FIRST[index % VILLAGE_FIRST.len()];
    format!("{first}{}", if rural { "村" } else { "社区" })
}

/// A person's name, of two or three characters.
pub fn person(rng: &mut Rng) -> String {
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    let mut name = String::from(*rng.pick(&surnames));
    name.push(*rng.pick(&given));
    if rng.chance(0.7) {
        name.push(*rng.pick(&given));
    }
    name
}

/// The trade name (字号) of the `serial`-th firm; distinct for distinct serials.
pub fn trade_name(serial: usize) -> String {
    let first = TRADE_FIRST[serial % TRADE_FIRST.len()];
    let rest = serial / TRADE_FIRST.len();
    let second = TRADE_SECOND[rest % TRADE_SECOND.len()];
    match rest / TRADE_SECOND.len() {
        0 => format!("{first}{second}"),
        mut n => {
            let mut number = String::new();
            while n > 0 {
                number.insert_str(0, TRADE_SECOND[n % 10]);
                n /= 10;
            }
            format!("{first}{second}{number}号")
        }
    }
}

/// A telephone number that cannot be dialled: no area code is 0000.
pub fn telephone(rng: &mut Rng) -> String {
    format!("0000-555{:04}", rng.below(10_000))
}
