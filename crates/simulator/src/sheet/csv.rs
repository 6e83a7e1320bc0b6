//! CSV as Excel writes it: comma, CRLF, quotes where needed or everywhere.

use ::csv::{QuoteStyle, Terminator, WriterBuilder};
use kernel::{Error, Result};

use super::{Cell, Sheet};
use crate::layout::Format;

/// The bytes in the format's encoding.
pub(super) fn bytes(sheet: &Sheet, format: Format, quoted: bool) -> Result<Vec<u8>> {
    let style = if quoted { QuoteStyle::Always } else { QuoteStyle::Necessary };
    let mut writer = WriterBuilder::new()
        .quote_style(style)
        .terminator(Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    let width = sheet.header.len();
    for title in &sheet.titles {
        let blank = std::iter::repeat_n("", width.saturating_sub(1));
        writer.write_record(std::iter::once(title.as_str()).chain(blank)).map_err(Error::internal)?;
    }
    writer.write_record(&sheet.header).map_err(Error::internal)?;
    for line in &sheet.lines {
        writer.write_record(line.iter().map(Cell::shown)).map_err(Error::internal)?;
    }
    let text = writer.into_inner().map_err(|e| Error::internal(e.error()))?;
    Ok(match format {
        Format::CsvGb18030 => {
            let text = String::from_utf8(text).map_err(Error::internal)?;
            encoding_rs::GB18030.encode(&text).0.into_owned()
        }
        Format::CsvUtf8Bom => [b"\xef\xbb\xbf".as_slice(), &text].concat(),
        _ => text,
    })
}
