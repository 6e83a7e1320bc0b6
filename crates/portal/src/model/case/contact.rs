//! Who hands in a case (办理人): personal data that only the desk at work may see.

use kernel::Error;
use serde::{Deserialize, Serialize};
use standards::{id_card, mask};

use crate::model::guard::hide;

/// As typed. Sealed before it is stored.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// Number of the identity card.
    pub id: String,
    /// What the applicant wrote, as written.
    pub remark: String,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// What is sealed of an application.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sealed {
    /// Who hands it in.
    #[serde(flatten)]
    pub contact: Contact,
    /// Field code and what should stand there as it was written, where something of it is hidden.
    #[serde(default)]
    pub claims: Vec<(String, String)>,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

impl Contact {
    /// Tidied and checked; each error goes with the name of its field.
    ///
    /// # Errors
    /// All of `case-name`, `case-phone`, `case-id`, `case-remark` that apply.
    pub fn checked(mut self, today: chrono::NaiveDate) -> Result<Self, Vec<(&'static str, Error)>> {
        for text in [&mut self.name, &mut self.phone, &mut self.id, &mut self.remark] {
            *text = text.trim().to_owned();
        }
        let mut wrong = Vec::new();
        let mut refuse = |field, error| wrong.push((field, error));
        if !(2..=50).contains(&self.name.chars().count()) {
            let e = Error::bad_input(
                "case-name",
                "请填写办理人的姓名。",
                "Fill in the name of whoever hands this in.",
            );
            refuse("name", e);
        }
        let digits = self.phone.chars().filter(char::is_ascii_digit).count();
        let other = self.phone.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '-' | ' ' | '+'));
        if other || !(7..=14).contains(&digits) {
            let e = Error::bad_input(
                "case-phone",
                "联系电话应为手机号码，或带区号的座机号码（如 0000-1234567）。",
                "The telephone is a mobile number, or a landline with its area code (such as 0000-1234567).",
            );
            refuse("phone", e);
        }
        match id_card::validate(&self.id, today) {
            Ok(card) => self.id = card.as_str().to_owned(),
            Err(_) => {
                let e = Error::bad_input(
                    "case-id",
                    "办理人的身份证号码不正确：应为18位，末位可能是X。请对照身份证核对。",
                    "The identity number is not right: 18 characters, the last may be X. Compare it with the card.",
                );
                refuse("id", e);
            }
        }
        if !(5..=2_000).contains(&self.remark.chars().count()) {
            let e = Error::bad_input(
                "case-remark",
                "请写明理由，5 到 2000 字。",
                "State your reasons, in 5 to 2,000 characters.",
            );
            refuse("remark", e);
        }
        if wrong.is_empty() { Ok(self) } else { Err(wrong) }
    }

    /// The name as lists show it.
    #[must_use]
    pub fn shown_name(&self) -> String {
        mask::person_name(&self.name)
    }

    /// What was written, without numbers of persons.
    #[must_use]
    pub fn shown_remark(&self, names: &[String], today: chrono::NaiveDate) -> String {
        hide(&self.remark, names, today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact() -> Contact {
        let text = |s: &str| s.to_owned();
        Contact {
            name: text(" 示例甲 "),
            phone: text("0000-1234567"),
            id: text("370602188002290010"),
            remark: text("我的证号370602188002290010，名称写错了一个字"),
        }
    }

    #[test]
    fn what_was_sealed_before_claims_were_is_read() {
        let before = serde_json::to_vec(&contact()).unwrap();
        let read: Sealed = serde_json::from_slice(&before).unwrap();
        assert!(read.contact == contact() && read.claims.is_empty());
        let claims = vec![("CF_FRDB".to_owned(), "示例丁".to_owned())];
        let sealed = serde_json::to_vec(&Sealed { claims: claims.clone(), ..read }).unwrap();
        assert_eq!(serde_json::from_slice::<Sealed>(&sealed).unwrap().claims, claims);
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        let today = "2026-01-05".parse().unwrap();
        let good = contact().checked(today).unwrap();
        assert_eq!(good.shown_name(), "示*");
        assert!(!good.shown_remark(&[], today).contains("188002290010"));
        assert_eq!(format!("{good:?}"), "Contact(…)");
        let field = |c: Contact| c.checked(today).unwrap_err()[0].0;
        assert_eq!(field(Contact { name: "甲".to_owned(), ..contact() }), "name");
        assert_eq!(field(Contact { phone: "请打前台".to_owned(), ..contact() }), "phone");
        assert_eq!(field(Contact { phone: "123".to_owned(), ..contact() }), "phone");
        assert_eq!(field(Contact { id: "370602188002290011".to_owned(), ..contact() }), "id");
        assert_eq!(field(Contact { remark: "错".to_owned(), ..contact() }), "remark");
        assert_eq!(Contact::default().checked(today).unwrap_err().len(), 4, "all at once");
    }
}
