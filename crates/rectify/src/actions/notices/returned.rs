//! 退回提醒: the province sent records back.

use chrono::NaiveDate;
use kernel::{OrgId, Result};

use super::people::People;
use super::tell::{Names, Teller, Thing, resource_title, same};
use crate::context::Rectify;
use crate::model::NoticeKind;

/// Records of one department and resource that were sent back together.
#[derive(Debug, Clone)]
pub struct Returned {
    /// Names the lot; the same lot is told once a day.
    pub lot: String,
    /// The department.
    pub org: OrgId,
    /// Code of the resource.
    pub resource: String,
    /// How many.
    pub count: i64,
    /// Document number of one of them.
    pub document: String,
    /// Last day on which they are to be corrected or confirmed.
    pub due: NaiveDate,
    /// Where they are seen, an address of this site.
    pub href: String,
}

/// Tells those concerned.
///
/// # Errors
/// When the database fails.
pub async fn tell_returned(rectify: &Rectify, returned: &Returned) -> Result<()> {
    let (db, clock) = (&rectify.intake.db, &rectify.intake.clock);
    let (org, today) = (returned.org, clock.today());
    let teller = Teller::read(db.conn(), clock.now()).await?;
    let to = People::read(db.conn(), today).await?.concerned(org, &returned.resource);
    let subject = format!("returned:{org}:{}", returned.lot);
    let thing = Thing {
        kind: NoticeKind::Returned,
        thing: subject.clone(),
        subject,
        org: Some(org),
        resource: Some(returned.resource.clone()),
        due: Some(returned.due),
        href: returned.href.clone(),
        hooks: true,
        values: vec![
            ("org", Names::read(db.conn()).await?.org(org)),
            ("resource", resource_title(rectify, &returned.resource)),
            ("count", same(returned.count)),
            ("document", same(&returned.document)),
            ("deadline", same(returned.due)),
        ],
    };
    db.tx(async |tx| teller.tell(tx, &thing, &to, today).await).await?;
    Ok(())
}
