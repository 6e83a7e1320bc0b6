//! Long work: its progress, asked for again every second until it has ended.

use std::fmt;

use store::jobs::Job;

use super::escape;
use crate::Cx;

/// The progress of a job (进度). Answer its address with this part alone; when the work has ended, the part no longer
/// asks.
pub struct Progress {
    cx: Cx,
    address: String,
    note: String,
    done: i64,
    total: Option<i64>,
    running: bool,
}

impl Progress {
    /// The progress of a background job; `address` answers this part.
    #[must_use]
    pub fn of(cx: &Cx, job: &Job, address: impl Into<String>) -> Self {
        let note = match job.state.as_str() {
            "queued" | "running" if !job.note.is_empty() => cx.t(&job.note),
            "queued" => cx.t("job-queued"),
            "running" => cx.t("job-running"),
            "done" => cx.t("job-done"),
            _ => cx.t("job-failed"),
        };
        Self {
            cx: cx.clone(),
            address: address.into(),
            note,
            done: job.done,
            total: job.total,
            running: matches!(job.state.as_str(), "queued" | "running"),
        }
    }

    /// Whether the work goes on.
    #[must_use]
    pub const fn running(&self) -> bool {
        self.running
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ask = if self.running {
            format!(" hx-get=\"{}\" hx-trigger=\"every 1s\" hx-swap=\"outerHTML\"", escape(&self.address))
        } else {
            String::new()
        };
        let note = escape(&self.note);
        write!(f, "<div class=\"progress\" aria-live=\"polite\"{ask}><p>{note}")?;
        if self.done > 0 {
            let count = match self.total {
                Some(total) => self.cx.t2("job-of", "done", self.done, "total", total),
                None => self.cx.t1("job-so-far", "done", self.done),
            };
            write!(f, " <span class=\"muted\">{}</span>", escape(&count))?;
        }
        f.write_str("</p>")?;
        match (self.running, self.total) {
            (true, Some(total)) if total > 0 => write!(
                f,
                "<progress max=\"{total}\" value=\"{}\" aria-label=\"{note}\"></progress>",
                self.done.min(total)
            )?,
            (true, _) => write!(f, "<progress aria-label=\"{note}\"></progress>")?,
            _ => {}
        }
        f.write_str("</div>")
    }
}
