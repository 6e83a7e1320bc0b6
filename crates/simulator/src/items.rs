//! 数据项: how many cells of a row its standard asks to be filled.

use kernel::{Error, Result};
use standards::pack::{NeedMark, Packs};

use crate::records::Row;
use crate::template::Resource;

/// Cells that must be filled in a row as it ought to be, by its kind of subject.
///
/// # Errors
/// `Internal` when the packs lack the resource.
pub(crate) fn of_row(row: &Row) -> Result<u64> {
    of(row.resource, |field| row.get(field))
}

/// As [`of_row`], for the cells of a resource by field code.
///
/// # Errors
/// As [`of_row`].
pub(crate) fn of<'a>(resource: Resource, cell: impl Fn(&str) -> &'a str) -> Result<u64> {
    let packs = Packs::builtin().map_err(Error::internal)?;
    let (_, resource) = packs
        .resource(resource.code())
        .ok_or_else(|| Error::internal(format!("no pack has {}", resource.code())))?;
    let kind = resource.subject.as_ref().and_then(|s| {
        let said = cell(&s.field);
        s.kinds.iter().find(|(_, value)| *value == said).map(|(kind, _)| *kind)
    });
    Ok(resource.fields.iter().filter(|f| f.need.mark(kind) == NeedMark::R).count() as u64)
}
