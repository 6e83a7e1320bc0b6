//! The templates departments fill in (报送模板): the fields of each resource in order, with their printed labels.

use serde::{Deserialize, Serialize};

/// A resource the demo city hands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// 行政许可（2018版）
    #[serde(rename = "licence-2018")]
    Licence2018,
    /// 行政处罚（2018版）
    #[serde(rename = "penalty-2018")]
    Penalty2018,
    /// 行政许可（2016版）
    #[serde(rename = "licence-2016")]
    Licence2016,
    /// 行政处罚（2016版）
    #[serde(rename = "penalty-2016")]
    Penalty2016,
    /// 法人单位
    LegalEntity,
    /// 人口
    Person,
    /// 机关名录
    Authority,
    /// 行政许可应报清单
    ExpectedLicences,
    /// 行政处罚应报清单
    ExpectedPenalties,
    /// 省下发问题数据清单
    ReturnedRecords,
}

impl Resource {
    /// The resources departments hand in themselves, base libraries first: what is checked against them comes later.
    pub const ALL: [Self; 7] = [
        Self::Authority,
        Self::LegalEntity,
        Self::Person,
        Self::Licence2018,
        Self::Penalty2018,
        Self::Licence2016,
        Self::Penalty2016,
    ];

    /// The identifier in the packs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Licence2018 => "licence-2018",
            Self::Penalty2018 => "penalty-2018",
            Self::Licence2016 => "licence-2016",
            Self::Penalty2016 => "penalty-2016",
            Self::LegalEntity => "legal-entity",
            Self::Person => "person",
            Self::Authority => "authority",
            Self::ExpectedLicences => "expected-licences",
            Self::ExpectedPenalties => "expected-penalties",
            Self::ReturnedRecords => "returned-records",
        }
    }

    /// Name in file names and titles.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Licence2018 | Self::Licence2016 => "行政许可",
            Self::Penalty2018 | Self::Penalty2016 => "行政处罚",
            Self::LegalEntity => "法人单位",
            Self::Person => "人口",
            Self::Authority => "机关名录",
            Self::ExpectedLicences => "行政许可应报清单",
            Self::ExpectedPenalties => "行政处罚应报清单",
            Self::ReturnedRecords => "省下发问题数据清单",
        }
    }

    /// Field code and printed label, in template order.
    #[must_use]
    pub const fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Licence2018 => LICENCE_2018,
            Self::Penalty2018 => PENALTY_2018,
            Self::Licence2016 => LICENCE_2016,
            Self::Penalty2016 => PENALTY_2016,
            Self::LegalEntity => LEGAL_ENTITY,
            Self::Person => PERSON,
            Self::Authority => AUTHORITY,
            Self::ExpectedLicences => EXPECTED_LICENCES,
            Self::ExpectedPenalties => EXPECTED_PENALTIES,
            Self::ReturnedRecords => RETURNED_RECORDS,
        }
    }

    /// Position of a field in the template.
    #[must_use]
    pub fn position(self, field: &str) -> Option<usize> {
        self.fields().iter().position(|(code, _)| *code == field)
    }

    /// The field that plays a part in this resource.
    #[must_use]
    pub const fn field(self, part: Part) -> Option<&'static str> {
        use Part as P;
        Some(match (self, part) {
            (Self::Licence2018, P::Name) => "XK_XDR_MC",
            (Self::Licence2018, P::Kind) => "XK_XDR_LB",
            (Self::Licence2018 | Self::Licence2016, P::Code) => "XK_XDR_SHXYM",
            (Self::Licence2018, P::RegistrationNumber) => "XK_XDR_GSZC",
            (Self::Licence2018, P::OrgCode) => "XK_XDR_ZZJG",
            (Self::Licence2018 | Self::Licence2016, P::TaxNumber) => "XK_XDR_SWDJ",
            (Self::Licence2018, P::Representative) => "XK_FRDB",
            (Self::Licence2018, P::RepresentativeIdType) => "XK_FR_ZJLX",
            (Self::Licence2018, P::RepresentativeId) => "XK_FR_ZJHM",
            (Self::Licence2018, P::IdType) => "XK_XDR_ZJLX",
            (Self::Licence2018, P::Id) => "XK_XDR_ZJHM",
            (Self::Licence2018 | Self::Licence2016, P::Document) => "XK_WSH",
            (Self::Licence2018, P::Category) => "XK_XKLB",
            (Self::Licence2018 | Self::Licence2016, P::Content) => "XK_NR",
            (Self::Licence2018 | Self::Licence2016, P::DecisionDate) => "XK_JDRQ",
            (Self::Licence2018, P::ValidFrom) => "XK_YXQZ",
            (Self::Licence2018, P::ValidTo) => "XK_YXQZI",
            (Self::Licence2018, P::Authority) => "XK_XKJG",
            (Self::Licence2018, P::AuthorityCode) => "XK_XKJGDM",
            (Self::Licence2018 | Self::Licence2016, P::Status) => "XK_ZT",
            (Self::Licence2018, P::SourceCode) => "XK_LYDWDM",
            (Self::Penalty2018 | Self::Penalty2016, P::Name) => "CF_XDR_MC",
            (Self::Penalty2018, P::Kind) => "CF_XDR_LB",
            (Self::Penalty2018 | Self::Penalty2016, P::Code) => "CF_XDR_SHXYM",
            (Self::Penalty2018, P::RegistrationNumber) => "CF_XDR_GSZC",
            (Self::Penalty2018, P::OrgCode) => "CF_XDR_ZZJG",
            (Self::Penalty2018 | Self::Penalty2016, P::TaxNumber) => "CF_XDR_SWDJ",
            (Self::Penalty2018, P::Representative) => "CF_FRDB",
            (Self::Penalty2018, P::RepresentativeIdType) => "CF_FR_ZJLX",
            (Self::Penalty2018, P::RepresentativeId) => "CF_FR_ZJHM",
            (Self::Penalty2018, P::IdType) => "CF_XDR_ZJLX",
            (Self::Penalty2018, P::Id) => "CF_XDR_ZJHM",
            (Self::Penalty2018 | Self::Penalty2016, P::Document) => "CF_WSH",
            (Self::Penalty2018, P::Category) => "CF_CFLB",
            (Self::Penalty2018, P::Content) => "CF_NR",
            (Self::Penalty2018 | Self::Penalty2016, P::Facts) => "CF_SY",
            (Self::Penalty2018, P::Fine) => "CF_NR_FK",
            (Self::Penalty2018, P::Confiscation) => "CF_NR_WFFF",
            (Self::Penalty2018, P::RevokedLicence) => "CF_NR_ZKDX",
            (Self::Penalty2018 | Self::Penalty2016, P::DecisionDate) => "CF_JDRQ",
            (Self::Penalty2018 | Self::Penalty2016, P::PublishedUntil) => "CF_GSJZQ",
            (Self::Penalty2018, P::Authority) => "CF_CFJG",
            (Self::Penalty2018, P::AuthorityCode) => "CF_CFJGDM",
            (Self::Penalty2018, P::SourceCode) => "CF_SJLYDM",
            (Self::Licence2016, P::Name) => "XK_XDR",
            (Self::Licence2016, P::RegistrationNumber) => "XK_XDR_GSDJ",
            (Self::Licence2016, P::OrgCode) => "XK_XDR_ZDM",
            (Self::Licence2016, P::Id) => "XK_XDR_SFZ",
            (Self::Licence2016, P::Category) => "XK_SPLB",
            (Self::Licence2016, P::Representative) => "XK_FR",
            (Self::Licence2016, P::ValidTo) => "XK_JZQ",
            (Self::Licence2016, P::Authority) => "XK_XZJG",
            (Self::Licence2016 | Self::Penalty2016, P::Division) => "DFBM",
            (Self::Penalty2016, P::RegistrationNumber) => "CF_XDR_GSDJ",
            (Self::Penalty2016, P::OrgCode) => "CF_XDR_ZDM",
            (Self::Penalty2016, P::Id) => "CF_XDR_SFZ",
            (Self::Penalty2016, P::Category) => "CF_CFLB1",
            (Self::Penalty2016, P::Representative) => "CF_FR",
            (Self::Penalty2016, P::Content) => "CF_JG",
            (Self::Penalty2016, P::Authority) => "CF_XZJG",
            (Self::Penalty2016, P::Status) => "CF_ZT",
            (Self::LegalEntity, P::Name) => "NAME",
            (Self::LegalEntity, P::Code) => "USCC",
            (Self::LegalEntity, P::Representative) => "LEGAL_REP",
            (Self::LegalEntity, P::RegisteredOn) => "REG_DATE",
            (Self::Person, P::Name) => "NAME",
            (Self::Person, P::Id) => "ID_NO",
            (Self::Person, P::Sex) => "SEX",
            (Self::Person, P::Birth) => "BIRTH_DATE",
            (Self::Person, P::Division) => "HOUSEHOLD_DIVISION",
            (Self::Person, P::Phone) => "PHONE",
            _ => return None,
        })
    }
}

/// A part that a field plays in several resources under different codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Part {
    Name,
    Kind,
    Code,
    RegistrationNumber,
    OrgCode,
    TaxNumber,
    Representative,
    RepresentativeIdType,
    RepresentativeId,
    IdType,
    Id,
    Document,
    Category,
    Content,
    Facts,
    Fine,
    Confiscation,
    RevokedLicence,
    DecisionDate,
    ValidFrom,
    ValidTo,
    Authority,
    AuthorityCode,
    SourceCode,
    Status,
    Division,
    PublishedUntil,
    RegisteredOn,
    Sex,
    Birth,
    Phone,
}

const LICENCE_2018: &[(&str, &str)] = &[
    ("XK_XDR_MC", "行政相对人名称"),
    ("XK_XDR_LB", "行政相对人类别"),
    ("XK_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("XK_XDR_GSZC", "行政相对人代码_2(工商注册号)"),
    ("XK_XDR_ZZJG", "行政相对人代码_3(组织机构代码)"),
    ("XK_XDR_SWDJ", "行政相对人代码_4(税务登记号)"),
    ("XK_XDR_SYDW", "行政相对人代码_5(事业单位证书号)"),
    ("XK_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)"),
    ("XK_FRDB", "法定代表人"),
    ("XK_FR_ZJLX", "法定代表人证件类型"),
    ("XK_FR_ZJHM", "法定代表人证件号码"),
    ("XK_XDR_ZJLX", "证件类型"),
    ("XK_XDR_ZJHM", "证件号码"),
    ("XK_XKWS", "行政许可决定文书名称"),
    ("XK_WSH", "行政许可决定文书号"),
    ("XK_XKLB", "许可类别"),
    ("XK_XKZS", "许可证书名称"),
    ("XK_XKBH", "许可编号"),
    ("XK_NR", "许可内容"),
    ("XK_JDRQ", "许可决定日期"),
    ("XK_YXQZ", "有效期自"),
    ("XK_YXQZI", "有效期至"),
    ("XK_XKJG", "许可机关"),
    ("XK_XKJGDM", "许可机关统一社会信用代码"),
    ("XK_ZT", "当前状态"),
    ("XK_LYDW", "数据来源单位"),
    ("XK_LYDWDM", "数据来源单位统一社会信用代码"),
    ("BZ", "备注"),
];

const PENALTY_2018: &[(&str, &str)] = &[
    ("CF_XDR_MC", "行政相对人名称"),
    ("CF_XDR_LB", "行政相对人类别"),
    ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("CF_XDR_GSZC", "行政相对人代码_2(工商注册号)"),
    ("CF_XDR_ZZJG", "行政相对人代码_3(组织机构代码)"),
    ("CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)"),
    ("CF_XDR_SYDW", "行政相对人代码_5(事业单位证书号)"),
    ("CF_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)"),
    ("CF_FRDB", "法定代表人"),
    ("CF_FR_ZJLX", "法定代表人证件类型"),
    ("CF_FR_ZJHM", "法定代表人证件号码"),
    ("CF_XDR_ZJLX", "证件类型"),
    ("CF_XDR_ZJHM", "证件号码"),
    ("CF_WSH", "行政处罚决定书文号"),
    ("CF_WFXW", "违法行为类型"),
    ("CF_SY", "违法事实"),
    ("CF_YJ", "处罚依据"),
    ("CF_CFLB", "处罚类别"),
    ("CF_NR", "处罚内容"),
    ("CF_NR_FK", "罚款金额（万元）"),
    ("CF_NR_WFFF", "没收违法所得、没收非法财物的金额（万元）"),
    ("CF_NR_ZKDX", "暂扣或吊销证照名称及编号"),
    ("CF_JDRQ", "处罚决定日期"),
    ("CF_YXQ", "处罚有效期"),
    ("CF_GSJZQ", "公示截止期"),
    ("CF_CFJG", "处罚机关"),
    ("CF_CFJGDM", "处罚机关统一社会信用代码"),
    ("CF_SJLY", "数据来源单位"),
    ("CF_SJLYDM", "数据来源单位统一社会信用代码"),
    ("BZ", "备注"),
];

const LICENCE_2016: &[(&str, &str)] = &[
    ("XK_WSH", "行政许可决定书文号"),
    ("XK_XMMC", "项目名称"),
    ("XK_BM", "行政许可编码"),
    ("XK_SPLB", "审批类别"),
    ("XK_NR", "许可内容"),
    ("XK_XDR", "行政相对人名称"),
    ("XK_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("XK_XDR_ZDM", "行政相对人代码_2(组织机构代码)"),
    ("XK_XDR_GSDJ", "行政相对人代码_3(工商登记码)"),
    ("XK_XDR_SWDJ", "行政相对人代码_4(税务登记号)"),
    ("XK_XDR_SFZ", "行政相对人代码_5(居民身份证号)"),
    ("XK_FR", "法定代表人姓名"),
    ("XK_JDRQ", "许可决定日期"),
    ("XK_JZQ", "许可截止期"),
    ("XK_XZJG", "许可机关"),
    ("XK_ZT", "当前状态"),
    ("DFBM", "地方编码"),
    ("SJC", "数据更新时间戳"),
    ("BZ", "备注"),
    ("XK_SYFW", "信息使用范围"),
];

const PENALTY_2016: &[(&str, &str)] = &[
    ("CF_WSH", "行政处罚决定书文号"),
    ("CF_CFMC", "处罚名称"),
    ("CF_BM", "行政处罚编码"),
    ("CF_CFLB1", "处罚类别1"),
    ("CF_CFLB2", "处罚类别2"),
    ("CF_SY", "处罚事由"),
    ("CF_YJ", "处罚依据"),
    ("CF_XDR_MC", "行政相对人名称"),
    ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("CF_XDR_ZDM", "行政相对人代码_2(组织机构代码)"),
    ("CF_XDR_GSDJ", "行政相对人代码_3(工商登记码)"),
    ("CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)"),
    ("CF_XDR_SFZ", "行政相对人代码_5(居民身份证号)"),
    ("CF_FR", "法定代表人姓名"),
    ("CF_JG", "处罚结果"),
    ("CF_JDRQ", "处罚决定日期"),
    ("CF_XZJG", "处罚机关"),
    ("CF_ZT", "当前状态"),
    ("DFBM", "地方编码"),
    ("SJC", "数据更新时间戳"),
    ("BZ", "备注"),
    ("CF_SYFW", "信息使用范围"),
    ("CF_SXYZCD", "失信严重程度"),
    ("CF_GSJZQ", "公示截止期"),
];

const LEGAL_ENTITY: &[(&str, &str)] = &[
    ("NAME", "企业名称"),
    ("USCC", "统一社会信用代码"),
    ("REG_DATE", "注册日期"),
    ("ENT_TYPE", "企业类型"),
    ("LEGAL_REP", "法人代表"),
    ("REG_CAPITAL", "注册资金"),
    ("SCOPE", "经营范围"),
    ("PROVINCE", "所在省份"),
    ("CITY", "地区"),
    ("ADDRESS", "注册地址"),
];

const AUTHORITY: &[(&str, &str)] = &[
    ("NAME", "机关名称"),
    ("USCC", "机关统一社会信用代码"),
    ("SHORT_NAME", "机关简称"),
    ("DIVISION", "机关所在区划代码"),
];

const EXPECTED_LICENCES: &[(&str, &str)] = &[
    ("XK_XDR_MC", "行政相对人名称"),
    ("XK_XDR_LB", "行政相对人类别"),
    ("XK_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("XK_WSH", "行政许可决定文书号"),
    ("XK_JDRQ", "许可决定日期"),
    ("XK_XKJG", "许可机关"),
    ("XK_XKJGDM", "许可机关统一社会信用代码"),
];

const EXPECTED_PENALTIES: &[(&str, &str)] = &[
    ("CF_XDR_MC", "行政相对人名称"),
    ("CF_XDR_LB", "行政相对人类别"),
    ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("CF_WSH", "行政处罚决定书文号"),
    ("CF_JDRQ", "处罚决定日期"),
    ("CF_CFJG", "处罚机关"),
    ("CF_CFJGDM", "处罚机关统一社会信用代码"),
];

const RETURNED_RECORDS: &[(&str, &str)] = &[
    ("LB", "数据类别"),
    ("WSH", "决定文书号"),
    ("JDRQ", "决定日期"),
    ("XDR_MC", "行政相对人名称"),
    ("XDR_DM", "行政相对人代码"),
    ("JGDM", "数据来源单位代码"),
    ("CWDM", "错误代码"),
    ("CWMS", "错误描述"),
    ("XFRQ", "下发日期"),
];

const PERSON: &[(&str, &str)] = &[
    ("ID_NO", "公民身份号码"),
    ("NAME", "姓名"),
    ("SEX", "性别"),
    ("ETHNICITY", "民族"),
    ("BIRTH_DATE", "出生日期"),
    ("HOUSEHOLD_ADDRESS", "户籍地址"),
    ("HOUSEHOLD_DIVISION", "户籍区划"),
    ("PHONE", "联系电话"),
];
