//! How fast is the public search? Generated records, the index and the questions of the public site, and beside them the
//! engine's own way to search Chinese (FTS5 with its trigram tokenizer) on the same records.
//!
//! `bench-search ROWS FOLDER [--peer]`

#[path = "../../../crates/portal/src/search/tokens.rs"]
#[allow(dead_code, reason = "the site lights what was found")]
mod tokens;
#[path = "../../../crates/portal/src/search/words.rs"]
#[allow(dead_code, reason = "the site takes records out")]
mod words;

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Result, params};
use words::{ASK, Entry, MOST, OPTIMIZE, PUT, Question, SCHEMA, ranked};

/// A small generator of numbers (SplitMix64), so that every run makes the same city.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn chars(&mut self, all: &[char], n: usize) -> String {
        (0..n).map(|_| all[self.below(all.len())]).collect()
    }
}

const PLACES: &[&str] = &["东莞市", "东莞", "东莞市示例", "广东", "广东省", "东莞市虎门", "东莞市长安", "东莞市厚街", "深圳市", "广州"];
const TRADES: &[&str] = &[
    "食品", "餐饮管理", "电子科技", "五金制品", "塑胶制品", "服装", "物流", "建筑工程", "贸易", "机械设备", "信息技术", "装饰材料", "家具",
    "医药", "化工", "汽车服务", "教育咨询", "酒店管理", "百货", "农业发展", "模具", "包装", "纸业", "照明", "光电", "精密", "自动化", "环保",
];
const FORMS: &[&str] = &["有限公司", "有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司", "店", "经营部", "厂", "商行"];
const BRAND: &str = "金鑫华盛宏泰瑞丰隆达兴旺福顺康美佳乐天海龙腾飞翔宇宙星辰光明春秋月影山水云石木林森源远长久安宁和平正大中新南西北方圆润泽恒信诚义德仁礼智博文雅韵清风雨露雪梅兰竹菊松柏杨柳桃李杏花果禾麦谷稻米粮油盐酱醋茶酒糖蜜奶肉鱼虾蟹贝珍珠玉翠宝银铜铁钢锐锋剑刀弓箭盾甲胄旗鼓钟琴棋书画";
const OFFICES: &[(&str, &str)] = &[
    ("东市监食许", "东莞市示例监督管理局"),
    ("东市监罚", "东莞市示例监督管理局"),
    ("东环罚", "东莞市示例环境局"),
    ("东应急罚", "东莞市示例应急局"),
    ("粤莞食字", "东莞市示例卫生局"),
    ("东建许", "东莞市示例建设局"),
    ("东交许", "东莞市示例交通局"),
    ("东消行罚决字", "东莞市示例消防支队"),
];
const CODE: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

struct Record {
    place: i64,
    name: String,
    code: String,
    document: String,
    office: usize,
    year: i32,
}

/// Subjects come back: a city has about one for five decisions.
fn subject(number: u64) -> (String, String) {
    let mut dice = Dice(number.wrapping_mul(31) + 7);
    let (brand, code): (Vec<char>, Vec<char>) = (BRAND.chars().collect(), CODE.chars().collect());
    let length = 2 + dice.below(3);
    let name =
        format!("{}{}{}{}", dice.of(PLACES), dice.chars(&brand, length), dice.of(TRADES), dice.of(FORMS));
    (name, format!("91441900MA{}", dice.chars(&code, 8)))
}

fn record(i: u64, rows: u64) -> Record {
    let mut dice = Dice(i + 1);
    let (name, code) = subject(dice.next() % (rows / 5).max(1));
    let days = (i * 2_900 / rows) as i64;
    let year = 2018 + (days / 365) as i32;
    let office = dice.below(OFFICES.len());
    // One in thirty is about a natural person.
    let (name, code) = match dice.below(30) {
        0 => (format!("{}*", name.chars().nth(3).unwrap_or('张')), String::new()),
        _ => (name, code),
    };
    let document = format!("{}〔{year}〕{}号", OFFICES[office].0, 1 + dice.below(99_999));
    Record { place: ((736_700 + days) << 26) + i as i64, name, code, document, office, year }
}

/// Questions in the shares in which people ask: parts of names, codes, document numbers, what is not there, very common words.
fn questions(rows: u64) -> Vec<(&'static str, Question)> {
    let mut dice = Dice(42);
    let mut all = Vec::new();
    let typed = |kind, typed: String| (kind, Question { typed, ..Question::default() });
    for i in 0..1_000_u64 {
        let r = record(dice.next() % rows, rows);
        let chars: Vec<char> = r.name.chars().collect();
        let from = dice.below(chars.len().saturating_sub(4).max(1));
        let part: String = chars[from..(from + 4 + dice.below(3)).min(chars.len())].iter().collect();
        all.push(match i % 20 {
            0..=6 => typed("part of a name", part),
            7..=9 => typed("whole name", r.name),
            10 | 11 if !r.code.is_empty() => typed("code", r.code),
            12 if !r.code.is_empty() => typed("beginning of a code", r.code[..12].to_owned()),
            13..=15 => typed("document number", r.document.replace('〔', "(").replace('〕', ")")),
            16 => typed("not there", format!("{}不存在", part)),
            17 => typed("two characters", part.chars().take(2).collect()),
            18 => typed("very common", ["有限公司", "东莞", "科技", "东莞市", "91441900"][i as usize / 20 % 5].to_owned()),
            _ => {
                let (kind, mut q) = typed("with filters", part);
                (q.kind, q.year) = (Some("penalty".into()), Some(r.year));
                (kind, q)
            }
        });
    }
    all
}

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let (Some(rows), Some(folder)) = (args.get(1).and_then(|a| a.parse::<u64>().ok()), args.get(2)) else {
        eprintln!("bench-search ROWS FOLDER [--peer]");
        std::process::exit(2);
    };
    let file = Path::new(folder).join(format!("search-{rows}.db"));
    if !file.exists() {
        build(&file, rows)?;
    }
    println!("index: {} MB", size(&file));
    let db = open(&file)?;
    let mut times: Vec<(&str, Duration, usize)> = Vec::new();
    for (kind, question) in questions(rows) {
        let begin = Instant::now();
        let found = ask(&db, &question)?;
        times.push((kind, begin.elapsed(), found));
    }
    tell("all", &times);
    let mut kinds: Vec<&str> = times.iter().map(|t| t.0).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let own: Vec<_> = times.iter().filter(|t| t.0 == kind).copied().collect();
        tell(kind, &own);
    }
    if args.iter().any(|a| a == "--peer") {
        peer(Path::new(folder), rows, &times)?;
    }
    Ok(())
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
            for _ in 0..20_000.min(rows - i) {
                let r = record(i, rows);
                let entry = Entry {
                    name: &r.name,
                    code: &r.code,
                    document: &r.document,
                    kind: if OFFICES[r.office].0.contains('罚') { "penalty" } else { "licence" },
                    authority: OFFICES[r.office].1,
                    year: r.year,
                };
                put.execute(params![r.place, entry.words()])?;
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

/// As the site asks: all matches, those that come first, the order. Answers with how many there are.
fn ask(db: &Connection, question: &Question) -> Result<usize> {
    let Some(asked) = question.asked() else { return Ok(0) };
    let mut statement = db.prepare_cached(ASK)?;
    let mut places = |words: &str| -> Result<Vec<i64>> {
        statement.query_map(params![words, MOST as i64 + 1], |row| row.get(0))?.collect()
    };
    let all = places(&asked.all)?;
    let first = asked.first.iter().map(|words| places(words)).collect::<Result<Vec<_>>>()?;
    Ok(ranked(first, all).len())
}

fn tell(name: &str, times: &[(&str, Duration, usize)]) {
    let mut all: Vec<Duration> = times.iter().map(|t| t.1).collect();
    all.sort_unstable();
    let at = |share: f64| {
        let place = ((all.len() as f64 * share) as usize).min(all.len().saturating_sub(1));
        all.get(place).map_or(0.0, |d| d.as_secs_f64() * 1_000.0)
    };
    let found: usize = times.iter().map(|t| t.2).sum();
    println!(
        "{name}: {} questions, p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms, longest {:.2} ms, {} found on average",
        all.len(),
        at(0.50),
        at(0.95),
        at(0.99),
        at(1.0),
        found / times.len().max(1)
    );
}

/// The engine's own tokenizer on the same records. It needs three characters, so shorter questions are left out; for codes and
/// numbers it searches the same text.
fn peer(folder: &Path, rows: u64, ours: &[(&str, Duration, usize)]) -> Result<()> {
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
        let begin = Instant::now();
        let found: Vec<i64> = db
            .prepare_cached("select rowid from p where p match ?1 order by rowid desc limit ?2")?
            .query_map(params![words.join(" AND "), MOST as i64 + 1], |row| row.get(0))?
            .collect::<Result<_>>()?;
        times.push((kind, begin.elapsed(), found.len()));
        own.push(*our);
    }
    tell("peer (FTS5 trigram), questions of three characters and more", &times);
    tell("ours, the same questions", &own);
    let sum = |t: &[(&str, Duration, usize)]| t.iter().map(|t| t.1.as_secs_f64()).sum::<f64>();
    println!("time of the peer for all of them: {:.2} × ours", sum(&times) / sum(&own));
    Ok(())
}
