//! Breadcrumbs (面包屑).

use std::fmt;

use super::escape;
use crate::Cx;

/// The way from the home page to here.
pub struct Crumbs {
    cx: Cx,
    html: String,
}

impl Crumbs {
    /// Begins at the home page.
    #[must_use]
    pub fn new(cx: &Cx) -> Self {
        let html = format!("<li><a href=\"/\">{}</a></li>", escape(&cx.t("nav-home")));
        Self { cx: cx.clone(), html }
    }

    /// A place on the way, named by a message key.
    #[must_use]
    pub fn to(mut self, key: &str, href: impl AsRef<str>) -> Self {
        let text = self.cx.t(key);
        self.push(&text, Some(href.as_ref()));
        self
    }

    /// A place on the way, named by its own name.
    #[must_use]
    pub fn to_named(mut self, name: impl AsRef<str>, href: impl AsRef<str>) -> Self {
        self.push(name.as_ref(), Some(href.as_ref()));
        self
    }

    /// The page itself, named by a message key.
    #[must_use]
    pub fn here(mut self, key: &str) -> Self {
        let text = self.cx.t(key);
        self.push(&text, None);
        self
    }

    /// The page itself, named by its own name.
    #[must_use]
    pub fn here_named(mut self, name: impl AsRef<str>) -> Self {
        self.push(name.as_ref(), None);
        self
    }

    fn push(&mut self, text: &str, href: Option<&str>) {
        let text = escape(text);
        self.html.push_str(&match href {
            Some(href) => format!("<li><a href=\"{}\">{text}</a></li>", escape(href)),
            None => format!("<li aria-current=\"page\">{text}</li>"),
        });
    }
}

impl fmt::Display for Crumbs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = escape(&self.cx.t("breadcrumbs"));
        write!(f, "<nav class=\"breadcrumbs\" aria-label=\"{label}\"><ol>{}</ol></nav>", self.html)
    }
}
