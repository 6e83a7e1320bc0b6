//! 标准转换: what a commit of a source table brought is mapped and handed in as submissions of their own, in the order of the
//! commits, so that an older state of a row never follows a newer one.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::StreamExt as _;
use intake::actions::derive::{Derived, derive, lookups_for, received};
use intake::actions::process_submission::process_submission;
use intake::actions::withdraw_submission::withdraw_submission;
use kernel::{Actor, Error, ErrorKind, OrgId, RecordId, Result, SubmissionId, Text};
use lake::map::{FromRow, Mapper};
use lake::table::CommitKind;
use rectify::model::record_id;
use serde_json::json;
use standards::pack::{Mapping, Packs};
use store::OrFail as _;
use uuid::Uuid;

use super::made::{Made, derived_id, held_id};
use super::orgs::by_code;
use super::withdraw_from_targets::withdraw_from_targets;
use crate::context::Sharing;
use crate::model::HeldState;
use crate::store::entity::{held, link, produced};
use crate::store::{instant, lines, mappings};

/// Records looked at in one go.
const PART: usize = 500;

/// Follows every mapping that is switched on, sources before what is made of them.
///
/// # Errors
/// When the lake or the database fails; what was made so far stays, the rest is made up for the next time.
pub(super) async fn map_tables(sharing: &Sharing) -> Result<()> {
    let states = mappings::states(sharing.intake.db.conn()).await?;
    let packs = Arc::clone(&sharing.intake.packs);
    let mut all: Vec<&Mapping> = packs.mappings().map(|(_, m)| m).collect();
    all.sort_by_key(|m| depth(&packs, m, 0));
    for mapping in all {
        if let Some(state) = states.iter().find(|s| s.mapping == mapping.mapping && s.enabled) {
            finish(sharing, mapping).await?;
            map_table(sharing, mapping, u64::try_from(state.followed).unwrap_or_default()).await?;
        }
    }
    Ok(())
}

/// How many mappings stand before one.
fn depth(packs: &Packs, mapping: &Mapping, so_far: usize) -> usize {
    if so_far > 8 {
        return so_far;
    }
    let before = packs.mappings().filter(|(_, m)| m.target == mapping.source);
    before.map(|(_, m)| depth(packs, m, so_far + 1)).max().unwrap_or(so_far)
}

async fn map_table(sharing: &Sharing, mapping: &Mapping, mut at: u64) -> Result<()> {
    let intake = &sharing.intake;
    if !intake.lake.has_table(&mapping.source) {
        return Ok(());
    }
    let newest = intake.lake.version(&mapping.source).await?;
    if at >= newest {
        return Ok(());
    }
    let mapper = compiled(sharing, mapping).await?;
    while at < newest {
        at += 1;
        map_commit(sharing, &mapper, at).await?;
        finish(sharing, mapping).await?;
    }
    Ok(())
}

/// The mapping, ready to be used today.
pub(crate) async fn compiled(sharing: &Sharing, mapping: &Mapping) -> Result<Arc<Mapper>> {
    let intake = &sharing.intake;
    let today = intake.clock.today();
    let lookups = lookups_for(intake, &mapping.expressions(today)).await?;
    Ok(Arc::new(Mapper::compile(&intake.packs, mapping, today, &lookups)?))
}

/// Takes what was made, and has not come to its end, through check and landing.
async fn finish(sharing: &Sharing, mapping: &Mapping) -> Result<()> {
    let conn = sharing.intake.db.conn();
    for made in mappings::unfinished(conn, &mapping.mapping).await? {
        if made.rows_made > 0 {
            process_submission(&sharing.intake, SubmissionId(made.id)).await?;
        }
        mappings::end(conn, made.id, "").await?;
    }
    Ok(())
}

async fn map_commit(sharing: &Sharing, mapper: &Arc<Mapper>, version: u64) -> Result<()> {
    let (intake, code) = (&sharing.intake, mapper.mapping.mapping.as_str());
    let mut mapped = match intake.lake.mapped(mapper, version).await {
        Ok(mapped) => mapped,
        Err(e) if e.code() == "history-expired" => {
            // So old that its files are gone: later commits carry what still holds of it.
            tracing::warn!(mapping = code, version, "a commit could not be mapped any more");
            return mappings::set_followed(intake.db.conn(), code, version).await;
        }
        Err(e) => return Err(e),
    };
    if mapped.kind == Some(CommitKind::Undo) {
        for share in &mapped.shares {
            taken_back(sharing, code, share.submission).await?;
        }
        return mappings::set_followed(intake.db.conn(), code, version).await;
    }
    let owners = by_code(intake.db.conn()).await?;
    let mut sources = BTreeMap::new();
    for share in &mapped.shares {
        sources.insert(share.submission, received(intake, share.submission).await?);
    }
    let folder = intake.lake.work_folder("mapping")?;
    let owner_at = mapper
        .mapping
        .owner
        .as_ref()
        .and_then(|owner| mapper.target().fields.iter().position(|f| f.code == *owner));
    // Who answers for a row: the authority it names, else who handed it in.
    let org_of = |row: &FromRow| {
        let named = owner_at.and_then(|at| owners.get(row.mapped.cells.get(at)?).copied());
        named.or_else(|| sources.get(&row.submission).map(|(sender, _)| *sender))
    };
    let count = |n: u64| i64::try_from(n).map_err(Error::internal);
    // Begun again, it comes by commits older than some that were mapped: what those brought stands.
    let behind = mappings::newest_version(intake.db.conn(), code).await? > count(version)?;
    let mut made: BTreeMap<(SubmissionId, OrgId), Made> = BTreeMap::new();
    while let Some(rows) = mapped.rows.next().await {
        let mut rows = rows?;
        if behind {
            let ids: Vec<Uuid> = rows.iter().map(|r| made_of(mapper, r).0).collect();
            let later = lines::made_later(intake.db.conn(), code, &ids, count(version)?).await?;
            rows.retain(|r| !later.contains(&made_of(mapper, r).0));
        }
        for row in &rows {
            let Some(org) = org_of(row) else { continue };
            let one = made.entry((row.submission, org)).or_insert_with(|| {
                Made::new(folder.join(format!("{}.ndjson", derived_id(code, row.submission, org))))
            });
            one.add(mapper, row)?;
        }
        let of = rows.iter().map(&org_of).collect::<Vec<_>>();
        keep(sharing, mapper, version, rows.iter().zip(of)).await?;
    }
    let now = instant(intake.clock.now());
    let mut submissions = Vec::new();
    let mut rows = Vec::new();
    for ((source, org), one) in made {
        let id = derived_id(code, source, org);
        rows.push(produced::Model {
            id: id.0,
            mapping: code.to_owned(),
            source_id: source.0,
            org_id: org.0,
            version: count(version)?,
            rows_made: count(one.rows)?,
            left_out: count(one.left_out)?,
            waiting: count(one.waiting)?,
            at: now,
            ended: false,
            note: String::new(),
        });
        if one.rows > 0 {
            let (_, received_at) = sources.get(&source).ok_or_else(|| Error::internal("rows of nobody"))?;
            let received_at = *received_at;
            let stored = one.store(&intake.lake).await?;
            submissions.push(Derived {
                id,
                parent: source,
                org,
                resource: mapper.mapping.target.clone(),
                name: format!("{}.ndjson", mapper.mapping.title.zh),
                digest: stored.digest.to_string(),
                size: stored.size,
                received_at,
            });
        }
    }
    let tx = intake.db.begin().await?;
    for one in submissions {
        derive(intake, &tx, one).await?;
    }
    mappings::add_produced(&tx, &rows).await?;
    mappings::set_followed(&tx, code, version).await?;
    tx.commit().await.or_fail()
}

/// The record that a row is mapped to.
fn made_of(mapper: &Mapper, row: &FromRow) -> RecordId {
    record_id(&mapper.mapping.target, &row.mapped.key)
}

/// Writes down which record was made of which, which rows wait for a person, and takes back what does not go any more.
async fn keep(
    sharing: &Sharing,
    mapper: &Mapper,
    version: u64,
    rows: impl Iterator<Item = (&FromRow, Option<OrgId>)>,
) -> Result<()> {
    let conn = sharing.intake.db.conn();
    let (mapping, now) = (&mapper.mapping, instant(sharing.intake.clock.now()));
    let version = i64::try_from(version).map_err(Error::internal)?;
    let record = |row: &FromRow| made_of(mapper, row);
    let (mut links, mut waiting, mut overtaken, mut left_out) = (vec![], vec![], vec![], vec![]);
    for (row, org) in rows.filter(|(r, _)| !r.mapped.key.is_empty()) {
        let id = record(row);
        overtaken.push(id.0);
        if !row.mapped.goes {
            left_out.push(id.0);
            continue;
        }
        links.push(link::Model {
            record_id: id.0,
            source_id: record_id(&mapping.source, &row.key).0,
            mapping: mapping.mapping.clone(),
            version,
        });
        if !row.mapped.by_hand.is_empty() {
            let Some(org) = org else { continue };
            waiting.push(held::Model {
                id: held_id(&mapping.mapping, row.submission, row.row),
                mapping: mapping.mapping.clone(),
                source_id: row.submission.0,
                org_id: org.0,
                source_row: row.row,
                record_id: id.0,
                version,
                cells: json!(mapper.named(&row.mapped)).to_string(),
                cases: json!(row.mapped.by_hand).to_string(),
                state: HeldState::Open.name().to_owned(),
                at: now,
                decided_by: String::new(),
                decided_at: None,
            });
        }
    }
    let tx = sharing.intake.db.begin().await?;
    lines::add_links(&tx, &links).await?;
    mappings::overtake(&tx, &mapping.mapping, &overtaken, version).await?;
    mappings::add_held(&tx, &waiting).await?;
    tx.commit().await.or_fail()?;
    for part in left_out.chunks(PART) {
        let held = lines::newest(conn, part, None).await?;
        let went: Vec<Uuid> = held.iter().filter(|d| !d.withdrawn).map(|d| d.record_id).collect();
        for id in went {
            let why = Text::new("来源数据不再符合报送条件", "the source row does not go any more");
            withdraw_from_targets(sharing, RecordId(id), &why.zh).await?;
        }
    }
    Ok(())
}

/// A submission was taken back: so is what was made of it.
async fn taken_back(sharing: &Sharing, mapping: &str, source: SubmissionId) -> Result<()> {
    let conn = sharing.intake.db.conn();
    mappings::forget(conn, mapping, source).await?;
    for made in mappings::made_of(conn, mapping, source).await? {
        let id = SubmissionId(made.id);
        let Some(standing) = intake::actions::derive::standing(&sharing.intake, id).await? else { continue };
        if !standing.state.may_become(intake::model::State::Withdrawn)
            || standing.state == intake::model::State::Withdrawn
        {
            continue;
        }
        match withdraw_submission(&sharing.intake, &Actor::system(), id, "来源批次已撤回").await {
            Ok(()) => {}
            // Somebody else's rows stand in their place: told with what was made, and left to people.
            Err(e) if e.kind() == ErrorKind::Conflict => {
                mappings::end(conn, made.id, &super::deliver::kept(e.text())?).await?;
            }
            Err(e) => return Err(e),
        }
    }
    Ok(())
}
