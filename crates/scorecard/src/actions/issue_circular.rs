//! 印发通报: it gets its number, is kept as it is, sent to the members, copied to the leaders, and signed for.

use chrono::Datelike as _;
use kernel::{Actor, Error, OrgId, Result, beijing_date};
use rectify::Rectify;
use rectify::actions::notices::{CircularReader, NewCircular, address_circular, circular_was_read};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::audit;
use uuid::Uuid;

use super::{DEPARTMENT, STEWARD, before, regulation, seen_by};
use crate::circular::{Frozen, docx, xlsx};
use crate::context::Scorecard;
use crate::model::{Texts, document_number};
use crate::store::circulars::{self, Seen};
use crate::store::entity::{circular, copy};
use crate::store::{instant, periods};

/// Issues a circular (印发): it gets its number, the document is kept as it is; those who answer for the members' data and the
/// members' leaders are told, each once, by the rules of notices; whoever is named under 抄送 gets it on paper.
///
/// # Errors
/// Forbidden without the role; `circular-moved` where it is issued or was edited meanwhile; what the lake says.
pub async fn issue_circular(scorecard: &Scorecard, actor: &Actor, (id, seen): (Uuid, i32)) -> Result<String> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let conn = intake.db.conn();
    let row = circulars::get(conn, id, Seen::Drafts).await?;
    let period = periods::get(conn, row.period_id).await?;
    let versions = circulars::texts(conn, id).await?;
    let newest = versions.first().ok_or_else(|| Error::internal("a circular without texts"))?;
    let texts: Texts = serde_json::from_str(&newest.texts).map_err(Error::internal)?;
    let (frozen, earlier) = (Frozen::of(&period)?, before(conn, &period).await?);
    let word = regulation(conn).await?.1.number_word;
    let day = beijing_date(now);
    let given = circulars::numbers(conn, &format!("〔{}〕", day.year())).await?;
    let number = document_number(&word, day.year(), &given);
    let bytes = docx(&texts, (&frozen, earlier.as_ref()), Some((&number, day)))?;
    // First the bytes, then what names them: killed in between, nothing is issued.
    intake.lake.blobs().put_bytes(&bytes).await?;
    let digest = hex::encode(Sha256::digest(&bytes));
    let workbook = xlsx(&texts, (&frozen, earlier.as_ref()), Some((&number, day))).await?;
    intake.lake.blobs().put_bytes(&workbook).await?;
    let workbook = hex::encode(Sha256::digest(&workbook));
    let cities =
        identity::org::list(conn, &kernel::Scope::City).await?.into_iter().filter(|o| o.kind == "city");
    let new = NewCircular {
        id,
        number: number.clone(),
        title: texts.title.clone(),
        members: frozen
            .basis
            .members
            .iter()
            .map(|m| (OrgId(m.id), m.orgs.iter().copied().map(OrgId).collect()))
            .collect(),
        above: cities.map(|o| o.org_id()).collect(),
    };
    let post = address_circular(&Rectify { intake: intake.clone() }, new).await?;
    let mut copies: Vec<copy::Model> = Vec::new();
    for m in &frozen.basis.members {
        let told = i32::try_from(post.told(OrgId(m.id))).unwrap_or(i32::MAX);
        copies.push(copy::Model { told, ..copy_row(id, Some(m.id), &m.zh, "main") });
    }
    for leader in post.leaders() {
        let row = copy_row(id, Some(leader.org.0), &leader.name, "leader");
        copies.push(copy::Model { told: 1, account_id: leader.account, ..row });
    }
    let named =
        texts.copy_to.split(['、', '，', ',', '；', ';', '\n']).map(str::trim).filter(|n| !n.is_empty());
    copies.extend(named.map(|name| copy_row(id, None, name, "copy")));
    intake
        .db
        .tx(async |tx| {
            let change = circular::ActiveModel {
                state: Set("issued".to_owned()),
                number: Set(Some(number.clone())),
                issued_by: Set(Some(actor.name.clone())),
                issued_at: Set(Some(instant(now))),
                digest: Set(Some(digest.clone())),
                workbook: Set(Some(workbook.clone())),
                ..Default::default()
            };
            circulars::change_draft(tx, (id, seen), change).await?;
            circulars::send(tx, copies.clone()).await?;
            post.send(tx).await?;
            let detail =
                json!({ "number": number, "digest": digest, "workbook": workbook, "copies": copies.len() });
            audit::record(tx, now, actor, "circular.issue", &format!("circular:{id}"), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(number)
}

fn copy_row(circular: Uuid, org: Option<Uuid>, name: &str, kind: &str) -> copy::Model {
    copy::Model {
        id: Uuid::now_v7(),
        circular_id: circular,
        org_id: org,
        name: name.to_owned(),
        kind: kind.to_owned(),
        read_by: None,
        read_at: None,
        account_id: None,
        told: 0,
    }
}

/// The copies for which an actor may sign, and which nobody has signed for. Somebody below a member signs for it only where the
/// member has nobody of its own who speaks for it.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn signable(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<Vec<copy::Model>> {
    let conn = scorecard.intake.db.conn();
    let mut copies = circulars::unread(conn, actor, id, actor.is_any(DEPARTMENT)).await?;
    let own = actor.org.map(|o| o.0);
    let of_another = |c: &copy::Model| c.account_id.is_none() && c.org_id != own;
    if copies.iter().any(of_another) {
        let accounts = identity::accounts::open_accounts(conn).await?;
        let speaks = |org: Option<Uuid>| {
            accounts
                .iter()
                .any(|a| a.org.map(|o| o.0) == org && a.roles.iter().any(|r| DEPARTMENT.contains(r)))
        };
        copies.retain(|c| !of_another(c) || !speaks(c.org_id));
    }
    Ok(copies)
}

/// Writes down that a copy was read (签收), the first time: the department's by whoever speaks for it, a leader's by the leader.
/// What was told of it is settled. Returns how many copies were signed for now: none where nothing waits for the actor.
///
/// # Errors
/// Not found for a draft, and for whoever may not see it.
pub async fn read_circular(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<usize> {
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    circulars::get(intake.db.conn(), id, seen_by(actor)).await?;
    let copies = signable(scorecard, actor, id).await?;
    intake
        .db
        .tx(async |tx| {
            let mut signed = 0;
            for copy in copies.clone() {
                if !circulars::read(tx, copy.id, actor, now).await? {
                    continue;
                }
                let reader = match (copy.account_id, copy.org_id) {
                    (Some(account), _) => Some(CircularReader::Leader(account)),
                    (None, org) => org.map(|o| CircularReader::Member(OrgId(o))),
                };
                if let Some(reader) = reader {
                    circular_was_read(tx, id, reader, now).await?;
                }
                let detail = json!({ "org": copy.org_id, "kind": copy.kind });
                audit::record(tx, now, actor, "circular.read", &format!("circular:{id}"), &detail).await?;
                signed += 1;
            }
            Ok(signed)
        })
        .await
}
