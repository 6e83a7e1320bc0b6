//! Lists: sorted and paged by the server, their state in the query string, so that a link holds all of it.

use std::fmt::Write as _;

use super::{encode, escape};
use crate::Cx;

/// Rows of a page unless the reader chose otherwise.
const SIZE: u64 = 50;
/// Most rows of a page.
const SIZE_MAX: u64 = 500;

/// The state of a list: `?sort=-name&page=2&size=50` and the filters beside them.
#[derive(Debug, Clone)]
pub struct TableState {
    path: String,
    params: Vec<(String, String)>,
    sort: String,
    descending: bool,
    page: u64,
    size: u64,
}

impl TableState {
    /// Reads the state from the query. `columns` are those one may sort by, the first one being the default; `-name`
    /// sorts it downwards by default. Anything else in the query is a filter.
    #[must_use]
    pub fn read(cx: &Cx, columns: &[impl AsRef<str>]) -> Self {
        Self::parse(cx.path(), cx.query(), columns)
    }

    fn parse(path: &str, query: &str, columns: &[impl AsRef<str>]) -> Self {
        let params = crate::form_pairs(query.as_bytes());
        let get = |name: &str| params.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
        let default = columns.first().map(AsRef::as_ref).unwrap_or_default();
        let wanted = get("sort").unwrap_or(default);
        let mut known = columns.iter().map(|c| c.as_ref().trim_start_matches('-'));
        let (sort, descending) = match known.find(|c| *c == wanted.trim_start_matches('-')) {
            Some(column) => (column, wanted.starts_with('-')),
            None => (default.trim_start_matches('-'), default.starts_with('-')),
        };
        let number = |name: &str| get(name).and_then(|v| v.parse::<u64>().ok());
        Self {
            path: path.to_owned(),
            sort: sort.to_owned(),
            descending,
            // Far enough for any list, and small enough to be multiplied.
            page: number("page").unwrap_or(1).clamp(1, 1_000_000_000),
            size: number("size").unwrap_or(SIZE).clamp(1, SIZE_MAX),
            params: params
                .into_iter()
                .filter(|(k, v)| !matches!(k.as_str(), "sort" | "page" | "size") && !v.is_empty())
                .collect(),
        }
    }

    /// The list at its own address, where a refused form is answered with its page.
    #[must_use]
    pub fn on(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// The value of a filter; empty when it is not set.
    #[must_use]
    pub fn filter(&self, name: &str) -> &str {
        self.params.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }

    /// Whether any filter is set.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.params.is_empty()
    }

    /// The values of a filter that may stand several times.
    pub fn filters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.params.iter().filter(move |(k, _)| k == name).map(|(_, v)| v.as_str())
    }

    /// Every filter as it stands in the address.
    #[must_use]
    pub fn params(&self) -> &[(String, String)] {
        &self.params
    }

    /// The column to sort by.
    #[must_use]
    pub fn sort(&self) -> &str {
        &self.sort
    }

    /// Whether downwards.
    #[must_use]
    pub const fn descending(&self) -> bool {
        self.descending
    }

    /// Rows before this page.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        (self.page - 1) * self.size
    }

    /// Rows of a page.
    #[must_use]
    pub const fn limit(&self) -> u64 {
        self.size
    }

    fn address(&self, sort: &str, page: u64, filters: &[(String, String)]) -> String {
        let mut out = format!("{}?sort={}", self.path, encode(sort));
        if page > 1 {
            let _ = write!(out, "&page={page}");
        }
        if self.size != SIZE {
            let _ = write!(out, "&size={}", self.size);
        }
        for (k, v) in filters {
            let _ = write!(out, "&{}={}", encode(k), encode(v));
        }
        out
    }

    fn sorted(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.sort)
    }

    /// The list with one filter set to a value, or cleared by an empty one; back on its first page.
    #[must_use]
    pub fn with(&self, name: &str, value: impl AsRef<str>) -> String {
        let mut filters: Vec<_> = self.params.iter().filter(|(k, _)| k != name).cloned().collect();
        if !value.as_ref().is_empty() {
            filters.push((name.to_owned(), value.as_ref().to_owned()));
        }
        self.address(&self.sorted(), 1, &filters)
    }

    /// The same list at another address, such as that of its download; all of it, not a page.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        let mut there = self.clone();
        path.clone_into(&mut there.path);
        there.size = SIZE;
        there.address(&self.sorted(), 1, &self.params)
    }

    /// The list with filters taken out, whatever their values; back on its first page.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> String {
        let filters: Vec<_> =
            self.params.iter().filter(|(k, _)| !names.contains(&k.as_str())).cloned().collect();
        self.address(&self.sorted(), 1, &filters)
    }

    /// Hidden fields for a `<form method="get">` of filters, so that sorting is kept.
    #[must_use]
    pub fn hidden(&self) -> String {
        format!("<input type=\"hidden\" name=\"sort\" value=\"{}\">", escape(&self.sorted()))
    }

    /// The heading of a column that sorts when clicked.
    #[must_use]
    pub fn th(&self, cx: &Cx, column: &str, key: &str) -> String {
        self.heading(&cx.t(key), column, "")
    }

    /// The same for a column of numbers.
    #[must_use]
    pub fn th_num(&self, cx: &Cx, column: &str, key: &str) -> String {
        self.heading(&cx.t(key), column, " class=\"num\"")
    }

    /// The heading of a column that is named by its own name, such as a field of a resource.
    #[must_use]
    pub fn th_named(&self, name: &str, column: &str, number: bool) -> String {
        self.heading(name, column, if number { " class=\"num\"" } else { "" })
    }

    fn heading(&self, label: &str, column: &str, class: &str) -> String {
        let here = self.sort == column;
        let sort = if here && !self.descending { format!("-{column}") } else { column.to_owned() };
        let state = match (here, self.descending) {
            (false, _) => "",
            (true, false) => " aria-sort=\"ascending\"",
            (true, true) => " aria-sort=\"descending\"",
        };
        let href = escape(&self.address(&sort, 1, &self.params));
        format!("<th scope=\"col\"{class}{state}><a href=\"{href}\">{}</a></th>", escape(label))
    }

    /// What stands below the list: how many there are, and the way to the other pages.
    #[must_use]
    pub fn pager(&self, cx: &Cx, total: impl TryInto<u64>) -> String {
        let total = total.try_into().unwrap_or(0);
        let pages = total.div_ceil(self.size).max(1);
        let from = (self.offset() + 1).min(total);
        let to = (self.offset() + self.size).min(total);
        let count = cx.ta("list-count", &[("total", total.into()), ("from", from.into()), ("to", to.into())]);
        let mut out = format!("<div class=\"pager\"><span>{}</span>", escape(&count));
        if pages > 1 {
            let _ = write!(out, "<nav aria-label=\"{}\">", escape(&cx.t("pages")));
            let link = |page: u64, text: &str, rel: &str| {
                let href = escape(&self.address(&self.sorted(), page, &self.params));
                format!("<a href=\"{href}\"{rel}>{}</a>", escape(text))
            };
            if self.page > 1 {
                out.push_str(&link(self.page - 1, &cx.t("page-previous"), " rel=\"prev\""));
            }
            let mut last = 0;
            for page in shown(self.page, pages) {
                if page > last + 1 {
                    out.push_str("<span aria-hidden=\"true\">…</span>");
                }
                if page == self.page {
                    let _ = write!(out, "<span class=\"page-now\" aria-current=\"page\">{page}</span>");
                } else {
                    out.push_str(&link(page, &page.to_string(), ""));
                }
                last = page;
            }
            if self.page < pages {
                out.push_str(&link(self.page + 1, &cx.t("page-next"), " rel=\"next\""));
            }
            out.push_str("</nav>");
        }
        out.push_str("</div>");
        out
    }
}

/// First, last, and those around the present one.
fn shown(page: u64, pages: u64) -> Vec<u64> {
    let mut all: Vec<u64> = [1, pages]
        .into_iter()
        .chain(page.saturating_sub(2)..=page + 2)
        .filter(|p| (1..=pages).contains(p))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_and_sorting_are_kept_in_every_link() {
        let state = TableState::parse("/list", "q=%E6%9D%8E&sort=-at&page=3&empty=", &["name", "at"]);
        assert_eq!((state.sort(), state.descending(), state.offset()), ("at", true, 100));
        assert_eq!(state.filter("q"), "李");
        assert_eq!(state.with("state", "open"), "/list?sort=-at&q=%E6%9D%8E&state=open");
        assert_eq!(state.with("q", ""), "/list?sort=-at");
        let th = state.heading("<名>", "name", "");
        assert_eq!(th, "<th scope=\"col\"><a href=\"/list?sort=name&amp;q=%E6%9D%8E\">&lt;名&gt;</a></th>");
        assert!(state.heading("t", "at", "").contains("aria-sort=\"descending\""));
    }

    #[test]
    fn nonsense_in_the_query_falls_back_to_the_default() {
        let state = TableState::parse("/l", "sort=password&page=-1&size=99999999", &["-at", "name"]);
        assert_eq!((state.sort(), state.descending()), ("at", true));
        assert_eq!((state.offset(), state.limit()), (0, SIZE_MAX));
        // The largest page must not overflow.
        let _ = TableState::parse("/l", "page=18446744073709551615&size=500", &["at"]).offset();
    }

    #[test]
    fn pages_around_the_present_one_are_shown() {
        assert_eq!(shown(1, 1), [1]);
        assert_eq!(shown(5, 20), [1, 3, 4, 5, 6, 7, 20]);
        assert_eq!(shown(20, 20), [1, 18, 19, 20]);
    }
}
