//! Where the file of a model is.

use std::path::{Path, PathBuf};

use syn::LitStr;

/// The path from the source file, as for `include_bytes!`, or else from the package: documentation tests
/// have no file of their own.
pub(super) fn resolved(path: &LitStr) -> PathBuf {
    let source = proc_macro::is_available().then(|| path.span().unwrap().local_file()).flatten();
    let folder = source.as_deref().and_then(Path::parent).map(Path::to_owned);
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let places: Vec<PathBuf> =
        folder.into_iter().chain(package).map(|folder| folder.join(path.value())).collect();
    let found = places.iter().find(|place| place.is_file()).or(places.first());
    let place = found.cloned().unwrap_or_else(|| PathBuf::from(path.value()));
    std::path::absolute(&place).unwrap_or(place)
}
