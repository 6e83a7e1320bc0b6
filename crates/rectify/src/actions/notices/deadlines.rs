//! 期限提醒: what is due soon, today, or was due, by department, resource and deadline; what came too late for that, from its opening.

use chrono::{NaiveDate, TimeDelta};
use kernel::{OrgId, Result, Text};
use standards::calendar::{OutsideCalendar, workdays_between};

use super::people::People;
use super::tell::{Names, Teller, Thing, resource_title, same};
use crate::context::Rectify;
use crate::model::{NoticeKind, Step, beijing};
use crate::store::notices::due::{self, Due};
use crate::store::notices::told;

/// What a group is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Issues,
    /// Issues that were opened on this day, when every step of their deadline was past.
    OpenedLate(NaiveDate),
    Missing,
}

impl What {
    const fn name(self) -> &'static str {
        match self {
            Self::Issues | Self::OpenedLate(_) => "issues",
            Self::Missing => "missing",
        }
    }

    fn words(self) -> Text {
        match self {
            Self::Issues | Self::OpenedLate(_) => Text::new("待整改的整改单", "issues to be put right"),
            Self::Missing => Text::new("未报送的决定", "decisions not handed in"),
        }
    }
}

/// Tells of every deadline whose step has come and was not told yet. The inner error: the calendar does not reach so far.
pub(super) async fn tell_deadlines(
    rectify: &Rectify,
    teller: &Teller,
) -> Result<std::result::Result<(), OutsideCalendar>> {
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let range = match teller.rules.deadlines(today) {
        Ok(Some(range)) => range,
        Ok(None) => return Ok(Ok(())),
        Err(outside) => return Ok(Err(outside)),
    };
    let mut groups = Vec::new();
    for (what, found) in
        [(What::Issues, due::issues(conn, range).await?), (What::Missing, due::missing(conn, range).await?)]
    {
        for group in found {
            match teller.rules.step(today, group.due) {
                Ok(Some(step)) => groups.push((what, step, group)),
                Ok(None) => {}
                Err(outside) => return Ok(Err(outside)),
            }
        }
    }
    for opened in range.0.iter_days().take_while(|day| *day < today) {
        let came = (beijing(opened, 0), beijing(opened, 0) + TimeDelta::days(1));
        match teller.rules.step_from_opening(today, opened) {
            Ok(Some((step, due_until))) => groups.extend(
                due::opened(conn, came, due_until)
                    .await?
                    .into_iter()
                    .map(|g| (What::OpenedLate(opened), step, g)),
            ),
            Ok(None) => {}
            Err(outside) => return Ok(Err(outside)),
        }
    }
    // A step is told once, on the first day of it on which there is something to tell.
    let kinds = [NoticeKind::Near, NoticeKind::Today, NoticeKind::Overdue].map(NoticeKind::name);
    let mut told = told::things_due_since(conn, &kinds, range.0).await?;
    told.extend(told::things_since(conn, &kinds, range.0).await?);
    groups.retain(|(what, step, group)| !told.contains(&thing_of(*what, *step, group)));
    if groups.is_empty() {
        return Ok(Ok(()));
    }
    let (people, names) = (People::read(conn, today).await?, Names::read(conn).await?);
    for (what, step, group) in groups {
        let org = OrgId(group.org_id);
        let to = people.concerned(org, &group.resource);
        let days = workdays_between(today, group.due).map(i64::abs);
        let Ok(days) = days else { continue };
        let thing = Thing {
            kind: step.kind,
            thing: thing_of(what, step, &group),
            subject: subject_of(what, &group),
            org: Some(org),
            resource: Some(group.resource.clone()),
            due: Some(group.due),
            href: href(rectify, what, step, &group).await?,
            hooks: true,
            values: vec![
                ("org", names.org(org)),
                ("resource", resource_title(rectify, &group.resource)),
                ("what", what.words()),
                ("count", same(group.n)),
                ("document", document(&group.example)),
                ("deadline", same(group.due)),
                ("days_left", same(days)),
                ("days_over", same(days)),
            ],
        };
        rectify.intake.db.tx(async |tx| teller.tell(tx, &thing, &to, today).await).await?;
    }
    Ok(Ok(()))
}

fn subject_of(what: What, group: &Due) -> String {
    let of = format!("{}:{}:{}:{}", what.name(), group.org_id, group.resource, group.due);
    match what {
        What::OpenedLate(day) => format!("{of}:{day}"),
        What::Issues | What::Missing => of,
    }
}

fn thing_of(what: What, step: Step, group: &Due) -> String {
    format!("{}:{}:{}", subject_of(what, group), step.kind.name(), step.days)
}

/// A document number in a text, or that there is none.
pub(super) fn document(number: &str) -> Text {
    if number.is_empty() { Text::new("（无文书号）", "(no document number)") } else { same(number) }
}

/// The one thing itself, or the list of them.
async fn href(rectify: &Rectify, what: What, step: Step, group: &Due) -> Result<String> {
    let conn = rectify.intake.db.conn();
    let only = match (group.n, what) {
        (1, What::Issues) => due::only_issue(conn, group).await?.map(|id| format!("/issues/{id}")),
        (1, What::Missing) => due::only_record(conn, group).await?.map(|id| format!("/records/{id}")),
        _ => None,
    };
    let late = step.kind == NoticeKind::Overdue;
    Ok(only.unwrap_or_else(|| {
        let (list, filter) = match (what, late) {
            (What::Issues, false) => ("issues", "state=open"),
            (What::Issues | What::OpenedLate(_), _) => ("issues", "state=overdue"),
            (What::Missing, false) => ("records", "which=due"),
            (What::Missing, true) => ("records", "which=missing"),
        };
        format!("/{list}?{filter}&org={}&resource={}", group.org_id, shell::ui::encode(&group.resource))
    }))
}
