//! 升级: what stays undone for too long, a wrong row or a decision never handed in, is told to the leader in charge, and written
//! into the history of each issue. While an
//! issue is disputed it is not escalated, and the days begin anew with the answer.

use catalogue::model::Duty;
use chrono::NaiveDate;
use kernel::{Actor, IssueId, OrgId, Result, Text};
use serde_json::json;
use standards::calendar::{is_workday, workdays_between};
use store::audit;

use super::deadlines::document;
use super::people::People;
use super::tell::{Names, Teller, Thing, resource_title, same};
use crate::context::Rectify;
use crate::model::{EntryKind, NoticeKind, beijing, workdays_before};
use crate::store::notices::escalation::{self, Stuck, Why};
use crate::store::notices::told;
use crate::store::{issues, missing};

/// What the platform itself does stands in the history under this name.
const PLATFORM: &str = "";

pub(super) async fn escalate(rectify: &Rectify, teller: &Teller) -> Result<()> {
    let today = rectify.intake.clock.today();
    if is_workday(today) != Ok(true) {
        return Ok(());
    }
    let before = |n: u32| workdays_before(today, i64::from(n)).ok().flatten();
    if let Some(day) = before(teller.rules.escalate_overdue).filter(|_| teller.rules.escalate_overdue > 0) {
        let ends_at = beijing(day, 0) + chrono::TimeDelta::days(1);
        let why = Why::Overdue { due_until: day, ends_at };
        escalate_for(rectify, teller, why, EntryKind::EscalatedOverdue).await?;
        escalate_missing(rectify, teller, day).await?;
    }
    if let Some(day) = before(teller.rules.escalate_silent).filter(|_| teller.rules.escalate_silent > 0) {
        let why = Why::Silent { since: beijing(day, 0) + chrono::TimeDelta::days(1) };
        escalate_for(rectify, teller, why, EntryKind::EscalatedSilent).await?;
    }
    Ok(())
}

async fn escalate_for(rectify: &Rectify, teller: &Teller, why: Why, kind: EntryKind) -> Result<()> {
    let (intake, today) = (&rectify.intake, rectify.intake.clock.today());
    let stuck = escalation::stuck(intake.db.conn(), why).await?;
    if stuck.is_empty() {
        return Ok(());
    }
    let (people, names) =
        (People::read(intake.db.conn(), today).await?, Names::read(intake.db.conn()).await?);
    let now = intake.clock.now();
    for of in stuck {
        let org = OrgId(of.org_id);
        let to = people.leaders_or_bureau(org, &of.resource);
        let leader = people.name_of(org, &of.resource, Duty::Leader);
        let thing = thing(rectify, (&people, &names), &of, kind)?;
        // Told with the first of them; the same thing is told once a day.
        let some = async || {
            intake
                .db
                .tx(async |tx| {
                    let ids = escalation::mark(tx, why, &of, now).await?;
                    if ids.is_empty() {
                        return Ok(false);
                    }
                    let ids: Vec<IssueId> = ids.into_iter().map(IssueId).collect();
                    issues::note_all(tx, &ids, kind, (PLATFORM, &leader), now).await?;
                    teller.tell(tx, &thing, &to, today).await?;
                    let detail = json!({ "resource": of.resource, "issues": ids.len(), "why": kind.name() });
                    audit::record(
                        tx,
                        now,
                        &Actor::system(),
                        "issue.escalate",
                        &format!("org:{org}"),
                        &detail,
                    )
                    .await?;
                    Ok(true)
                })
                .await
        };
        while some().await? {}
    }
    Ok(())
}

/// Decisions that were never handed in: the leader is told once of what there is of a department and resource, and again when that
/// came and later ones are as late.
async fn escalate_missing(rectify: &Rectify, teller: &Teller, day: NaiveDate) -> Result<()> {
    let (intake, today) = (&rectify.intake, rectify.intake.clock.today());
    let conn = intake.db.conn();
    let mut stuck = missing::due_until(conn, day).await?;
    if stuck.is_empty() {
        return Ok(());
    }
    let subject = |of: &missing::Stuck| format!("escalated-missing:{}:{}", of.org_id, of.resource);
    let told = told::unsettled(conn, NoticeKind::EscalatedMissing).await?;
    stuck.retain(|of| !told.contains(&subject(of)));
    if stuck.is_empty() {
        return Ok(());
    }
    let (people, names) = (People::read(conn, today).await?, Names::read(conn).await?);
    for of in stuck {
        let org = OrgId(of.org_id);
        let to = people.leaders_or_bureau(org, &of.resource);
        let over = workdays_between(of.due, today).unwrap_or(0).max(0);
        let thing = Thing {
            kind: NoticeKind::EscalatedMissing,
            thing: format!("{}:{}", subject(&of), of.until),
            subject: subject(&of),
            org: Some(org),
            resource: Some(of.resource.clone()),
            due: Some(of.until),
            href: format!("/records?which=missing&org={org}&resource={}", shell::ui::encode(&of.resource)),
            hooks: true,
            values: vec![
                ("org", names.org(org)),
                ("resource", resource_title(rectify, &of.resource)),
                ("count", same(of.n)),
                ("document", document(&of.example)),
                ("days_over", same(over)),
                ("person", responsible(&people, org, &of.resource)),
            ],
        };
        let detail = json!({ "resource": of.resource, "missing": of.n, "until": of.until });
        intake
            .db
            .tx(async |tx| {
                if teller.tell(tx, &thing, &to, today).await? > 0 {
                    let (now, on) = (intake.clock.now(), format!("org:{org}"));
                    audit::record(tx, now, &Actor::system(), "issue.escalate", &on, &detail).await?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

fn responsible(people: &People, org: OrgId, resource: &str) -> Text {
    let person = people.name_of(org, resource, Duty::Responsible);
    if person.is_empty() { Text::new("未指定", "nobody named") } else { same(person) }
}

fn thing(
    rectify: &Rectify,
    (people, names): (&People, &Names),
    of: &Stuck,
    kind: EntryKind,
) -> Result<Thing> {
    let (org, today) = (OrgId(of.org_id), rectify.intake.clock.today());
    let over = of.due.map(|due| workdays_between(due, today)).transpose().ok().flatten().unwrap_or(0).max(0);
    let subject = format!("{}:{org}:{}", kind.name(), of.resource);
    Ok(Thing {
        kind: NoticeKind::Escalated,
        thing: format!("{subject}:{today}"),
        subject,
        org: Some(org),
        resource: Some(of.resource.clone()),
        due: of.due,
        href: format!("/issues?state=escalated&org={org}&resource={}", shell::ui::encode(&of.resource)),
        hooks: true,
        values: vec![
            ("org", names.org(org)),
            ("resource", resource_title(rectify, &of.resource)),
            ("count", same(of.n)),
            ("document", same(&of.example)),
            ("days_over", same(over)),
            ("person", responsible(people, org, &of.resource)),
        ],
    })
}
