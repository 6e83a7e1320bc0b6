//! The course of a case (办件流程): 待审核 → 待核实 → 已通过 | 未通过 → 已完成, or 已撤回 by the applicant.

use std::str::FromStr;

use kernel::{Error, Text};

/// Names as stored, for an enumeration without data.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// In the order of lists.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stored name, also the end of the key of its text.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(name: &str) -> Result<Self, Error> {
                Self::ALL.iter().copied().find(|v| v.name() == name).ok_or_else(|| {
                    Error::bad_input(
                        "case-choice",
                        format!("没有“{name}”这个选项，请重新选择。"),
                        format!("There is no choice “{name}”; choose again."),
                    )
                })
            }
        }
    };
}

named!(
    /// What is asked for.
    Kind {
        /// 异议申请: the record is wrong.
        Objection = "objection",
        /// 信用修复: the conduct was corrected.
        Repair = "repair",
    }
);

named!(
    /// Where a case stands.
    State {
        /// 待审核: at the centre.
        Review = "review",
        /// 待核实: at the department.
        Verify = "verify",
        /// 已通过: decided, the result is on its way to every target.
        Passed = "passed",
        /// 未通过: decided, the mark is being taken off.
        Failed = "failed",
        /// 已完成: every target has acknowledged.
        Done = "done",
        /// 已撤回 by the applicant.
        Withdrawn = "withdrawn",
    }
);

named!(
    /// Why the clock stands still.
    Pause {
        /// 待补正: the applicant was told, once, everything that is missing.
        Papers = "papers",
        /// 检验、鉴定、专家评审
        Expert = "expert",
    }
);

named!(
    /// Who takes a step.
    Desk {
        /// 申请人
        Applicant = "applicant",
        /// 办事大厅
        Hall = "hall",
        /// 中心: the credit centre of the data bureau.
        Centre = "centre",
        /// 部门: the department that provided the record.
        Department = "department",
        /// 平台
        Platform = "platform",
    }
);

named!(
    /// What the applicant says is wrong, and what answers it (浙江省公共信用信息管理条例第三十条).
    Fault {
        /// 事实错误
        Fact = "fact",
        /// 文字错误
        Wording = "wording",
        /// 遗漏
        Omission = "omission",
        /// 超期
        Expired = "expired",
        /// 不符合名单条件
        NotListed = "not-listed",
    }
);

named!(
    /// What a granted case leads to.
    Outcome {
        /// 更正
        Correct = "correct",
        /// 补充
        Supplement = "supplement",
        /// 删除
        Delete = "delete",
        /// 终止披露
        End = "end",
        /// 移出
        Remove = "remove",
        /// 终止公示: no longer public or shared.
        Unpublish = "unpublish",
        /// 标注: stays, marked as repaired.
        Mark = "mark",
        /// 屏蔽: no longer public, still shared with those entitled.
        Screen = "screen",
    }
);

named!(
    /// What happens to a case.
    Step {
        /// 一次性告知补正
        AskPapers = "ask-papers",
        /// 补正材料
        GivePapers = "give-papers",
        /// 转部门核实
        Forward = "forward",
        /// 中心收回
        TakeBack = "take-back",
        /// 暂停计时（检验、鉴定、专家评审）
        Halt = "halt",
        /// 恢复计时
        Resume = "resume",
        /// 延期
        Extend = "extend",
        /// 通过
        Pass = "pass",
        /// 不通过
        Fail = "fail",
        /// 撤回
        Withdraw = "withdraw",
        /// 结果已落实: carried out, and asked of every target.
        CarryOut = "carry-out",
        /// 办结
        Finish = "finish",
        /// 评价
        Rate = "rate",
    }
);

impl State {
    /// The class of its badge.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Review | Self::Verify => "warn",
            Self::Passed => "info",
            Self::Failed => "reject",
            Self::Done => "pass",
            Self::Withdrawn => "",
        }
    }

    /// Whether somebody has yet to decide.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Review | Self::Verify)
    }

    /// The desk that has the case.
    #[must_use]
    pub const fn desk(self) -> Desk {
        match self {
            Self::Review => Desk::Centre,
            Self::Verify => Desk::Department,
            _ => Desk::Platform,
        }
    }
}

impl Fault {
    /// The outcome that the law names for it.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Fact => Outcome::Delete,
            Self::Wording => Outcome::Correct,
            Self::Omission => Outcome::Supplement,
            Self::Expired => Outcome::End,
            Self::NotListed => Outcome::Remove,
        }
    }

    /// The outcome that a desk is offered first: who says what should stand there wants wrong facts mended, not deleted.
    #[must_use]
    pub const fn suggested(self, claims: bool) -> Outcome {
        match self {
            Self::Fact if claims => Outcome::Correct,
            other => other.outcome(),
        }
    }
}

impl Outcome {
    /// What a kind of case may lead to.
    #[must_use]
    pub const fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Objection => &[Self::Correct, Self::Supplement, Self::Delete, Self::End, Self::Remove],
            Kind::Repair => &[Self::Unpublish, Self::Mark, Self::Screen],
        }
    }

    /// Whether values of the record change.
    #[must_use]
    pub const fn changes_values(self) -> bool {
        matches!(self, Self::Correct | Self::Supplement)
    }

    /// Whether the record leaves the public site.
    #[must_use]
    pub const fn withdraws(self) -> bool {
        !matches!(self, Self::Correct | Self::Supplement | Self::Mark)
    }

    /// Whether it leaves the targets too it was delivered to.
    #[must_use]
    pub const fn stops_sharing(self) -> bool {
        self.withdraws() && !matches!(self, Self::Screen)
    }
}

/// A case as far as its course goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// Where it stands.
    pub state: State,
    /// Why its clock stands still, if it does.
    pub pause: Option<Pause>,
    /// Whether the applicant was told what is missing: that is done once.
    pub asked: bool,
    /// Whether it was extended: that is done once.
    pub extended: bool,
    /// Whether the result was carried out here.
    pub carried_out: bool,
    /// Targets that have not acknowledged the result, the public site among them.
    pub missing: u32,
    /// Whether the applicant said how it went.
    pub rated: bool,
}

impl Course {
    /// A new case, at the centre.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: State::Review,
            pause: None,
            asked: false,
            extended: false,
            carried_out: false,
            missing: 0,
            rated: false,
        }
    }

    /// Whether the step can be taken now.
    #[must_use]
    pub fn may(self, step: Step) -> bool {
        let open = self.state.is_open();
        let running = open && self.pause.is_none();
        match step {
            Step::AskPapers => running && !self.asked,
            Step::GivePapers => open && self.pause == Some(Pause::Papers),
            Step::Forward => running && self.state == State::Review,
            // Whatever the clock does: a department that does not act must not keep it.
            Step::TakeBack => self.state == State::Verify,
            Step::Halt => running,
            Step::Resume => open && self.pause == Some(Pause::Expert),
            Step::Extend => running && !self.extended,
            Step::Pass => running,
            // Papers that never come must not keep a case open for ever.
            Step::Fail => open && self.pause != Some(Pause::Expert),
            Step::Withdraw => open,
            Step::CarryOut => matches!(self.state, State::Passed | State::Failed) && !self.carried_out,
            Step::Finish => {
                matches!(self.state, State::Passed | State::Failed) && self.carried_out && self.missing == 0
            }
            Step::Rate => self.state == State::Done && !self.rated,
        }
    }

    /// The case after a step.
    ///
    /// # Errors
    /// `case-step`, saying how the case stands.
    pub fn take(self, step: Step) -> Result<Self, Error> {
        if !self.may(step) {
            return Err(self.refuse(step));
        }
        let mut next = self;
        match step {
            Step::AskPapers => (next.pause, next.asked) = (Some(Pause::Papers), true),
            Step::Halt => next.pause = Some(Pause::Expert),
            Step::GivePapers | Step::Resume => next.pause = None,
            Step::Forward => next.state = State::Verify,
            Step::TakeBack => next.state = State::Review,
            Step::Extend => next.extended = true,
            Step::Pass => next.state = State::Passed,
            Step::Fail => (next.state, next.pause) = (State::Failed, None),
            Step::Withdraw => (next.state, next.pause) = (State::Withdrawn, None),
            Step::CarryOut => next.carried_out = true,
            Step::Finish => next.state = State::Done,
            Step::Rate => next.rated = true,
        }
        Ok(next)
    }

    fn refuse(self, step: Step) -> Error {
        let (zh, en) = match (self.state, self.pause) {
            (State::Review, None) => ("待审核", "waiting for review"),
            (State::Verify, None) => ("待核实", "waiting to be verified"),
            (State::Review | State::Verify, Some(Pause::Papers)) => ("等待申请人补正", "waiting for papers"),
            (State::Review | State::Verify, Some(Pause::Expert)) => {
                ("检验、鉴定或专家评审中", "paused for an expert opinion")
            }
            (State::Passed, _) => ("已通过", "granted"),
            (State::Failed, _) => ("未通过", "not granted"),
            (State::Done, _) => ("已完成", "closed"),
            (State::Withdrawn, _) => ("已撤回", "withdrawn"),
        };
        let (why_zh, why_en) = match step {
            Step::AskPapers if self.asked => {
                ("需要补正的内容只能一次性告知，已经告知过", "what is missing is told once, and was told")
            }
            Step::Extend if self.extended => {
                ("只能延期一次，已经延期过", "it can be extended once, and was extended")
            }
            Step::Finish if self.missing > 0 => {
                ("还有目标系统没有回执", "some targets have not acknowledged")
            }
            Step::Rate if self.rated => ("已经评价过", "it was rated already"),
            _ => ("这一步现在不能做", "this step cannot be taken now"),
        };
        Error::new(
            kernel::ErrorKind::Conflict,
            "case-step",
            Text::new(
                format!("{why_zh}：这个办件现在是“{zh}”。请刷新页面查看。"),
                format!("The case is {en}: {why_en}. Reload the page."),
            ),
        )
    }
}

impl Default for Course {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(steps: &[Step]) -> Course {
        steps.iter().fold(Course::new(), |c, s| c.take(*s).unwrap())
    }

    #[test]
    fn every_step_is_allowed_exactly_where_the_table_says() {
        use Step::*;
        let stands: [(&str, Course, &[Step]); 10] = [
            ("review", after(&[]), &[AskPapers, Forward, Halt, Extend, Pass, Fail, Withdraw]),
            ("papers", after(&[AskPapers]), &[GivePapers, Fail, Withdraw]),
            ("told", after(&[AskPapers, GivePapers]), &[Forward, Halt, Extend, Pass, Fail, Withdraw]),
            ("verify", after(&[Forward]), &[AskPapers, TakeBack, Halt, Extend, Pass, Fail, Withdraw]),
            (
                "taken back",
                after(&[Forward, TakeBack]),
                &[AskPapers, Forward, Halt, Extend, Pass, Fail, Withdraw],
            ),
            ("expert", after(&[Forward, Halt]), &[TakeBack, Resume, Withdraw]),
            ("extended", after(&[Forward, Extend]), &[AskPapers, TakeBack, Halt, Pass, Fail, Withdraw]),
            ("passed", after(&[Forward, Pass]), &[CarryOut]),
            ("failed", after(&[Fail]), &[CarryOut]),
            ("withdrawn", after(&[Withdraw]), &[]),
        ];
        for (name, course, allowed) in stands {
            for step in Step::ALL {
                assert_eq!(course.may(*step), allowed.contains(step), "{name}: {step:?}");
                assert_eq!(course.take(*step).is_ok(), allowed.contains(step), "{name}: {step:?}");
            }
        }
        let mut waits = after(&[Forward, Pass, CarryOut]);
        waits.missing = 1;
        assert!(Step::ALL.iter().all(|s| !waits.may(*s)), "nothing but an acknowledgement moves it");
        waits.missing = 0;
        let done = waits.take(Finish).unwrap();
        assert!(Step::ALL.iter().all(|s| done.may(*s) == (*s == Rate)));
        assert!(!done.take(Rate).unwrap().may(Rate));
    }

    #[test]
    fn a_refusal_says_how_the_case_stands() {
        let told = after(&[Step::AskPapers, Step::GivePapers]).take(Step::AskPapers).unwrap_err();
        assert!(
            told.text().zh.contains("一次性告知") && told.text().zh.contains("待审核"),
            "{}",
            told.text().zh
        );
        assert_eq!(told.code(), "case-step");
    }

    #[derive(Debug, Clone)]
    enum Act {
        Step(Step),
        /// The result is carried out, asked of so many targets.
        Asked(u32),
        Acknowledged,
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let step = (0..Step::ALL.len()).prop_map(|i| Act::Step(Step::ALL[i]));
        proptest::collection::vec(
            prop_oneof![6 => step, 1 => (1u32..4).prop_map(Act::Asked), 2 => Just(Act::Acknowledged)],
            0..40,
        )
    }

    #[test]
    fn wrong_facts_are_mended_where_it_is_said_what_is_right() {
        assert_eq!(
            (Fault::Fact.suggested(true), Fault::Fact.suggested(false)),
            (Outcome::Correct, Outcome::Delete)
        );
        assert_eq!(Fault::Omission.suggested(true), Outcome::Supplement);
    }

    proptest! {
        #[test]
        fn no_way_leads_to_done_with_an_acknowledgement_missing(acts in acts()) {
            let (mut course, mut asked, mut acknowledged) = (Course::new(), 0_u32, 0_u32);
            for act in acts {
                match act {
                    Act::Asked(n) => if let Ok(mut next) = course.take(Step::CarryOut) {
                        next.missing = n;
                        asked = n;
                        course = next;
                    },
                    Act::Acknowledged if course.missing > 0 => {
                        course.missing -= 1;
                        acknowledged += 1;
                    }
                    Act::Acknowledged => {}
                    // Carried out only together with its targets.
                    Act::Step(Step::CarryOut) => {}
                    Act::Step(step) => if let Ok(next) = course.take(step) { course = next },
                }
                if course.state == State::Done {
                    prop_assert!(asked > 0 && acknowledged == asked, "{course:?}");
                }
            }
        }
    }
}
