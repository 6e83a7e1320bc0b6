//! The search index in SQL: what is stored for a record, and what is asked. Knows nothing of connections.
//!
//! A table of SQLite's full-text engine (FTS5) that keeps terms only. Its row number is the place of a record, which grows with the
//! day of the decision: walked downwards it gives the newest first, so a question about a very common word ends early.

use super::tokens;

/// Matches a question looks at. What is beyond is told as "more than".
pub const MOST: usize = 10_000;

/// Makes the index where there is none. Positions of terms are not kept: pairs of characters that are all there are almost
/// always in one piece.
pub const SCHEMA: &[&str] = &[
    "create virtual table if not exists term using fts5(
        words, content='', contentless_delete=1, detail=none, tokenize=\"ascii tokenchars '_'\")",
    "create table if not exists reached (id integer primary key, rev integer not null, record blob not null)",
    "insert or ignore into reached (id, rev, record) values (1, 0, zeroblob(16))",
];
/// Puts a record in, in the place of what stood there.
pub const PUT: &str = "insert or replace into term (rowid, words) values ($1, $2)";
/// Takes a record out.
pub const REMOVE: &str = "delete from term where rowid = $1";
/// Takes everything out.
pub const CLEAR: &str = "insert into term (term) values ('delete-all')";
/// Puts the parts of the index together, after many records came at once.
pub const OPTIMIZE: &str = "insert into term (term) values ('optimize')";
/// The places that match, the newest first.
pub const ASK: &str = "select rowid from term where term match $1 order by rowid desc limit $2";

/// One record as the index knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Subject's name as shown.
    pub name: &'a str,
    /// Subject's code; empty for a natural person.
    pub code: &'a str,
    /// Document number.
    pub document: &'a str,
    /// `licence` or `penalty`.
    pub kind: &'a str,
    /// Authority's name.
    pub authority: &'a str,
    /// Year of decision.
    pub year: i32,
}

impl Entry<'_> {
    /// Its terms, as they are stored: the first letter tells the field.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = String::with_capacity(512);
        let mut add = |field: char, term: &str| {
            words.push(field);
            words.push_str(term);
            words.push(' ');
        };
        tokens::of_name(self.name).iter().for_each(|t| add('n', t));
        tokens::of_document(self.document).iter().for_each(|t| add('d', t));
        tokens::of_code(self.code).iter().for_each(|t| add('c', t));
        add('k', self.kind);
        add('a', &digest(self.authority));
        add('y', &self.year.to_string());
        words
    }
}

/// A name of any characters as one term (FNV-1a).
fn digest(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// As it was typed.
    pub typed: String,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only this authority.
    pub authority: Option<String>,
    /// Only decisions of this year.
    pub year: Option<i32>,
}

/// A question in the words of the index: everything that matches, and what of it comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// All matches.
    pub all: String,
    /// Matches that come first, the best first.
    pub first: Vec<String>,
}

impl Question {
    /// None when nothing in it can be searched for.
    #[must_use]
    pub fn asked(&self) -> Option<Asked> {
        let mut ways = Vec::new();
        let mut first = Vec::new();
        let code = tokens::of_typed_code(&self.typed);
        if let Some(code) = &code {
            first.push(term('c', code));
            let (begin, open) = tokens::begun(code);
            ways.push(term('c', code));
            ways.push(if open { format!("{} *", term('c', &begin)) } else { term('c', &begin) });
        }
        let documents: Vec<String> =
            tokens::of_typed_document(&self.typed).iter().map(|way| every('d', way)).collect();
        let names = tokens::of_typed_name(&self.typed);
        if !names.is_empty() {
            let all = every('n', &names);
            if let Some((begin, end)) = tokens::ends(&self.typed) {
                first.push(format!("{all} AND {} AND {}", term('n', &begin), term('n', &end)));
                first.push(format!("{all} AND {}", term('n', &begin)));
            }
            ways.push(all);
        }
        // A number with its year is a document's before it is anything else.
        if documents.len() > 1 || self.typed.chars().any(|c| standards::fold::half_width(c).is_ascii_digit())
        {
            first.splice(usize::from(code.is_some())..usize::from(code.is_some()), documents.iter().cloned());
        }
        ways.extend(documents);
        if ways.is_empty() {
            return None;
        }
        let only = [
            self.kind.as_ref().map(|k| term('k', k)),
            self.authority.as_ref().map(|a| term('a', &digest(a))),
            self.year.map(|y| term('y', &y.to_string())),
        ];
        let only: String = only.into_iter().flatten().map(|t| format!(" AND {t}")).collect();
        let group = |ways: &[String]| format!("({}){only}", ways.join(" OR "));
        Some(Asked {
            all: group(&ways),
            first: first.iter().map(|f| group(std::slice::from_ref(f))).collect(),
        })
    }
}

/// A term as the engine takes it. Terms hold letters, digits, `_` and characters beyond ASCII, so no quote ends it early.
fn term(field: char, term: &str) -> String {
    format!("\"{field}{term}\"")
}

fn every(field: char, terms: &[String]) -> String {
    let all: Vec<String> = terms.iter().map(|t| term(field, t)).collect();
    format!("({})", all.join(" AND "))
}

/// The places in the order in which they are shown: those of the first lists first, each once.
#[must_use]
pub fn ranked(first: Vec<Vec<i64>>, all: Vec<i64>) -> Vec<i64> {
    let mut seen = std::collections::HashSet::with_capacity(all.len());
    first.into_iter().flatten().chain(all).filter(|place| seen.insert(*place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_cannot_leave_its_term() {
        for typed in ["\" OR 1", "a\"b) AND (c", "NEAR(示例 店)", "示例*", "^示例", "n:示例 -店"] {
            let asked = Question { typed: typed.into(), ..Question::default() }.asked();
            for text in asked.into_iter().flat_map(|a| a.first.into_iter().chain([a.all])) {
                let outside: String = text.split('"').step_by(2).collect();
                let rest = outside.replace("AND", "").replace("OR", "").replace(['(', ')', ' ', '*'], "");
                assert!(rest.is_empty(), "{typed}: {text}");
            }
        }
        assert_eq!(Question { typed: "（）".into(), ..Question::default() }.asked(), None);
    }

    #[test]
    fn the_best_come_first_and_each_once() {
        assert_eq!(ranked(vec![vec![3], vec![5, 3]], vec![9, 5, 3, 1]), [3, 5, 9, 1]);
    }
}
