//! Charts: a specification the browser draws, and the same figures as a table for everyone else. The shape is that of
//! `web/src/charts/spec.ts`.

use std::fmt::Write as _;

use serde::Serialize;

use super::{escape, thousands};
use crate::Cx;

/// How the values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChartKind {
    /// Bars beside one another.
    Bar,
    /// Bars on top of one another.
    StackedBar,
    /// Lines.
    Line,
    /// Shares of a whole; one series.
    Donut,
}

/// What a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Ours.
    Brand,
    /// Wrong.
    Reject,
    /// Doubtful.
    Warn,
    /// Right.
    Pass,
    /// Neither.
    Neutral,
}

/// One series of values.
#[derive(Debug, Clone, Serialize)]
pub struct Series {
    /// As the legend shows it.
    pub name: String,
    /// One value a category; `None` where nothing is known.
    pub values: Vec<Option<f64>>,
    /// Where a click leads: the rows behind the value. One a category, or none at all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Option<String>>,
    /// Its meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
}

/// A chart (图表).
#[derive(Debug, Clone, Serialize)]
pub struct Chart {
    /// How it is drawn.
    pub kind: ChartKind,
    /// Names along the axis; days as `YYYY-MM-DD`.
    pub categories: Vec<String>,
    /// The values.
    pub series: Vec<Series>,
    /// Unit of the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Bars lie; for long names.
    pub horizontal: bool,
    /// Upper end of the axis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl Chart {
    /// A chart without values.
    #[must_use]
    pub const fn new(kind: ChartKind, categories: Vec<String>) -> Self {
        Self { kind, categories, series: Vec::new(), unit: None, horizontal: false, max: None }
    }

    /// With one more series.
    #[must_use]
    pub fn series(mut self, name: impl Into<String>, tone: Tone, values: Vec<Option<f64>>) -> Self {
        self.series.push(Series { name: name.into(), values, links: Vec::new(), tone: Some(tone) });
        self
    }

    /// Links behind the values of the last series.
    #[must_use]
    pub fn links(mut self, links: Vec<Option<String>>) -> Self {
        if let Some(last) = self.series.last_mut() {
            last.links = links;
        }
        self
    }

    /// The figure with its caption and its table.
    #[must_use]
    pub fn html(&self, cx: &Cx, caption: impl AsRef<str>) -> String {
        // A specification of strings and numbers is always JSON; an empty one is not drawn.
        let spec = serde_json::to_string(self).unwrap_or_default();
        let mut out = format!(
            "<figure class=\"chart\" data-chart=\"{}\"><figcaption>{}</figcaption>",
            escape(&spec),
            escape(caption.as_ref())
        );
        let _ = write!(
            out,
            "<details><summary>{}</summary><table class=\"table dense\"><thead><tr><td></td>",
            escape(&cx.t("chart-figures"))
        );
        for series in &self.series {
            let _ = write!(out, "<th scope=\"col\" class=\"num\">{}</th>", escape(&series.name));
        }
        out.push_str("</tr></thead><tbody>");
        for (i, category) in self.categories.iter().enumerate() {
            let _ = write!(out, "<tr><th scope=\"row\">{}</th>", escape(category));
            for series in &self.series {
                let text = series.values.get(i).copied().flatten().map_or_else(|| "–".to_owned(), figure);
                let text = match series.links.get(i).and_then(Option::as_ref) {
                    Some(link) => format!("<a href=\"{}\">{text}</a>", escape(link)),
                    None => text,
                };
                let _ = write!(out, "<td class=\"num\">{text}</td>");
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table></details></figure>");
        out
    }
}

/// Whole numbers with separators, others with one decimal.
fn figure(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 9e15 { thousands(value as i64) } else { format!("{value:.1}") }
}
