//! The executable of Yishu (一数): configuration, wiring and commands. No business rules.

mod commands;
mod config;
mod wiring;

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
    /// 启动平台 Serve the platform
    Serve(commands::serve::Serve),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        Command::Serve(serve) => serve.run(),
    }
}
