//! The departments of the city and of each district, with what they decide.

use super::work::{Licence, Penalty, Sanction, Subject, Work};

macro_rules! licence {
    ($document:literal, $mark:literal, $category:literal, $certificate:literal, $number:literal, $content:literal, $years:literal, $subject:ident) => {
        Licence {
            document: $document,
            mark: $mark,
            category: $category,
            certificate: $certificate,
            number: $number,
            content: $content,
            years: $years,
            subject: Subject::$subject,
        }
    };
}

macro_rules! penalty {
    ($violation:literal, $facts:literal, $basis:literal, $sanction:ident, $subject:ident) => {
        Penalty {
            violation: $violation,
            facts: $facts,
            basis: $basis,
            sanction: Sanction::$sanction,
            subject: Subject::$subject,
        }
    };
}

#[rustfmt::skip]
const MARKET_LICENCES: &[Licence] = &[
    licence!("食品经营许可决定书", "食许", "普通", "食品经营许可证", "JY1", "预包装食品销售、散装食品销售", 5, Entity),
    licence!("药品经营许可决定书", "药许", "核准", "药品经营许可证", "CB0", "中成药、化学药制剂零售", 5, Entity),
    licence!("特种设备使用登记决定书", "特登", "登记", "特种设备使用登记证", "TS2", "叉车使用登记", 0, Entity),
    licence!("特种设备作业人员资格认定决定书", "特人", "认可", "特种设备安全管理和作业人员证", "TSZ", "叉车司机（N1）", 4, Person),
];
#[rustfmt::skip]
const MARKET_PENALTIES: &[Penalty] = &[
    penalty!("经营超过保质期的食品", "{when}检查时发现货架上摆放超过保质期的饼干3袋", "《中华人民共和国食品安全法》第一百二十四条第一款", FineAndConfiscation, Entity),
    penalty!("使用未经检定的计量器具", "{when}检查时发现使用未经检定的电子秤1台", "《中华人民共和国计量法实施细则》第四十三条", Fine, Entity),
    penalty!("未亮照经营", "{when}检查时未在经营场所醒目位置悬挂营业执照，经提醒仍未改正", "《中华人民共和国市场主体登记管理条例》第四十八条", Warning, Entity),
    penalty!("以欺骗手段取得许可证", "{when}查明申请食品经营许可时提交虚假场地证明", "《中华人民共和国行政许可法》第七十九条", Revocation, Entity),
];

/// The departments of the city.
#[rustfmt::skip]
pub static CITY_DEPARTMENTS: [Work; 12] = [
    Work {
        code: "dsj",
        name: "大数据局",
        name_en: "City Data Bureau",
        short: "数",
        old_edition: false,
        licences: &[],
        penalties: &[],
    },
    Work {
        code: "fgw",
        name: "发展和改革委员会",
        name_en: "Development and Reform Commission (credit office)",
        short: "发改",
        old_edition: false,
        licences: &[licence!("固定资产投资项目节能审查决定书", "能审", "核准", "", "", "项目节能报告符合要求，准予建设", 2, Entity)],
        penalties: &[],
    },
    Work {
        code: "scjg",
        name: "市场监督管理局",
        name_en: "Market Supervision Bureau",
        short: "市监",
        old_edition: false,
        licences: MARKET_LICENCES,
        penalties: MARKET_PENALTIES,
    },
    Work {
        code: "sthj",
        name: "生态环境局",
        name_en: "Ecology and Environment Bureau",
        short: "环",
        old_edition: false,
        licences: &[
            licence!("排污许可决定书", "排许", "普通", "排污许可证", "PW", "废水、废气污染物排放，按许可证载明的浓度和总量执行", 5, Entity),
            licence!("建设项目环境影响评价批复", "环审", "核准", "", "", "同意按报告表所列地点、性质、规模建设", 5, Entity),
        ],
        penalties: &[
            penalty!("未按规定保存环境监测原始记录", "{when}现场检查时未能提供近三个月的自行监测原始记录", "《排污许可管理条例》第三十六条", Fine, Entity),
            penalty!("违反限期整改要求继续生产", "{when}复查时仍未完成限期整改，且继续生产", "《中华人民共和国水污染防治法》第八十三条", Stop, Entity),
        ],
    },
    Work {
        code: "jtys",
        name: "交通运输局",
        name_en: "Transport Bureau",
        short: "交",
        old_edition: true,
        licences: &[
            licence!("道路运输经营许可决定书", "运许", "普通", "道路运输经营许可证", "DY", "道路普通货物运输", 4, Entity),
            licence!("道路运输从业人员资格决定书", "从许", "认可", "道路运输从业人员从业资格证", "CY", "道路旅客运输驾驶员", 6, Person),
        ],
        penalties: &[
            penalty!("未取得道路运输经营许可擅自从事经营", "{when}在汐港路查获无道路运输证的货车从事货物运输", "《中华人民共和国道路运输条例》第六十三条", Fine, Entity),
            penalty!("驾驶员未携带从业资格证", "{when}在长途客运站检查时未携带从业资格证", "《道路运输从业人员管理规定》第四十七条", Warning, Person),
        ],
    },
    Work {
        code: "zjj",
        name: "住房和城乡建设局",
        name_en: "Housing and Construction Bureau",
        short: "建",
        old_edition: false,
        licences: &[
            licence!("建筑工程施工许可决定书", "施许", "核准", "建筑工程施工许可证", "SG", "厂房一期工程施工", 2, Entity),
            licence!("建筑业企业资质认定决定书", "资许", "认可", "建筑业企业资质证书", "D3", "建筑工程施工总承包三级", 5, Entity),
        ],
        penalties: &[penalty!("未设置安全警示标志", "{when}检查时施工现场出入口未设置明显的安全警示标志", "《建设工程安全生产管理条例》第六十二条", Fine, Entity)],
    },
    Work {
        code: "wjw",
        name: "卫生健康委员会",
        name_en: "Health Commission",
        short: "卫",
        old_edition: true,
        licences: &[
            licence!("公共场所卫生许可决定书", "卫许", "普通", "公共场所卫生许可证", "WS", "理发店、美容店", 4, Entity),
            licence!("护士执业注册决定书", "护注", "登记", "护士执业证书", "HS", "护士执业注册", 5, Person),
        ],
        penalties: &[
            penalty!("未按规定对顾客用品用具消毒", "{when}检查时理发工具未消毒，现场无消毒设施", "《公共场所卫生管理条例实施细则》第三十六条", Fine, Entity),
            penalty!("医疗机构使用非卫生技术人员", "{when}检查时查明诊所安排1名非卫生技术人员从事诊疗活动", "《医疗机构管理条例》第四十七条", Revocation, Entity),
        ],
    },
    Work {
        code: "yjj",
        name: "应急管理局",
        name_en: "Emergency Management Bureau",
        short: "应急",
        old_edition: false,
        licences: &[
            licence!("危险化学品经营许可决定书", "危许", "普通", "危险化学品经营许可证", "WH", "不带储存设施经营：乙醇、丙酮", 3, Entity),
            licence!("特种作业操作资格决定书", "操许", "认可", "特种作业操作证", "TZ", "低压电工作业", 6, Person),
        ],
        penalties: &[
            penalty!("未对从业人员进行安全生产教育和培训", "{when}检查时未能提供3名新进人员的安全培训记录", "《中华人民共和国安全生产法》第九十七条", Fine, Entity),
            penalty!("存在重大事故隐患未排除", "{when}检查时储罐区可燃气体报警装置停用，拒不整改", "《中华人民共和国安全生产法》第一百零二条", Stop, Entity),
        ],
    },
    Work {
        code: "zrzy",
        name: "自然资源和规划局",
        name_en: "Natural Resources and Planning Bureau",
        short: "自然",
        old_edition: false,
        licences: &[licence!("建设用地规划许可决定书", "地许", "核准", "建设用地规划许可证", "DZ", "工业用地1.2公顷", 2, Entity)],
        penalties: &[penalty!("未经批准临时占用土地", "{when}巡查发现未经批准临时占用土地300平方米堆放材料", "《中华人民共和国土地管理法》第七十七条", Fine, Entity)],
    },
    Work {
        code: "nync",
        name: "农业农村局",
        name_en: "Agriculture and Rural Affairs Bureau",
        short: "农",
        old_edition: true,
        licences: &[
            licence!("农药经营许可决定书", "药经", "普通", "农药经营许可证", "NY", "农药经营（限制使用农药除外）", 5, Entity),
            licence!("水域滩涂养殖许可决定书", "养许", "特许", "水域滩涂养殖证", "YZ", "海水养殖，面积5公顷", 10, Entity),
        ],
        penalties: &[penalty!("经营未附具标签的农药", "{when}检查时柜台内有未附具标签的农药6瓶", "《农药管理条例》第五十七条", FineAndConfiscation, Entity)],
    },
    Work {
        code: "wlj",
        name: "文化广电和旅游局",
        name_en: "Culture and Tourism Bureau",
        short: "文旅",
        old_edition: false,
        licences: &[licence!("娱乐场所经营许可决定书", "娱许", "普通", "娱乐经营许可证", "YL", "歌舞娱乐", 2, Entity)],
        penalties: &[penalty!("娱乐场所未悬挂警示标志", "{when}检查时大厅未悬挂未成年人禁入标志", "《娱乐场所管理条例》第五十一条", Warning, Entity)],
    },
    Work {
        code: "gaj",
        name: "公安局",
        name_en: "Public Security Bureau",
        short: "公",
        old_edition: false,
        licences: &[licence!("旅馆业特种行业许可决定书", "特许", "特许", "特种行业许可证", "TH", "旅馆业", 0, Entity)],
        penalties: &[penalty!("未按规定登记住宿旅客信息", "{when}检查时1名旅客未登记入住", "《中华人民共和国治安管理处罚法》第五十六条", Fine, Person)],
    },
];

/// The departments each district has.
pub static DISTRICT_DEPARTMENTS: [Work; 2] = [
    Work {
        code: "scjg",
        name: "市场监督管理局",
        name_en: "Market Supervision Bureau",
        short: "市监",
        old_edition: false,
        licences: &[],
        penalties: MARKET_PENALTIES,
    },
    Work {
        code: "spj",
        name: "行政审批服务局",
        name_en: "Administrative Approval Bureau",
        short: "审批",
        old_edition: false,
        licences: MARKET_LICENCES,
        penalties: &[],
    },
];
