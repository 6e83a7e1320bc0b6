//! What citizens and firms ask for (异议申请、信用修复申请): a few objections to what is public, and repairs of penalties old enough.

use std::collections::HashSet;

use chrono::{Days, Months, NaiveDate};
use kernel::Result;

use crate::batch::Received;
use crate::city::City;
use crate::ledger::{Case, CaseKind};
use crate::mending::workdays_on;
use crate::records::Subject;
use crate::rng::Rng;
use crate::template::{Part, Resource};

/// How likely somebody objects to a record.
const OBJECTS: f64 = 0.01;
/// How likely somebody asks for the repair of a penalty that is old enough.
const REPAIRS: f64 = 1.0;
/// Working days until the hall passes an application on to the department that has to verify it.
const FORWARDED: i64 = 1;
/// Matters for which a penalty stays published longer than three months (国家发展改革委令第58号第十条).
const GRAVE: [&str; 5] = ["特种设备", "安全生产", "消防", "食品", "药品"];
/// The kind of penalty that can be repaired three months after the decision under every rule there has been: a warning is gone
/// by then, a suspension or revocation stays for a year (国家发展改革委令第36号).
const ORDINARY: &str = "罚款";

/// The applications, as records are learned file by file.
#[derive(Default)]
pub(crate) struct Applications {
    cases: Vec<Case>,
    /// Records that somebody has already asked about.
    asked: HashSet<(Resource, String)>,
}

impl Applications {
    /// Decides whether somebody asks about a record that landed, and what comes of it.
    ///
    /// # Errors
    /// `calendar-missing` when a day lies outside the published calendar.
    pub fn learn(&mut self, city: &City, rng: &mut Rng, received: &Received) -> Result<()> {
        let row = &received.row;
        let edition = matches!(row.resource, Resource::Licence2018 | Resource::Penalty2018);
        let (true, true, Subject::Entity(subject)) = (edition, received.landed, &row.subject) else {
            return Ok(());
        };
        // Where the record bears the code that stands for "none yet", nobody can show that it is about him.
        if row.part(Part::Code) != city.entities[*subject].code {
            return Ok(());
        }
        let objects = rng.chance(OBJECTS);
        let filed_on = if objects {
            received.on + Days::new(3 + rng.below(20) as u64)
        } else if row.resource == Resource::Penalty2018
            && row.part(Part::Category).contains(ORDINARY)
            && rng.chance(REPAIRS)
        {
            let grave = |text: &str| GRAVE.iter().any(|word| text.contains(word));
            let Some(decided) =
                row.decided.filter(|_| !grave(row.get("CF_WFXW")) && !grave(row.get("CF_SY")))
            else {
                return Ok(());
            };
            decided + Months::new(3) + Days::new(1 + rng.below(3) as u64)
        } else {
            return Ok(());
        };
        let last = city.options.as_of;
        let Some(filed_on) = workdays_on(filed_on, 1, last)?.filter(|day| *day > received.on) else {
            return Ok(());
        };
        let document = row.part(Part::Document).to_owned();
        if !self.asked.insert((row.resource, document.clone())) {
            return Ok(());
        }
        let kind = if objects { CaseKind::Objection } else { CaseKind::Repair };
        let forwarded_on = workdays_on(filed_on, FORWARDED, last)?;
        let decided_on = self.decided_on(rng, kind, forwarded_on, last)?;
        let granted = rng.chance(0.7);
        let entity = &city.entities[*subject];
        // Somebody else represents the firm than the papers said.
        let representative = &city.entities[(subject + 1) % city.known_entities()].representative;
        let field = row.resource.field(Part::Representative).unwrap_or_default();
        self.cases.push(Case {
            kind,
            resource: row.resource,
            org: city.departments[received.department].org.code.clone(),
            document,
            subject: row.part(Part::Name).to_owned(),
            code: entity.code.clone(),
            handler: city.persons[subject % city.known_persons()].id.clone(),
            filed_on,
            forwarded_on,
            decided_on,
            granted: decided_on.map(|_| granted),
            field: objects.then(|| field.to_owned()),
            value: objects.then(|| representative.clone()),
        });
        Ok(())
    }

    /// Most are decided in time, some late, some not yet.
    fn decided_on(
        &self,
        rng: &mut Rng,
        kind: CaseKind,
        forwarded: Option<NaiveDate>,
        last: NaiveDate,
    ) -> Result<Option<NaiveDate>> {
        let Some(forwarded) = forwarded else { return Ok(None) };
        let days = match (rng.weighted(&[0.75, 0.15, 0.1]), kind) {
            (Some(0), _) => rng.between(1, 4),
            (Some(1), CaseKind::Objection) => rng.between(9, 12),
            (Some(1), CaseKind::Repair) => rng.between(12, 15),
            _ => return Ok(None),
        };
        workdays_on(forwarded, days, last)
    }

    /// The applications in the order of their days.
    pub fn list(mut self) -> Vec<Case> {
        self.cases.sort_by(|a, b| (a.filed_on, &a.document).cmp(&(b.filed_on, &b.document)));
        self.cases
    }
}
