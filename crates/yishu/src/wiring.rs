//! Which capabilities there are, in the order of the flow.

use std::sync::Arc;

use axum::Router;
use intake::{Intake, PullSettings};
use kernel::{Clock, Error, Result};
use lake::{Lake, LakeSettings};
use portal::Portal;
use rectify::{Outgoing, Rectify};
use scorecard::Scorecard;
use sharing::Sharing;
use shell::{App, Module, Settings};
use standards::pack::Packs;
use store::jobs::Worker;
use store::{Db, MigrationTrait};

use crate::config::Config;

/// All migrations, in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    [
        store::migrations(),
        shell::migrations(),
        identity::migrations(),
        catalogue::store::migrations(),
        intake::migrations(),
        rectify::migrations(),
        sharing::migrations(),
        portal::migrations(),
        scorecard::migrations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// All modules.
fn modules(intake: Intake, longest_override: u16, outgoing: Outgoing) -> Vec<Module> {
    let rules = catalogue::Rules { packs: Arc::clone(&intake.packs), longest: longest_override };
    vec![
        intake::module(intake.clone()),
        rectify::module(Rectify { intake: intake.clone() }, outgoing),
        sharing::module(Sharing { intake: intake.clone() }),
        portal::module(Portal::new(intake.clone())),
        scorecard::module(Scorecard { intake }),
        catalogue::module(rules),
        identity::module(),
    ]
}

/// The application and its router over a migrated database. A local override of a rule may run `longest_override` days.
/// Nothing is sent by mail.
///
/// # Errors
/// When a message catalogue cannot be read.
pub fn build(intake: Intake, settings: Settings, longest_override: u16) -> Result<(App, Router)> {
    build_sending(intake, settings, longest_override, Outgoing::default())
}

/// The same with what may be sent by mail and webhook.
///
/// # Errors
/// When a message catalogue cannot be read.
pub fn build_sending(
    intake: Intake,
    settings: Settings,
    longest_override: u16,
    outgoing: Outgoing,
) -> Result<(App, Router)> {
    let (db, clock) = (intake.db.clone(), Arc::clone(&intake.clock));
    let directory = Arc::new(identity::Directory::new(db.clone(), Arc::clone(&clock)));
    App::build(db, clock, directory, settings, modules(intake, longest_override, outgoing))
}

/// The parts of the platform over its addresses, the database migrated.
///
/// # Errors
/// When an address is wrong or does not answer, or a pack is faulty.
pub async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Intake> {
    let db = Db::connect(&config.database).await?;
    db.migrate(migrations).await?;
    let lake =
        Lake::open_with(&config.lake, &config.engine, LakeSettings::default(), Arc::clone(&clock)).await?;
    let packs = Packs::builtin().map_err(|e| Error::internal(e.say(kernel::Lang::En)))?;
    let pull = PullSettings::new(config.pull_folder.as_deref(), config.pull_hosts.as_deref())
        .delivering(config.outbox.as_deref(), config.deliver_hosts.as_deref());
    Ok(Intake { db, lake, packs, clock, pull })
}

/// The worker with the jobs of all capabilities; nothing is sent by mail.
#[must_use]
pub fn worker(intake: Intake) -> Worker {
    worker_sending(intake, Outgoing::default())
}

/// The same with what may be sent by mail and webhook.
#[must_use]
pub fn worker_sending(intake: Intake, outgoing: Outgoing) -> Worker {
    let worker = Worker::new(intake.db.clone(), Arc::clone(&intake.clock));
    let worker = rectify::jobs(worker, Rectify { intake: intake.clone() }, outgoing);
    let worker = rectify::judging(worker, Rectify { intake: intake.clone() });
    let worker = sharing::jobs(intake::jobs(worker, intake.clone()), Sharing { intake: intake.clone() });
    portal::jobs(worker, Portal::new(intake))
}

/// Brings everything that follows from what came in up to date (跟踪): records and issues, deliveries, publication, indicators.
/// Doing it twice changes nothing.
///
/// # Errors
/// The first failure of a capability; the others have been asked all the same.
pub async fn follow(intake: &Intake) -> Result<()> {
    follow_round(&Portal::new(intake.clone())).await
}

/// [`follow`] with a portal that is kept from round to round, and with it the search index it has open.
///
/// # Errors
/// As there.
pub async fn follow_round(portal: &Portal) -> Result<()> {
    let intake = &portal.intake;
    let rectified = rectify::actions::follow(&Rectify { intake: intake.clone() }).await;
    // What was decided of a record holds for later ones of its decision: before deliveries are made of them.
    let held = portal::actions::publish::hold_later(portal).await;
    let shared = sharing::actions::follow(&Sharing { intake: intake.clone() }).await;
    let published = portal::actions::follow(portal).await;
    let scored = scorecard::actions::follow(&Scorecard { intake: intake.clone() }).await;
    rectified.and(held).and(shared).and(published).and(scored)
}
