//! What is found is what anybody would find who reads every record.

use chrono::{Datelike as _, NaiveDate};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::plan::{Scale, find};
use super::*;

/// Few characters, so that parts of names come again in other names and in the same.
const CHARS: &[&str] = &["示", "例", "店", "金", "鑫", "（", "）", "(", "A", "ｂ", "3", " ", "·", "*"];
const FORMS: &[&str] = &["有限公司", "店", "股份有限公司", "有限责任公司", ""];
const AUTHORITIES: &[&str] = &["东莞市示例监督管理局", "东莞市示例环境局"];

fn name() -> impl Strategy<Value = String> {
    (prop::collection::vec(select(CHARS), 1..8), select(FORMS))
        .prop_map(|(chars, form)| chars.concat() + form)
}

fn record() -> impl Strategy<Value = (String, String, String, bool, bool, i32)> {
    let code = prop_oneof![Just(String::new()), "91441900MA[01]DE[MN]01[3-5]W", "1144190[01]00DEM008[1-3]P"];
    let document = (select(&["东市监罚", "东环罚", "东莞（食）许"][..]), 2019..2022, 1..300)
        .prop_map(|(words, year, n)| format!("{words}〔{year}〕{n}号"));
    (name(), code, document, any::<bool>(), any::<bool>(), 2019..2022)
}

fn records() -> impl Strategy<Value = Vec<Changed>> {
    prop::collection::vec(record(), 150..250).prop_map(|all| {
        let changed = |(i, (subject, code, document, licence, first, year)): (usize, _)| Changed {
            id: Uuid::nil(),
            place: (i64::try_from(i).unwrap() + 1) << 26,
            kind: if licence { "licence" } else { "penalty" }.to_owned(),
            subject,
            code,
            document,
            authority: AUTHORITIES[usize::from(first)].to_owned(),
            decided: NaiveDate::from_ymd_opt(year, 5, 1).unwrap(),
            shown: true,
            rev: 1,
        };
        all.into_iter().enumerate().map(changed).collect()
    })
}

/// As people say it: 东市监罚12号.
fn without_year(document: &str) -> String {
    let (words, rest) = document.split_once('〔').unwrap();
    format!("{words}{}", rest.split_once('〕').unwrap().1)
}

/// What may be typed for a record.
fn typed(r: &Changed, how: u8, (from, to): (usize, usize)) -> String {
    let part = |text: &str| -> String {
        let chars: Vec<char> = text.chars().collect();
        let from = from % chars.len();
        chars[from..(from + 1 + to % (chars.len() - from))].iter().collect()
    };
    match how {
        0 => r.subject.clone(),
        1..=3 => part(&r.subject),
        4 => format!("{} {}", part(&r.subject), part(&r.subject.chars().rev().collect::<String>())),
        5 => r.code.chars().take(4 + to % 15).collect(),
        6 => r.code.get(8..17).unwrap_or_default().to_owned(),
        7 => r.document.replace('〔', "(").replace('〕', ")"),
        8 => r.document.replace(['〔', '〕', '号', '（', '）'], ""),
        9 => r.document.chars().skip(from % 4).collect::<String>().replace('〔', " ["),
        10 => without_year(&r.document),
        11 => part(&r.subject).to_lowercase().replace('3', "３"),
        _ => format!("{}无此", part(&r.subject)),
    }
}

/// A text without anything that is neither letter nor digit, in one width and case.
fn plain(text: &str) -> String {
    let half = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap(),
        c => c,
    };
    text.chars().map(half).filter(|c| c.is_alphanumeric() || *c == '*').flat_map(char::to_uppercase).collect()
}

fn passes(r: &Changed, q: &Question) -> bool {
    q.kind.as_ref().is_none_or(|k| *k == r.kind)
        && q.authority.as_ref().is_none_or(|a| *a == r.authority)
        && q.year.is_none_or(|y| y == r.decided.year())
}

/// Whether name or code is what was typed; single characters are looked for where names begin.
fn is_meant(r: &Changed, q: &Question) -> bool {
    let name = plain(&r.subject);
    let words: Vec<String> = q.typed.split_whitespace().map(plain).filter(|w| !w.is_empty()).collect();
    let Some(first) = words.first() else { return false };
    let single = words.iter().all(|w| w.chars().count() == 1);
    let named =
        words.iter().all(|w| name.contains(w.as_str())) && (!single || name.starts_with(first.as_str()));
    let code = plain(&q.typed);
    let is_code = (4..=18).contains(&code.len())
        && code.chars().all(|c| c.is_ascii_alphanumeric())
        && code.contains(|c: char| c.is_ascii_digit());
    let coded = is_code && (r.code.starts_with(&code) || r.code.get(8..17) == Some(code.as_str()));
    passes(r, q) && (named || coded)
}

/// Whether what was typed stands in the document number, with its year or without, numbers whole or not.
fn may_be_document(r: &Changed, q: &Question) -> bool {
    let typed = plain(&q.typed).replace('号', "");
    let has = |document: &str| plain(document).replace('号', "").contains(&typed);
    passes(r, q) && (has(&r.document) || has(&without_year(&r.document)))
}

/// The index in a file of its own.
async fn indexed(all: &[Changed]) -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = connect(&folder.path().join("search.db")).await.unwrap();
    db.tx(async |tx| {
        for row in all {
            take_up(tx, row).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    (folder, db)
}

/// Small figures make every way of answering come up with few records.
fn scale() -> impl Strategy<Value = Scale> {
    let compared = select(&[0.0, 2.0, 10.0, 1e9][..]);
    (select(&[2, 9, 1_000][..]), select(&[2, 5, 1_000][..]), 0..4_i64, 1..20_usize, compared)
        .prop_map(|(most, sample, rare, sampled, compared)| Scale { most, sample, rare, sampled, compared })
}

type Ask = (Index, u8, (usize, usize), Option<bool>, Option<bool>, Option<i32>, Scale);

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    use prop::option::weighted;
    let one = (
        any::<Index>(),
        0..13_u8,
        (0..20_usize, 0..20_usize),
        weighted(0.2, any::<bool>()),
        weighted(0.2, any::<bool>()),
        weighted(0.2, 2019..2022),
        scale(),
    );
    prop::collection::vec(one, 60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn all_that_is_meant_is_found_and_nothing_else(all in records(), asks in asks()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, db) = indexed(&all).await;
            for (which, how, part, kind, authority, year, scale) in asks {
                let source = which.get(&all);
                let question = Question {
                    typed: typed(source, how, part),
                    kind: kind.map(|k| if k { "licence" } else { "penalty" }.to_owned()),
                    authority: authority.map(|a| AUTHORITIES[usize::from(a)].to_owned()),
                    year,
                };
                let found = find(&db, &question, scale).await.unwrap();
                let told = format!("{question:?} {scale:?} of {source:?}: {found:?}");
                let of = |place: i64| &all[usize::try_from(place >> 26).unwrap() - 1];
                let meant: Vec<&Changed> = all.iter().filter(|r| is_meant(r, &question)).collect();
                prop_assert!(found.places.len() <= scale.most, "{told}");
                let mut each = found.places.clone();
                each.sort_unstable();
                each.dedup();
                prop_assert_eq!(each.len(), found.places.len(), "each once: {}", told);
                for place in &found.places {
                    let r = of(*place);
                    prop_assert!(is_meant(r, &question) || may_be_document(r, &question), "{r:?} is not meant: {told}");
                }
                if found.more {
                    prop_assert_eq!(found.places.len(), scale.most, "{}", told);
                } else {
                    for r in &meant {
                        prop_assert!(found.places.contains(&r.place), "{r:?} is missing: {told}");
                    }
                    if (7..=10).contains(&how) && passes(source, &question) {
                        prop_assert!(found.places.contains(&source.place), "the document is missing: {told}");
                    }
                }
                prop_assert_eq!(found.places.is_empty() && found.more, false);
                // The name typed comes first, the newest of them.
                let whole = plain(&question.typed);
                let same = meant.iter().filter(|r| plain(&r.subject) == whole).map(|r| r.place).max();
                let numbered = whole.contains(|c: char| c.is_ascii_digit());
                if let (Some(newest), false) = (same, numbered) {
                    prop_assert_eq!(found.places.first(), Some(&newest), "{}", told);
                }
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn what_changes_or_goes_is_found_no_more_as_it_was() {
    let mut row = Changed {
        id: Uuid::nil(),
        place: 7 << 26,
        kind: "licence".into(),
        subject: "示例（东莞）食品店".into(),
        code: "91441900MA0DEM013W".into(),
        document: "东市监许〔2020〕7号".into(),
        authority: AUTHORITIES[0].into(),
        decided: NaiveDate::from_ymd_opt(2020, 5, 1).unwrap(),
        shown: true,
        rev: 1,
    };
    let (_folder, db) = indexed(std::slice::from_ref(&row)).await;
    let found = async |typed: &str| {
        let question = Question { typed: typed.into(), ..Question::default() };
        find(&db, &question, SCALE).await.unwrap().places.len()
    };
    assert_eq!(
        (found("示例东莞食品").await, found("91441900MA0DEM").await, found("许2020-7").await),
        (1, 1, 1)
    );
    row.subject = "示例（东莞）五金店".into();
    take_up(db.conn(), &row).await.unwrap();
    assert_eq!((found("示例东莞食品").await, found("五金").await), (0, 1));
    row.shown = false;
    take_up(db.conn(), &row).await.unwrap();
    assert_eq!((found("五金").await, found("91441900MA0DEM").await, found("许2020-7").await), (0, 0, 0));
}

#[tokio::test]
async fn an_index_of_another_version_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("search.db");
    let old = Db::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    for sql in [
        "create virtual table term using fts5(words, content='', contentless_delete=1, detail=none)",
        "create table reached (id integer primary key, rev integer not null, record blob not null)",
        "insert into reached (id, rev, record) values (1, 9, zeroblob(16))",
        "insert into term (rowid, words) values (7, 'n示例')",
    ] {
        old.conn().execute_unprepared(sql).await.unwrap();
    }
    old.close().await.unwrap();
    let db = connect(&file).await.unwrap();
    assert_eq!(reached(db.conn()).await.unwrap().0, 0, "everything is taken up again");
    set_reached(db.conn(), (3, Uuid::nil())).await.unwrap();
    db.close().await.unwrap();
    let db = connect(&file).await.unwrap();
    assert_eq!(reached(db.conn()).await.unwrap().0, 3, "one of this version is kept");
    let row = db.conn().query_one_raw(asking("pragma cache_size", [])).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 8192, "every connection has its memory");
}

/// All triples of 示例店金 stand in 示例店鑫例店金, which does not have it.
#[tokio::test]
async fn a_name_that_repeats_a_pair_is_compared() {
    let row = |i: i64| Changed {
        id: Uuid::nil(),
        place: i << 26,
        kind: "licence".into(),
        subject: if i % 2 == 0 { "示例店鑫例店金" } else { "示例店金鑫" }.into(),
        code: String::new(),
        document: format!("东市监许〔2020〕{i}号"),
        authority: AUTHORITIES[0].into(),
        decided: NaiveDate::from_ymd_opt(2020, 5, 1).unwrap(),
        shown: true,
        rev: 1,
    };
    let (_folder, db) = indexed(&(1..=12).map(row).collect::<Vec<_>>()).await;
    let question = Question { typed: "示例店金".into(), ..Question::default() };
    // Terms alone, texts alone.
    for compared in [1e9, 0.0] {
        let scale = Scale { sample: 3, rare: 0, compared, ..SCALE };
        let found = find(&db, &question, scale).await.unwrap();
        let places: Vec<i64> = found.places.iter().map(|p| p >> 26).collect();
        assert_eq!(places, [11, 9, 7, 5, 3, 1], "{compared}");
    }
}
