//! Issues that the leader has to hear of.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Result;
use sea_orm::{ConnectionTrait, Statement, Value};
use store::OrFail as _;
use uuid::Uuid;

use crate::store::records::instant;

/// Why the leader is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Overdue for too long: due on this day or before, opened by the end of it, because nobody could do anything about it before,
    /// and no dispute answered since.
    Overdue { due_until: NaiveDate, ends_at: DateTime<Utc> },
    /// Nobody has spoken since.
    Silent { since: DateTime<Utc> },
}

impl Why {
    /// The condition on `issue` and its values; the numbers of the places begin at `$2`.
    fn condition(self) -> (&'static str, Vec<Value>) {
        match self {
            Self::Overdue { due_until, ends_at } => (
                "due <= $2 and opened_at < $3 and not exists (select 1 from issue_entry e where e.issue_id = issue.id
                    and e.kind = 'answered' and e.at >= $3)",
                vec![due_until.into(), instant(ends_at).into()],
            ),
            Self::Silent { since } => (
                "opened_at < $2 and not exists (select 1 from issue_entry e where e.issue_id = issue.id
                    and e.by_name <> '' and e.at >= $2)",
                vec![instant(since).into()],
            ),
        }
    }

    fn asked(self, conn: &impl ConnectionTrait, first: Value, sql: &str, more: Vec<Value>) -> Statement {
        let (condition, values) = self.condition();
        let open = format!("state = 'open' and escalated_at is null and {condition}");
        let values: Vec<Value> = std::iter::once(first).chain(values).chain(more).collect();
        Statement::from_sql_and_values(conn.get_database_backend(), sql.replace("{open}", &open), values)
    }

    const fn places(self) -> usize {
        match self {
            Self::Overdue { .. } => 4,
            Self::Silent { .. } => 3,
        }
    }
}

/// Issues of one department and resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stuck {
    pub org_id: Uuid,
    pub resource: String,
    pub n: i64,
    /// Number of one of them.
    pub example: String,
    /// The earliest deadline among them.
    pub due: Option<NaiveDate>,
}

/// What is to be escalated, counted by department and resource.
pub(crate) async fn stuck(conn: &impl ConnectionTrait, why: Why) -> Result<Vec<Stuck>> {
    // `$1` stands for the state, so that the places of the condition are the same everywhere.
    let sql = "select org_id, resource, count(*) as n, min(number) as example, min(due) as due from issue
               where state = $1 and {open} group by org_id, resource";
    let rows = conn.query_all_raw(why.asked(conn, "open".into(), sql, Vec::new())).await.or_fail()?;
    rows.into_iter()
        .map(|r| {
            Ok(Stuck {
                org_id: r.try_get("", "org_id").or_fail()?,
                resource: r.try_get("", "resource").or_fail()?,
                n: r.try_get("", "n").or_fail()?,
                example: r.try_get("", "example").or_fail()?,
                due: r.try_get("", "due").or_fail()?,
            })
        })
        .collect()
}

/// Issues marked in one go; more would keep other writers waiting.
const BATCH: u64 = 2_000;

/// Marks issues of one department and resource as escalated, some at a time; the ids of those that were not yet, none when all are. Of
/// two platforms that do it at once, each issue is given to one.
pub(crate) async fn mark(
    conn: &impl ConnectionTrait,
    why: Why,
    of: &Stuck,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    let at = why.places();
    let sql = format!(
        "update issue set escalated_at = $1 where escalated_at is null and id in (select id from issue
            where {{open}} and org_id = ${at} and resource = ${} limit {BATCH}) returning id",
        at + 1
    );
    let more = vec![of.org_id.into(), of.resource.clone().into()];
    let rows = conn.query_all_raw(why.asked(conn, instant(now).into(), &sql, more)).await.or_fail()?;
    rows.into_iter().map(|r| r.try_get("", "id").or_fail()).collect()
}
