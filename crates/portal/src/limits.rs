//! How often one address may ask the public site (访问频率). Whole offices share an address, so it is generous.

use kernel::Result;
use shell::{Cx, Limiter, Rate};

/// Limits on public routes, counted by this web node.
pub(crate) struct Limits {
    pages: Limiter,
    files: Limiter,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages: Limiter::new(Rate { burst: 300.0, per_second: 20.0 }),
            files: Limiter::new(Rate { burst: 20.0, per_second: 0.1 }),
        }
    }
}

impl Limits {
    /// Takes one page.
    ///
    /// # Errors
    /// `rate-limited`
    pub(crate) fn page(&self, cx: &Cx) -> Result<()> {
        self.pages.take(&key(cx), cx.now())
    }

    /// Takes one file of many rows.
    ///
    /// # Errors
    /// `rate-limited`
    pub(crate) fn file(&self, cx: &Cx) -> Result<()> {
        self.files.take(&key(cx), cx.now())
    }
}

fn key(cx: &Cx) -> String {
    cx.ip().map(|ip| ip.to_string()).unwrap_or_default()
}
