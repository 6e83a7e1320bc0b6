//! Notices (提醒): what people are told of, and the texts they are told in.

use std::str::FromStr;

use kernel::{Error, Lang};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// 临近期限: working days before the deadline.
    Near,
    /// 今天到期
    Today,
    /// 逾期
    Overdue,
    /// 上级退回: the province sent records back.
    Returned,
    /// 提出争议: a department says the rule is wrong; the bureau is told.
    Disputed,
    /// 答复争议: the bureau has answered; the department is told.
    Answered,
    /// 升级: the leader in charge is told.
    Escalated,
    /// 升级（未报送）: the leader in charge is told of decisions overdue and never handed in.
    EscalatedMissing,
    /// 重新判定: a rule changed and the department's issues were judged again.
    Judged,
    /// 考核评分: something happened to a department's score or points.
    Score,
    /// 通报印发: a circular was issued; members and leaders get it.
    Circular,
    /// 办件提交: an objection or an application for repair came in; the bureau is told.
    CaseOpened,
    /// 办件转办: it was forwarded; the department is told.
    CaseForwarded,
    /// 办件逾期: a desk is late; the bureau is told.
    CaseOverdue,
    /// 办结后退回: a target turned down the result of a closed case; the bureau is told.
    CaseRefused,
    /// 应撤回公示: a quashed decision must be taken down; the department is told.
    Recall,
    /// 待人工决定: rows that a mapping cannot decide on wait; whoever answers for them is told every day.
    Waiting,
    /// 更正后待重新公示: records are down because of what was decided of an earlier record of their decision; the bureau is told.
    Withheld,
    /// 每日摘要
    Digest,
}

impl NoticeKind {
    /// In the order of lists.
    pub const ALL: [Self; 19] = [
        Self::Near,
        Self::Today,
        Self::Overdue,
        Self::Returned,
        Self::Disputed,
        Self::Answered,
        Self::Escalated,
        Self::EscalatedMissing,
        Self::Judged,
        Self::Score,
        Self::Circular,
        Self::CaseOpened,
        Self::CaseForwarded,
        Self::CaseOverdue,
        Self::CaseRefused,
        Self::Recall,
        Self::Waiting,
        Self::Withheld,
        Self::Digest,
    ];

    /// The stored name, also the end of the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Near => "near",
            Self::Today => "today",
            Self::Overdue => "overdue",
            Self::Returned => "returned",
            Self::Disputed => "disputed",
            Self::Answered => "answered",
            Self::Escalated => "escalated",
            Self::EscalatedMissing => "escalated-missing",
            Self::Judged => "judged",
            Self::Score => "score",
            Self::Circular => "circular",
            Self::CaseOpened => "case-opened",
            Self::CaseForwarded => "case-forwarded",
            Self::CaseOverdue => "case-overdue",
            Self::CaseRefused => "case-refused",
            Self::Recall => "recall",
            Self::Waiting => "waiting",
            Self::Withheld => "withheld",
            Self::Digest => "digest",
        }
    }

    /// The class of its badge: `reject` is late or refused, `warn` is to be done, `info` is to be known.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Near
            | Self::Today
            | Self::Disputed
            | Self::Score
            | Self::CaseForwarded
            | Self::Recall
            | Self::Waiting
            | Self::Withheld => "warn",
            Self::Overdue
            | Self::Returned
            | Self::Escalated
            | Self::EscalatedMissing
            | Self::CaseOverdue
            | Self::CaseRefused => "reject",
            Self::Answered | Self::Judged | Self::Circular | Self::CaseOpened | Self::Digest => "info",
        }
    }

    /// The variables its texts may use.
    #[must_use]
    pub const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Near | Self::Today => {
                &["org", "resource", "what", "count", "document", "deadline", "days_left", "link"]
            }
            Self::Overdue => {
                &["org", "resource", "what", "count", "document", "deadline", "days_over", "link"]
            }
            Self::Returned => &["org", "resource", "count", "document", "deadline", "link"],
            Self::Disputed | Self::Answered => &["org", "resource", "document", "count", "link"],
            Self::Escalated | Self::EscalatedMissing => {
                &["org", "resource", "count", "document", "days_over", "person", "link"]
            }
            Self::Judged => &["org", "resource", "rules", "count", "closed", "open", "passed", "link"],
            Self::Score => &["org", "what", "title", "until", "link"],
            Self::Circular => &["org", "number", "title", "way", "link"],
            Self::CaseOpened | Self::CaseForwarded | Self::CaseOverdue | Self::Recall => {
                &["org", "resource", "what", "number", "deadline", "link"]
            }
            Self::CaseRefused => &["org", "resource", "what", "number", "link"],
            Self::Waiting => &["org", "resource", "count", "since", "deadline", "link"],
            Self::Withheld => &["org", "count", "since", "link"],
            Self::Digest => &[
                "org",
                "day",
                "new",
                "closed",
                "count",
                "rows",
                "due_today",
                "due_soon",
                "overdue",
                "missing",
                "disputed",
                "progress",
                "link",
            ],
        }
    }

    /// The title and the text that hold until a steward writes others.
    #[must_use]
    pub const fn shipped(self, lang: Lang) -> (&'static str, &'static str) {
        match (self, lang) {
            (Self::Near, Lang::Zh) => (
                "还剩 {days_left} 个工作日：{resource}",
                "{org}的“{resource}”有 {count} 项{what}将于 {deadline} 到期，还剩 {days_left} 个工作日，如 {document}。请在期限前更正或报送：{link}",
            ),
            (Self::Near, Lang::En) => (
                "Working days left: {days_left} · {resource}",
                "{org}, “{resource}”: {what}, {count}, due on {deadline} (working days left: {days_left}), such as {document}. Put them right or hand them in before the deadline: {link}",
            ),
            (Self::Today, Lang::Zh) => (
                "今天到期：{resource}",
                "{org}的“{resource}”有 {count} 项{what}今天（{deadline}）到期，如 {document}。今天内更正或报送仍算及时：{link}",
            ),
            (Self::Today, Lang::En) => (
                "Due today: {resource}",
                "{org}, “{resource}”: {what}, {count}, due today ({deadline}), such as {document}. What is put right or handed in today is still in time: {link}",
            ),
            (Self::Overdue, Lang::Zh) => (
                "已逾期 {days_over} 个工作日：{resource}",
                "{org}的“{resource}”有 {count} 项{what}于 {deadline} 到期，已逾期 {days_over} 个工作日，如 {document}。请立即处理：{link}",
            ),
            (Self::Overdue, Lang::En) => (
                "Working days overdue: {days_over} · {resource}",
                "{org}, “{resource}”: {what}, {count}, were due on {deadline} (working days overdue: {days_over}), such as {document}. Deal with them now: {link}",
            ),
            (Self::Returned, Lang::Zh) => (
                "上级退回 {count} 条：{resource}",
                "{org}的“{resource}”有 {count} 条数据被上级平台退回，如 {document}，请于 {deadline} 前更正或确认：{link}",
            ),
            (Self::Returned, Lang::En) => (
                "Sent back: {resource}",
                "{org}, “{resource}”: records sent back by the superior platform: {count}, such as {document}. Correct or confirm them by {deadline}: {link}",
            ),
            (Self::Disputed, Lang::Zh) => (
                "{org}对整改单 {document} 提出争议",
                "{org}认为“{resource}”的校验规则有误，整改单 {document}（{count} 处）已暂停催办，请答复：{link}",
            ),
            (Self::Disputed, Lang::En) => (
                "{org} disputes issue {document}",
                "{org} says that the rule on “{resource}” is wrong. Issue {document} (findings: {count}) is not chased until you answer: {link}",
            ),
            (Self::Answered, Lang::Zh) => (
                "争议已答复：整改单 {document}",
                "{org}提出的争议已有答复，整改单 {document}（“{resource}”，{count} 处）恢复整改：{link}",
            ),
            (Self::Answered, Lang::En) => (
                "The dispute on issue {document} is answered",
                "The dispute of {org} is answered; issue {document} (“{resource}”, findings: {count}) is open again: {link}",
            ),
            (Self::Escalated, Lang::Zh) => (
                "请督促整改：{org}“{resource}”{count} 张整改单",
                "{org}的“{resource}”有 {count} 张整改单长期未改，如 {document}，已按规则升级。负责人：{person}。请督促办理：{link}",
            ),
            (Self::Escalated, Lang::En) => (
                "Escalated: {org}, “{resource}”",
                "{org}, “{resource}”: issues left unmended for too long: {count}, such as {document}. They are escalated by rule. Responsible: {person}. Please see to it: {link}",
            ),
            (Self::EscalatedMissing, Lang::Zh) => (
                "请督促报送：{org}“{resource}”{count} 项决定逾期未报送",
                "{org}的“{resource}”有 {count} 项决定逾期未报送，最长已逾期 {days_over} 个工作日，如 {document}，已按规则升级。负责人：{person}。请督促报送：{link}",
            ),
            (Self::EscalatedMissing, Lang::En) => (
                "Escalated, not handed in: {org}, “{resource}”",
                "{org}, “{resource}”: decisions overdue and never handed in: {count}, the longest for {days_over} working days, such as {document}. They are escalated by rule. Responsible: {person}. Please see to it: {link}",
            ),
            (Self::Judged, Lang::Zh) => (
                "规则已调整，{count} 张整改单重新判定：{resource}",
                "{rules}已调整，{org}“{resource}”的 {count} 张整改单已重新判定：销号 {closed} 张，仍待处理 {open} 张；现在通过 {passed} 处。请查看：{link}",
            ),
            (Self::Judged, Lang::En) => (
                "Rule changed, issues judged again: {resource}",
                "{rules} changed. Issues of {org} on “{resource}” judged again: {count}; closed {closed}, still open {open}; findings that pass now: {passed}. Have a look: {link}",
            ),
            (Self::Score, Lang::Zh) => {
                ("{what}：{org}，{title}", "{what}：{org}，{title}{until}。请查看：{link}")
            }
            (Self::Score, Lang::En) => {
                ("{what}: {org}, {title}", "{what}: {org}, {title}{until}. Have a look: {link}")
            }
            (Self::Circular, Lang::Zh) => {
                ("请阅并签收通报：{number}", "{number}《{title}》已印发（{way}{org}），请阅读并签收：{link}")
            }
            (Self::Circular, Lang::En) => (
                "Circular to read and sign for: {number}",
                "{number}, “{title}”, was issued ({way}: {org}). Please read it and sign for it: {link}",
            ),
            (Self::CaseOpened, Lang::Zh) => (
                "收到{what}：{number}",
                "收到对{org}“{resource}”记录的{what}（{number}），办理期限 {deadline}。请审核：{link}",
            ),
            (Self::CaseOpened, Lang::En) => (
                "Came in: {what}, {number}",
                "{what} on a record of {org}, “{resource}” ({number}), to be dealt with by {deadline}. Please review it: {link}",
            ),
            (Self::CaseForwarded, Lang::Zh) => (
                "{what}转{org}核实：{number}",
                "对“{resource}”记录的{what}（{number}）已转{org}核实，期限 {deadline}。请核实并作出决定：{link}",
            ),
            (Self::CaseForwarded, Lang::En) => (
                "Forwarded to {org}: {what}, {number}",
                "{what} on a record of “{resource}” ({number}) was forwarded to {org}, due on {deadline}. Please verify and decide it: {link}",
            ),
            (Self::CaseOverdue, Lang::Zh) => (
                "{what}办理逾期：{number}",
                "对{org}“{resource}”记录的{what}（{number}）应于 {deadline} 前办理，已经逾期。请督办或收回办理：{link}",
            ),
            (Self::CaseOverdue, Lang::En) => (
                "Overdue: {what}, {number}",
                "{what} on a record of {org}, “{resource}” ({number}) was due on {deadline}. Please see to it or take it back: {link}",
            ),
            (Self::CaseRefused, Lang::Zh) => (
                "{what}办结后被退回：{number}",
                "对{org}“{resource}”记录的{what}（{number}）已经办结，有共享对象随后退回了结果。请查看原因，处理后重新推送：{link}",
            ),
            (Self::CaseRefused, Lang::En) => (
                "Turned down after the end: {what}, {number}",
                "{what} on a record of {org}, “{resource}” ({number}) was closed, and a target turned its result down afterwards. Read why, see to it and send it again: {link}",
            ),
            (Self::Recall, Lang::Zh) => (
                "请撤回公示：{number}",
                "{org}“{resource}”的决定 {number} 已被撤销或变更，应于 {deadline} 前撤回公示。请撤回：{link}",
            ),
            (Self::Recall, Lang::En) => (
                "To be taken down: {number}",
                "The decision {number} of {org}, “{resource}”, was quashed or changed and must be taken down by {deadline}: {link}",
            ),
            (Self::Waiting, Lang::Zh) => (
                "{count} 行等待人工决定：{resource}",
                "{org}有 {count} 行要报送到“{resource}”的数据在等待人工决定，最早的从 {since} 开始等待，最早期限 {deadline}。决定之前不会报送，期限照常计算。请决定：{link}",
            ),
            (Self::Waiting, Lang::En) => (
                "Waiting for a decision: {count} · {resource}",
                "{org}, “{resource}”: rows that wait for a person to decide: {count}, the first since {since}, the earliest deadline {deadline}. Nothing is handed in before, while the limit runs. Decide on them: {link}",
            ),
            (Self::Withheld, Lang::Zh) => (
                "{count} 条更正后待重新公示：{org}",
                "{org}有 {count} 条记录与已撤下的原记录属同一决定，随原记录不予公示和共享，最早的从 {since} 开始。请逐条核实：确属另一份决定或更正无误的，恢复公示；不应公示的，保持撤下。打开本提醒后，有新的记录时才再提醒：{link}",
            ),
            (Self::Withheld, Lang::En) => (
                "Corrected records to be published again or left down: {count} · {org}",
                "{org}: records of the same decision as one that was taken down, neither published nor shared for that reason: {count}, the first since {since}. Look at each: put back what is another decision or rightly corrected, and leave the rest down. Once this notice is opened, you are told again when there are further ones: {link}",
            ),
            (Self::Digest, Lang::Zh) => (
                "{org}每日摘要 {day}",
                "{org}：待整改 {count} 张整改单（{rows} 处），其中今天到期 {due_today}、三个工作日内到期 {due_soon}、已逾期 {overdue}；逾期未报送的决定 {missing} 项；争议中 {disputed}；新增 {new}、销号 {closed}。{progress}{link}",
            ),
            (Self::Digest, Lang::En) => (
                "Daily digest of {org}, {day}",
                "{org}: open issues {count} (cells {rows}), due today {due_today}, due within three working days {due_soon}, overdue {overdue}; decisions overdue and not handed in {missing}; in dispute {disputed}; new {new}, closed {closed}. {progress}{link}",
            ),
        }
    }
}

impl FromStr for NoticeKind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|k| k.name() == name)
            .ok_or_else(|| Error::not_found("这种提醒", "kind of notice"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::template;

    #[test]
    fn the_texts_shipped_use_known_variables_only() {
        for kind in NoticeKind::ALL {
            assert_eq!(kind.name().parse::<NoticeKind>().unwrap(), kind);
            for lang in [Lang::Zh, Lang::En] {
                let (title, body) = kind.shipped(lang);
                for text in [title, body] {
                    template::check(text, kind.variables())
                        .unwrap_or_else(|e| panic!("{}: {e:?}", kind.name()));
                }
                assert!(body.contains("{link}"), "{}", kind.name());
            }
        }
    }
}
