//! 争议与答复: the bureau hears of disputes, the department of answers.

use chrono::TimeDelta;
use kernel::{OrgId, Result, beijing_date};

use super::people::People;
use super::tell::{Names, Teller, Thing, resource_title, same};
use crate::context::Rectify;
use crate::model::{EntryKind, IssueState, NoticeKind};
use crate::store::notices::{due, told};

/// How far back is looked: a platform that stood still for longer tells of it in the digest.
const BACK: TimeDelta = TimeDelta::days(3);

pub(super) async fn tell_said(rectify: &Rectify, teller: &Teller) -> Result<()> {
    let (conn, clock) = (rectify.intake.db.conn(), &rectify.intake.clock);
    let since = clock.now() - BACK;
    let kinds = [EntryKind::Disputed.name(), EntryKind::Answered.name()];
    let mut said = due::said_since(conn, kinds, since).await?;
    if said.is_empty() {
        return Ok(());
    }
    let notices = [NoticeKind::Disputed, NoticeKind::Answered].map(NoticeKind::name);
    let told = told::things_since(conn, &notices, beijing_date(since)).await?;
    // A dispute that is over, because the rows were mended or the rule was changed, waits for nobody's answer.
    let over = |s: &due::Said| s.kind == EntryKind::Disputed.name() && s.state != IssueState::Disputed.name();
    said.retain(|s| !over(s) && !told.contains(&format!("entry:{}", s.id)));
    if said.is_empty() {
        return Ok(());
    }
    let (people, names) = (People::read(conn, clock.today()).await?, Names::read(conn).await?);
    for entry in said {
        let org = OrgId(entry.org_id);
        let (kind, to) = if entry.kind == EntryKind::Disputed.name() {
            (NoticeKind::Disputed, people.bureau().to_vec())
        } else {
            (NoticeKind::Answered, people.concerned(org, &entry.resource))
        };
        let thing = Thing {
            kind,
            thing: format!("entry:{}", entry.id),
            subject: format!("issue:{}", entry.issue_id),
            org: Some(org),
            resource: Some(entry.resource.clone()),
            due: None,
            href: format!("/issues/{}", entry.issue_id),
            hooks: true,
            values: vec![
                ("org", names.org(org)),
                ("resource", resource_title(rectify, &entry.resource)),
                ("document", same(&entry.number)),
                ("count", same(entry.open)),
            ],
        };
        // By the day on which it was said, so that it is told once even across midnight.
        let day = beijing_date(entry.at);
        rectify.intake.db.tx(async |tx| teller.tell(tx, &thing, &to, day).await).await?;
    }
    Ok(())
}
