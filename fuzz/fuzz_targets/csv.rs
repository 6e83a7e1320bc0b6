//! Delimited text behind a good header: the size of the blocks it is cut into must not change what is read.
#![no_main]

use std::io::Write;

use lake::read::{Encoding, ReadOptions, count_rows, inspect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(b"name,code,note\n").and_then(|()| file.write_all(bytes)).expect("writes to it");
    let rows = |block_bytes| {
        let options = ReadOptions {
            block_bytes,
            header_row: Some(1),
            encoding: Some(Encoding::Utf8),
            separator: Some(','),
            ..ReadOptions::default()
        };
        let found = inspect(file.path(), "fuzz", &options).ok()?;
        count_rows(&found, 0, &options).ok()
    };
    assert_eq!(rows(16), rows(1 << 20));
});
