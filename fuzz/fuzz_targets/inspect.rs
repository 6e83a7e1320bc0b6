//! Any bytes: what they are is found or refused, and each table is read to its end or refused.
#![no_main]

use std::io::Write;

use lake::read::{ReadOptions, count_rows, inspect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("writes to it");
    let options = ReadOptions { block_bytes: 64, ..ReadOptions::default() };
    if let Ok(found) = inspect(file.path(), "fuzz", &options) {
        for table in 0..found.tables.len() {
            let _ = count_rows(&found, table, &options);
        }
    }
});
