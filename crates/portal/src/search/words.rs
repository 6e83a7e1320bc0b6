//! The search index in SQL: what is stored for a record, and what is asked. Knows nothing of connections.
//!
//! Two tables in step. `term` is a table of SQLite's full-text engine (FTS5) that keeps terms only; `entry` holds the texts, folded,
//! with which what the terms brought is compared. The row number of both is the place of a record, which grows with the day of the
//! decision: walked downwards it gives the newest first, so a question about a very common word ends early.

use super::tokens;

/// Matches a question looks at. What is beyond is told as "more than".
pub const MOST: usize = 10_000;

/// Records taken up in one transaction.
pub const BATCH: u64 = 10_000;

/// What the tables hold and how texts are cut. An index of another version is made anew.
pub const VERSION: i64 = 3;
/// The version of the index at hand; 0 of one that was made before there were versions, or is empty.
pub const ASK_VERSION: &str = "pragma user_version";
/// Makes an empty index, in the place of any other.
pub const SCHEMA: &[&str] = &[
    "drop table if exists term",
    "drop table if exists entry",
    "drop table if exists reached",
    // Positions of terms are not kept: the texts are compared.
    "create virtual table term using fts5(
        words, content='', contentless_delete=1, detail=none, tokenize=\"ascii tokenchars '_'\")",
    // A batch is written in one piece.
    "insert into term (term, rank) values ('hashsize', 33554432)",
    "create table entry (
        place integer primary key, name text not null, document text not null,
        kind text not null, authority integer not null, year integer not null, repeats integer not null)",
    "create index repeating on entry (place) where repeats = 1",
    "create table reached (id integer primary key, rev integer not null, record blob not null)",
    "insert into reached (id, rev, record) values (1, 0, zeroblob(16))",
    // Pages of 4 KiB that each connection may keep in memory: the upper parts of the tables, and what is newest.
    "pragma default_cache_size = 8192",
    "pragma user_version = 3",
];
/// Puts a record in, in the place of what stood there: its terms …
pub const PUT: &str = "insert or replace into term (rowid, words) values ($1, $2)";
/// … and its texts.
pub const PUT_ENTRY: &str = "insert or replace into entry (place, name, document, kind, authority, year, repeats) \
    values ($1, $2, $3, $4, $5, $6, $7)";
/// Takes a record out.
pub const REMOVE: &[&str] = &["delete from term where rowid = $1", "delete from entry where place = $1"];
/// Takes everything out.
pub const CLEAR: &[&str] = &["insert into term (term) values ('delete-all')", "delete from entry"];
/// Puts the parts of the index together, after many records came at once.
pub const OPTIMIZE: &str = "insert into term (term) values ('optimize')";

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

/// What of a record is compared with what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// Name, folded.
    pub name: String,
    /// Document number, folded.
    pub document: String,
    /// Digest of the authority's name.
    pub authority: i64,
    /// Whether a pair of characters comes twice in the name.
    pub repeats: bool,
}

impl Entry<'_> {
    /// Its terms, as they are stored: the first letter tells the field.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = String::with_capacity(768);
        let mut add = |field: char, term: &str| {
            words.push(field);
            words.push_str(term);
            words.push(' ');
        };
        let name = tokens::folded(self.name);
        tokens::of_name(&name).iter().for_each(|t| add('n', t));
        add('w', &format!("{:016x}", digest(&name)));
        tokens::of_document(self.document).iter().for_each(|t| add('d', t));
        tokens::of_code(self.code).iter().for_each(|t| add('c', t));
        // A term for each set of filters, so that a question has at most one.
        for set in 1..8_u8 {
            let given = |bit: u8| set & bit != 0;
            add(
                'f',
                &filter(
                    given(1).then_some(self.kind),
                    given(2).then_some(self.authority),
                    given(4).then_some(self.year),
                ),
            );
        }
        words
    }

    /// Its texts.
    #[must_use]
    pub fn texts(&self) -> Texts {
        let name = tokens::folded(self.name);
        let repeats = tokens::repeats(&name);
        Texts {
            name,
            document: tokens::folded_document(self.document),
            authority: digest(self.authority),
            repeats,
        }
    }
}

/// A text of any characters as a number (FNV-1a).
pub(super) fn digest(text: &str) -> i64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    hash.cast_signed()
}

/// The term of records that pass these filters.
pub(super) fn filter(kind: Option<&str>, authority: Option<&str>, year: Option<i32>) -> String {
    let kind = kind.unwrap_or_default();
    let authority = authority.map(|a| format!("{:016x}", digest(a))).unwrap_or_default();
    let year = year.map(|y| y.to_string()).unwrap_or_default();
    format!("{kind}_{authority}_{year}")
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
