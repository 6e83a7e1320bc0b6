//! The executable of Yishu (一数): configuration, wiring and commands. No business rules.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    /// 报送文件到平台 Hand files in to a running platform
    Load(commands::load::Load),
    /// 查询数据湖（只读） Query the lake, read-only
    Sql(commands::sql::Sql),
    /// 查看和检查标准包 Look at packs and check them
    Pack(commands::pack::Pack),
    /// 建一座演示城市并启动 Make a demo city, run the whole job on it and serve it
    Demo(commands::demo::Demo),
    /// 启动平台 Serve the platform
    Serve(commands::serve::Serve),
    /// 生成虚构城市的报送文件与缺陷台账 Write the files of a fictional city and the ledger of its defects
    Simulate(commands::simulate::Simulate),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        Command::Check(check) => check.run(),
        Command::Load(load) => load.run(),
        Command::Sql(sql) => sql.run(),
        Command::Pack(pack) => pack.run(),
        Command::Demo(demo) => demo.run(),
        Command::Serve(serve) => serve.run(),
        Command::Simulate(simulate) => simulate.run(),
    }
}
