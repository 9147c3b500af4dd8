//! Atomic replacement of files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Replaces the file at `path` by the output of `write`. Writes a temporary file in the same
/// folder, which is renamed once it is completely on disk.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    reject_device(path)?;
    let (file, temporary) = create_in(folder)?;
    let replaced = fill(file, write).and_then(|()| fs::rename(&temporary, path));
    match &replaced {
        // Makes the new name survive a power failure. Not every file system guarantees that; the
        // file is complete in either case.
        Ok(()) => drop(File::open(folder).and_then(|folder| folder.sync_all())),
        Err(_) => drop(fs::remove_file(&temporary)),
    }
    replaced
}

/// Rejects an existing path that is neither a file nor a link, such as a device, which would be
/// lost.
fn reject_device(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if !(found.is_file() || found.is_symlink()) => {
            let message = if found.is_dir() {
                "the path is a directory"
            } else {
                "the path is not a regular file"
            };
            Err(io::Error::new(io::ErrorKind::InvalidInput, message))
        }
        _ => Ok(()),
    }
}

/// Writes to disk, and closes the file.
fn fill(file: File, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    write(&mut file)?;
    file.flush()?;
    file.get_ref().sync_all()
}

/// Creates a file in `folder` under an unused name. It is locked while it is written.
fn create_in(folder: &Path) -> io::Result<(File, PathBuf)> {
    remove_abandoned(folder);
    let process = std::process::id();
    let mut attempt = 0;
    loop {
        let path = folder.join(format!("{PREFIX}{process}-{attempt}{SUFFIX}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => {
                attempt += 1;
            }
            Err(error) => return Err(error),
            Ok(file) => {
                // If files cannot be locked, abandoned ones are not removed.
                let _ = file.try_lock();
                return Ok((file, path));
            }
        }
    }
}

const PREFIX: &str = ".chainrule-";
const SUFFIX: &str = ".tmp";

/// Removes unfinished files of processes that were killed: files with our names that are not
/// locked.
fn remove_abandoned(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|n| n.starts_with(PREFIX) && n.ends_with(SUFFIX));
        if ours && File::open(entry.path()).is_ok_and(|file| is_abandoned(&file)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether no process is writing this file. A file that was just created may not be locked yet.
fn is_abandoned(file: &File) -> bool {
    let age = file.metadata().and_then(|data| data.modified()).map(|time| time.elapsed());
    age.is_ok_and(|age| age.is_ok_and(|age| age.as_secs() > 10)) && file.try_lock().is_ok()
}
