//! What each department decides (权力事项): the licences it grants and the penalties it imposes, with the wording of
//! its documents. Wording is invented; laws are cited by their real titles.

/// A kind of licence (许可事项).
#[derive(Debug)]
pub struct Licence {
    /// Title of the decision (决定文书名称).
    pub document: &'static str,
    /// Character(s) in the document number, e.g. `食许`.
    pub mark: &'static str,
    /// 许可类别, a value of list C.
    pub category: &'static str,
    /// 许可证书名称; empty when no certificate is issued.
    pub certificate: &'static str,
    /// Letters before the certificate number.
    pub number: &'static str,
    /// 许可内容.
    pub content: &'static str,
    /// Years of validity; 0 means 长期 (2099/12/31).
    pub years: i32,
    /// Who gets it.
    pub subject: Subject,
}

/// A kind of penalty (处罚事项).
#[derive(Debug)]
pub struct Penalty {
    /// 违法行为类型.
    pub violation: &'static str,
    /// 违法事实; `{when}` is replaced by a day.
    pub facts: &'static str,
    /// 处罚依据.
    pub basis: &'static str,
    /// What is imposed.
    pub sanction: Sanction,
    /// Who is punished.
    pub subject: Subject,
}

/// Who a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Firms and sole traders.
    Entity,
    /// Natural persons.
    Person,
}

/// What a penalty consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sanction {
    /// 警告
    Warning,
    /// 罚款
    Fine,
    /// 罚款 and 没收违法所得、没收非法财物
    FineAndConfiscation,
    /// 责令停产停业
    Stop,
    /// 暂扣或者吊销许可证、暂扣或者吊销执照
    Revocation,
}

/// A department's line of work.
#[derive(Debug)]
pub struct Work {
    /// Identifier.
    pub code: &'static str,
    /// Name without the place.
    pub name: &'static str,
    /// English gloss.
    pub name_en: &'static str,
    /// Short form in document numbers.
    pub short: &'static str,
    /// Whether the department still sends the 2016 edition.
    pub old_edition: bool,
    /// Licences; empty when it grants none.
    pub licences: &'static [Licence],
    /// Penalties; empty when it imposes none.
    pub penalties: &'static [Penalty],
}
