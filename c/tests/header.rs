//! `include/digits.h` is what cbindgen writes. `UPDATE_HEADER=1 cargo test` writes it again.

use std::{env, fs};

#[test]
fn the_header_is_current() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let mut header = Vec::new();
    cbindgen::generate(folder).unwrap().write(&mut header);
    let path = format!("{folder}/include/digits.h");
    if env::var_os("UPDATE_HEADER").is_some() {
        fs::write(&path, &header).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    assert_eq!(written, String::from_utf8(header).unwrap());
}
