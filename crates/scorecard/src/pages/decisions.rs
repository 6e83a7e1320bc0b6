//! Which decision a fact is about, in words that people know it by: facts themselves hold nothing of anybody.

use std::collections::HashMap;

use kernel::{Actor, Result};
use rectify::actions::{FoundRecord, find_records};
use serde_json::Value;
use shell::Cx;
use uuid::Uuid;

use crate::context::Scorecard;
use crate::evaluate::FactRows;
use crate::facts::Kind;

/// The decisions of some facts, as far as the actor may see them.
pub(super) struct Decisions {
    /// The column that holds their ids; none where the facts are about none.
    column: Option<usize>,
    found: HashMap<Uuid, FoundRecord>,
}

impl Decisions {
    pub(super) async fn of(
        scorecard: &Scorecard,
        actor: &Actor,
        (kind, facts): (Kind, &FactRows),
    ) -> Result<Self> {
        let holds = if kind == Kind::Decisions { "ID" } else { "RECORD" };
        let column = facts.columns.iter().position(|c| *c == holds);
        let ids: Vec<Uuid> = facts.rows.iter().filter_map(|row| id(row, column?)).collect();
        let found = find_records(scorecard.intake.db.conn(), &actor.scope, &ids).await?;
        Ok(Self { column, found })
    }

    /// The heads of their columns.
    pub(super) fn heads(&self, cx: &Cx) -> Vec<String> {
        let all = self.column.map(|_| ["record-document", "record-subject"].map(|key| cx.t(key)));
        all.into_iter().flatten().collect()
    }

    /// Document number and subject of the decision a fact is about.
    pub(super) fn cells(&self, row: &[Value]) -> Vec<String> {
        let Some(column) = self.column else { return Vec::new() };
        let found = id(row, column).and_then(|id| self.found.get(&id));
        found.map_or_else(|| vec![String::new(); 2], |r| vec![r.document.clone(), r.subject.clone()])
    }
}

fn id(row: &[Value], column: usize) -> Option<Uuid> {
    row.get(column)?.as_str()?.parse().ok()
}
