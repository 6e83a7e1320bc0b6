//! 退回提醒: the superior sent records back. Those of one department, resource and day of return that came on one day are told together, once.

use chrono::TimeDelta;
use kernel::{OrgId, Result, Text, beijing_date};

use super::people::People;
use super::tell::{Names, Teller, Thing, resource_title, same};
use crate::context::Rectify;
use crate::model::{NoticeKind, beijing};
use crate::store::notices::told;
use crate::store::returns::{self, Lot};

/// Days looked back before today: a platform that stood still for longer tells of them in the digest.
const DAYS: i64 = 2;

/// Tells whoever answers for records what was sent back of them and still waits: the responsible person, the deputies, the data
/// officers. Pushed row by row, they are told together in the next round; what comes later that day is seen in the list.
///
/// # Errors
/// When the database fails; done again, it does the rest.
pub(super) async fn tell_returned(rectify: &Rectify, teller: &Teller) -> Result<()> {
    let (conn, clock) = (rectify.intake.db.conn(), &rectify.intake.clock);
    let today = beijing_date(clock.now());
    let mut lots = Vec::new();
    for back in (0..=DAYS).rev() {
        let day = today - TimeDelta::days(back);
        let came = (beijing(day, 0), beijing(day, 0) + TimeDelta::days(1));
        lots.extend(returns::lots(conn, came).await?.into_iter().map(|lot| (day, thing_of(&lot, day), lot)));
    }
    if lots.is_empty() {
        return Ok(());
    }
    let kind = NoticeKind::Returned;
    let told = told::things_since(conn, &[kind.name()], today - TimeDelta::days(DAYS)).await?;
    lots.retain(|(_, thing, _)| !told.contains(thing));
    if lots.is_empty() {
        return Ok(());
    }
    let (people, names) = (People::read(conn, today).await?, Names::read(conn).await?);
    for (day, thing, lot) in lots {
        let org = OrgId(lot.org_id);
        let deadline =
            lot.due.map_or_else(|| Text::new("（工作日历未公布）", "(no calendar published)"), same);
        let resource = shell::ui::encode(&lot.resource);
        let on = lot.returned_on;
        let thing = Thing {
            kind,
            subject: thing.clone(),
            thing,
            org: Some(org),
            resource: Some(lot.resource.clone()),
            due: lot.due,
            href: format!("/returns?state=open&org={org}&resource={resource}&from={on}&to={on}"),
            hooks: true,
            values: vec![
                ("org", names.org(org)),
                ("resource", resource_title(rectify, &lot.resource)),
                ("count", same(lot.n)),
                ("document", same(&lot.example)),
                ("deadline", deadline),
            ],
        };
        let to = people.concerned(org, &lot.resource);
        // By the day on which it came, so that it is told once even across midnight.
        rectify.intake.db.tx(async |tx| teller.tell(tx, &thing, &to, day).await).await?;
    }
    Ok(())
}

fn thing_of(lot: &Lot, day: chrono::NaiveDate) -> String {
    format!("returned:{}:{}:{}:{day}", lot.org_id, lot.resource, lot.returned_on)
}
