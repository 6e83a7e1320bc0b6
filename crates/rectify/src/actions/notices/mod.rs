//! 提醒: people are told what comes due, what is overdue, what others said; leaders are told what stays undone.

mod cases;
mod circular;
mod deadlines;
mod digest;
mod edit_template;
mod escalate;
mod judged;
mod people;
mod read_notices;
mod remind;
mod retry_sending;
mod returned;
mod said;
mod score;
mod send;
mod set_rules;
mod tell;
mod waiting;
mod webhooks;
mod withheld;

pub use cases::{CaseNews, address_cases, case_was_dealt_with, settle_others, tell_cases, unsettled};
pub use circular::{
    CircularPost, CircularReader, CopiedLeader, NewCircular, address_circular, circular_was_read,
};
pub use edit_template::{Edited, edit_template, restore_template};
pub(super) use judged::tell_judged;
pub use read_notices::{mark_all_read, mark_read, mark_unread};
pub use remind::remind;
pub use retry_sending::retry_sending;
pub use score::{ScoreAudience, ScoreNews, address_scores, score_was_dealt_with};
pub(crate) use send::{SEND, Send, send};
pub use set_rules::set_rules;
pub use tell::Post;
pub(crate) use tell::Texts;
pub use waiting::{Waiting, tell_waiting};
pub use webhooks::{Made, NewWebhook, add_webhook, remove_webhook, test_webhook};
pub use withheld::{Withheld, tell_withheld};

use kernel::Role;

/// Who sets rules, texts and webhooks, and looks after what goes out: the bureau.
pub const MAY_STEER: &[Role] = &[Role::BureauSteward];
