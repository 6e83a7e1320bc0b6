//! `yishu pack`: looks at packs (标准包).

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use kernel::{Lang, Result};
use standards::pack::Packs;
use standards::pack::lint::lint;

use super::check::{language, load_packs, wrong_packs};
use super::{failed, say};

/// 查看和检查标准包。
/// Look at packs and check them.
#[derive(Debug, Args)]
pub struct Pack {
    #[command(subcommand)]
    task: Task,
    /// 使用这个文件夹里的标准包，而不是内置的 / packs of this folder instead of the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// 语言 / language
    #[arg(long, global = true, default_value = "zh", value_parser = language)]
    lang: Lang,
}

#[derive(Debug, Clone, Subcommand)]
enum Task {
    /// 检查写得对不对；退出码：0 没有问题，1 有问题，2 读不了 / find mistakes; exit code 0 none, 1 some, 2 cannot be read
    Lint {
        /// 要检查的文件夹，同 --dir / the folder to check, as --dir
        #[arg(value_name = "DIR", conflicts_with = "dir")]
        folder: Option<PathBuf>,
    },
    /// 列出资源和规则集 / list resources and rule sets
    List,
    /// 列出提示语的代码、标题和说法 / list messages: code, title, patterns
    Messages,
}

impl Pack {
    /// Runs the task.
    pub fn run(self) -> ExitCode {
        let packs = match self.packs() {
            Ok(packs) => packs,
            Err(e) => return failed(&e),
        };
        match self.task {
            Task::Lint { .. } => self.lint(&packs),
            Task::List => self.list(&packs),
            Task::Messages => self.messages(&packs),
        }
    }

    fn packs(&self) -> Result<Arc<Packs>> {
        let named = match &self.task {
            Task::Lint { folder } => folder.as_ref(),
            _ => None,
        };
        match self.dir.as_ref().or(named) {
            Some(dir) => load_packs(dir).map(Arc::new),
            None => Packs::builtin().map_err(|e| wrong_packs(&e)),
        }
    }

    fn lint(&self, packs: &Packs) -> ExitCode {
        let problems = lint(packs, Some(&lake::check::judge_sql));
        for problem in &problems {
            say(&problem.say(self.lang));
        }
        let (resources, rules) = packs.resources().fold((0, 0), |(n, m), (_, r)| (n + 1, m + r.rules.len()));
        self.proofs(packs);
        let count = problems.len();
        say(&match self.lang {
            Lang::Zh => format!("{resources} 个资源、{rules} 条规则，{count} 个问题"),
            Lang::En => format!("{resources} resources, {rules} rules, {count} problems"),
        });
        ExitCode::from(u8::from(!problems.is_empty()))
    }

    /// What each mapping can and cannot give (双向核对).
    fn proofs(&self, packs: &Packs) {
        let resource = |code: &str| packs.resource(code).map(|(_, r)| r);
        for (_, mapping) in packs.mappings() {
            let (Some(source), Some(target)) = (resource(&mapping.source), resource(&mapping.target)) else {
                continue;
            };
            let proof = mapping.proof(source, target);
            let codes = |fields: &[&standards::pack::Field]| match fields {
                [] => "–".to_owned(),
                all => all.iter().map(|f| f.code.as_str()).collect::<Vec<_>>().join(" "),
            };
            let (missing, conditional) = (codes(&proof.missing), codes(&proof.conditional));
            let unused = codes(&proof.unused);
            let (name, from, to) = (&mapping.mapping, &mapping.source, &mapping.target);
            say(&match self.lang {
                Lang::Zh => format!(
                    "{name}（{from} → {to}）：给不了的必填项 {missing}；视来源而定 {conditional}；未用 {unused}"
                ),
                Lang::En => format!(
                    "{name} ({from} → {to}): required but missing {missing}; depending on the source {conditional}; unused {unused}"
                ),
            });
        }
    }

    fn list(&self, packs: &Packs) -> ExitCode {
        for (pack, resource) in packs.resources() {
            let (fields, rules) = (resource.fields.len(), resource.rules.len());
            say(&format!(
                "{:<16} {:<40} {fields:>3} {rules:>3}  {}",
                resource.resource,
                pack.rule_set(&resource.resource),
                resource.title.get(self.lang),
            ));
        }
        ExitCode::SUCCESS
    }

    fn messages(&self, packs: &Packs) -> ExitCode {
        let own = packs.packs().iter().flat_map(|p| &p.messages);
        for (code, message) in packs.messages().iter().chain(own) {
            let severity = format!("{:?}", message.severity).to_lowercase();
            let patterns: Vec<&str> = message.patterns.keys().map(String::as_str).collect();
            say(format!("{code} {severity:<6} {}  {}", message.title.get(self.lang), patterns.join(" "))
                .trim_end());
        }
        ExitCode::SUCCESS
    }
}
