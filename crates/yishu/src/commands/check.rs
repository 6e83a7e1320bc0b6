//! `yishu check`: checks files on this machine; needs no set-up and no network.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use indexmap::IndexMap;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Clock, Error, Lang, Result, SystemClock};
use lake::check::{
    self, CheckOutcome, CheckRequest, CheckedSource, Finding, Lookups, Override, Report, RuleSet,
};
use lake::read;
use standards::pack::{BUILTIN, PackErrors, Packs};

use super::{failed, say};

/// 检查文件：每个错误单元格在哪、为什么错、怎么改。
/// Check files: where each wrong cell is, why it is wrong, how to mend it.
///
/// 退出码：0 没有退回的行；1 有退回的行；2 文件读不了或参数不对。
/// Exit code: 0 nothing rejected; 1 some rows rejected; 2 a file could not be read or an argument is wrong.
#[derive(Debug, Args)]
pub struct Check {
    /// 要检查的文件（CSV、XLSX、XLS、JSON、NDJSON、Parquet，可为 gz 或 zip） / files to check
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 资源代码，例如 licence-2018；不写则按表头判断 / resource; told by the header when absent
    #[arg(long, value_name = "CODE")]
    resource: Option<String>,
    /// 表头对应字段，可重复；字段留空表示不读这一列 / map a header to a field, repeatable; leave the field empty to skip the column
    #[arg(long = "map", value_name = "HEADER=FIELD", value_parser = mapping)]
    mappings: Vec<(String, String)>,
    /// 按哪一天检查 / the day to check by [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<NaiveDate>,
    /// 只检查这个工作表 / only this sheet
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// 参照表，可重复：规则要查的资源和它的文件，例如 legal-entity=法人库.csv / a reference table the rules ask, repeatable
    #[arg(long = "reference", value_name = "RESOURCE=FILE", value_parser = reference)]
    references: Vec<(String, PathBuf)>,
    /// 报告格式 / form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// 把报告写到文件，不写到屏幕（xlsx 默认写到 yishu-check.xlsx） / write the report to a file [default for xlsx: yishu-check.xlsx]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// 把全部问题逐条写到文件（NDJSON） / write every finding to a file (NDJSON)
    #[arg(long, value_name = "OUT.ndjson")]
    findings: Option<PathBuf>,
    /// 使用这个文件夹里的标准包，而不是内置的 / packs of this folder instead of the built-in ones
    #[arg(long = "pack", visible_alias = "rules", value_name = "DIR")]
    packs: Option<PathBuf>,
    /// 本地规则调整（YAML 列表：rule、change、reason、author、expires） / local overrides of rules, a YAML list
    #[arg(long = "override", value_name = "FILE.yaml")]
    overrides: Option<PathBuf>,
    /// 语言 / language
    #[arg(long, default_value = "zh", value_parser = language)]
    lang: Lang,
}

/// Form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// 文字 / grouped text
    Text,
    /// JSON / one JSON object
    Json,
    /// Excel 工作簿：汇总和出错的行 / a workbook with the wrong rows
    Xlsx,
}

/// Where the workbook goes unless said otherwise.
const WORKBOOK: &str = "yishu-check.xlsx";

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse()
        .map_err(|_| "写成 年-月-日，例如 2026-06-30 / write YEAR-MONTH-DAY, like 2026-06-30".to_owned())
}

pub(super) fn mapping(text: &str) -> Result<(String, String), String> {
    let (header, field) =
        text.rsplit_once('=').ok_or("写成 表头=字段，例如 单位名称=NAME / write HEADER=FIELD")?;
    Ok((header.trim().to_owned(), field.trim().to_owned()))
}

fn reference(text: &str) -> Result<(String, PathBuf), String> {
    let (resource, file) =
        text.split_once('=').ok_or("写成 资源=文件，例如 legal-entity=法人库.csv / write RESOURCE=FILE")?;
    Ok((resource.trim().to_owned(), PathBuf::from(file)))
}

pub(super) fn language(text: &str) -> Result<Lang, String> {
    text.parse().map_err(|()| "zh | en".to_owned())
}

/// A checked file, kept until the report is written; its findings go with it.
struct Checked {
    path: PathBuf,
    name: String,
    outcome: CheckOutcome,
}

impl Drop for Checked {
    fn drop(&mut self) {
        // The folder for temporary files is cleaned by the system if this fails.
        let _ = std::fs::remove_file(&self.outcome.findings);
    }
}

impl Check {
    /// Checks and reports.
    pub fn run(self) -> ExitCode {
        match self.check() {
            Ok((report, unread)) if unread > 0 => {
                drop(report);
                ExitCode::from(super::FAILED)
            }
            Ok((report, _)) if report.is_clean() => ExitCode::SUCCESS,
            Ok(_) => ExitCode::from(1),
            Err(e) => failed(&e),
        }
    }

    /// The report over all files, and how many of them could not be read.
    fn check(&self) -> Result<(Report, usize)> {
        let reference_files = self.references.iter().map(|(_, path)| path);
        for path in self.files.iter().chain(reference_files) {
            readable(path)?;
        }
        self.spare_inputs()?;
        let packs = match &self.packs {
            Some(dir) => Arc::new(load_packs(dir)?),
            None => Packs::builtin().map_err(|e| wrong_packs(&e))?,
        };
        let resource = match &self.resource {
            Some(code) => code.clone(),
            None => self.guess(&packs)?,
        };
        let as_of = self.as_of.unwrap_or_else(|| SystemClock.today());
        let mut request = CheckRequest::new(Arc::clone(&packs), resource, as_of);
        request.mapping = self.mappings.iter().cloned().collect::<IndexMap<_, _>>();
        request.sheet = self.sheet.clone();
        if let Some(path) = &self.overrides {
            request.overrides = read_overrides(path, &request)?;
        }
        request.lookups = Arc::new(self.lookups(&request)?);
        let rules = RuleSet::compile(&request)?;
        let mut report = Report { as_of, resource: request.resource.clone(), ..Report::default() };
        let mut checked: Vec<Checked> = Vec::new();
        let mut unread = 0;
        for path in &self.files {
            let name = path
                .file_name()
                .map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
            let bar = progress();
            let outcome = check::check_with(&rules, path, &name, &request, |rows| bar.set_position(rows));
            bar.finish_and_clear();
            match outcome {
                Ok(outcome) => {
                    report.add(outcome.report.clone());
                    checked.push(Checked { path: path.clone(), name, outcome });
                }
                Err(e) => {
                    unread += 1;
                    let _ = writeln!(
                        std::io::stderr(),
                        "{}: [{}] {}",
                        path.display(),
                        e.code(),
                        e.text().get(self.lang)
                    );
                    if let Some(detail) = e.detail() {
                        let _ = writeln!(std::io::stderr(), "  {detail}");
                    }
                }
            }
        }
        if unread == self.files.len() {
            return Ok((report, unread));
        }
        if let Some(out) = &self.findings {
            self.write_findings(out, &checked, &request)?;
        }
        self.write_report(&report, &checked, &request)?;
        Ok((report, unread))
    }

    /// Refuses to write a report over a file it is about, or two reports into one file.
    fn spare_inputs(&self) -> Result<()> {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        let report = match (&self.out, self.format) {
            (None, Format::Xlsx) => Some(PathBuf::from(WORKBOOK)),
            (out, _) => out.clone(),
        };
        let mut taken: Vec<PathBuf> =
            self.files.iter().chain(self.references.iter().map(|(_, path)| path)).cloned().collect();
        taken.extend(self.overrides.clone());
        for out in [&report, &self.findings].into_iter().flatten() {
            let at = real(out).filter(|at| at.is_file());
            if taken.iter().any(|t| t == out || at.is_some() && real(t) == at) {
                let out = out.display();
                return Err(Error::bad_input(
                    "output-is-input",
                    format!("“{out}”会被报告覆盖：它是要读的文件，或另一份报告。请换一个文件名。"),
                    format!(
                        "The report would overwrite \"{out}\", which is read or holds the other report. Name another file."
                    ),
                ));
            }
            taken.push(out.clone());
        }
        Ok(())
    }

    /// The reference tables that were named.
    fn lookups(&self, request: &CheckRequest) -> Result<Lookups> {
        let mut lookups = Lookups::default();
        let Some((_, resource)) = request.packs.resource(&request.resource) else { return Ok(lookups) };
        let asked = check::asked_by(&check::rules_in_force(resource, &request.overrides, request.as_of));
        for (code, path) in &self.references {
            let fields = asked.get(code).ok_or_else(|| not_asked(code, &request.resource, asked.keys()))?;
            let own = CheckRequest::new(Arc::clone(&request.packs), code, request.as_of);
            let name = path.display().to_string();
            lookups.insert(code, check::read_reference(path, &name, &own, fields)?);
        }
        Ok(lookups)
    }

    /// The resource the files' headers belong to, and a word about it.
    fn guess(&self, packs: &Packs) -> Result<String> {
        let mut unread = None;
        for path in &self.files {
            let name = path.display().to_string();
            let inspection = match read::inspect(path, &name, &read::ReadOptions::default()) {
                Ok(inspection) => inspection,
                // Another file may tell; this one is reported when its turn comes.
                Err(e) => {
                    unread.get_or_insert(e);
                    continue;
                }
            };
            if let Some(found) = inspection.tables.iter().find_map(|t| check::guess(packs, &t.header)) {
                let _ = match self.lang {
                    Lang::Zh => writeln!(
                        std::io::stderr(),
                        "没有指定 --resource；按表头判断为“{}”（{}）。",
                        found.resource,
                        found.title.zh
                    ),
                    Lang::En => writeln!(
                        std::io::stderr(),
                        "No --resource given; by its header this is \"{}\" ({}).",
                        found.resource,
                        found.title.en
                    ),
                };
                return Ok(found.resource.clone());
            }
        }
        if let Some(e) = unread {
            return Err(e);
        }
        let all: Vec<&str> = packs.resources().map(|(_, r)| r.resource.as_str()).collect();
        Err(Error::bad_input(
            "resource-needed",
            format!("看不出这是哪种资源的表，请用 --resource 指定。可用的有：{}。", all.join("、")),
            format!(
                "The header does not tell which resource this is; name it with --resource. Those that exist: {}.",
                all.join(", ")
            ),
        ))
    }

    fn write_report(&self, report: &Report, checked: &[Checked], request: &CheckRequest) -> Result<()> {
        let packs = &request.packs;
        let all = self.findings.as_ref().map(|p| p.display().to_string());
        let text = match self.format {
            Format::Text => check::to_text(report, packs, self.lang, all.as_deref()),
            Format::Json => {
                let json = check::to_json(report, packs, self.lang);
                serde_json::to_string_pretty(&json).map_err(Error::internal)?
            }
            Format::Xlsx => {
                let out = self.out.clone().unwrap_or_else(|| PathBuf::from(WORKBOOK));
                // Told before the work, and as what it is.
                File::create(&out).map_err(|e| unwritable(&out, &e))?;
                let sources: Vec<_> = checked.iter().map(|c| source_of(c, request)).collect();
                check::to_workbook(report, &sources, packs, self.lang, &out)?;
                say(&format!("{}", out.display()));
                return Ok(());
            }
        };
        match &self.out {
            Some(path) => std::fs::write(path, text).map_err(|e| unwritable(path, &e)),
            None => {
                say(text.trim_end());
                Ok(())
            }
        }
    }

    fn write_findings(&self, out: &Path, checked: &[Checked], request: &CheckRequest) -> Result<()> {
        let mut writer = BufWriter::new(File::create(out).map_err(|e| unwritable(out, &e))?);
        for part in checked {
            for line in BufReader::new(File::open(&part.outcome.findings).map_err(Error::internal)?).lines() {
                let finding: Finding =
                    serde_json::from_str(&line.map_err(Error::internal)?).map_err(Error::internal)?;
                let rendered = check::render(&request.packs, &request.resource, &finding, self.lang);
                serde_json::to_writer(&mut writer, &rendered).map_err(Error::internal)?;
                writer.write_all(b"\n").map_err(|e| unwritable(out, &e))?;
            }
        }
        writer.flush().map_err(|e| unwritable(out, &e))
    }
}

/// Local overrides from a file, each of which must fit the resource.
fn read_overrides(path: &Path, request: &CheckRequest) -> Result<Vec<Override>> {
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
    let overrides: Vec<Override> = serde_saphyr::from_str(&text).map_err(|e| {
        let e = e.without_snippet().to_string();
        Error::bad_input(
            "override-file",
            format!("规则调整文件“{}”读不懂：{e}。请对照 packs/README.md。", path.display()),
            format!(
                "The file of overrides {} cannot be understood: {e}. See packs/README.md.",
                path.display()
            ),
        )
    })?;
    for o in &overrides {
        o.validate(&request.packs, &request.resource)?;
    }
    Ok(overrides)
}

fn source_of<'a>(checked: &'a Checked, request: &'a CheckRequest) -> CheckedSource<'a> {
    CheckedSource { path: &checked.path, name: &checked.name, read: &request.read, outcome: &checked.outcome }
}

/// Refuses what is there but is no file, or may not be read.
fn readable(path: &Path) -> Result<()> {
    let there = std::fs::metadata(path);
    if there.as_ref().is_ok_and(|m| !m.is_file() && !m.is_dir()) || path == Path::new("-") && there.is_err() {
        let path = path.display();
        return Err(Error::bad_input(
            "not-a-file",
            format!(
                "“{path}”不是磁盘上的文件。检查要把文件读几遍，请先存成文件再检查，例如：命令 > 数据.csv && yishu check 数据.csv"
            ),
            format!(
                "\"{path}\" is no file on disk. Checking reads a file several times: save it first, for example: COMMAND > data.csv && yishu check data.csv"
            ),
        ));
    }
    match File::open(path).and_then(|f| f.metadata()) {
        Ok(file) if file.is_dir() => {
            Err(unreadable(path, &std::io::Error::from(std::io::ErrorKind::IsADirectory)))
        }
        // One that is missing is told among the others.
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(unreadable(path, &e)),
        _ => Ok(()),
    }
}

/// A line that counts rows, where someone is watching.
fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} 行 rows  {elapsed}") {
        bar.set_style(style);
    }
    bar
}

/// Reads the packs of a folder. A folder without `_shared` of its own uses the built-in messages and code lists.
pub(super) fn load_packs(dir: &Path) -> Result<Packs> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| unreadable(&folder, &e))? {
            let path = entry.map_err(|e| unreadable(&folder, &e))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
                let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
                files.push((path.display().to_string(), text));
            }
        }
    }
    if files.is_empty() {
        let shown = dir.display();
        return Err(Error::bad_input(
            "pack-invalid",
            format!("文件夹“{shown}”里没有标准包（.yaml 文件）。请核对路径。"),
            format!("There is no pack (.yaml file) in the folder \"{shown}\". Check the path."),
        ));
    }
    files.sort();
    if !files.iter().any(|(path, _)| Path::new(path).parent().is_some_and(|p| p.ends_with("_shared"))) {
        let shared = BUILTIN.iter().filter(|(path, _)| path.contains("/_shared/"));
        files.extend(shared.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    }
    Packs::parse(files).map_err(|e| wrong_packs(&e))
}

fn not_asked<'a>(code: &str, resource: &str, asked: impl Iterator<Item = &'a String>) -> Error {
    let asked: Vec<&str> = asked.map(String::as_str).collect();
    let (zh, en) = if asked.is_empty() {
        ("不查任何参照表".to_owned(), "none".to_owned())
    } else {
        (format!("只查：{}", asked.join("、")), asked.join(", "))
    };
    Error::bad_input(
        "reference-not-asked",
        format!("“{resource}”的规则不查“{code}”，{zh}。请改 --reference。"),
        format!("The rules of \"{resource}\" do not ask \"{code}\". They ask: {en}. Change --reference."),
    )
}

pub(super) fn wrong_packs(e: &PackErrors) -> Error {
    let (zh, en) = (e.say(Lang::Zh), e.say(Lang::En));
    Error::bad_input("pack-invalid", format!("标准包有误：\n{zh}"), format!("The packs are wrong:\n{en}"))
}

pub(super) fn unreadable(path: &Path, e: &std::io::Error) -> Error {
    let path = path.display();
    Error::bad_input(
        "unreadable",
        format!("读不了“{path}”：{e}。请检查路径和权限。"),
        format!("Cannot read \"{path}\": {e}. Check path and permissions."),
    )
}

fn unwritable(path: &Path, e: &std::io::Error) -> Error {
    let path = path.display();
    Error::bad_input(
        "unwritable",
        format!("写不了“{path}”：{e}。请检查文件夹是否存在、是否有权限、磁盘是否已满。"),
        format!(
            "Cannot write \"{path}\": {e}. Check that the folder exists, that you may write there, and that the disk is not full."
        ),
    )
}
