//! A target (共享对象): who gets rows of which resources, in which way.

use std::str::FromStr;

use chrono::TimeDelta;
use kernel::{Error, Result};

/// How rows reach a target (送达方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// 文件: a dated file in the outbox, answered by a receipt file
    File,
    /// 接口: posted in batches, answered at once
    Api,
    /// 数据表: a Delta table that others read, acknowledged by its commit
    Table,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::File, Self::Api, Self::Table];

    /// The stored name, also the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Api => "api",
            Self::Table => "table",
        }
    }

    /// How long sending one delivery may keep others from trying: longer than an interface may take to answer. Files and tables
    /// come out the same when they are written twice.
    #[must_use]
    pub const fn lease(self) -> TimeDelta {
        TimeDelta::seconds(match self {
            Self::Api => 45,
            Self::File | Self::Table => 15,
        })
    }

    /// Most lines of one delivery: what one request, one file or one commit should carry.
    #[must_use]
    pub const fn most_lines(self) -> usize {
        match self {
            Self::Api => 500,
            Self::File | Self::Table => 50_000,
        }
    }
}

impl FromStr for Way {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|w| w.name() == text).ok_or_else(|| {
            Error::bad_input(
                "target-way",
                format!("没有“{text}”这种送达方式，可选：file（文件）、api（接口）、table（数据表）。"),
                format!("There is no way “{text}” to deliver; choose file, api or table."),
            )
        })
    }
}
