//! The same questions asked of a running platform, over HTTP: how long until the whole page is there?

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Result, params};

use crate::Timed;
use crate::city::{OFFICES, questions, record};
use crate::words::Question;

/// The public site lets one address ask twenty times a second.
const APART: Duration = Duration::from_millis(55);

/// Puts the records into the control database of a demo city, in the place of what is published there, and the index beside its lake. Of the
/// table's indexes only those stay that a search asks for; the lists of a city with so many records are not what is measured.
pub fn fill(demo: &Path, index: &Path, rows: u64) -> Result<()> {
    let begin = Instant::now();
    let mut db = Connection::open(demo.join("control.db"))?;
    db.execute_batch("pragma foreign_keys = off; pragma synchronous = off; delete from publication; delete from publication_count")?;
    let indexes: Vec<String> = db
        .prepare("select name from sqlite_master where type = 'index' and tbl_name = 'publication' and sql is not null")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_>>()?;
    for name in indexes.iter().filter(|n| *n != "ux_publication_place") {
        db.execute_batch(&format!("drop index {name}"))?;
    }
    let org: Vec<u8> = db.query_row("select id from org limit 1", [], |row| row.get(0))?;
    let tx = db.transaction()?;
    {
        let mut put = tx.prepare(
            "insert into publication (id, public_id, place, resource, kind, org_id, submission_id, row_number, title, subject,
                natural_person, code, document, authority, decided, earliest, term, state, shown, mark, reason_kind, reason, doubts,
                choice, content, published_at, changed_at, rev)
             values (?1, ?1, ?2, ?3, ?4, ?5, ?1, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, '', 'published', 1, '', '', '', '', '', '{}',
                ?12 || 'T09:00:00+00:00', ?12 || 'T09:00:00+00:00', 1)",
        )?;
        let mut count = tx.prepare(
            "insert into publication_count (kind, authority, month, n) values (?1, ?2, ?3, 1)
             on conflict (kind, authority, month) do update set n = n + 1",
        )?;
        for i in 0..rows {
            let r = record(i, rows);
            let kind = kind(r.office);
            // Months of thirty days do for counting.
            let day = (i * 2_900 / rows) % 365;
            let decided = format!("{}-{:02}-{:02}", r.year, 1 + (day / 31), 1 + day % 28);
            let id = u128::from(i + 1).to_be_bytes();
            let (title, resource) = if kind == "penalty" { ("行政处罚决定书", "penalty-2018") } else { ("行政许可决定书", "licence-2018") };
            let (authority, person) = (OFFICES[r.office].1, r.code.is_empty());
            put.execute(params![id, r.place, resource, kind, org, title, r.name, person, r.code, r.document, authority, decided])?;
            count.execute(params![kind, authority, &decided[..7]])?;
        }
        tx.execute("update publication_clock set rev = 1", [])?;
    }
    tx.commit()?;
    let to = demo.join("lake/work/search");
    std::fs::create_dir_all(&to).and_then(|()| std::fs::copy(index, to.join("search.db"))).map_err(|e| {
        rusqlite::Error::InvalidPath(format!("{}: {e}", to.display()).into())
    })?;
    for left in ["search.db-wal", "search.db-shm"] {
        let _ = std::fs::remove_file(to.join(left));
    }
    Connection::open(to.join("search.db"))?
        .execute("update reached set rev = 1, record = ?1", params![[0xff_u8; 16].as_slice()])?;
    println!("site filled in {:.1} s", begin.elapsed().as_secs_f64());
    Ok(())
}

pub fn kind(office: usize) -> &'static str {
    if OFFICES[office].0.contains('罚') { "penalty" } else { "licence" }
}

/// Asks all questions, one after another; `address` is `127.0.0.1:8080`.
pub fn ask(address: &str, rows: u64) -> std::io::Result<Vec<Timed>> {
    let mut times = Vec::new();
    for (kind, question) in questions(rows) {
        let begin = Instant::now();
        let page = get(address, &path(&question))?;
        let took = begin.elapsed();
        if !page.starts_with("HTTP/1.1 200") {
            return Err(std::io::Error::other(page.lines().next().unwrap_or_default().to_owned()));
        }
        times.push((kind, took, Duration::ZERO, page.matches("/public/records/").count()));
        std::thread::sleep(APART.saturating_sub(took));
    }
    Ok(times)
}

fn get(address: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut page = Vec::new();
    stream.read_to_end(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn path(question: &Question) -> String {
    let mut path = format!("/public/search?q={}", encode(&question.typed));
    let year = question.year.map(|y| y.to_string());
    for (name, value) in [("kind", &question.kind), ("authority", &question.authority), ("year", &year)] {
        if let Some(value) = value {
            path.push_str(&format!("&{name}={}", encode(value)));
        }
    }
    path
}

fn encode(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
