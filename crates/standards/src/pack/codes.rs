//! The message codes a program may emit by itself. Rules name theirs in the pack; these are the ones that code names,
//! and `lint` holds them against the messages. Parameters each takes: `packs/README.md`.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $code;)*
        /// All of them.
        pub const ALL: &[&str] = &[$($code),*];
    };
}

codes! {
    /// 文件打不开
    UNREADABLE = "S001";
    /// 空文件
    EMPTY_FILE = "S002";
    /// 没有数据行
    NO_ROWS = "S003";
    /// 表头为空
    BLANK_HEADER = "S004";
    /// 表头重复
    DUPLICATE_HEADER = "S005";
    /// 多出的列
    UNKNOWN_HEADER = "S006";
    /// 列名对应不明
    AMBIGUOUS_HEADER = "S007";
    /// 多出单元格
    EXTRA_CELLS = "S008";
    /// 缺少单元格
    MISSING_CELLS = "S009";
    /// 空行
    BLANK_ROW = "S010";
    /// 整行重复
    REPEATED_ROW = "S011";
    /// 夹着表头
    HEADER_INSIDE = "S012";
    /// 内容错列
    SHIFTED = "S013";
    /// 控制字符
    CONTROL_CHARACTERS = "S014";
    /// 引号不成对
    OPEN_QUOTE = "S015";
    /// 超出上限
    LIMIT = "S016";
    /// 编码混用
    MIXED_ENCODING = "S017";
    /// 公式出错
    FORMULA_ERROR = "S018";
    /// 表头单位不同
    HEADER_UNIT = "S019";
    /// 工作表未读
    SHEET_SKIPPED = "S020";
    /// 说明行
    NOTE_ROW = "S021";
    /// 用了另一版模板
    OTHER_EDITION = "S022";
    /// 同一个键写了两次
    KEY_TWICE = "S023";
    /// 一格里套着多个值
    NESTED = "S024";
    /// 必填项为空
    REQUIRED = "E101";
    /// 统一社会信用代码位数不对
    USCC_LENGTH = "E102";
    /// 统一社会信用代码有不用的字符
    USCC_CHARACTER = "E103";
    /// 统一社会信用代码校验不过
    USCC_CHECK = "E104";
    /// 用占位码代替代码
    USCC_PLACEHOLDER = "E105";
    /// 名称括号不统一
    NAME_BRACKETS = "E110";
    /// 组织机构代码不对
    ORG_CODE = "E111";
    /// 工商注册号校验不过
    REG_NO_CHECK = "E112";
    /// 税务登记号不对
    TAX_NUMBER = "E113";
    /// 旧号码代替信用代码
    OLD_NUMBER = "E114";
    /// 注册号写法特殊
    REG_NO_FORM = "E116";
    /// 机关代码开头少见
    USCC_PREFIX = "E117";
    /// 身份证号码位数不对
    ID_LENGTH = "E201";
    /// 身份证出生日期不存在
    ID_BIRTH = "E202";
    /// 身份证号码校验不过
    ID_CHECK = "E203";
    /// 第一代身份证号码
    ID_OLD = "E206";
    /// 日期看不懂
    DATE_FORMAT = "E301";
    /// 日期晚于今天
    DATE_FUTURE = "E302";
    /// 日期变成数字
    DATE_SERIAL = "E304";
    /// 年份只有两位
    DATE_TWO_DIGIT = "E305";
    /// 日期过早
    DATE_EARLY = "E306";
    /// 不在代码表中
    NOT_LISTED = "E401";
    /// 代码写法不同
    CODE_ALIAS = "E410";
    /// 不是数字
    NOT_NUMBER = "E411";
    /// 不是整数
    NOT_INTEGER = "E412";
    /// 超出范围
    OUT_OF_RANGE = "E413";
    /// 数字位数过多
    TOO_MANY_DIGITS = "E414";
    /// 金额看不懂
    MONEY_TEXT = "E415";
    /// 文书号不完整
    DOCUMENT_NUMBER = "E503";
    /// 重复报送
    DUPLICATE = "E504";
    /// 内容太长
    TOO_LONG = "E505";
    /// 文字乱码
    GARBLED = "E506";
    /// 缺少列
    MISSING_COLUMN = "E507";
    /// 旧版模板的状态
    OLD_EDITION = "E508";
    /// 写法已自动整理
    TIDIED = "E510";
    /// 应为空
    MUST_BE_EMPTY = "E511";
    /// 电话号码不对
    PHONE = "E512";
    /// 行政区划代码不对
    DIVISION_FORM = "E513";
    /// 格式不对
    PATTERN = "E514";
    /// 名称像是代码或号码
    NAME_IS_NUMBER = "E515";
    /// 区划代码不在现行表中
    DIVISION_UNKNOWN = "W603";
    /// 内含组织机构代码校验不过
    INNER_ORG_CODE = "W604";
    /// 本地调整不再适用
    OVERRIDE_UNFIT = "W607";
}
