//! How fast is the public search? Generated records, the index and the questions of the public site, and beside them the
//! engine's own way to search Chinese (FTS5 with its trigram tokenizer) on the same records.
//!
//! `bench-search ROWS FOLDER [--peer] [--slow] [--site DEMO] [--http ADDRESS]`

#[path = "../../../crates/portal/src/search/tokens.rs"]
#[allow(dead_code, reason = "the site lights what was found")]
mod tokens;
#[path = "../../../crates/portal/src/search/words.rs"]
#[allow(dead_code, reason = "the site takes records out")]
mod words;
#[path = "../../../crates/portal/src/search/plan.rs"]
mod plan;
mod city;
mod site;

use std::path::Path;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use rusqlite::{Connection, Result, params, params_from_iter};
use city::{OFFICES, questions, record};
use plan::{Reader, SCALE, Sql, find};
use words::{BATCH, Entry, MOST, OPTIMIZE, PUT, PUT_ENTRY, Question, SCHEMA, Texts};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let (Some(rows), Some(folder)) = (args.get(1).and_then(|a| a.parse::<u64>().ok()), args.get(2)) else {
        eprintln!("bench-search ROWS FOLDER [--peer] [--slow] [--site DEMO] [--http ADDRESS]");
        std::process::exit(2);
    };
    let file = Path::new(folder).join(format!("search-{rows}.db"));
    if !file.exists() {
        build(&file, rows)?;
    }
    println!("index: {} MB", size(&file));
    let option = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1));
    if let Some(demo) = option("--site") {
        return site::fill(Path::new(demo), &file, rows);
    }
    if let Some(address) = option("--http") {
        match site::ask(address, rows) {
            Ok(times) => show(&times),
            Err(e) => {
                eprintln!("{address}: {e}");
                std::process::exit(1);
            }
        }
        return Ok(());
    }
    let db = Mutex::new(open(&file)?);
    let slow = args.iter().any(|a| a == "--slow");
    let mut times: Vec<Timed> = Vec::new();
    for (kind, question) in questions(rows) {
        let (begin, work) = (Instant::now(), ThreadTime::now());
        let found = ask(&db, &question)?;
        if slow && work.elapsed().as_millis() > 9 { println!("{:?} {:?} {kind} {found} {question:?}", work.elapsed(), begin.elapsed()); }
        times.push((kind, begin.elapsed(), work.elapsed(), found));
    }
    show(&times);
    if args.iter().any(|a| a == "--peer") {
        peer(Path::new(folder), rows, &times)?;
    }
    Ok(())
}

fn show(times: &[Timed]) {
    println!("{HEAD}");
    tell("all", times);
    let mut kinds: Vec<&str> = times.iter().map(|t| t.0).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let own: Vec<_> = times.iter().filter(|t| t.0 == kind).copied().collect();
        tell(kind, &own);
    }
}

fn open(file: &Path) -> Result<Connection> {
    let db = Connection::open(file)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    Ok(db)
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |m| m.len() / 1_000_000)
}

fn build(file: &Path, rows: u64) -> Result<()> {
    let begin = Instant::now();
    let mut db = open(file)?;
    for sql in SCHEMA {
        db.execute_batch(sql)?;
    }
    let mut i = 0;
    while i < rows {
        let tx = db.transaction()?;
        {
            let mut put = tx.prepare_cached(PUT)?;
            let mut put_entry = tx.prepare_cached(PUT_ENTRY)?;
            for _ in 0..BATCH.min(rows - i) {
                let r = record(i, rows);
                let entry = Entry {
                    name: &r.name,
                    code: &r.code,
                    document: &r.document,
                    kind: site::kind(r.office),
                    authority: OFFICES[r.office].1,
                    year: r.year,
                };
                put.execute(params![r.place, entry.words()])?;
                let Texts { name, document, authority, repeats } = entry.texts();
                put_entry.execute(params![r.place, name, document, entry.kind, authority, entry.year, repeats])?;
                i += 1;
            }
        }
        tx.commit()?;
    }
    println!("built: {rows} records in {:.1} s", begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    db.execute_batch(OPTIMIZE)?;
    db.pragma_update(None, "wal_checkpoint", "truncate")?;
    println!("put together in {:.1} s", begin.elapsed().as_secs_f64());
    Ok(())
}

/// A question's kind, how long it took, how long it was at work, how many it found.
type Timed = (&'static str, Duration, Duration, usize);

struct Index<'a>(&'a Mutex<Connection>);

impl Reader for Index<'_> {
    type Error = rusqlite::Error;

    async fn ask(&self, sql: Sql) -> Result<Option<String>> {
        let db = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        db.prepare_cached(&sql.text)?.query_row(params_from_iter(sql.values), |row| row.get(0))
    }
}

/// As the site asks. Answers with how many there are.
fn ask(db: &Mutex<Connection>, question: &Question) -> Result<usize> {
    let index = Index(db);
    let mut asked = pin!(find(&index, question, SCALE));
    // Nothing in it waits.
    loop {
        if let Poll::Ready(found) = asked.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return found.map(|f| f.places.len());
        }
    }
}

fn tell(name: &str, times: &[Timed]) {
    let at = |of: fn(&Timed) -> Duration, share: f64| {
        let mut all: Vec<Duration> = times.iter().map(of).collect();
        all.sort_unstable();
        let place = ((all.len() as f64 * share) as usize).min(all.len().saturating_sub(1));
        all.get(place).map_or(0.0, |d| d.as_secs_f64() * 1_000.0)
    };
    let found: usize = times.iter().map(|t| t.3).sum();
    println!(
        "| {name} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {} |",
        times.len(),
        at(|t| t.1, 0.50),
        at(|t| t.1, 0.95),
        at(|t| t.1, 0.99),
        at(|t| t.1, 1.0),
        at(|t| t.2, 0.50),
        at(|t| t.2, 0.95),
        found / times.len().max(1)
    );
}

const HEAD: &str = "| question | n | p50 ms | p95 ms | p99 ms | longest ms | p50 at work ms | p95 at work ms | found |\n\
    |---|--:|--:|--:|--:|--:|--:|--:|--:|";

/// The engine's own tokenizer on the same records. It needs three characters, so shorter questions are left out; for codes and
/// numbers it searches the same text.
fn peer(folder: &Path, rows: u64, ours: &[Timed]) -> Result<()> {
    let file = folder.join(format!("peer-{rows}.db"));
    let begin = Instant::now();
    let mut db = open(&file)?;
    if size(&file) < 1 {
        db.execute_batch("create virtual table p using fts5(words, content='', detail=none, tokenize='trigram')")?;
        let tx = db.transaction()?;
        for i in 0..rows {
            let r = record(i, rows);
            let words = format!("{} {} {}", r.name, r.code, r.document);
            tx.prepare_cached("insert into p (rowid, words) values (?1, ?2)")?.execute(params![r.place, words])?;
        }
        tx.commit()?;
        db.execute_batch("insert into p (p) values ('optimize')")?;
        println!("peer built in {:.1} s", begin.elapsed().as_secs_f64());
    }
    println!("peer index: {} MB", size(&file));
    let mut times = Vec::new();
    let mut own = Vec::new();
    for ((kind, question), our) in questions(rows).into_iter().zip(ours) {
        // Without positions it takes no phrases: trigrams that are all there.
        let chars: Vec<char> = question.typed.chars().filter(|c| !c.is_whitespace()).collect();
        if chars.len() < 3 || question.kind.is_some() {
            continue;
        }
        let words: Vec<String> =
            chars.windows(3).map(|w| format!("\"{}\"", w.iter().collect::<String>().replace('"', ""))).collect();
        let (begin, work) = (Instant::now(), ThreadTime::now());
        let found: Vec<i64> = db
            .prepare_cached("select rowid from p where p match ?1 order by rowid desc limit ?2")?
            .query_map(params![words.join(" AND "), MOST as i64 + 1], |row| row.get(0))?
            .collect::<Result<_>>()?;
        times.push((kind, begin.elapsed(), work.elapsed(), found.len()));
        own.push(*our);
    }
    println!("{HEAD}");
    tell("peer (FTS5 trigram), questions of three characters and more", &times);
    tell("ours, the same questions", &own);
    let sum = |t: &[Timed]| t.iter().map(|t| t.2.as_secs_f64()).sum::<f64>();
    println!("time of the peer for all of them: {:.2} × ours", sum(&times) / sum(&own));
    Ok(())
}
