//! The city as a whole: the same bytes for the same seed, and a ledger that is complete and points at what it says.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what is wrong by failing; its helper functions are tests too"
)]

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use simulator::{City, Entry, Manifest, Options, Resource, Scale};

fn written(options: Options) -> (tempfile::TempDir, Manifest, Vec<Entry>) {
    let dir = tempfile::tempdir().unwrap();
    let manifest = City::with(options).write(dir.path()).unwrap();
    let ledger = ledger(dir.path());
    (dir, manifest, ledger)
}

fn ledger(dir: &Path) -> Vec<Entry> {
    let text = fs::read_to_string(dir.join("ledger.ndjson")).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap())
        .map(|e| (e.file_name().into_string().unwrap(), fs::read(e.path()).unwrap()))
        .collect()
}

#[test]
fn same_seed_same_bytes() {
    let (a, manifest, _) = written(Options::new(7, Scale::Tiny));
    let (b, ..) = written(Options::new(7, Scale::Tiny));
    let (left, right) = (bytes(a.path()), bytes(b.path()));
    assert!(left.keys().eq(right.keys()));
    for (name, content) in &left {
        assert!(*content == right[name], "{name} differs between two runs of one seed");
    }
    let (c, ..) = written(Options::new(8, Scale::Tiny));
    let other = bytes(c.path());
    // The departments and their codes are the same in every city.
    let mut differing = manifest.files.iter().filter(|f| f.resource != Resource::Authority);
    assert!(differing.all(|f| other.get(&f.file) != Some(&left[&f.file])), "another seed, other files");
}

#[test]
fn every_defect_stands_in_every_resource_it_is_meant_for() {
    let (_dir, manifest, ledger) = written(Options::new(1, Scale::Tiny));
    let resource: BTreeMap<&str, Resource> =
        manifest.files.iter().map(|f| (f.file.as_str(), f.resource)).collect();
    let planted: HashSet<(&str, Resource)> =
        ledger.iter().map(|e| (e.defect.as_str(), resource[e.file.as_str()])).collect();
    let missing: Vec<String> = simulator::defects()
        .iter()
        .flat_map(|d| d.resources.iter().map(move |r| (d.name, *r)))
        .filter(|wanted| !planted.contains(wanted))
        .map(|(name, r)| format!("{name} in {}", r.code()))
        .collect();
    assert!(missing.is_empty(), "never planted: {missing:#?}");
}

#[test]
fn the_ledger_points_at_the_cells_it_names() {
    let (dir, manifest, ledger) = written(Options::new(3, Scale::Tiny));
    let mut looked_at = 0;
    for file in manifest.files.iter().filter(|f| f.format == "csv") {
        let raw = fs::read(dir.path().join(&file.file)).unwrap();
        let text = match file.encoding.as_str() {
            "gb18030" => encoding_rs::GB18030.decode(&raw).0.into_owned(),
            _ => String::from_utf8(raw).unwrap().trim_start_matches('\u{feff}').to_owned(),
        };
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let records: Vec<csv::StringRecord> = reader.records().map(|r| r.unwrap()).collect();
        let header: Vec<&str> = records[0].iter().collect();
        for entry in ledger.iter().filter(|e| e.file == file.file && e.row > 1 && e.field.is_some()) {
            let column = header.iter().position(|h| Some(*h) == entry.column.as_deref()).unwrap();
            let cell = &records[entry.row as usize - 1][column];
            let dashed = entry.value.replace('/', "-");
            assert!(cell == entry.value || cell == dashed, "{entry:?} points at {cell:?}");
            looked_at += 1;
        }
        let no_row =
            |e: &&Entry| e.file == file.file && matches!(e.defect.as_str(), "header-inside" | "blank-row");
        let inserted = ledger.iter().filter(no_row).count() as u64;
        assert_eq!(records.len() as u64, file.rows + 1 + inserted, "{}", file.file);
        assert_eq!(file.rows, file.rejected + file.warned + file.passed);
    }
    assert!(looked_at > 100, "only {looked_at} entries looked at");
}

#[test]
fn nothing_planted_when_nothing_is_asked_for() {
    let mut options = Options::new(2, Scale::Tiny);
    options.defects = 0.0;
    options.late = 0.0;
    options.every_defect_once = false;
    let (_dir, manifest, ledger) = written(options);
    assert!(manifest.rows() > 1_000);
    assert_eq!(manifest.rejected(), 0);
    let of_themselves = ["extra-column", "near-deadline"];
    assert!(ledger.iter().all(|e| of_themselves.contains(&e.defect.as_str())));
}

#[test]
fn the_city_says_that_it_is_simulated_and_hits_nobody() {
    let city = City::generate(5, Scale::Tiny);
    assert!(city.name_en.contains("simulated"));
    let codes = city.entities.iter().map(|e| e.code.as_str());
    let codes = codes.chain(city.orgs.iter().filter_map(|o| o.uscc.as_deref()));
    for code in codes {
        assert!(code[8..].starts_with("DEM0") || code[8..].starts_with("0009"), "{code}");
        assert!(code[2..].starts_with("5122"), "{code}");
    }
    for person in &city.persons {
        assert!(person.id[6..].starts_with("18"), "{}", person.id);
        assert!(person.phone.starts_with("0000-"));
    }
    let distinct: HashSet<&str> = city.entities.iter().map(|e| e.code.as_str()).collect();
    assert_eq!(distinct.len(), city.entities.len());
    let ids: HashSet<&str> = city.persons.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids.len(), city.persons.len());
    let parents: HashSet<&str> = city.orgs.iter().map(|o| o.code.as_str()).collect();
    assert_eq!(parents.len(), city.orgs.len());
    assert!(city.orgs.iter().all(|o| o.parent.as_deref().is_none_or(|p| parents.contains(p))));
    assert!(city.accounts.iter().all(|a| parents.contains(a.org.as_str())));
    let logins: HashSet<&str> = city.accounts.iter().map(|a| a.login.as_str()).collect();
    assert_eq!(logins.len(), city.accounts.len());
}

/// The table of `docs/simulator.md`, a row for each defect. `YISHU_WRITE_DOCS=1` writes it anew.
#[test]
fn every_defect_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/simulator.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, _) = page.split_once("\n| name |").unwrap();
    let mut wanted = format!(
        "{before}\n| name | what it looks like | code | pattern | severity | resources | weight |\n|---|---|---|---|---|---|---|\n"
    );
    for d in simulator::defects() {
        let resources: Vec<&str> = d.resources.iter().map(|r| r.code()).collect();
        let severity = format!("{:?}", d.severity).to_lowercase();
        let (name, about, code, pattern, weight) = (d.name, d.about, d.code, d.pattern, d.weight);
        let resources = resources.join(", ");
        wanted +=
            &format!("| `{name}` | {about} | {code} | {pattern} | {severity} | {resources} | {weight} |\n");
    }
    if std::env::var_os("YISHU_WRITE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
        return;
    }
    assert!(page == wanted, "docs/simulator.md is not up to date: run this test with YISHU_WRITE_DOCS=1");
}
