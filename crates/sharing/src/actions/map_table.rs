//! 标准转换: what a commit of a source table brought is mapped and handed in as submissions of their own, in the order of the
//! commits, so that an older state of a row never follows a newer one.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use futures::StreamExt as _;
use intake::actions::derive::{Derived, derive, lookups_for, received};
use intake::actions::process_submission::process_submission;
use intake::actions::withdraw_submission::withdraw_submission;
use kernel::{Actor, Error, ErrorKind, OrgId, RecordId, Result, SubmissionId};
use lake::map::{FromRow, MappedRows, Mapper};
use lake::query::Query;
use lake::table::{CommitKind, KEY, SUBMISSION};
use rectify::model::record_id;
use serde_json::{Value, json};
use standards::pack::{Mapping, Packs};
use store::OrFail as _;
use uuid::Uuid;

use super::made::{Made, derived_id, held_id};
use super::orgs::by_code;
use super::tell_held::due;
use super::withdraw_from_targets::leave_out;
use crate::context::Sharing;
use crate::model::{HeldState, Stop};
use crate::store::entity::{held, link, produced};
use crate::store::{instant, lines, mappings, stops};

/// Submissions of a table mapped in one go.
const AT_ONCE: usize = 200;
/// Why a target has to take back what a mapping leaves out.
const LEFT_OUT: &str = "来源数据不再符合报送条件";
/// Why it has to take back what the source says differently now.
const REPLACED: &str = "来源数据已更正，由更正后的记录代替";
/// Why what was made of a submission is taken back with it.
const SOURCE_GONE: &str = "来源批次已撤回";

/// Follows every mapping that is switched on, sources before what is made of them.
///
/// # Errors
/// When the lake or the database fails: the first failure, once every mapping was tried. What was made so far stays, the rest is
/// made up for the next time.
pub(super) async fn map_tables(sharing: &Sharing) -> Result<()> {
    let states = mappings::states(sharing.intake.db.conn()).await?;
    let packs = Arc::clone(&sharing.intake.packs);
    let mut all: Vec<&Mapping> = packs.mappings().map(|(_, m)| m).collect();
    all.sort_by_key(|m| depth(&packs, m, 0));
    let mut all_well = Ok(());
    for mapping in all {
        if let Some(state) = states.iter().find(|s| s.mapping == mapping.mapping && s.enabled) {
            let followed = u64::try_from(state.followed).unwrap_or_default();
            let done = match finish(sharing, mapping).await {
                Ok(()) => map_table(sharing, mapping, followed).await,
                Err(e) => Err(e),
            };
            all_well = all_well.and(done);
        }
    }
    all_well
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
        at = map_commit(sharing, &mapper, at + 1).await?;
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

/// Maps one commit, or, where its files are gone, the table as it stands. Returns the version reached.
async fn map_commit(sharing: &Sharing, mapper: &Arc<Mapper>, version: u64) -> Result<u64> {
    let (intake, code) = (&sharing.intake, mapper.mapping.mapping.as_str());
    let mapped = match intake.lake.mapped(mapper, version).await {
        Ok(mapped) => mapped,
        Err(e) if e.code() == "history-expired" => return map_all(sharing, mapper).await,
        Err(e) => return Err(e),
    };
    if mapped.kind == Some(CommitKind::Undo) {
        for share in &mapped.shares {
            taken_back(sharing, code, share.submission).await?;
        }
        mappings::set_followed(intake.db.conn(), code, version).await?;
        return Ok(version);
    }
    let submissions: Vec<SubmissionId> = mapped.shares.iter().map(|s| s.submission).collect();
    make(sharing, mapper, (&submissions, mapped.rows), (version, true)).await?;
    Ok(version)
}

/// Maps a source's table as it stands, some submissions at a time.
async fn map_all(sharing: &Sharing, mapper: &Arc<Mapper>) -> Result<u64> {
    let (lake, source) = (&sharing.intake.lake, mapper.mapping.source.as_str());
    let version = lake.version(source).await?;
    let sql = format!("SELECT DISTINCT \"{SUBMISSION}\" FROM \"{source}\" ORDER BY 1");
    let found = lake.query(Query::new(sql).limit(usize::MAX)).await?;
    let all: Vec<SubmissionId> =
        found.rows.iter().filter_map(|row| row.first()?.as_str()?.parse().ok()).collect();
    for some in all.chunks(AT_ONCE) {
        let rows = lake.mapped_standing(mapper, some).await?;
        make(sharing, mapper, (some, rows), (version, false)).await?;
        finish(sharing, &mapper.mapping).await?;
    }
    mappings::set_followed(sharing.intake.db.conn(), &mapper.mapping.mapping, version).await?;
    Ok(version)
}

/// Makes submissions of mapped rows, and remembers the version where it is all of it.
async fn make(
    sharing: &Sharing,
    mapper: &Arc<Mapper>,
    (submissions, mut mapped): (&[SubmissionId], MappedRows),
    (version, all): (u64, bool),
) -> Result<()> {
    let (intake, code) = (&sharing.intake, mapper.mapping.mapping.as_str());
    let owners = by_code(intake.db.conn()).await?;
    let mut sources = BTreeMap::new();
    for submission in submissions {
        sources.insert(*submission, received(intake, *submission).await?);
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
    while let Some(rows) = mapped.next().await {
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
    if all {
        mappings::set_followed(&tx, code, version).await?;
    }
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
            let cells = mapper.named(&row.mapped);
            waiting.push(held::Model {
                id: held_id(&mapping.mapping, row.submission, row.row),
                mapping: mapping.mapping.clone(),
                source_id: row.submission.0,
                org_id: org.0,
                source_row: row.row,
                record_id: id.0,
                version,
                cells: json!(cells).to_string(),
                cases: json!(row.mapped.by_hand).to_string(),
                state: HeldState::Open.name().to_owned(),
                at: now,
                decided_by: String::new(),
                decided_at: None,
                due: due(&sharing.intake.packs, mapping, &cells),
            });
        }
    }
    // What a stopped record becomes is stopped as well; what waits for a person goes when it is decided.
    let sources: Vec<Uuid> = links.iter().map(|l| l.source_id).collect();
    let mut stopped = Vec::new();
    for kind in [Stop::Decided, Stop::Replaced, Stop::Original] {
        let sources = stops::among(conn, &sources, &[kind]).await?;
        let made = links.iter().filter(|l| sources.contains(&l.source_id)).map(|l| l.record_id);
        stopped.push((kind, made.collect::<Vec<Uuid>>()));
    }
    let waits: HashSet<Uuid> = waiting.iter().map(|w| w.record_id).collect();
    let going: Vec<Uuid> = links.iter().map(|l| l.record_id).filter(|id| !waits.contains(id)).collect();
    // A source whose key fields were corrected is another record of the target: what it was before goes.
    let replaced = lines::replaced(conn, &mapping.mapping, &links).await?;
    let tx = sharing.intake.db.begin().await?;
    lines::add_links(&tx, &links).await?;
    mappings::overtake(&tx, &mapping.mapping, &replaced, version).await?;
    for (kind, records) in stopped {
        stops::stop(&tx, &records, kind, now).await?;
    }
    stops::go_again(&tx, &going, Stop::LeftOut).await?;
    mappings::overtake(&tx, &mapping.mapping, &overtaken, version).await?;
    mappings::add_held(&tx, &waiting).await?;
    tx.commit().await.or_fail()?;
    let went = lines::made_before(conn, &left_out).await?;
    leave_out(sharing, &went, LEFT_OUT).await?;
    leave_out(sharing, &replaced, REPLACED).await?;
    // Last of all, so that what was cut off in between is found again.
    lines::unlink(conn, &mapping.mapping, (&replaced, &links)).await
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
        match withdraw_submission(&sharing.intake, &Actor::system(), id, SOURCE_GONE).await {
            Ok(()) => {}
            // Other rows stand in the place of some of its own: these stay, and that is told with what was made; its own go.
            Err(e) if e.kind() == ErrorKind::Conflict => {
                leave_out_own(sharing, mapping, id).await?;
                mappings::end(conn, made.id, &super::deliver::kept(e.text())?).await?;
            }
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Leaves out the records whose rows a submission brought and that stand in the mapping's target.
async fn leave_out_own(sharing: &Sharing, mapping: &str, id: SubmissionId) -> Result<()> {
    let Some((_, mapping)) = sharing.intake.packs.mapping(mapping) else { return Ok(()) };
    let sql = format!(
        "SELECT \"{KEY}\" FROM \"{}\" WHERE \"{SUBMISSION}\" = $1 AND \"{KEY}\" > $2 ORDER BY 1",
        mapping.target
    );
    let mut after = String::new();
    loop {
        let page = Query::new(sql.clone()).bind([id.to_string(), after.clone()].map(Value::from));
        let found = sharing.intake.lake.query(page).await?;
        let keys: Vec<&str> = found.rows.iter().filter_map(|row| row.first()?.as_str()).collect();
        let records: Vec<Uuid> = keys.iter().map(|key| record_id(&mapping.target, key).0).collect();
        leave_out(sharing, &records, SOURCE_GONE).await?;
        match keys.last() {
            Some(last) if found.more => after = (*last).to_owned(),
            _ => return Ok(()),
        }
    }
}
