//! Parameters in files: a file is replaced as a whole or unchanged, and failures to read or write
//! are reported.

use std::fs::{self, File};
use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use chainrule::saving::{self, Error, Layout};
use chainrule::{Init, Rng, network};

network! { struct Net = Affine(3, 4) -> Relu -> Affine(4, 2) => IdentityWithLoss; }

fn drawn(seed: u64) -> Box<Net> {
    Net::new(Init::Normal(1.0), &mut Rng::seed(seed))
}

#[test]
fn files_are_replaced_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    for seed in 0..3 {
        saving::save(&*drawn(seed), &path, Layout::Chainrule).unwrap();
        let mut net = Net::zeros();
        saving::load(&mut *net, &path, Layout::Chainrule).unwrap();
        assert_eq!(net.parameters(), drawn(seed).parameters());
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left");
}

#[test]
fn what_killed_processes_left_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let an_hour_ago = SystemTime::now() - Duration::from_secs(3600);
    let leave = |name: &str, age| {
        let file = File::create_new(folder.path().join(name)).unwrap();
        file.set_modified(age).unwrap();
        file
    };
    drop(leave(".chainrule-1-0.tmp", an_hour_ago));
    drop(leave("chainrule-1-0.tmp", an_hour_ago));
    drop(leave(".chainrule-1-1.tmp", SystemTime::now()));
    // Another process is still writing this one.
    let written = leave(".chainrule-1-2.tmp", an_hour_ago);
    written.lock().unwrap();
    saving::save(&*drawn(0), folder.path().join("net"), Layout::Chainrule).unwrap();
    let mut names: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".chainrule-1-1.tmp", ".chainrule-1-2.tmp", "chainrule-1-0.tmp", "net"]);
}

#[test]
fn what_cannot_be_written_is_reported_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing").join("net.safetensors");
    let error = saving::save(&*drawn(0), &missing, Layout::Chainrule).unwrap_err();
    let start = format!("`{}`: failed to write: ", missing.display());
    assert!(error.to_string().starts_with(&start), "{error}");

    // A nonempty folder with the name of the file cannot be replaced.
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("file"), "kept").unwrap();
    let error = saving::save(&*drawn(0), &taken, Layout::Chainrule).unwrap_err();
    assert!(matches!(&error, Error::File { cause, .. } if matches!(**cause, Error::Write { .. })));
    assert_eq!(fs::read(taken.join("file")).unwrap(), b"kept");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_without_write_permission() {
    // Not even root can create files there.
    let error = saving::save(&*drawn(0), "/proc/net.safetensors", Layout::Chainrule).unwrap_err();
    assert!(error.to_string().starts_with("`/proc/net.safetensors`: failed to write: "));
}

/// A disk that is full after this number of bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0 {
            0 => Err(io::ErrorKind::StorageFull.into()),
            scratch => {
                let written = scratch.min(bytes.len());
                self.0 -= written;
                Ok(written)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_is_reported() {
    let mut whole = Vec::new();
    saving::write(&*drawn(0), &mut whole, Layout::Chainrule).unwrap();
    let length = whole.len();
    for scratch in 0..length {
        let error = saving::write(&*drawn(0), Full(scratch), Layout::Chainrule).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
    saving::write(&*drawn(0), Full(length), Layout::Chainrule).unwrap();
}

#[test]
fn a_file_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none");
    let error = saving::load(&mut *Net::zeros(), &path, Layout::Chainrule).unwrap_err();
    assert!(error.to_string().starts_with(&format!("`{}`: failed to read: ", path.display())));
}

/// Files and links are replaced, devices are not.
#[cfg(unix)]
#[test]
fn what_is_no_file_stays() {
    use std::os::unix::fs::FileTypeExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let net = Net::<f32>::zeros();
    let error = saving::save(&*net, &path, Layout::Chainrule).unwrap_err();
    assert!(error.to_string().contains("the path is not a regular file"), "{error}");
    assert!(fs::symlink_metadata(&path).unwrap().file_type().is_socket());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
