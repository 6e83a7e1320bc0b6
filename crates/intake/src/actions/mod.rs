//! Use cases: each authorises, loads, decides, writes and audits in one transaction, and enqueues what follows.

pub mod accept_suggestions;
pub mod create_pull;
pub mod decide_held;
pub mod diffs;
pub mod drop_rows;
pub mod edit_pull;
pub mod export_rows;
pub mod follow;
pub mod judge_again;
pub mod land_mended;
pub mod look_up;
pub mod map_headers;
pub mod mend_by_workbook;
pub mod mend_rows;
pub mod owed;
pub mod process_submission;
pub mod push_rows;
pub mod read_rows;
pub mod receive_upload;
pub mod remove_pull;
pub mod run_pull;
pub mod start_pull;
pub mod switch_pull;
pub mod test_pull;
pub mod undo_mend;
pub mod withdraw_submission;
