//! Parts that pages share: tables, form fields, charts, progress, breadcrumbs, downloads. Each knows how to write
//! itself as HTML: `{{ part|safe }}` in a template.

mod chart;
mod crumbs;
mod download;
mod form;
mod progress;
mod table;

use std::fmt::Write as _;

pub use chart::{Chart, ChartKind, Series, Tone};
pub use crumbs::Crumbs;
pub use download::{CSV_MARK, attachment, csv, csv_line};
pub use form::{Field, FormState};
pub use progress::Progress;
pub use table::TableState;

/// A whole number with thousands separators.
#[must_use]
pub fn thousands(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Percent-encodes a value for a query string.
#[must_use]
pub fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for b in value.bytes() {
        if b.is_ascii_alphanumeric() || b"-_.~/".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
    }
    out
}

/// Text made safe between tags and inside a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A share as per cent with one decimal; all of it is said only of all of it. `whole` is not 0.
#[must_use]
pub fn share(part: i64, whole: i64) -> String {
    let text = format!("{:.1}%", part as f64 * 100.0 / whole as f64);
    if part < whole && text == "100.0%" { "99.9%".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_whole_only_where_nothing_is_missing() {
        assert_eq!(share(29_999, 30_000), "99.9%");
        assert_eq!(share(30_000, 30_000), "100.0%");
        assert_eq!(share(18_751, 30_000), "62.5%");
        assert_eq!(share(0, 7), "0.0%");
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(-1_000), "-1,000");
        assert_eq!(thousands(i64::MIN), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn a_query_value_survives_anything() {
        assert_eq!(encode("/a?b=一&c"), "/a%3Fb%3D%E4%B8%80%26c");
    }

    #[test]
    fn markup_in_a_value_stays_text() {
        assert_eq!(escape("<b a='1' c=\"2\">&"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;");
    }
}
