//! 提交申请: an objection or a repair, from the public or at the hall. Everything that is wrong is told at once.

use chrono::{NaiveDate, TimeDelta};
use kernel::{Actor, Error, RecordId, Result};
use rectify::actions::case_was_opened;
use rectify::model::NoticeKind;
use serde_json::json;
use standards::mask;
use standards::pack::{CaseLimits, Field, Paper, Resource};
use store::{audit, events};
use uuid::Uuid;

use super::record::{Shown, see, see_in_scope};
use super::{MAY_WORK, event, papers, publicity, tell};
use crate::context::Portal;
use crate::model::case::{
    Attachment, Contact, Desk, Fault, FollowCode, Kind, Sealed, State, Term, case_number,
};
use crate::model::guard::hide;
use crate::seal::Seal;
use crate::store::case::entity::{claim, file::Model};
use crate::store::case::{cases, parts, profiles};
use crate::store::instant;

/// Longest value that may be claimed, in characters.
const LONGEST: usize = 2_000;

/// What is handed in.
#[derive(Debug, Clone)]
pub struct Application {
    /// Objection or repair.
    pub kind: Kind,
    /// The record concerned.
    pub record: RecordId,
    /// Name of the record's subject.
    pub subject_name: String,
    /// Its unified code or document number.
    pub subject_code: String,
    /// Who hands it in.
    pub contact: Contact,
    /// What is wrong, of an objection.
    pub fault: Option<Fault>,
    /// Field code and what should stand there.
    pub claims: Vec<(String, String)>,
    /// Of a repair: the duties are met.
    pub duties_met: bool,
    /// Files.
    pub files: Vec<Attachment>,
    /// Papers seen as originals; counts at the hall only.
    pub seen: Vec<String>,
    /// Number of the paper original; at the hall only.
    pub paper_number: String,
    /// Made with the form: sent twice, it is one case.
    pub form_key: String,
}

/// What became of it.
pub struct Opened {
    /// The case.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The code to follow it, in the clear; none when the form was sent more than a day ago.
    pub code: Option<FollowCode>,
    /// Whether the form had been sent before.
    pub again: bool,
}

/// Everything that is wrong with an application: the field it concerns (empty for all of it) and the reason.
#[derive(Debug)]
pub struct Refused(pub Vec<(&'static str, Error)>);

impl From<Error> for Refused {
    fn from(e: Error) -> Self {
        Self(vec![("", e)])
    }
}

/// Opens a case. Nobody signed in means the public form: the record must be public, and the papers complete.
///
/// # Errors
/// `case-subject`, `case-name`, `case-phone`, `case-id`, `case-remark`, `case-fault`, `case-claim`, `case-papers`, `case-duties`,
/// `case-early`, `case-not-repairable`, `case-open-already`, `case-paper-number`, the codes of attachments; not found for a
/// record that is not public or outside the scope.
pub async fn open_case(
    portal: &Portal,
    staff: Option<&Actor>,
    application: Application,
) -> Result<Opened, Refused> {
    let (conn, today) = (portal.intake.db.conn(), portal.intake.clock.today());
    if let Some(known) = cases::by_form(conn, &application.form_key).await? {
        return Ok(sent_before(portal, staff, &application, known)?);
    }
    let shown = match staff {
        Some(actor) => {
            actor.require(MAY_WORK)?;
            see_in_scope(portal, &actor.scope, application.record).await?
        }
        None => see(portal, application.record).await?,
    };
    let profile = profiles::on(conn, today).await?;
    let rules = portal.intake.packs.cases();
    let place = rules.profiles.get(&profile).ok_or_else(|| Error::internal(format!("profile {profile}")))?;
    let limits = match application.kind {
        Kind::Objection => &place.objection,
        Kind::Repair => &place.repair,
    };
    let checked = check(portal, staff, &application, &shown, limits).await?;
    let id = Uuid::now_v7();
    let now = portal.intake.clock.now();
    let seal = Seal::of(&portal.intake.lake)?;
    let code = FollowCode::of_bytes(seal.code_of(&application.form_key)?);
    let term = Term::received(limits, today);
    let mut names = checked.names;
    names.push(checked.contact.name.clone());
    let hidden = checked.claims.iter().filter(|c| c.shown != c.wanted);
    let hidden = hidden.map(|c| (c.field.clone(), c.wanted.clone())).collect();
    let secret = Sealed { contact: checked.contact.clone(), claims: hidden };
    let sealed = seal.close(id, &serde_json::to_vec(&secret).map_err(Error::internal)?)?;
    let mut papers = papers::keep(portal, id, (&application.files, &checked.kinds), &names).await?;
    if staff.is_some() {
        papers.extend(application.seen.iter().map(|p| papers::seen(id, p, now)));
    }
    let (_, resource) = portal.intake.resource(&shown.found.resource)?;
    let (document, subject) = shown.document_and_subject(resource);
    let row = Model {
        id,
        number: case_number(application.kind, id, today),
        kind: application.kind.name().to_owned(),
        way: if staff.is_some() { Desk::Hall.name() } else { "public" }.to_owned(),
        record_id: application.record.0,
        resource: shown.found.resource.clone(),
        org_id: shown.found.org.0,
        document,
        subject,
        decision_date: shown.found.decision_date,
        profile,
        fault: application.fault.map(|f| f.name().to_owned()),
        remark: checked.contact.shown_remark(&names, today),
        paper_number: application.paper_number.trim().to_owned(),
        papers_complete: checked.complete,
        handler: checked.contact.shown_name(),
        sealed,
        code_digest: code.digest(),
        form_key: application.form_key,
        state: State::Review.name().to_owned(),
        pause: None,
        paused_on: None,
        asked: false,
        extended: false,
        due: term.due,
        total_due: term.total,
        outcome: None,
        answer: String::new(),
        opened_at: instant(now),
        decided_at: None,
        carry_due: None,
        carried_out_at: None,
        acknowledged_at: None,
        closed_at: None,
        marked_at: None,
        solved: None,
        rating: None,
    };
    let claims = checked.claims.into_iter().map(|c| claim::Model {
        case_id: id,
        field: c.field,
        said: c.said,
        wanted: c.shown,
    });
    let claims: Vec<claim::Model> = claims.collect();
    let anybody = super::applicant();
    let actor = staff.unwrap_or(&anybody);
    let detail = json!({
        "number": row.number, "kind": row.kind, "way": row.way, "record": row.record_id, "papers": papers.len(),
        "claims": claims.len(),
    });
    let post = tell::address(portal, &row, NoticeKind::CaseOpened, term.due).await?;
    let written = portal
        .intake
        .db
        .tx(async |tx| {
            cases::insert(tx, row.clone()).await?;
            case_was_opened(tx, application.record, now).await?;
            parts::open_task(tx, id, Desk::Centre, term.due, now).await?;
            parts::add_papers(tx, papers).await?;
            parts::add_claims(tx, claims).await?;
            let by = staff.map_or("", |a| a.name.as_str());
            parts::note(tx, id, "open", (by, ""), now).await?;
            events::append(tx, &event(&row, "case-opened", now)).await?;
            post.send(tx).await?;
            audit::record(tx, now, actor, "case.open", &super::subject(&row), &detail).await?;
            Ok(())
        })
        .await;
    if let Err(e) = written {
        // Another one on the record was opened at the same moment.
        return Err(same_open(portal, &row).await?.unwrap_or(e).into());
    }
    // The case stands; a mark that cannot be set at this instant is set by the next round.
    if let Err(e) = super::carry_out::mark(portal, &row).await {
        tracing::warn!(case = %id, error = ?e, "the record could not be marked at once");
    }
    Ok(Opened { id, number: row.number, code: Some(code), again: false })
}

/// The same form again: an answer that was lost on its way is given again for a day, to the browser that has the form.
fn sent_before(portal: &Portal, staff: Option<&Actor>, sent: &Application, known: Model) -> Result<Opened> {
    let code = FollowCode::of_bytes(Seal::of(&portal.intake.lake)?.code_of(&sent.form_key)?);
    let fresh = portal.intake.clock.now() - known.opened_at < TimeDelta::hours(24);
    let same = known.record_id == sent.record.0
        && known.kind == sent.kind.name()
        && (known.way == "public") == staff.is_none()
        && known.code_digest == code.digest();
    Ok(Opened { id: known.id, number: known.number, code: Some(code).filter(|_| fresh && same), again: true })
}

struct Checked {
    contact: Contact,
    kinds: Vec<crate::model::case::FileKind>,
    claims: Vec<Claim>,
    /// Names of natural persons in the record, and those claimed.
    names: Vec<String>,
    complete: bool,
}

/// What should stand in a field.
#[derive(Clone)]
struct Claim {
    field: String,
    /// What the public sees there.
    said: String,
    /// As written.
    wanted: String,
    /// Without numbers and names of persons.
    shown: String,
}

/// Refuses a second case of a kind on a record.
async fn same_open(portal: &Portal, case: &Model) -> Result<Option<Error>> {
    let open = cases::open_on(portal.intake.db.conn(), RecordId(case.record_id)).await?;
    Ok(open.iter().find(|c| c.kind == case.kind && c.id != case.id).map(open_already))
}

fn open_already(same: &Model) -> Error {
    let number = &same.number;
    Error::conflict(
        "case-open-already",
        format!("这条记录已有办理中的同类申请（{number}），不必重复提交。请用查询码查看进度。"),
        format!(
            "There is an open case of this kind on the record already ({number}). Follow it with its code."
        ),
    )
}

async fn check(
    portal: &Portal,
    staff: Option<&Actor>,
    a: &Application,
    shown: &Shown,
    limits: &CaseLimits,
) -> Result<Checked, Refused> {
    let (_, resource) = portal.intake.resource(&shown.found.resource)?;
    let today = portal.intake.clock.today();
    // Somebody who is not the subject learns nothing more.
    if !shown.is_subject(resource, &a.subject_name, &a.subject_code) {
        return Err(Refused(vec![(
            "subject_code",
            Error::bad_input(
                "case-subject",
                "主体名称或代码与这条记录不一致。只有记录所涉的主体可以申请：请照营业执照或身份证填写名称和统一社会信用代码（自然人填证件号码）。",
                "The name or the code is not that of this record. Only its subject may apply: fill in name and unified code as on the business licence, or name and document number as on the identity card.",
            ),
        )]));
    }
    let open = cases::open_on(portal.intake.db.conn(), a.record).await?;
    if let Some(same) = open.iter().find(|c| c.kind == a.kind.name()) {
        return Err(open_already(same).into());
    }
    let mut wrong: Vec<(&'static str, Error)> = Vec::new();
    let contact = a.contact.clone().checked(today).map_err(|all| wrong.extend(all)).unwrap_or_default();
    let kinds = papers::judge(&a.files)
        .map_err(|all| wrong.extend(all.into_iter().map(|e| ("files", e))))
        .unwrap_or_default();
    if staff.is_some() && a.paper_number.trim().is_empty() {
        wrong.push((
            "paper_number",
            Error::bad_input(
                "case-paper-number",
                "请填写纸质申请的编号。",
                "Fill in the number of the paper application.",
            ),
        ));
    }
    let mut names = shown.names().to_vec();
    let claims = claims(a, shown, resource, (&mut names, today));
    let claims = claims.map_err(|e| wrong.push(("claims", e))).unwrap_or_default();
    if a.kind == Kind::Objection {
        match a.fault {
            None => wrong
                .push(("fault", Error::bad_input("case-fault", "请选择哪里有误。", "Choose what is wrong."))),
            Some(Fault::Wording | Fault::Omission) if claims.is_empty() && wrong.is_empty() => {
                wrong.push((
                    "claims",
                    Error::bad_input(
                        "case-claim",
                        "请在有误的字段旁写明应为什么。",
                        "Write beside each wrong field what it should say.",
                    ),
                ));
            }
            Some(_) => {}
        }
    } else {
        wrong.extend(repair(portal, a).await?.into_iter().map(|e| ("repair", e)));
    }
    // Nobody but the hall has seen an original.
    let seen: &[String] = if staff.is_some() { &a.seen } else { &[] };
    let absent = missing_papers(portal, limits, (&a.files, seen));
    let complete = absent.is_empty();
    // At the hall an incomplete application is taken in and the applicant told once what is missing.
    if !complete && staff.is_none() {
        wrong.push(("files", papers_missing(&absent)));
    }
    match wrong.is_empty() {
        true => Ok(Checked { contact, kinds, claims, names, complete }),
        false => Err(Refused(wrong)),
    }
}

/// The papers of the list that are neither attached nor seen.
fn missing_papers<'a>(
    portal: &'a Portal,
    limits: &CaseLimits,
    (files, seen): (&[Attachment], &[String]),
) -> Vec<&'a Paper> {
    let have = |p: &Paper| {
        files.iter().any(|f| f.paper == p.paper && !f.bytes.is_empty()) || seen.contains(&p.paper)
    };
    let list = portal.intake.packs.cases().papers(limits).iter();
    list.filter(|p| p.required && !p.by_form && !have(p)).collect()
}

fn papers_missing(absent: &[&Paper]) -> Error {
    let named = |lang| absent.iter().map(|p| p.title.get(lang)).collect::<Vec<_>>();
    Error::bad_input(
        "case-papers",
        format!("还缺以下材料：{}。请一次补齐后提交。", named(kernel::Lang::Zh).join("、")),
        format!(
            "These papers are missing: {}. Add them all and send the form again.",
            named(kernel::Lang::En).join(", ")
        ),
    )
}

/// What should stand in which fields; `names` gains the names that are claimed.
fn claims(
    a: &Application,
    shown: &Shown,
    resource: &Resource,
    (names, today): (&mut Vec<String>, NaiveDate),
) -> Result<Vec<Claim>> {
    let public = shown.public_fields(resource);
    let mut all = Vec::new();
    for (code, wanted) in &a.claims {
        let wanted = wanted.trim();
        let Some(seen) = public.iter().find(|f| f.field.code == *code) else {
            return Err(Error::bad_input(
                "case-field",
                format!("这条记录没有公示“{code}”这个字段。请刷新页面重填。"),
                format!("The record shows no field “{code}”. Reload the page and fill it in again."),
            ));
        };
        if wanted.is_empty() || wanted == seen.value {
            continue;
        }
        if wanted.chars().count() > LONGEST {
            let label = &seen.field.label;
            return Err(Error::bad_input(
                "case-claim-long",
                format!("“{}”最多 {LONGEST} 字。请写简短些，详细内容放在附件里。", label.zh),
                format!(
                    "“{}” takes at most {LONGEST} characters. Make it shorter and attach the details.",
                    label.en
                ),
            ));
        }
        if shown.is_name(seen.field) {
            names.push(wanted.to_owned());
        }
        all.push((seen.field, seen.value.clone(), wanted.to_owned()));
    }
    let claim = |(field, said, wanted): (&Field, String, String)| Claim {
        field: field.code.clone(),
        said,
        shown: match shown.is_name(field) {
            true => mask::person_name(&wanted),
            false => hide(&wanted, names, today),
        },
        wanted,
    };
    Ok(all.into_iter().map(claim).collect())
}

/// What keeps a record from being repaired, whoever applies: it is none that can be, or its shortest publication is not over.
///
/// # Errors
/// When the database fails.
pub(crate) async fn before_repair(portal: &Portal, record: RecordId) -> Result<Option<Error>> {
    let seen = publicity::seen(portal, record).await?;
    let Some(seen) = seen.filter(|s| s.repairable) else {
        return Ok(Some(Error::bad_input(
            "case-not-repairable",
            "这条记录不是正在公示的失信信息，不需要信用修复。如内容有误，请提出异议。",
            "This is no published record of dishonesty and needs no repair. If it is wrong, object to it.",
        )));
    };
    let day = seen.earliest;
    Ok((portal.intake.clock.today() < day).then(|| {
        Error::bad_input(
            "case-early",
            format!("最短公示期未满，{day} 起可以申请。期限依据写在公示页上。"),
            format!("The shortest publication is not over: you may apply from {day} on. The rule stands on the public page."),
        )
    }))
}

/// What keeps an application for a repair from being taken in, in words.
async fn repair(portal: &Portal, a: &Application) -> Result<Vec<Error>> {
    let mut wrong = Vec::new();
    let kept = match before_repair(portal, a.record).await? {
        Some(e) if e.code() == "case-not-repairable" => return Ok(vec![e]),
        kept => kept,
    };
    if !a.duties_met {
        wrong.push(Error::bad_input(
            "case-duties",
            "信用修复须先履行完决定书规定的义务、纠正失信行为。请确认已履行后勾选，并上传证明。",
            "Before a repair the duties of the decision must be met. Confirm that they are, and attach the proof.",
        ));
    }
    wrong.extend(kept);
    Ok(wrong)
}
