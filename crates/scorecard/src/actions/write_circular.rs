//! 通报: drafted from a published period and edited.

use kernel::{Actor, Error, Result};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use serde_json::json;
use standards::mask::{PersonalKind, scan_personal};
use store::audit;
use uuid::Uuid;

use super::{STEWARD, regulation};
use crate::circular::{Frozen, draft};
use crate::context::Scorecard;
use crate::model::{PeriodState, Span, Texts};
use crate::store::circulars::{self, Seen};
use crate::store::entity::{circular, circular_text, period};
use crate::store::{instant, periods};

/// Longest text of one field, in characters.
const LONGEST: usize = 20_000;

/// The published period before one, for movement: of a published one that with which it was compared as it was published, whatever was
/// published since.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn before(conn: &impl ConnectionTrait, of: &period::Model) -> Result<Option<Frozen>> {
    let earlier = match (of.compared, of.before_id) {
        (true, None) => None,
        (true, Some(id)) => Some(periods::get(conn, id).await?),
        (false, _) => periods::published_before(conn, Span { from: of.from_day, to: of.to_day }).await?,
    };
    earlier.map(|p| Frozen::of(&p)).transpose()
}

/// Drafts the circular of a published period (拟稿); the one there is, where it was drafted before.
///
/// # Errors
/// Forbidden without the role; `circular-period` for a period that is not published.
pub async fn draft_circular(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<Uuid> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let conn = intake.db.conn();
    let period = periods::get(conn, id).await?;
    if period.state != PeriodState::Published.name() {
        return Err(Error::conflict(
            "circular-period",
            "考核周期公布之后才能起草通报。",
            "A circular is drafted once the period is published.",
        ));
    }
    if let Some(there) = circulars::of_period(conn, id).await? {
        return Ok(there.id);
    }
    let texts =
        draft(&regulation(conn).await?.1, &Frozen::of(&period)?, before(conn, &period).await?.as_ref());
    let row = circular::Model {
        id: Uuid::now_v7(),
        period_id: id,
        number: None,
        state: "draft".to_owned(),
        version: 1,
        created_at: instant(now),
        issued_by: None,
        issued_at: None,
        digest: None,
        workbook: None,
    };
    let text = text_row(row.id, 1, &texts, actor, now)?;
    intake
        .db
        .tx(async |tx| {
            circulars::insert(tx, row.clone(), text.clone()).await?;
            let detail = json!({ "period": id });
            audit::record(tx, now, actor, "circular.draft", &format!("circular:{}", row.id), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(row.id)
}

fn text_row(
    id: Uuid,
    version: i32,
    texts: &Texts,
    actor: &Actor,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<circular_text::Model> {
    Ok(circular_text::Model {
        circular_id: id,
        version,
        texts: serde_json::to_string(texts).map_err(Error::internal)?,
        by_name: actor.name.clone(),
        at: instant(now),
    })
}

/// Writes a new version of the texts over the version seen (修改文稿).
///
/// # Errors
/// Forbidden without the role; `circular-incomplete`, `circular-title`, `circular-long`, `circular-personal`; `circular-moved` where it is issued or was edited meanwhile.
pub async fn edit_circular(
    scorecard: &Scorecard,
    actor: &Actor,
    (id, seen): (Uuid, i32),
    texts: &Texts,
) -> Result<()> {
    actor.require(STEWARD)?;
    check(texts)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    circulars::get(intake.db.conn(), id, Seen::Drafts).await?;
    // A number that no circular has reached is refused like any other that is not the newest.
    let next = seen.saturating_add(1);
    let row = text_row(id, next, texts, actor, now)?;
    intake
        .db
        .tx(async |tx| {
            let change = circular::ActiveModel { version: Set(next), ..Default::default() };
            circulars::change_draft(tx, (id, seen), change).await?;
            circulars::add_texts(tx, row.clone()).await?;
            let detail = json!({ "version": next });
            audit::record(tx, now, actor, "circular.edit", &format!("circular:{id}"), &detail).await?;
            Ok(())
        })
        .await
}

/// Longest title and issuer, in characters.
const LONGEST_TITLE: usize = 100;

fn check(texts: &Texts) -> Result<()> {
    if [&texts.issuer, &texts.title, &texts.main_to, &texts.opening].iter().any(|t| t.trim().is_empty()) {
        return Err(Error::bad_input(
            "circular-incomplete",
            "发文机关、标题、主送和开头不能为空。",
            "Issuer, title, main recipients and opening must be filled.",
        ));
    }
    if [&texts.issuer, &texts.title].iter().any(|t| t.chars().count() > LONGEST_TITLE) {
        return Err(Error::bad_input(
            "circular-title",
            format!("标题和发文机关最多 {LONGEST_TITLE} 字。"),
            format!("Title and issuer hold at most {LONGEST_TITLE} characters."),
        ));
    }
    if Texts::FIELDS.iter().any(|(field, _)| texts.get(field).chars().count() > LONGEST) {
        return Err(Error::bad_input(
            "circular-long",
            format!("每一部分最多 {LONGEST} 字。"),
            format!("A part holds at most {LONGEST} characters."),
        ));
    }
    Texts::FIELDS.iter().try_for_each(|(field, _)| no_identity_number(texts.get(field)))
}

/// A circular names departments, and no citizen's number: it goes to all of them.
fn no_identity_number(text: &str) -> Result<()> {
    let found = scan_personal(text).into_iter().find(|hit| hit.kind == PersonalKind::IdNumber);
    let Some(before) = found.and_then(|hit| text.get(..hit.range.start)) else { return Ok(()) };
    // Where it stands is told by what stands before it.
    let before: String = before.chars().skip(before.chars().count().saturating_sub(10)).collect();
    Err(Error::bad_input(
        "circular-personal",
        format!("通报会发给所有单位，“{before}”之后却有身份证号码。请删去后再保存。"),
        format!(
            "A circular goes to every department, and after “{before}” stands an identity number. Take it out and save again."
        ),
    ))
}
