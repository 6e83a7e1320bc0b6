//! Checks a CSV file and lands its good rows in a new lake: `check_and_land FILE PACK_FOLDER RESOURCE LAKE_FOLDER AS_OF MODE`.
//! For `bench/check`, which runs it beside DuckDB doing the same.
#![allow(clippy::print_stdout, reason = "it prints one line for the script that starts it")]

use std::path::Path;

use kernel::{Error, Result, SubmissionId};
use lake::check::{CheckRequest, check_file};
use lake::landing::CheckedFile;
use lake::table::{Provenance, TableSpec};
use standards::pack::{BUILTIN, LandingMode, Packs};

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, file, packs, resource, folder, as_of, mode] = args.as_slice() else {
        return Err(Error::bad_input(
            "usage",
            "用法：check_and_land 文件 标准包 资源 目录 日期 append|upsert",
            "Usage: check_and_land FILE PACK_FOLDER RESOURCE LAKE_FOLDER AS_OF append|upsert",
        ));
    };
    let mut sources: Vec<(String, String)> = BUILTIN
        .iter()
        .filter(|(path, _)| path.contains("/_shared/"))
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    for entry in std::fs::read_dir(packs).map_err(Error::internal)? {
        let path = entry.map_err(Error::internal)?.path();
        let text = std::fs::read_to_string(&path).map_err(Error::internal)?;
        sources.push((path.display().to_string(), text));
    }
    let packs =
        std::sync::Arc::new(Packs::parse(sources).map_err(|e| Error::internal(e.say(kernel::Lang::En)))?);
    let request = CheckRequest::new(packs.clone(), resource, as_of.parse().map_err(Error::internal)?);
    let outcome = check_file(Path::new(file), file, &request, |_| {})?;
    let (_, declared) = packs.resource(resource).ok_or_else(|| Error::not_found("资源", "resource"))?;
    let lake = lake::Lake::open(folder, "local").await?;
    let from = Provenance {
        submission: SubmissionId::new(),
        source: "0".repeat(64),
        received_at: kernel::Clock::now(&kernel::SystemClock),
    };
    let wrong = tempfile::NamedTempFile::new().map_err(Error::internal)?;
    let checked = CheckedFile { path: Path::new(file), name: file, request: &request, outcome: &outcome };
    let mode = if mode == "append" { LandingMode::Append } else { LandingMode::Upsert };
    let landed = lake.land_checked(&TableSpec::of(declared)?, mode, &from, checked, wrong.path()).await?;
    let findings: u64 = outcome.report.rules.iter().map(|r| r.findings).sum();
    println!(
        "{}",
        serde_json::json!({ "rows": outcome.report.rows, "landed": landed.rows, "bad_cells": findings })
    );
    std::fs::remove_file(&outcome.findings).map_err(Error::internal)
}
