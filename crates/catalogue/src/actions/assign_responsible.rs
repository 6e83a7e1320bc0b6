//! Named persons who answer for data (负责人清单): 负责人, 副负责人, 分管领导.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, Days, NaiveDate, Utc};
use kernel::{Actor, Error, OrgId, Result, beijing_date};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::EDIT;
use crate::model::Duty;
use crate::store::{entries, people};
use identity::org;

/// Who answers for what, from which day.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The organisation.
    pub org: OrgId,
    /// The entry's code; `None` for everything of the organisation.
    pub entry: Option<String>,
    /// What the person answers as.
    pub duty: Duty,
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// E-mail; may be empty.
    pub email: String,
    /// First day.
    pub from: NaiveDate,
}

/// Characters of a name, and of a mail address (RFC 5321, 4.5.3.1.3).
const LONGEST: [usize; 2] = [60, 254];
/// Characters of a telephone number with its extension: the shortest is a service number such as 110.
const TELEPHONE: std::ops::RangeInclusive<usize> = 3..=30;

/// Whether a text is a telephone number: digits, spaces, `+ - ( )`, and an extension after 转 or `ext`.
fn callable(phone: &str) -> bool {
    let plain = phone.to_lowercase().replace("ext.", "").replace("ext", "").replace('转', "");
    TELEPHONE.contains(&phone.chars().count())
        && plain.chars().any(|c| c.is_ascii_digit())
        && plain.chars().all(|c| c.is_ascii_digit() || " +-()（）".contains(c))
}

/// Refuses what is no name, telephone number or mail address of anybody: people are called and written to by them.
fn reachable(name: &str, phone: &str, email: &str) -> Result<()> {
    let fits = |text: &str, most: usize| text.chars().count() <= most && !text.contains(char::is_control);
    let mail = email.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && !host.is_empty()
            && !email.contains(|c: char| c.is_whitespace() || "<>\",;".contains(c))
    });
    let [longest_name, longest_mail] = LONGEST;
    if fits(name, longest_name)
        && (phone.is_empty() || callable(phone))
        && fits(email, longest_mail)
        && (email.is_empty() || mail)
    {
        return Ok(());
    }
    Err(Error::bad_input(
        "person-form",
        format!(
            "姓名最多 {longest_name} 字；电话为 {} 至 {} 个字符，只能有数字、空格和 + - ( )，分机写“转”或 ext，如 0769-22000000转12；邮箱应如 name@example.cn。请改正后再试。",
            TELEPHONE.start(),
            TELEPHONE.end()
        ),
        format!(
            "A name has at most {longest_name} characters. A telephone number has {} to {}: digits, spaces and + - ( ), with an extension after ext, such as 0769-22000000 ext 12. A mail address looks like name@example.cn. Correct them and try again.",
            TELEPHONE.start(),
            TELEPHONE.end()
        ),
    ))
}

/// Names a person. A new 负责人 or 分管领导 takes the place of the one before, whose span ends the day before.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `person-incomplete` without a name and a way to reach
/// the person; `person-form` for what nobody can be called or reached by; `person-day` when the day lies before the first day of the one replaced.
pub async fn assign_responsible(db: &Db, actor: &Actor, new: Assignment, now: DateTime<Utc>) -> Result<Uuid> {
    actor.require(EDIT)?;
    let (name, phone, email) = (new.name.trim(), new.phone.trim(), new.email.trim());
    if name.is_empty() || (phone.is_empty() && email.is_empty()) {
        return Err(Error::bad_input(
            "person-incomplete",
            "请填写姓名，以及电话或邮箱中的至少一项。",
            "Give the name, and a telephone number or an e-mail address.",
        ));
    }
    reachable(name, phone, email)?;
    let org = org::require_in_scope(db.conn(), &actor.scope, new.org).await?;
    let code = new.entry.clone().unwrap_or_default();
    if !code.is_empty() {
        let chain = entries::chain(db.conn(), actor, &code).await?;
        if chain.current.org_id != org.id {
            return Err(Error::not_found("目录", "catalogue entry"));
        }
    }
    db.tx(async |tx| {
        if new.duty.single() {
            let before = people::Entity::find()
                .filter(people::Column::OrgId.eq(org.id))
                .filter(people::Column::EntryCode.eq(&code))
                .filter(people::Column::Duty.eq(new.duty.name()))
                .filter(people::Column::ValidTo.is_null())
                .all(tx)
                .await
                .or_fail()?;
            for person in before {
                let last = new.from.checked_sub_days(Days::new(1)).filter(|last| *last >= person.valid_from);
                if person.valid_from == new.from {
                    // Named on the same day: a correction, not a succession.
                    people::Entity::delete_by_id(person.id).exec(tx).await.or_fail()?;
                    continue;
                }
                let last = last.ok_or_else(|| {
                    Error::bad_input(
                        "person-day",
                        format!(
                            "起始日期早于现任{}的起始日期 {}。请改用更晚的日期。",
                            person.name, person.valid_from
                        ),
                        format!(
                            "The day lies before {}, the first day of {}. Choose a later one.",
                            person.valid_from, person.name
                        ),
                    )
                })?;
                let mut row = person.into_active_model();
                row.valid_to = Set(Some(last));
                row.update(tx).await.or_fail()?;
            }
        }
        let id = Uuid::now_v7();
        people::ActiveModel {
            id: Set(id),
            org_id: Set(org.id),
            entry_code: Set(code.clone()),
            duty: Set(new.duty.name().to_owned()),
            name: Set(name.to_owned()),
            phone: Set(phone.to_owned()),
            email: Set(email.to_owned()),
            valid_from: Set(new.from),
            valid_to: Set(None),
        }
        .insert(tx)
        .await
        .or_fail()?;
        let detail = json!({ "name": name, "duty": new.duty.name(), "entry": code, "from": new.from });
        audit::record(tx, now, actor, "responsible.assign", &format!("org:{}", org.id), &detail).await?;
        Ok(id)
    })
    .await
}

/// Ends a person's duty today.
///
/// # Errors
/// Forbidden without the role; not found outside the scope.
pub async fn end_responsible(db: &Db, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<OrgId> {
    actor.require(EDIT)?;
    let missing = || Error::not_found("负责人", "responsible person");
    let person = people::Entity::find_by_id(id).one(db.conn()).await.or_fail()?.ok_or_else(missing)?;
    let org = OrgId(person.org_id);
    org::require_in_scope(db.conn(), &actor.scope, org).await.map_err(|_| missing())?;
    db.tx(async |tx| {
        let detail = json!({ "name": person.name, "duty": person.duty, "entry": person.entry_code });
        let today = beijing_date(now);
        let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
        let last = yesterday.max(person.valid_from);
        let mut row = person.into_active_model();
        row.valid_to = Set(Some(last));
        row.update(tx).await.or_fail()?;
        audit::record(tx, now, actor, "responsible.end", &format!("org:{org}"), &detail).await?;
        Ok(org)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::callable;

    #[test]
    fn a_telephone_number_is_one_people_can_dial() {
        for good in [
            "110",
            "0769-22000000",
            "+86 (769) 2200-0000",
            "0769-22000000转12",
            "22000000 ext 3",
            "0000-0001",
        ] {
            assert!(callable(good), "{good}");
        }
        for bad in ["tel;\"><script>", "12", "请打前台", "----", "转转转", &"1".repeat(31)] {
            assert!(!callable(bad), "{bad}");
        }
    }
}
