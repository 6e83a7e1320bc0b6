//! What happens in the city beside handing in: records come back and are answered, people object and ask for repair.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use indexmap::IndexMap;
use intake::Intake;
use intake::actions::push_rows::{Push, push_rows};
use kernel::{Actor, Error, RecordId, Result, Role, Scope};
use portal::Portal;
use portal::actions::case::{Application, Decision, choose_profile, decide_case, forward_case, open_case};
use portal::model::case::{Contact, Fault, Kind, Outcome};
use rectify::Rectify;
use rectify::actions::{add_note, agree_to_confirm, ask_to_confirm, by_document};
use rectify::facts::{issues, returns};
use simulator::{Answer, CaseKind, Return};
use uuid::Uuid;

use super::play::Play;

/// The rules of the place whose laws the demo city follows.
const PROFILE: &str = "shandong";
/// What departments said when they were called.
const SAID: [&str; 3] = [
    "已电话联系，经办人说系统换码，本周内更正。",
    "已电话联系，对方核对营业执照后改正，周五前报送。",
    "已电话联系，经办人休假，请副手代为处理。",
];
/// Rows read at a time.
const PAGE: u64 = 1_000;

/// The data bureau's steward.
pub(super) fn steward() -> Actor {
    Actor {
        user: None,
        credential: None,
        name: "数据局管理员".to_owned(),
        roles: vec![Role::BureauSteward],
        scope: Scope::City,
        org: None,
    }
}

/// The record with a document number in a standard.
async fn record(intake: &Intake, resource: &str, document: &str) -> Result<RecordId> {
    let found = by_document(intake.db.conn(), document, 20).await?;
    let found = found.into_iter().find(|r| r.resource == resource);
    found.map(|r| r.id).ok_or_else(|| Error::internal(format!("no record {resource} {document}")))
}

impl Play<'_> {
    /// The bureau has called the departments with the most to put right, and noted what they said.
    pub(super) async fn call(&self, day: NaiveDate) -> Result<()> {
        let intake = self.at(day, 16);
        let rectify = Rectify { intake: intake.clone() };
        let (mut open, mut after) = (Vec::new(), None);
        loop {
            let page = issues(&rectify, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.0);
            open.extend(page.into_iter().filter(|i| i.state == "open").map(|i| (i.open, i.org, i.id)));
        }
        open.sort_unstable_by_key(|(rows, org, id)| (std::cmp::Reverse(*rows), org.0, id.0));
        let mut called = Vec::new();
        for (_, org, id) in open {
            if called.contains(&org) {
                continue;
            }
            let Some(said) = SAID.get(called.len()) else { break };
            add_note(&intake.db, &steward(), id, (said, true), intake.clock.now()).await?;
            called.push(org);
        }
        Ok(())
    }

    /// The bureau chooses by which rules cases are handled.
    pub(super) async fn choose_rules(&self, day: NaiveDate) -> Result<()> {
        let portal = Portal::new(self.at(day, 9));
        choose_profile(&portal, &steward(), PROFILE, day).await
    }

    /// Departments answer for the records sent back: some they push again, corrected; of others they say that they are right.
    pub(super) async fn answer(&self, answered: &[&Return], day: NaiveDate) -> Result<()> {
        let intake = self.at(day, 14);
        let mut corrected: BTreeMap<(&str, &str), Vec<IndexMap<String, String>>> = BTreeMap::new();
        for returned in answered.iter().filter(|r| r.answer == Answer::Corrected) {
            let filled = returned.corrected.iter().filter(|(_, v)| !v.is_empty());
            let row = filled.map(|(k, v)| (k.clone(), v.clone())).collect();
            corrected.entry((&returned.org, returned.resource.code())).or_default().push(row);
        }
        for ((org, resource), rows) in corrected {
            let (actor, org) = self.officer(org)?;
            let body = serde_json::to_vec(&serde_json::json!({ "rows": rows })).map_err(Error::internal)?;
            let push =
                Push { resource: resource.to_owned(), org: Some(org), key: None, rows, body, by_case: false };
            let sent = push.rows.len() as u64;
            let pushed = push_rows(&intake, &actor, push).await?;
            if pushed.landed != sent {
                return Err(Error::internal(format!("{} of {sent} corrected rows landed", pushed.landed)));
            }
        }
        let rectify = Rectify { intake: intake.clone() };
        for returned in answered.iter().filter(|r| r.answer == Answer::Confirmed) {
            let (actor, _) = self.officer(&returned.org)?;
            let record = record(&intake, returned.resource.code(), &returned.document).await?;
            let id = sent_back(&rectify, record).await?;
            ask_to_confirm(&rectify, &actor, id, "已与决定文书逐项核对，内容无误。").await?;
            agree_to_confirm(&rectify, &steward(), id, "经核对，同意。").await?;
        }
        Ok(())
    }

    /// Somebody hands in an application: an objection on the public site, a repair at the hall with its papers.
    pub(super) async fn file(&mut self, n: usize, day: NaiveDate) -> Result<()> {
        let case = &self.cases[n];
        let portal = Portal::new(self.at(day, 11));
        let record = record(&portal.intake, case.resource.code(), &case.document).await?;
        let objection = case.kind == CaseKind::Objection;
        let application = Application {
            kind: if objection { Kind::Objection } else { Kind::Repair },
            record,
            subject_name: case.subject.clone(),
            subject_code: case.code.clone(),
            contact: Contact {
                name: "模拟办理人".to_owned(),
                phone: "0000-1234567".to_owned(),
                id: case.handler.clone(),
                remark: if objection {
                    "法定代表人写错了，请照营业执照更正。"
                } else {
                    "罚款已缴清，申请信用修复。"
                }
                .to_owned(),
            },
            fault: objection.then_some(Fault::Wording),
            claims: case.field.clone().zip(case.value.clone()).into_iter().collect(),
            duties_met: !objection,
            files: Vec::new(),
            seen: if objection { Vec::new() } else { vec!["pledge".to_owned(), "proof".to_owned()] },
            paper_number: if objection { String::new() } else { format!("纸{n:04}") },
            form_key: Uuid::now_v7().to_string(),
        };
        let hall = steward();
        let staff = (!objection).then_some(&hall);
        match open_case(&portal, staff, application).await {
            Ok(opened) => {
                self.opened.insert(n, opened.id);
            }
            Err(refused) => {
                self.tally.wrong.push(format!("{} {}: {:?}", case.resource.code(), case.document, refused.0));
            }
        }
        Ok(())
    }

    /// The centre passes an application on to the department.
    pub(super) async fn forward(&self, n: usize, day: NaiveDate) -> Result<()> {
        let Some(id) = self.opened.get(&n) else { return Ok(()) };
        let portal = Portal::new(self.at(day, 12));
        forward_case(&portal, &steward(), *id, "请核实。").await
    }

    /// The department decides.
    pub(super) async fn decide(&self, n: usize, day: NaiveDate) -> Result<()> {
        let (Some(id), case) = (self.opened.get(&n), &self.cases[n]) else { return Ok(()) };
        let portal = Portal::new(self.at(day, 16));
        let (actor, _) = self.officer(&case.org)?;
        let granted = case.granted.unwrap_or_default();
        let outcome = match case.kind {
            CaseKind::Objection => Outcome::Correct,
            CaseKind::Repair => Outcome::Unpublish,
        };
        let decision = Decision {
            outcome: granted.then_some(outcome),
            answer: if granted { "经核实，予以办理。" } else { "经核实，原记录无误。" }.to_owned(),
            changes: match granted {
                true => case.field.clone().zip(case.value.clone()).into_iter().collect(),
                false => Vec::new(),
            },
        };
        decide_case(&portal, &actor, *id, decision).await
    }
}

/// The open row of a record that was sent back.
async fn sent_back(rectify: &Rectify, record: RecordId) -> Result<Uuid> {
    let mut after = None;
    loop {
        let page = returns(rectify, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Err(Error::internal(format!("{record} was not sent back")));
        };
        after = Some(last.id);
        if let Some(found) = page.iter().find(|r| r.record == Some(record) && r.closed_at.is_none()) {
            return Ok(found.id);
        }
    }
}
