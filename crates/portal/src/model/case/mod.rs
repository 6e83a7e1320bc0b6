//! Objections and credit repair (异议与信用修复): the course of a case, its clock, its attachments, the code to follow it.

mod attachment;
mod clock;
mod code;
mod contact;
mod course;

pub use attachment::{Attachment, FileKind, LARGEST, MOST, TOGETHER, check_attachment, safe_name};
pub use clock::{Standing, Term};
pub(crate) use code::unknown as unknown_code;
pub use code::{FollowCode, case_number};
pub use contact::{Contact, Sealed};
pub use course::{Course, Desk, Fault, Kind, Outcome, Pause, State, Step};
