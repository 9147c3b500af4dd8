//! The folder that keeps what was downloaded.

use std::fs::{self, DirEntry};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::Builder;

/// Files are written under a name that starts so, then renamed.
const TEMPORARY: &str = ".download-";

/// No file takes this long to write, so that one as old as this belongs to no
/// running process.
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

    /// The bytes kept under `name`, or `None` if none can be read: what is
    /// wrong with the folder then is told by [`Cache::keep`].
    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.join(name)).ok()
    }

    /// Keeps `bytes` under `name`.
    ///
    /// They appear there all at once: another process sees the file whole or
    /// not at all, and of two that write it the later wins.
    pub(super) fn keep(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        self.remove_abandoned()?;
        // In the same folder, because a rename does not cross file systems.
        let mut file = Builder::new().prefix(TEMPORARY).tempfile_in(&self.folder)?;
        file.write_all(bytes)?;
        // Without this, a power cut can leave the name with no content.
        file.as_file().sync_all()?;
        file.persist(self.folder.join(name))?;
        Ok(())
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.folder.join(name))
    }

    /// Removes what processes that were killed while writing left behind.
    fn remove_abandoned(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if is_abandoned(&entry) {
                // Another process may have been quicker.
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
