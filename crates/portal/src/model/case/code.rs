//! The code by which an applicant without an account follows a case (查询码), and the number by which people speak of it.

use chrono::NaiveDate;
use kernel::Error;
use sha2::{Digest as _, Sha256};
use standards::fold::half_width;
use uuid::Uuid;

use super::Kind;

/// Without I, L, O and U: nothing that can be read as something else.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 16 characters of 5 bits: 80 bits cannot be guessed.
const LENGTH: usize = 16;

/// A code, in the clear only until it has been shown.
#[derive(Clone, PartialEq, Eq)]
pub struct FollowCode(String);

impl FollowCode {
    /// Made of sixteen bytes that nobody can guess, such as those of a keyed hash.
    #[must_use]
    pub fn of_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(bytes.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect())
    }

    /// As somebody typed it: small letters, blanks and hyphens are forgiven, and O, I, L read as the digits they stand for.
    ///
    /// # Errors
    /// `case-code` when it cannot be one.
    pub fn read(typed: &str) -> Result<Self, Error> {
        let text: String = typed
            .chars()
            .map(half_width)
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '—'))
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let fits = text.len() == LENGTH && text.bytes().all(|b| LETTERS.contains(&b));
        if fits { Ok(Self(text)) } else { Err(unknown()) }
    }

    /// In groups of four, as it is shown and printed.
    #[must_use]
    pub fn shown(&self) -> String {
        let groups: Vec<&str> = (0..LENGTH / 4).filter_map(|i| self.0.get(i * 4..i * 4 + 4)).collect();
        groups.join("-")
    }

    /// What is stored of it.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"case-code\0");
        hash.update(self.0.as_bytes());
        hex::encode(hash.finalize())
    }
}

/// Whether it does not exist or is ill-formed is not told apart.
pub(crate) fn unknown() -> Error {
    Error::new(
        kernel::ErrorKind::BadInput,
        "case-code",
        kernel::Text::new(
            "没有这个查询码的办件。查询码是16位字母和数字，在提交申请时显示过一次，请核对后重新输入；遗失的请带身份证件到办事大厅查询。",
            "There is no case with this code. It has 16 letters and digits and was shown once, when the application was handed in. Check it and type it again; if it is lost, ask at the service hall with your identity card.",
        ),
    )
}

/// 异议 `YY`, 修复 `XF`, the day and six characters of the id.
#[must_use]
pub fn case_number(kind: Kind, id: Uuid, opened: NaiveDate) -> String {
    let head = match kind {
        Kind::Objection => "YY",
        Kind::Repair => "XF",
    };
    let hex = id.simple().to_string().to_uppercase();
    format!("{head}{}-{}", opened.format("%y%m%d"), &hex[hex.len() - 6..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_write_it_and_stored_as_its_digest() {
        let code = FollowCode::of_bytes(rand::random());
        let shown = code.shown();
        assert_eq!(shown.len(), 19);
        let typed =
            format!(" {} ", shown.to_lowercase().replace('-', " - ").replace('0', "o").replace('1', "l"));
        assert!(FollowCode::read(&typed).unwrap() == code);
        assert_eq!(code.digest().len(), 64);
        assert!(!code.digest().contains(&shown.replace('-', "")));
        assert!(FollowCode::of_bytes(rand::random()) != code);
    }

    #[test]
    fn what_cannot_be_a_code_is_refused() {
        for typed in
            ["", "1234", "ABCD-EFGH-JKMN-PQR", "ABCD-EFGH-JKMN-PQRU", "ABCD-EFGH-JKMN-PQRSX", "一二三四"]
        {
            assert_eq!(FollowCode::read(typed).err().map(|e| e.code()), Some("case-code"), "{typed}");
        }
    }

    #[test]
    fn a_number_says_what_and_when() {
        let id: Uuid = "01912f5e-8a7b-7c3d-9e4f-0123456789ab".parse().unwrap();
        assert_eq!(case_number(Kind::Objection, id, "2026-11-22".parse().unwrap()), "YY261122-6789AB");
        assert_eq!(case_number(Kind::Repair, id, "2026-11-22".parse().unwrap()), "XF261122-6789AB");
    }
}
