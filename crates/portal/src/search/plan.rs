//! How a question is answered (查询计划): which terms the engine is asked for, and when texts are compared.
//!
//! What is typed may be read in several ways: as parts of a name, as a document number, as a code. Each way has terms that stand in
//! every match and conditions that make a match. Two costs are weighed: to walk all terms to the end, and to compare the texts of
//! what the rarest of them brings. So each term is sampled first: the days its newest records take tell how common it is.
//! Which of the two is taken changes the time, never the answer.

use std::collections::HashMap;

use super::tokens;
use super::words::{MOST, Question, digest, filter};

/// What is weighed against what. It changes the time an answer takes, and how much of it is looked at; never what matches.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Matches looked at.
    pub most: usize,
    /// Records of a term that are looked at to tell how common it is. A term with fewer is enough by itself.
    pub sample: i64,
    /// A term in fewer records is so rare that no other is looked for.
    pub rare: i64,
    /// Terms of a word that are sampled; a longer one has a rare one among them.
    pub sampled: usize,
    /// Places of a term that are walked in the time in which the texts of one record are compared.
    pub compared: f64,
}

/// The scale of the site, measured with `bench/search`.
pub const SCALE: Scale = Scale { most: MOST, sample: 1_000, rare: 100, sampled: 24, compared: 200.0 };

/// A statement with its values, all texts. It answers with one row of one text: numbers with commas between them, or nothing. Ten
/// thousand rows would take longer on their way than to be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sql {
    /// With places `?1`, `?2` …
    pub text: String,
    /// For the places.
    pub values: Vec<String>,
}

impl Sql {
    fn bind(&mut self, value: impl Into<String>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }
}

/// Whoever runs the statements.
pub trait Reader {
    /// What may go wrong.
    type Error;
    /// Runs one.
    fn ask(&self, sql: Sql) -> impl Future<Output = Result<Option<String>, Self::Error>> + Send;
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Places, the best first, at most as many as are looked at.
    pub places: Vec<i64>,
    /// Whether there are more than were looked at.
    pub more: bool,
}

/// What a condition is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    NameHas(String),
    NameBegins(String),
    NameIs(String),
    DocumentLike(String),
    Kind(String),
    Authority(i64),
    Year(i32),
}

impl Condition {
    fn sql(&self, sql: &mut Sql) -> String {
        match self {
            Self::NameHas(text) => format!("instr(e.name, {}) > 0", sql.bind(text)),
            Self::NameBegins(text) => format!("instr(e.name, {}) = 1", sql.bind(text)),
            Self::NameIs(text) => format!("e.name = {}", sql.bind(text)),
            Self::DocumentLike(pattern) => format!("e.document like {}", sql.bind(pattern)),
            Self::Kind(kind) => format!("e.kind = {}", sql.bind(kind)),
            Self::Authority(digest) => format!("e.authority = {}", sql.bind(digest.to_string())),
            Self::Year(year) => format!("e.year = {}", sql.bind(year.to_string())),
        }
    }
}

/// Whether a record that has all terms of a way is a match.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Tell {
    /// It is.
    Always,
    /// It is, unless a pair of characters comes twice in its name ([`tokens::repeats`]).
    UnlessRepeated,
    /// Its texts must be compared.
    #[default]
    Never,
}

/// One way to read what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Way {
    /// Terms, as the engine takes them, word by word: all of them stand in every match.
    words: Vec<Vec<String>>,
    /// What they tell.
    tell: Tell,
    /// What makes a match.
    conditions: Vec<Condition>,
    /// Which matches come first, and their ranks; what meets none has the last number. Told only where texts are compared.
    ranks: (Vec<(Condition, u8)>, u8),
}

/// Ranks of matches: the code or number typed, names that are what is typed, that begin with it, the rest.
const EXACT: u8 = 0;
const DOCUMENT: u8 = 1;
const NAME: u8 = 2;
const BEGINS: u8 = 3;
const REST: u8 = 4;

/// A term as the engine takes it. Terms hold letters, digits, `_` and characters beyond ASCII, so no quote ends it early.
fn term(field: char, term: &str) -> String {
    format!("\"{field}{term}\"")
}

fn code_ways(typed: &str) -> Vec<Way> {
    let Some(code) = tokens::of_typed_code(typed) else { return Vec::new() };
    let way = |term, rank| Way {
        words: vec![vec![term]],
        tell: Tell::Always,
        ranks: (Vec::new(), rank),
        ..Way::default()
    };
    let (begin, open) = tokens::begun(&code);
    let begins = if open { format!("{} *", term('c', &begin)) } else { term('c', &begin) };
    vec![way(term('c', &code), EXACT), way(begins, BEGINS)]
}

fn document_ways(typed: &str) -> Vec<Way> {
    // A number is a document's before it is anything else.
    let numbered = typed.chars().any(|c| standards::fold::half_width(c).is_ascii_digit());
    let way = |part: tokens::Part| Way {
        words: vec![part.terms.iter().map(|t| term('d', t)).collect()],
        tell: Tell::Never,
        conditions: vec![Condition::DocumentLike(part.pattern)],
        ranks: (Vec::new(), if numbered { DOCUMENT } else { REST }),
    };
    tokens::of_typed_document(typed).into_iter().map(way).collect()
}

fn begun_ways(typed: &str) -> Vec<Way> {
    let way = |(part, begun): (tokens::Part, String)| Way {
        words: vec![
            part.terms.iter().map(|t| term('d', t)).chain([format!("{} *", term('d', &begun))]).collect(),
        ],
        tell: Tell::Never,
        conditions: vec![Condition::DocumentLike(part.pattern)],
        ranks: (Vec::new(), DOCUMENT),
    };
    tokens::of_begun_document(typed).into_iter().map(way).collect()
}

/// How names are asked for: all that match, and what comes first of them.
fn name_ways(typed: &str) -> Option<(Way, Vec<Way>)> {
    let typed = tokens::words(typed);
    let (first, whole) = (typed.first()?.clone(), typed.concat());
    let is = Way {
        words: vec![vec![term('w', &format!("{:016x}", digest(&whole)))]],
        tell: Tell::Always,
        conditions: vec![Condition::NameIs(whole.clone())],
        ranks: (Vec::new(), NAME),
    };
    let terms = |terms: Vec<String>| terms.iter().map(|t| term('n', t)).collect::<Vec<_>>();
    let begin = (1..=3).rev().find_map(|n| tokens::begins(&first, n)).unwrap_or_default();
    let sizes: Vec<usize> = typed.iter().map(|word| word.chars().count()).collect();
    if sizes.iter().all(|n| *n == 1) {
        // Single characters find the names that begin with the first of them.
        let begins = Condition::NameBegins(first);
        let others = typed.into_iter().skip(1).map(Condition::NameHas);
        let all = Way {
            words: vec![terms(vec![begin])],
            tell: if sizes.len() == 1 { Tell::Always } else { Tell::Never },
            conditions: std::iter::once(begins).chain(others).collect(),
            ranks: (vec![(Condition::NameIs(whole), NAME)], BEGINS),
        };
        return Some((all, vec![is]));
    }
    let tell = |n: &usize| match n {
        1 => Tell::Never,
        2 | 3 => Tell::Always,
        _ => Tell::UnlessRepeated,
    };
    let all = Way {
        words: typed.iter().map(|word| terms(tokens::of_word(word))).filter(|t| !t.is_empty()).collect(),
        tell: sizes.iter().map(tell).max().unwrap_or_default(),
        conditions: typed.into_iter().map(Condition::NameHas).collect(),
        ranks: (vec![(Condition::NameIs(whole), NAME), (Condition::NameBegins(first.clone()), BEGINS)], REST),
    };
    let mut begins = Way { ranks: (Vec::new(), BEGINS), ..all.clone() };
    if (2..=3).contains(&sizes[0]) {
        begins.words.remove(0);
    }
    begins.words.insert(0, terms(vec![begin]));
    begins.conditions.push(Condition::NameBegins(first));
    Some((all, vec![is, begins]))
}

/// Answers a question.
///
/// # Errors
/// When the reader fails.
pub async fn find<R: Reader + Sync>(
    reader: &R,
    question: &Question,
    scale: Scale,
) -> Result<Found, R::Error> {
    let asker = Asker { reader, question, scale };
    let typed = question.typed.as_str();
    let mut ranked = HashMap::new();
    let mut more = false;
    for way in code_ways(typed).into_iter().chain(document_ways(typed)) {
        more |= asker.walk(way, &mut ranked).await?.more;
    }
    if let Some((all, first)) = name_ways(typed) {
        let walked = asker.walk(all, &mut ranked).await?;
        if walked.more || !walked.ranked {
            // Ranked beside the newest only, the best might not be among them.
            for way in first {
                asker.walk(way, &mut ranked).await?;
            }
        }
        more |= walked.more;
    }
    Ok(sorted(ranked, more, scale))
}

/// Answers a question that nothing matches whole with the document numbers that begin as typed.
///
/// # Errors
/// When the reader fails.
pub async fn find_begun<R: Reader + Sync>(
    reader: &R,
    question: &Question,
    scale: Scale,
) -> Result<Found, R::Error> {
    let asker = Asker { reader, question, scale };
    let mut ranked = HashMap::new();
    let mut more = false;
    for way in begun_ways(&question.typed) {
        more |= asker.walk(way, &mut ranked).await?.more;
    }
    Ok(sorted(ranked, more, scale))
}

/// The best first, of the same rank the newest.
fn sorted(ranked: HashMap<i64, u8>, more: bool, scale: Scale) -> Found {
    let more = more || ranked.len() > scale.most;
    let mut places: Vec<(u8, i64)> = ranked.into_iter().map(|(place, rank)| (rank, -place)).collect();
    places.sort_unstable();
    places.truncate(scale.most);
    Found { places: places.into_iter().map(|(_, place)| -place).collect(), more }
}

/// How a way was walked.
#[derive(Default)]
struct Walked {
    /// Whether there are more matches.
    more: bool,
    /// Whether they were ranked.
    ranked: bool,
}

/// Places of a day: within it they follow the order of arrival, which tells nothing.
const PER_DAY: i64 = 1 << 26;

/// More than there are ranks: place and rank travel as one number.
const RANKS: i64 = 8;

fn numbers(answer: Option<String>) -> Vec<i64> {
    answer.unwrap_or_default().split(',').filter_map(|n| n.parse().ok()).collect()
}

impl Way {
    fn conditions(&self, sql: &mut Sql) -> String {
        self.conditions.iter().map(|c| format!(" and {}", c.sql(sql))).collect()
    }
}

/// How common a term is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sampled {
    /// It stands in this many records.
    Few(i64),
    /// Its newest records were decided within so many days.
    Many(i64),
}

/// The terms the engine is asked for.
enum Chosen {
    /// One of them stands nowhere.
    Nothing,
    /// Few enough records have these; the texts tell the rest.
    Some(Vec<String>),
    /// All there are.
    All(Vec<String>),
}

/// A question on its way.
struct Asker<'a, R> {
    reader: &'a R,
    question: &'a Question,
    scale: Scale,
}

impl<R: Reader + Sync> Asker<'_, R> {
    /// Takes up the newest matches of a way.
    async fn walk(&self, mut way: Way, ranked: &mut HashMap<i64, u8>) -> Result<Walked, R::Error> {
        let has_text = !way.conditions.is_empty();
        way.conditions.extend(self.question.kind.clone().map(Condition::Kind));
        way.conditions.extend(self.question.authority.as_deref().map(|a| Condition::Authority(digest(a))));
        way.conditions.extend(self.question.year.map(Condition::Year));
        let (sql, told) = match self.choose(&way, has_text).await? {
            Chosen::Nothing => return Ok(Walked { more: false, ranked: true }),
            Chosen::All(terms) if way.tell < Tell::Never => (self.bare(&way, &terms.join(" AND ")), false),
            Chosen::Some(terms) | Chosen::All(terms) => (self.compared(&way, &terms.join(" AND ")), true),
        };
        let found = numbers(self.reader.ask(sql).await?);
        for number in found.iter().take(self.scale.most) {
            let (place, rank) = (number.div_euclid(RANKS), number.rem_euclid(RANKS));
            let rank = u8::try_from(rank).unwrap_or(REST);
            ranked.entry(place).and_modify(|r| *r = rank.min(*r)).or_insert(rank);
        }
        Ok(Walked {
            more: found.len() > self.scale.most,
            ranked: told || found.is_empty() || way.ranks.0.is_empty(),
        })
    }

    async fn sample(&self, term: &str) -> Result<Sampled, R::Error> {
        let text = format!(
            "select count(*) || ',' || coalesce(max(place) / {PER_DAY} - min(place) / {PER_DAY} + 1, 0) from \
             (select rowid as place from term where term match ?1 order by rowid desc limit {})",
            self.scale.sample
        );
        let answer = numbers(self.reader.ask(Sql { text, values: vec![term.to_owned()] }).await?);
        let &[n, stretch] = answer.as_slice() else { return Ok(Sampled::Few(0)) };
        Ok(if n < self.scale.sample { Sampled::Few(n) } else { Sampled::Many(stretch) })
    }

    /// A way without a text to compare is told by its terms alone: all of them are needed.
    async fn choose(&self, way: &Way, has_text: bool) -> Result<Chosen, R::Error> {
        let Question { kind, authority, year, .. } = self.question;
        let filters = (kind.is_some() || authority.is_some() || year.is_some())
            .then(|| term('f', &filter(kind.as_deref(), authority.as_deref(), *year)));
        let mut all = way.words.concat();
        if all.len() == 1 && filters.is_none() {
            return Ok(Chosen::All(all));
        }
        let mut few: Option<(i64, &String)> = None;
        // The terms of each word, the rarest first, with their stretches.
        let mut many: Vec<Vec<(i64, &String)>> = Vec::new();
        'words: for word in &way.words {
            let mut own = Vec::new();
            for term in word.iter().take(self.scale.sampled) {
                match self.sample(term).await? {
                    Sampled::Few(0) => return Ok(Chosen::Nothing),
                    Sampled::Few(n) => {
                        few = few.into_iter().chain([(n, term)]).min();
                        if n < self.scale.rare {
                            break 'words;
                        }
                    }
                    Sampled::Many(stretch) => own.push((stretch, term)),
                }
            }
            own.sort_unstable_by(|a, b| b.cmp(a));
            many.push(own);
        }
        if !has_text {
            all.extend(filters);
            return Ok(Chosen::All(all));
        }
        if let Some((_, term)) = few {
            return Ok(Chosen::Some(vec![term.clone()]));
        }
        // What it costs to walk a term, as a multiple of the rarest one.
        let longest = many.iter().flatten().map(|(stretch, _)| *stretch).max().unwrap_or_default();
        #[allow(clippy::cast_precision_loss, reason = "an estimate")]
        let cost = |stretch: i64| longest as f64 / stretch.max(1) as f64;
        let mut costs: f64 = many.iter().flatten().map(|(stretch, _)| cost(*stretch)).sum();
        let mut walked = None;
        if let Some(filters) = filters {
            match self.sample(&filters).await? {
                Sampled::Few(0) => return Ok(Chosen::Nothing),
                Sampled::Few(_) => return Ok(Chosen::Some(vec![filters])),
                // The records of a year lie together, so the engine passes over all others.
                Sampled::Many(_) if year.is_some() => walked = Some((0.0, filters)),
                Sampled::Many(stretch) => walked = Some((cost(stretch), filters)),
            }
        }
        costs += walked.as_ref().map_or(0.0, |(cost, _)| *cost);
        let complete = many.iter().map(Vec::len).sum::<usize>() == all.len();
        if complete && costs <= self.scale.compared {
            all.extend(walked.map(|(_, term)| term));
            return Ok(Chosen::All(all));
        }
        // The terms of one word go together: two tell as much as all of them.
        let worth = |cost: f64| cost <= (self.scale.compared / 2.0).max(1.0);
        let mut chosen: Vec<String> = many
            .iter()
            .flat_map(|own| own.iter().take(2))
            .filter(|(stretch, _)| worth(cost(*stretch)))
            .map(|(_, term)| (*term).clone())
            .collect();
        chosen.extend(walked.filter(|(cost, _)| worth(*cost)).map(|(_, term)| term));
        Ok(Chosen::Some(chosen))
    }

    /// The newest places that have these terms. Where a name that repeats itself may have them without being a match, its texts are
    /// compared.
    fn bare(&self, way: &Way, terms: &str) -> Sql {
        let mut sql = Sql::default();
        let terms = sql.bind(terms);
        let repeats = match way.tell {
            Tell::UnlessRepeated => format!(
                " and (not exists (select 1 from entry r indexed by repeating where r.place = t.rowid and r.repeats = 1) \
                 or exists (select 1 from entry e where e.place = t.rowid{}))",
                way.conditions(&mut sql)
            ),
            _ => String::new(),
        };
        sql.text = format!(
            "select group_concat(n) from (select t.rowid * {RANKS} + {} as n from term t \
             where t.term match {terms}{repeats} order by t.rowid desc limit {})",
            way.ranks.1,
            self.scale.most + 1
        );
        sql
    }

    /// The newest places that have these terms and meet the conditions, each with its rank.
    fn compared(&self, way: &Way, terms: &str) -> Sql {
        let mut sql = Sql::default();
        let terms = sql.bind(terms);
        let conditions = way.conditions(&mut sql);
        let (first, rest) = &way.ranks;
        let whens: String =
            first.iter().map(|(c, rank)| format!("when {} then {rank} ", c.sql(&mut sql))).collect();
        let rank = if first.is_empty() { rest.to_string() } else { format!("(case {whens}else {rest} end)") };
        // The engine walks, the texts follow: never the other way round.
        sql.text = format!(
            "select group_concat(n) from (select t.rowid * {RANKS} + {rank} as n \
         from term t cross join entry e on e.place = t.rowid \
         where t.term match {terms}{conditions} order by t.rowid desc limit {})",
            self.scale.most + 1
        );
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;

    impl Reader for Nobody {
        type Error = ();

        async fn ask(&self, _: Sql) -> Result<Option<String>, ()> {
            Err(())
        }
    }

    #[test]
    fn what_is_typed_cannot_leave_its_term() {
        for typed in ["\" OR 1", "a\"b) AND (c", "NEAR(示例 店)", "示例*", "^示例", "n:示例 -店", "914\"1"]
        {
            let names = name_ways(typed).into_iter().flat_map(|(all, first)| first.into_iter().chain([all]));
            for way in code_ways(typed).into_iter().chain(document_ways(typed)).chain(names) {
                for term in way.words.concat() {
                    let inside =
                        term.trim_end_matches(" *").strip_prefix('"').unwrap().strip_suffix('"').unwrap();
                    assert!(!inside.is_empty() && !inside.contains(['"', ' ']), "{typed}: {term}");
                }
                let (reader, question) = (Nobody, Question::default());
                let asker = Asker { reader: &reader, question: &question, scale: SCALE };
                for sql in [asker.compared(&way, "x"), asker.bare(&way, "x")] {
                    assert!(!sql.text.contains(['"', '\'', '示', '店']), "{typed}: {}", sql.text);
                }
            }
        }
        assert!(
            name_ways("（）").is_none() && document_ways("（）").is_empty() && code_ways("（）").is_empty()
        );
    }
}
