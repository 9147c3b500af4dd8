//! The board is that of `firmware/`.

fn main() {
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo::rustc-link-search={package}/../../firmware");
    println!("cargo::rerun-if-changed=../../firmware/memory.x");
}
