//! The circular as a document (通报文件): drafted from frozen figures, written as DOCX, XLSX or PDF. The document itself is
//! Chinese: it is an official document of a Chinese city, whatever the language of whoever downloads it.

mod contents;
mod docx;
mod draft;
mod pdf;
mod tables;
mod xlsx;

use kernel::{Error, Result};

pub(crate) use docx::docx;
pub(crate) use draft::draft;
pub(crate) use pdf::pdf;
pub(crate) use xlsx::xlsx;

use contents::{cases, collection};

use crate::evaluate::Basis;
use crate::model::{Figures, Standing, standings};
use crate::store::entity::period;

/// A period as it was frozen: on what it rests, what was counted, who stands where.
pub(crate) struct Frozen {
    pub basis: Basis,
    pub figures: Figures,
    pub standings: Vec<Standing>,
}

impl Frozen {
    /// Reads what a period keeps.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn of(period: &period::Model) -> Result<Self> {
        let basis: Basis = serde_json::from_str(&period.basis).map_err(Error::internal)?;
        let figures: Figures = serde_json::from_str(&period.figures).map_err(Error::internal)?;
        let standings = standings(&basis.indicators, &figures);
        Ok(Self { basis, figures, standings })
    }

    /// How a member stands.
    pub(crate) fn standing(&self, member: uuid::Uuid) -> Option<&Standing> {
        self.standings.iter().find(|s| s.member == member)
    }
}

/// Ranks gained since the period before; none where either is missing.
pub(crate) fn moved(now: &Standing, before: Option<&Frozen>) -> Option<i64> {
    let before = before?.standing(now.member)?.rank?;
    Some(i64::from(before) - i64::from(now.rank?))
}

/// A movement as a document writes it.
pub(crate) fn arrow(moved: Option<i64>) -> String {
    match moved {
        None => "—".to_owned(),
        Some(0) => "持平".to_owned(),
        Some(n) if n > 0 => format!("↑{n}"),
        Some(n) => format!("↓{}", -n),
    }
}
