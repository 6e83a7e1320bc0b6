//! 考核告知: departments hear of their draft scores and points, the bureau of objections and appeals, both of the answers.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, Result, Text};
use store::Tx;

use super::people::{People, Recipient};
use super::tell::{Names, Teller, Thing};
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

/// News with everybody who hears of them, read before the transaction in which it happens.
pub struct ScorePost {
    teller: Teller,
    names: Names,
    news: Vec<(ScoreNews, Vec<Recipient>)>,
    day: NaiveDate,
}

/// Who hears of what happened to scores.
///
/// # Errors
/// When the database cannot be read.
pub async fn address_scores(rectify: &Rectify, news: Vec<ScoreNews>) -> Result<ScorePost> {
    let (conn, clock) = (rectify.intake.db.conn(), &rectify.intake.clock);
    let people = People::read(conn, clock.today()).await?;
    let to = |news: &ScoreNews| match news.to {
        ScoreAudience::Department => people.speaking_for(news.org, &news.parts),
        ScoreAudience::Bureau => people.bureau().to_vec(),
    };
    let mut heard = Vec::with_capacity(news.len());
    for one in news {
        let to = to(&one);
        heard.push((one, to));
    }
    Ok(ScorePost {
        teller: Teller::read(conn, clock.now()).await?,
        names: Names::read(conn).await?,
        news: heard,
        day: clock.today(),
    })
}

impl ScorePost {
    /// Puts a notice into the inbox of each, and what goes out of it into the outbox.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send(&self, tx: &Tx) -> Result<()> {
        for (news, to) in &self.news {
            let until = news.until.map_or_else(Text::default, |day| {
                Text::new(format!("，截止 {day}"), format!(", until {day}"))
            });
            let thing = Thing {
                kind: NoticeKind::Score,
                // Of one matter several things may happen on a day: each is told.
                thing: format!("{}:{}", news.subject(), news.what.en),
                subject: news.subject(),
                org: Some(news.org),
                resource: None,
                due: news.until,
                href: news.href.clone(),
                hooks: true,
                values: vec![
                    ("org", self.names.org(news.org)),
                    ("what", news.what.clone()),
                    ("title", news.title.clone()),
                    ("until", until),
                ],
            };
            self.teller.tell(tx, &thing, to, self.day).await?;
        }
        Ok(())
    }
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
