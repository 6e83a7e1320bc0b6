//! 考核告知: departments hear of their draft scores and points, the bureau of objections and appeals, both of the answers.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, Result, Text};
use store::Tx;

use super::people::People;
use super::tell::{Names, Post, Thing};
use crate::context::Rectify;
use crate::model::NoticeKind;
use crate::store::notices::told;

/// Who hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreAudience {
    /// Those who answer for the department's data.
    Department,
    /// The stewards of the whole city.
    Bureau,
}

/// Something that happened to a department's score.
#[derive(Debug, Clone)]
pub struct ScoreNews {
    /// What it is about, e.g. `period:<id>` or `points:<id>`; notices about it are settled by it.
    pub about: String,
    /// The department, and all below it.
    pub org: OrgId,
    /// Itself and what lies below it: where nobody answers for the department itself, those of its parts hear of it.
    pub parts: Vec<OrgId>,
    /// Who hears of it.
    pub to: ScoreAudience,
    /// What happened, e.g. 评分征求意见.
    pub what: Text,
    /// Of which period, by which rule.
    pub title: Text,
    /// Last day on which something can be done about it.
    pub until: Option<NaiveDate>,
    /// Where it leads.
    pub href: String,
}

impl ScoreNews {
    fn subject(&self) -> String {
        subject(&self.about, self.org, self.to)
    }
}

fn subject(about: &str, org: OrgId, to: ScoreAudience) -> String {
    let whose = match to {
        ScoreAudience::Department => "department",
        ScoreAudience::Bureau => "bureau",
    };
    format!("score:{about}:{whose}:{org}")
}

/// Who hears of what happened to scores.
///
/// # Errors
/// When the database cannot be read.
pub async fn address_scores(rectify: &Rectify, news: Vec<ScoreNews>) -> Result<Post> {
    let (conn, clock) = (rectify.intake.db.conn(), &rectify.intake.clock);
    let (people, names) = (People::read(conn, clock.today()).await?, Names::read(conn).await?);
    let address = |one: ScoreNews| {
        let to = match one.to {
            ScoreAudience::Department => people.speaking_for(one.org, &one.parts),
            ScoreAudience::Bureau => people.bureau().to_vec(),
        };
        let until = one
            .until
            .map_or_else(Text::default, |day| Text::new(format!("，截止 {day}"), format!(", until {day}")));
        let thing = Thing {
            kind: NoticeKind::Score,
            // Of one matter several things may happen on a day: each is told.
            thing: format!("{}:{}", one.subject(), one.what.en),
            subject: one.subject(),
            org: Some(one.org),
            resource: None,
            due: one.until,
            href: one.href,
            hooks: true,
            values: vec![
                ("org", names.org(one.org)),
                ("what", one.what),
                ("title", one.title),
                ("until", until),
            ],
        };
        (thing, to)
    };
    Post::of(rectify, news.into_iter().map(address).collect()).await
}

/// Settles what an audience was told of a matter of a department (办结提醒).
///
/// # Errors
/// When the database fails.
pub async fn score_was_dealt_with(
    tx: &Tx,
    (about, org): (&str, OrgId),
    to: ScoreAudience,
    now: DateTime<Utc>,
) -> Result<()> {
    told::settle_subject(tx, &subject(about, org, to), now).await
}
