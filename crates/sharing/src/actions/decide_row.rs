//! 人工决定: a person fills what a mapping cannot know, or says that the row does not go.

use std::collections::BTreeSet;

use intake::actions::derive::{Derived, derive, judge_rows, received};
use kernel::{Actor, Error, OrgId, Result, Role, SubmissionId};
use lake::landing::Cells;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use standards::pack::{Field, Severity};
use store::{OrFail as _, audit};
use uuid::Uuid;

use super::made::write_row;
use super::map_table::compiled;
use super::withdraw_from_targets::Stopping;
use crate::context::Sharing;
use crate::model::{HeldState, Stop};
use crate::store::entity::{held, produced};
use crate::store::{instant, lines, mappings, stops};

/// Who decides: the department that answers for the row, or the bureau.
pub const MAY_DECIDE: &[Role] = &[Role::DataOfficer, Role::BureauSteward];

/// The fields that a person has to fill in a row that waits.
///
/// # Errors
/// When the mapping or its target is gone.
pub(crate) fn asked<'a>(sharing: &'a Sharing, row: &held::Model) -> Result<Vec<&'a Field>> {
    let gone = || Error::not_found("这个转换", "mapping");
    let (_, mapping) = sharing.intake.packs.mapping(&row.mapping).ok_or_else(gone)?;
    let (_, target) = sharing.intake.packs.resource(&mapping.target).ok_or_else(gone)?;
    let cases: Vec<usize> = serde_json::from_str(&row.cases).map_err(Error::internal)?;
    let named: BTreeSet<&str> = cases
        .iter()
        .filter_map(|at| mapping.by_hand.get(*at))
        .flat_map(|case| case.fields.iter().map(String::as_str))
        .collect();
    Ok(target.fields.iter().filter(|f| named.contains(f.code.as_str())).collect())
}

/// Decides a row: it goes with the values given, or not at all where there are none.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `held-value` for a field left empty or a value the target turns
/// down, in words; `held-decided` when somebody was faster or the source has changed.
pub async fn decide_row(
    sharing: &Sharing,
    actor: &Actor,
    id: Uuid,
    values: Option<&[(String, String)]>,
) -> Result<()> {
    actor.require(MAY_DECIDE)?;
    let conn = sharing.intake.db.conn();
    let row = mappings::get_held(conn, actor, id).await?;
    let now = instant(sharing.intake.clock.now());
    let mut change = held::ActiveModel {
        state: Set(HeldState::Dropped.name().to_owned()),
        decided_by: Set(actor.name.clone()),
        decided_at: Set(Some(now)),
        ..Default::default()
    };
    let mut goes = None;
    if let Some(values) = values {
        let (_, mapping) = sharing
            .intake
            .packs
            .mapping(&row.mapping)
            .ok_or_else(|| Error::not_found("这个转换", "mapping"))?;
        let mut cells: Cells = serde_json::from_str(&row.cells).map_err(Error::internal)?;
        for field in asked(sharing, &row)? {
            let given = values.iter().find(|(code, _)| *code == field.code).map_or("", |(_, v)| v.trim());
            if given.is_empty() {
                return Err(Error::bad_input(
                    "held-value",
                    format!("请填写“{}”。", field.label.zh),
                    format!("Fill in “{}”.", field.label.en),
                ));
            }
            cells.insert(field.code.clone(), given.to_owned());
        }
        change.state = Set(HeldState::Decided.name().to_owned());
        change.cells = Set(json!(cells).to_string());
        goes = Some((mapping, cells));
    }
    let mut made = None;
    if let Some((mapping, cells)) = goes {
        refuse_wrong(sharing, &mapping.target, OrgId(row.org_id), &cells, &row).await?;
        let mapper = compiled(sharing, mapping).await?;
        let mut bytes = Vec::new();
        let ordered: Vec<String> =
            mapper.target().fields.iter().map(|f| cells.get(&f.code).cloned().unwrap_or_default()).collect();
        write_row(&mut bytes, &mapper, &ordered)?;
        let stored = sharing.intake.lake.blobs().put_bytes(&bytes).await?;
        let (source, org) = (SubmissionId(row.source_id), OrgId(row.org_id));
        let (_, received_at) = received(&sharing.intake, source).await?;
        let id = SubmissionId::new();
        let derived = Derived {
            id,
            parent: source,
            org,
            resource: mapping.target.clone(),
            name: format!("{}.ndjson", mapping.title.zh),
            digest: stored.digest.to_string(),
            size: stored.size,
            received_at,
        };
        let line = produced::Model {
            id: id.0,
            mapping: row.mapping.clone(),
            source_id: row.source_id,
            org_id: row.org_id,
            version: row.version,
            rows_made: 1,
            left_out: 0,
            waiting: 0,
            at: now,
            ended: false,
            note: String::new(),
        };
        made = Some((derived, line));
    }
    let went = made.is_some();
    let stop = match went {
        true => None,
        false => {
            let records = lines::with_offspring(conn, &[row.record_id]).await?;
            Some(Stopping::prepare(sharing, records, Stop::LeftOut, "经人工核实不报送").await?)
        }
    };
    let tx = sharing.intake.db.begin().await?;
    if !mappings::decide(&tx, id, change).await? {
        return Err(Error::conflict(
            "held-decided",
            "这一行已经有人决定，或者来源数据又变了。请刷新页面再看。",
            "Somebody has decided on this row, or its source has changed. Reload the page.",
        ));
    }
    if let Some((derived, line)) = made {
        derive(&sharing.intake, &tx, derived).await?;
        mappings::add_produced(&tx, &[line]).await?;
        stops::go_again(&tx, &[row.record_id], Stop::LeftOut).await?;
    }
    // An older state of it that went before is taken back.
    if let Some(stop) = stop {
        stop.write(&tx, now).await?;
    }
    let detail = json!({ "mapping": row.mapping, "goes": went, "row": row.source_row });
    audit::record(&tx, now, actor, "mapping.decide", &format!("held-row:{id}"), &detail).await?;
    tx.commit().await.or_fail()
}

/// What was filled in has to pass; the rest of the row is judged as it lands.
async fn refuse_wrong(
    sharing: &Sharing,
    target: &str,
    org: OrgId,
    cells: &Cells,
    row: &held::Model,
) -> Result<()> {
    let asked: Vec<&str> = asked(sharing, row)?.into_iter().map(|f| f.code.as_str()).collect();
    let found = judge_rows(&sharing.intake, target, org, vec![cells.clone()]).await?;
    let wrong = found.iter().flatten().find(|f| {
        f.severity == Severity::Reject && f.field.as_deref().is_some_and(|field| asked.contains(&field))
    });
    let Some(wrong) = wrong else { return Ok(()) };
    let say = |lang| {
        let said = lake::check::render(&sharing.intake.packs, target, wrong, lang);
        format!("{}{}", said.why, said.fix)
    };
    Err(Error::bad_input("held-value", say(kernel::Lang::Zh), say(kernel::Lang::En)))
}
