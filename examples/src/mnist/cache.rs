//! The cache folder for downloads.

use std::fs::{self, DirEntry};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::Builder;

/// Prefix of temporary files, which are renamed when they are complete.
const TEMPORARY: &str = ".download-";

/// No file takes this long to write, so an older temporary file belongs to no running process.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub(super) fn new(folder: PathBuf) -> Cache {
        Cache { folder }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the cached bytes of `name`, or `None` if they cannot be read. [`Cache::keep`] then
    /// reports what is wrong with the folder.
    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.join(name)).ok()
    }

    /// Stores `bytes` under `name`.
    ///
    /// The file is replaced atomically: another process sees the complete file or none. If two
    /// processes write it, the last one wins.
    pub(super) fn keep(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        self.remove_abandoned()?;
        // In the same folder, because files cannot be renamed across file systems.
        let mut file = Builder::new().prefix(TEMPORARY).tempfile_in(&self.folder)?;
        file.write_all(bytes)?;
        // Otherwise a power failure can leave an empty file under this name.
        file.as_file().sync_all()?;
        file.persist(self.folder.join(name))?;
        Ok(())
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.folder.join(name))
    }

    /// Removes temporary files of processes that were killed.
    fn remove_abandoned(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if is_abandoned(&entry) {
                // Another process may have removed it already.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

fn is_abandoned(entry: &DirEntry) -> bool {
    let temporary = entry.file_name().to_string_lossy().starts_with(TEMPORARY);
    let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
    temporary && age().is_some_and(|age| age > ABANDONED_AFTER)
}
