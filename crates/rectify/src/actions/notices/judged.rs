//! 重新判定的告知: when a rule changed and its issues were judged again, every department concerned is told what became of its own.

use kernel::{Error, Lang, OrgId, Result, Text, beijing_date};

use super::people::People;
use super::tell::{Names, Teller, Thing, resource_title, same};
use crate::context::Rectify;
use crate::model::{NoticeKind, RuleChange};
use crate::store::entity::judgement;
use crate::store::judgements;

/// Tells each department once of a judging, with what became of its issues. Begun again after a crash it tells nobody twice.
///
/// # Errors
/// When the database fails.
pub(in crate::actions) async fn tell_judged(rectify: &Rectify, of: &judgement::Model) -> Result<()> {
    let (conn, clock) = (rectify.intake.db.conn(), &rectify.intake.clock);
    let outcomes = judgements::issues_by_org(conn, of).await?;
    if outcomes.is_empty() {
        return Ok(());
    }
    let teller = Teller::read(conn, clock.now()).await?;
    let (people, names) = (People::read(conn, clock.today()).await?, Names::read(conn).await?);
    let changes: Vec<RuleChange> = serde_json::from_str(&of.changes).map_err(Error::internal)?;
    let rules = rules(&changes);
    for outcome in outcomes {
        let org = OrgId(outcome.org_id);
        let thing = Thing {
            kind: NoticeKind::Judged,
            thing: format!("judged:{}:{org}", of.id),
            subject: format!("judged:{}:{org}", of.resource),
            org: Some(org),
            resource: Some(of.resource.clone()),
            due: None,
            href: format!("/issues?state=all&org={org}&resource={}", shell::ui::encode(&of.resource)),
            hooks: true,
            values: vec![
                ("org", names.org(org)),
                ("resource", resource_title(rectify, &of.resource)),
                ("rules", rules.clone()),
                ("count", same(outcome.issues)),
                ("closed", same(outcome.closed)),
                ("open", same(outcome.issues - outcome.closed)),
                ("passed", same(outcome.passed)),
            ],
        };
        let to = people.concerned(org, &of.resource);
        // By the day on which it began, so that it is told once even across midnight.
        let day = beijing_date(of.started_at);
        rectify.intake.db.tx(async |tx| teller.tell(tx, &thing, &to, day).await).await?;
    }
    Ok(())
}

/// The rules that changed, in words that begin a sentence.
fn rules(changes: &[RuleChange]) -> Text {
    if changes.iter().any(|c| c.rule.is_empty()) {
        return Text::new("数据标准", "The data standard");
    }
    let mut zh: Vec<String> = Vec::new();
    let mut en: Vec<String> = Vec::new();
    for change in changes {
        let one = change.named(Lang::Zh);
        if !zh.contains(&one) {
            zh.push(one);
            en.push(change.named(Lang::En));
        }
    }
    Text::new(format!("校验规则 {}", zh.join("、")), format!("Rules {}", en.join(", ")))
}
