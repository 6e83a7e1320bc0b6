//! The executable of Yishu (一数): configuration, wiring and commands. No business rules.

mod commands;
mod config;
mod wiring;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kernel::Lang;

/// 一数：一数一源，一源多用。 A city's data platform: check, keep and share what departments hand in.
#[derive(Parser)]
#[command(name = "yishu", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 检查文件 Check files
    Check(commands::check::Check),
    /// 生成虚构城市的报送文件 Write the files of a fictional city
    Simulate(commands::simulate::Simulate),
    /// 启动平台 Serve the platform
    Serve(commands::serve::Serve),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        Command::Check(check) => check.run(),
        Command::Simulate(simulate) => match simulate.run(Lang::Zh, &mut |line| commands::say(&line)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => commands::failed(&e),
        },
        Command::Serve(serve) => serve.run(),
    }
}
