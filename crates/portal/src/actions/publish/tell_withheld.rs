//! 更正后待重新公示: the bureau is told of the records that are down because of what was decided of an earlier record of their
//! decision, by department.

use std::collections::{BTreeMap, HashMap};

use kernel::{OrgId, Result};
use rectify::Rectify;
use rectify::actions::notices::{Withheld, tell_withheld as tell};
use rectify::actions::same_decision;
use uuid::Uuid;

use crate::context::Portal;
use crate::store::publication::lists;

/// Where they are listed.
const LIST: &str = "/publication?state=beside";

/// Tells what is withheld at present.
///
/// # Errors
/// When the database fails; done again, it does the rest.
pub(super) async fn tell_withheld(portal: &Portal) -> Result<()> {
    let conn = portal.intake.db.conn();
    let down = lists::down_beside(conn).await?;
    let ids: Vec<Uuid> = down.iter().map(|d| d.id).collect();
    let same = same_decision(conn, &ids).await?;
    let originals: HashMap<Uuid, Uuid> = same.into_iter().map(|s| (s.record.0, s.original.0)).collect();
    let stands = lists::down_among(conn, &originals.values().copied().collect::<Vec<_>>()).await?;
    let mut all: BTreeMap<Uuid, Withheld> = BTreeMap::new();
    for one in &down {
        // What was decided of itself alone is no matter of its original.
        let of = originals.get(&one.id).and_then(|id| stands.get(id));
        if !of.is_some_and(|of| of.is_for_the_same(one)) {
            continue;
        }
        let entry = all.entry(one.org_id).or_insert_with(|| Withheld {
            org: OrgId(one.org_id),
            count: 0,
            since: one.since(),
            newest: one.since(),
            href: LIST.to_owned(),
        });
        entry.count += 1;
        entry.since = entry.since.min(one.since());
        entry.newest = entry.newest.max(one.since());
    }
    tell(&Rectify { intake: portal.intake.clone() }, all.into_values().collect()).await
}
