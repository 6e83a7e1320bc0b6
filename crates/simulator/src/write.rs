//! Writing the city to a folder (写出): the files, `manifest.json`, `ledger.ndjson`, `decisions.ndjson`, `registered.ndjson`,
//! `organisations.json`, `accounts.json`, `entities.ndjson` (the true register) and a `README.txt` that says that all of it is simulated.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use indexmap::IndexMap;
use kernel::{Error, Result};
use serde::Serialize;

use crate::batch;
use crate::cases::Applications;
use crate::city::{City, NOTICE, NOTICE_EN};
use crate::defect::{self, Defect};
use crate::expected::Known;
use crate::ledger::Manifest;
use crate::options::Scale;
use crate::plan::{self, Batch};
use crate::registered;
use crate::returned::SentBack;
use crate::rng::Rng;
use crate::template::Resource;

impl City {
    /// Writes all files into `dir`, which is made when it does not exist; files of the same names are replaced.
    ///
    /// # Errors
    /// `BadInput` when the folder cannot be written or a day lies outside the published calendar.
    pub fn write(&self, dir: &Path) -> Result<Manifest> {
        fs::create_dir_all(dir).map_err(|e| unwritable(dir, e))?;
        let batches = plan::batches(self);
        let mut must = if self.options.every_defect_once {
            share_out(&batches)
        } else {
            vec![Vec::new(); batches.len()]
        };
        let mut manifest = Manifest {
            notice: [NOTICE.to_owned(), NOTICE_EN.to_owned()],
            city: self.name.to_owned(),
            seed: self.options.seed,
            scale: Scale::NAMES
                .iter()
                .find(|(_, s)| *s == self.options.scale)
                .map(|(name, _)| (*name).to_owned())
                .unwrap_or_default(),
            as_of: self.options.as_of,
            files: Vec::with_capacity(batches.len()),
            findings: IndexMap::new(),
            defects: IndexMap::new(),
        };
        let ledger_path = dir.join("ledger.ndjson");
        let mut ledger = BufWriter::new(File::create(&ledger_path).map_err(|e| unwritable(&ledger_path, e))?);
        let decisions_path = dir.join("decisions.ndjson");
        let mut decisions =
            BufWriter::new(File::create(&decisions_path).map_err(|e| unwritable(&decisions_path, e))?);
        let (mut known, mut sent_back) = (Known::default(), SentBack::default());
        let mut applications = Applications::default();
        let mut chance = Rng::new(self.options.seed, "sent-back");
        let mut wishes = Rng::new(self.options.seed, "applications");
        for batch in &batches {
            let made = batch::make(self, batch, &must[batch.index])?;
            // What found no place here is tried in the next file of the resource.
            if let Some(next) = batches[batch.index + 1..].iter().find(|b| b.resource == batch.resource) {
                must[next.index].extend(made.left);
            }
            let path = dir.join(&made.entry.file);
            fs::write(&path, &made.bytes).map_err(|e| unwritable(&path, e))?;
            for entry in &made.ledger {
                *manifest.findings.entry(entry.code.clone()).or_default() += 1;
                *manifest.defects.entry(entry.defect.clone()).or_default() += 1;
                line(&mut ledger, entry).map_err(|e| unwritable(&ledger_path, e))?;
            }
            for received in &made.received {
                known.learn(self, received.department, &received.row)?;
                sent_back.learn(self, &mut chance, received)?;
                applications.learn(self, &mut wishes, received)?;
            }
            for decision in &made.decisions {
                line(&mut decisions, decision).map_err(|e| unwritable(&decisions_path, e))?;
            }
            manifest.files.push(made.entry);
        }
        for list in known.lists(self)? {
            let path = dir.join(&list.entry.file);
            fs::write(&path, &list.bytes).map_err(|e| unwritable(&path, e))?;
            for decision in &list.forgotten {
                line(&mut decisions, decision).map_err(|e| unwritable(&decisions_path, e))?;
            }
            manifest.files.push(list.entry);
        }
        let returns_path = dir.join("returns.ndjson");
        let mut returns =
            BufWriter::new(File::create(&returns_path).map_err(|e| unwritable(&returns_path, e))?);
        for list in sent_back.lists(self)? {
            let path = dir.join(&list.entry.file);
            fs::write(&path, &list.bytes).map_err(|e| unwritable(&path, e))?;
            for returned in &list.returns {
                line(&mut returns, returned).map_err(|e| unwritable(&returns_path, e))?;
            }
            manifest.files.push(list.entry);
        }
        lines(&dir.join("cases.ndjson"), &applications.list())?;
        returns.flush().map_err(|e| unwritable(&returns_path, e))?;
        // In the order of their days; on one day the lists come last, as they were pushed.
        manifest.files.sort_by_key(|f| f.received_on);
        let mut days: Vec<_> = manifest.files.iter().map(|f| f.received_on).collect();
        days.dedup();
        lines(&dir.join("registered.ndjson"), &registered::figures(self, &days))?;
        decisions.flush().map_err(|e| unwritable(&decisions_path, e))?;
        ledger.flush().map_err(|e| unwritable(&ledger_path, e))?;
        manifest.findings.sort_unstable_keys();
        manifest.defects.sort_unstable_keys();
        whole(&dir.join("manifest.json"), &manifest)?;
        whole(&dir.join("organisations.json"), &self.orgs)?;
        whole(&dir.join("accounts.json"), &self.accounts)?;
        let register_path = dir.join("entities.ndjson");
        let mut register =
            BufWriter::new(File::create(&register_path).map_err(|e| unwritable(&register_path, e))?);
        for entity in &self.entities {
            line(&mut register, entity).map_err(|e| unwritable(&register_path, e))?;
        }
        register.flush().map_err(|e| unwritable(&register_path, e))?;
        let readme = dir.join("README.txt");
        fs::write(&readme, format!("{NOTICE}\n{NOTICE_EN}\n")).map_err(|e| unwritable(&readme, e))?;
        Ok(manifest)
    }
}

/// For each batch the defects that must be planted in it, so that every defect occurs in every resource it is meant for,
/// whatever the rates.
fn share_out(batches: &[Batch]) -> Vec<Vec<&'static Defect>> {
    let mut must: Vec<Vec<&'static Defect>> = vec![Vec::new(); batches.len()];
    for resource in Resource::ALL {
        let own: Vec<usize> = batches.iter().filter(|b| b.resource == resource).map(|b| b.index).collect();
        let defects = defect::all().into_iter().filter(|d| d.resources.contains(&resource));
        // The last files stay free for what finds no place in the first.
        let first = own.len().div_ceil(2).max(1);
        for (n, defect) in defects.enumerate() {
            if let Some(batch) = own.get(n % first) {
                must[*batch].push(defect);
            }
        }
    }
    must
}

fn lines(path: &Path, all: &[impl Serialize]) -> Result<()> {
    let mut out = BufWriter::new(File::create(path).map_err(|e| unwritable(path, e))?);
    all.iter().try_for_each(|value| line(&mut out, value)).map_err(|e| unwritable(path, e))?;
    out.flush().map_err(|e| unwritable(path, e))
}

fn line(out: &mut impl Write, value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn whole(path: &Path, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_vec_pretty(value).map_err(Error::internal)?;
    fs::write(path, text).map_err(|e| unwritable(path, e))
}

fn unwritable(path: &Path, e: std::io::Error) -> Error {
    Error::bad_input(
        "unwritable",
        format!("写不了“{}”，请检查文件夹是否存在、是否有权限、磁盘是否已满。", path.display()),
        format!("Cannot write {}: check that the folder exists, that you may write to it and that the disk is not full.", path.display()),
    )
    .because(e)
}
