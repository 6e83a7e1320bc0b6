//! `yishu simulate`: writes the files of a fictional city, or one large file for measuring.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use indexmap::IndexMap;
use std::process::ExitCode;

use kernel::{Error, Result};
use simulator::{City, Options, Scale};

/// 生成虚构城市的报送文件，并种下已知的错误；或生成一个压测大文件。
/// Write the files of a fictional city with known defects, or one large file for measuring.
///
/// 同样的参数得到逐字节相同的文件。每个缺陷记在 ledger.ndjson，文件清单在 manifest.json。
/// The same arguments give the same bytes. Every defect stands in ledger.ndjson, the files in manifest.json.
#[derive(Debug, Args)]
pub struct Simulate {
    /// 随机种子 / seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 输出：文件夹；配合 --bench 时为一个 CSV 文件 / a folder, or with --bench one CSV file
    #[arg(long, value_name = "PATH", required_unless_present = "list_defects")]
    out: Option<PathBuf>,
    /// 规模 / size: tiny, small, city
    #[arg(long, default_value = "small")]
    scale: Scale,
    /// 模拟时段的最后一天 / last day of the simulated history
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2026-06-30")]
    as_of: NaiveDate,
    /// 模拟几个月 / months of history
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=60))]
    months: u32,
    /// 有缺陷的行占比（0–1）/ share of rows with a defect
    #[arg(long, value_name = "SHARE", default_value_t = 0.06)]
    defects: f64,
    /// 迟报的行占比（0–1）/ share of rows handed in late
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    late: f64,
    /// 单独设定某种缺陷的占比，可重复 / rate of one defect, repeatable
    #[arg(long = "rate", value_name = "DEFECT=SHARE", value_parser = rate)]
    rates: Vec<(String, f64)>,
    /// 不保证每种缺陷至少出现一次 / do not plant every defect at least once
    #[arg(long)]
    by_chance_only: bool,
    /// 列出全部缺陷及默认占比后退出 / list every defect with its default rate and exit
    #[arg(long)]
    list_defects: bool,
    /// 改为生成一个压测 CSV：12列，每行约186字节，0.6%的行有一个错误 / one CSV for measuring instead
    #[arg(long, value_name = "ROWS")]
    bench: Option<u64>,
}

impl Simulate {
    /// Runs the command.
    #[must_use]
    pub fn run(self) -> ExitCode {
        match self.write() {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => super::failed(&e),
        }
    }

    /// Fails with `BadInput` for shares outside 0–1, unknown defects, and paths that cannot be written.
    fn write(self) -> Result<()> {
        let options = self.options()?;
        if self.list_defects {
            for (resource, defect, rate) in simulator::default_rates(&options) {
                let severity = format!("{:?}", defect.severity).to_lowercase();
                super::say(&format!(
                    "{:<13} {:<28} {:<5} {:<20} {severity:<7} {:>7.3}%  {}",
                    resource.code(),
                    defect.name,
                    defect.code,
                    defect.pattern,
                    rate * 100.0,
                    defect.about,
                ));
            }
            return Ok(());
        }
        let Some(out) = self.out else { return Ok(()) };
        if let Some(rows) = self.bench {
            let file = File::create(&out).map_err(|e| unwritable(&out, e))?;
            let done =
                simulator::bench_file(options.seed, rows, &mut BufWriter::with_capacity(1 << 20, file))
                    .map_err(|e| unwritable(&out, e))?;
            super::say(&serde_json::to_string(&done).map_err(Error::internal)?);
            return Ok(());
        }
        let city = City::with(options);
        let manifest = city.write(&out)?;
        let findings: u64 = manifest.findings.values().sum();
        super::say(&format!(
            "{}：{}个机构，{}个主体，{}人；{}个文件，{}行，应退回{}行，应发现{findings}处问题。\n{}: {} organisations, {} entities, {} people; {} files, {} rows, {} to be rejected, {findings} findings expected.\n{}",
            city.name,
            city.orgs.len(),
            city.entities.len(),
            city.persons.len(),
            manifest.files.len(),
            manifest.rows(),
            manifest.rejected(),
            city.name_en,
            city.orgs.len(),
            city.entities.len(),
            city.persons.len(),
            manifest.files.len(),
            manifest.rows(),
            manifest.rejected(),
            out.display()
        ));
        Ok(())
    }

    fn options(&self) -> Result<Options> {
        let mut options = Options::new(self.seed, self.scale);
        options.as_of = self.as_of;
        options.months = self.months;
        options.defects = share("--defects", self.defects)?;
        options.late = share("--late", self.late)?;
        options.every_defect_once = !self.by_chance_only;
        let mut rates = IndexMap::new();
        for (name, rate) in &self.rates {
            if !simulator::defects().iter().any(|d| d.name == name) {
                return Err(Error::bad_input(
                    "unknown-defect",
                    format!("没有叫“{name}”的缺陷，请用 --list-defects 查看全部名称。"),
                    format!("There is no defect “{name}”; --list-defects names them all."),
                ));
            }
            rates.insert(name.clone(), share("--rate", *rate)?);
        }
        options.rates = rates;
        Ok(options)
    }
}

fn rate(text: &str) -> std::result::Result<(String, f64), String> {
    let (name, share) =
        text.split_once('=').ok_or("写成 名称=占比，例如 code-letter-o=0.01 / write DEFECT=SHARE")?;
    let share = share.parse().map_err(|_| format!("“{share}”不是数字 / not a number"))?;
    Ok((name.to_owned(), share))
}

fn share(what: &str, value: f64) -> Result<f64> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(Error::bad_input(
        "share-range",
        format!("{what} 应在0到1之间，您给的是{value}。"),
        format!("{what} must lie between 0 and 1, not {value}."),
    ))
}

fn unwritable(path: &std::path::Path, e: std::io::Error) -> Error {
    Error::bad_input(
        "unwritable",
        format!("写不了“{}”，请检查文件夹是否存在、是否有权限、磁盘是否已满。", path.display()),
        format!("Cannot write {}: check that the folder exists, that you may write to it and that the disk is not full.", path.display()),
    )
    .because(e)
}
