//! Downloads.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::encode;

/// A file to be saved under `name`, which may be Chinese (RFC 6266).
#[must_use]
pub fn attachment(name: &str, kind: &str, body: impl Into<Body>) -> Response {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let disposition =
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", encode(name).replace('/', "%2F"));
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body.into())
        .into_response()
}

/// A list as CSV in UTF-8 with BOM, which Excel needs to read Chinese.
///
/// A cell that a spreadsheet would run as a formula gets a leading apostrophe.
#[must_use]
pub fn csv<R>(name: &str, header: &[String], rows: impl IntoIterator<Item = R>) -> Response
where
    R: IntoIterator<Item = String>,
{
    let mut out = String::from(CSV_MARK);
    csv_line(&mut out, header.iter().cloned());
    for row in rows {
        csv_line(&mut out, row);
    }
    attachment(name, "text/csv; charset=utf-8", out)
}

/// What a CSV file begins with, so that Excel reads it as UTF-8.
pub const CSV_MARK: &str = "\u{feff}";

/// Adds one line to a CSV file, for lists that are sent piece by piece; see [`csv`].
pub fn csv_line(out: &mut String, cells: impl IntoIterator<Item = String>) {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let runs = cell.starts_with(['=', '+', '@', '\t', '\r'])
            || (cell.starts_with('-') && cell.parse::<f64>().is_err());
        let cell = if runs { format!("'{cell}") } else { cell };
        if cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_disarmed() {
        let mut out = String::new();
        csv_line(&mut out, ["a,b", "say \"hi\"", "=1+1", "-5", "-x", "一"].map(str::to_owned));
        assert_eq!(out, "\"a,b\",\"say \"\"hi\"\"\",'=1+1,-5,'-x,一\r\n");
    }

    #[test]
    fn a_chinese_name_survives() {
        let response = attachment("错误 行/1.csv", "text/csv", "x");
        let name = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(
            name,
            "attachment; filename=\"_____1.csv\"; filename*=UTF-8''%E9%94%99%E8%AF%AF%20%E8%A1%8C%2F1.csv"
        );
    }
}
