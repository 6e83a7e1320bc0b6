//! yishu
fn main() {}
