//! The data source of the examples, against a local server that simulates every way in which a
//! download can fail.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use chainrule_examples::mnist::{Error, Limits, Mnist, PublishedFile, Source};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const NAMES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];
const FIRST: &str = "train-images-idx3-ubyte.gz";
const LAST: &str = "t10k-labels-idx1-ubyte.gz";

const TRAIN_SAMPLES: u8 = 3;
const TEST_SAMPLES: u8 = 2;

/// The server's answer for one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Good,
    /// Announces the whole length, and ends after half of it.
    Truncated,
    /// The right file except for its last byte.
    Corrupted,
    /// Not compressed, although the name says so.
    Plain,
    NotFound,
    /// Half of it; then the connection stays open without data.
    Stalling,
    /// No data; the connection stays open.
    Silent,
    /// All of it, byte by byte.
    Slow,
    /// No length, and no end.
    Endless,
}

/// Serves the four files on a local port until the process ends.
struct Server {
    url: String,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server {
            url: format!("http://{}/mnist/", listener.local_addr().unwrap()),
            answers: Arc::default(),
            asked: Arc::default(),
        };
        let (answers, asked) = (server.answers.clone(), server.asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answers, asked) = (answers.clone(), asked.clone());
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let name = requested(&stream);
                    asked.lock().unwrap().push(name.clone());
                    let answer = answers.lock().unwrap().get(&name).copied();
                    // The client disconnects during most of the bad answers.
                    let _ = respond(&mut stream, &name, answer.unwrap_or(Answer::Good));
                });
            }
        });
        server
    }

    /// A server that misbehaves for one file.
    fn with(name: &str, answer: Answer) -> Server {
        let server = Server::start();
        server.answer(name, answer);
        server
    }

    fn answer(&self, name: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(name.to_owned(), answer);
    }

    /// The files requested since the last call.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// The name of the file that is requested on `stream`.
fn requested(stream: &TcpStream) -> String {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().unwrap().unwrap();
    while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
    let path = first.split(' ').nth(1).unwrap();
    path.strip_prefix("/mnist/").unwrap().to_owned()
}

fn respond(stream: &mut TcpStream, name: &str, answer: Answer) -> io::Result<()> {
    let index = NAMES.iter().position(|known| name == format!("{known}.gz")).unwrap();
    let mut content = content(index);
    if answer == Answer::Corrupted {
        *content.last_mut().unwrap() ^= 1;
    }
    let body = match answer {
        Answer::Plain => content,
        _ => gzip(&content),
    };
    let (half, rest) = body.split_at(body.len() / 2);
    let length = body.len();
    match answer {
        Answer::NotFound => {
            return stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        }
        Answer::Silent => {}
        Answer::Endless => stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?,
        _ => write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )?,
    }
    match answer {
        Answer::Silent => thread::sleep(Duration::from_secs(60)),
        Answer::Truncated => stream.write_all(half)?,
        Answer::Stalling => {
            stream.write_all(half)?;
            thread::sleep(Duration::from_secs(60));
        }
        Answer::Endless => loop {
            stream.write_all(&[0; 4096])?;
        },
        Answer::Slow => {
            for byte in body {
                stream.write_all(&[byte])?;
                thread::sleep(Duration::from_millis(5));
            }
        }
        _ => {
            stream.write_all(half)?;
            stream.write_all(rest)?;
        }
    }
    Ok(())
}

/// The uncompressed content of the file [`NAMES`]`[index]`.
fn content(index: usize) -> Vec<u8> {
    let samples = [TRAIN_SAMPLES, TEST_SAMPLES][index / 2];
    let (mut bytes, elements) = match index % 2 {
        0 => (vec![0, 0, 8, 3, 0, 0, 0, samples, 0, 0, 0, 28, 0, 0, 0, 28], 784),
        _ => (vec![0, 0, 8, 1, 0, 0, 0, samples], 1),
    };
    let elements = usize::from(samples) * elements;
    bytes.extend((0..elements).map(|element| (element % 10) as u8));
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A source with no other locations than a server and a cache folder.
fn source(url: &str, cache: &Path) -> Source {
    Source {
        data: None,
        mnist_dir: None,
        cache: Some(cache.to_owned()),
        url: url.to_owned(),
        files: [0, 1, 2, 3].map(|index| PublishedFile {
            name: NAMES[index].to_owned(),
            sha256: sha256(&content(index)),
        }),
        limits: Limits { bytes: 1 << 20, ..Limits::default() },
        proxy: None,
    }
}

fn assert_is_served(mnist: &Mnist) {
    assert_eq!(mnist.train.labels(), [0, 1, 2], "{}", mnist.origin);
    assert_eq!(mnist.test.labels(), [0, 1], "{}", mnist.origin);
    assert_eq!(mnist.train.pixels()[[1, 0]], 4);
}

fn assert_is_shipped(mnist: &Mnist, reason: &str) {
    let (sizes, origin) = ((mnist.train.len(), mnist.test.len()), &mnist.origin);
    assert_eq!(sizes, (1437, 360), "{origin}");
    let start = "data: 1,797 bundled UCI digits, because the download of MNIST failed (";
    assert!(origin.starts_with(start), "{origin}");
    assert!(origin.contains(reason), "{origin} does not say: {reason}");
    assert!(origin.ends_with("); pass `--data DIR` to use MNIST"), "{origin}");
    assert_eq!(origin.lines().count(), 1);
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The result of [`names`] for a complete cache.
fn all_four() -> Vec<String> {
    let mut names = NAMES.map(|name| format!("{name}.gz")).to_vec();
    names.sort();
    names
}

/// A folder with MNIST, in which each file has one of `endings`.
fn folder_with(endings: [&str; 4]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (index, ending) in endings.into_iter().enumerate() {
        let bytes = match ending.ends_with(".gz") {
            true => gzip(&content(index)),
            false => content(index),
        };
        let start = NAMES[index].split("-idx").next().unwrap();
        fs::write(folder.path().join(format!("{start}{ending}")), bytes).unwrap();
    }
    folder
}

const PLAIN: [&str; 4] = ["-idx3-ubyte", "-idx1-ubyte", "-idx3-ubyte", "-idx1-ubyte"];

#[test]
fn a_download_is_kept_and_the_next_run_uses_it() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    let cache = home.path().join("made").join("on demand");
    let source = source(&server.url, &cache);

    let first = source.load().unwrap();
    assert_is_served(&first);
    let (url, folder) = (&server.url, cache.display());
    let downloaded = format!("data: MNIST downloaded from {url}, cached in {folder}");
    assert_eq!(first.origin, downloaded);
    assert_eq!(names(&cache), all_four());
    assert_eq!(server.asked().len(), 4);

    let second = source.load().unwrap();
    assert_is_served(&second);
    let cached = format!("data: MNIST from the cache ({folder})");
    assert_eq!(second.origin, cached);
    assert!(server.asked().is_empty());
}

#[test]
fn a_failed_download_falls_back_and_the_next_run_completes_it() {
    let failures = [
        (Answer::Truncated, ": failed after "),
        (Answer::Corrupted, ": expected the SHA-256 "),
        (Answer::NotFound, "http status: 404"),
        (Answer::Stalling, "timeout"),
        (Answer::Silent, "timeout"),
        (Answer::Endless, "larger than request limit: 1048576"),
    ];
    for (answer, reason) in failures {
        let (server, cache) = (Server::with(LAST, answer), TempDir::new().unwrap());
        let mut source = source(&server.url, cache.path());
        source.limits.response = Duration::from_secs(1);
        source.limits.stall = Duration::from_secs(1);

        let failed = source.load().unwrap();
        assert_is_shipped(&failed, reason);
        assert_is_shipped(&failed, &format!("{}{LAST}", server.url));
        // Complete files are cached; the incomplete one is not.
        let mut whole = all_four();
        whole.retain(|name| name != LAST);
        assert_eq!(names(cache.path()), whole, "{answer:?}");
        assert_eq!(server.asked().len(), 4);

        server.answer(LAST, Answer::Good);
        assert_is_served(&source.load().unwrap());
        assert_eq!(server.asked(), [LAST]);
        assert_eq!(names(cache.path()), all_four());
    }
}

#[test]
fn nothing_is_asked_for_after_the_first_failure() {
    let (server, cache) = (Server::with(FIRST, Answer::NotFound), TempDir::new().unwrap());
    let mnist = source(&server.url, cache.path()).load().unwrap();
    assert_is_shipped(&mnist, "http status: 404");
    assert_eq!(server.asked(), [FIRST]);
    assert!(names(cache.path()).is_empty());
}

#[test]
fn a_wrong_checksum_is_reported_with_the_one_expected() {
    let (server, cache) = (Server::with(LAST, Answer::Corrupted), TempDir::new().unwrap());
    let source = source(&server.url, cache.path());
    let expected = format!(": expected the SHA-256 {}", source.files[3].sha256);
    assert_is_shipped(&source.load().unwrap(), &expected);
}

#[test]
fn a_slow_answer_is_waited_for_but_not_for_ever() {
    let (server, cache) = (Server::with(LAST, Answer::Slow), TempDir::new().unwrap());
    let mut source = source(&server.url, cache.path());
    source.limits.total = Duration::from_millis(100);
    assert_is_shipped(&source.load().unwrap(), "timeout");
    assert!(!names(cache.path()).contains(&LAST.to_owned()));

    source.limits.total = Limits::default().total;
    assert_is_served(&source.load().unwrap());
}

#[test]
fn a_mirror_may_send_the_files_unpacked() {
    let (server, cache) = (Server::with(LAST, Answer::Plain), TempDir::new().unwrap());
    let source = source(&server.url, cache.path());
    assert_is_served(&source.load().unwrap());
    assert_is_served(&source.load().unwrap());
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn what_unpacks_to_more_than_allowed_is_rejected() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    let mut source = source(&server.url, cache.path());
    // The compressed training images are smaller than this.
    source.limits.bytes = 1000;
    assert_is_shipped(
        &source.load().unwrap(),
        "expected at most 1000 bytes (unpacked), found more",
    );
    assert!(names(cache.path()).is_empty());
}

#[test]
fn a_damaged_cache_is_reported_and_repaired() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    let source = source(&server.url, cache.path());
    let packed = gzip(&content(3));
    let damages = [
        Vec::new(),
        packed[..packed.len() / 2].to_vec(),
        content(1),
        [&packed[..], b"more"].concat(),
    ];
    for bytes in damages {
        source.load().unwrap();
        server.asked();
        fs::write(cache.path().join(LAST), &bytes).unwrap();

        let repaired = source.load().unwrap();
        assert_is_served(&repaired);
        let found = format!("; the cached {LAST} was damaged and was removed");
        assert!(repaired.origin.ends_with(&found), "{}", repaired.origin);
        assert_eq!(server.asked(), [LAST]);
        assert_eq!(fs::read(cache.path().join(LAST)).unwrap(), packed);
    }
}

#[test]
fn a_damaged_cache_without_a_network_is_removed_and_reported() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    let source = source(&server.url, cache.path());
    source.load().unwrap();
    fs::write(cache.path().join(LAST), b"damaged").unwrap();
    server.answer(LAST, Answer::NotFound);

    let mnist = source.load().unwrap();
    assert_is_shipped(&mnist, "http status: 404");
    assert_is_shipped(&mnist, "was damaged and was removed");
    assert!(!names(cache.path()).contains(&LAST.to_owned()));
}

#[test]
fn a_dead_port_falls_back_with_the_reason() {
    // Bound and dropped, so that no server listens there.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let cache = TempDir::new().unwrap();
    let mnist = source(&url, cache.path()).load().unwrap();
    assert_is_shipped(&mnist, &format!("{url}/{FIRST}: "));
    assert!(names(cache.path()).is_empty());
}

#[test]
fn an_address_that_is_none_falls_back_with_the_reason() {
    let cache = TempDir::new().unwrap();
    for url in ["", "no address", "ftp://127.0.0.1/", "http://host.invalid"] {
        let mnist = source(url, cache.path()).load().unwrap();
        assert_is_shipped(&mnist, &format!("{}/{FIRST}: ", url.trim_end_matches('/')));
    }
}

#[test]
fn without_a_cache_the_download_is_used_all_the_same() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    let mut source = source(&server.url, home.path());

    source.cache = None;
    let mnist = source.load().unwrap();
    assert_is_served(&mnist);
    let not_kept = ", not cached: no cache folder was found";
    assert!(mnist.origin.ends_with(not_kept), "{}", mnist.origin);

    // A file with the name of the folder.
    let blocked = home.path().join("file");
    fs::write(&blocked, b"").unwrap();
    source.cache = Some(blocked.join("cache"));
    let mnist = source.load().unwrap();
    assert_is_served(&mnist);
    assert!(mnist.origin.contains(", not cached in "), "{}", mnist.origin);
}

#[test]
fn abandoned_temporary_files_are_removed_and_those_in_use_are_not() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    let file_of_age = |name: &str, hours: u64| {
        let file = File::create(cache.path().join(name)).unwrap();
        let modified = SystemTime::now() - Duration::from_secs(hours * 3600);
        file.set_modified(modified).unwrap();
    };
    file_of_age(".download-killed", 2);
    file_of_age(".download-running", 0);
    file_of_age("mine", 2);

    assert_is_served(&source(&server.url, cache.path()).load().unwrap());
    let mut expected = all_four();
    expected.extend([".download-running".to_owned(), "mine".to_owned()]);
    expected.sort();
    assert_eq!(names(cache.path()), expected);
}

#[test]
fn several_downloads_at_once_do_not_disturb_each_other() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_is_served(&source(&server.url, cache.path()).load().unwrap()));
        }
    });
    assert_eq!(names(cache.path()), all_four());
}

#[test]
fn a_folder_goes_before_all_else_under_any_usual_name() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    let packed = PLAIN.map(|ending| format!("{ending}.gz"));
    let spellings = [
        PLAIN,
        [&packed[0], &packed[1], &packed[2], &packed[3]],
        [".idx3-ubyte", ".idx1-ubyte.gz", "-idx3-ubyte", ".idx1-ubyte"],
    ];
    for endings in spellings {
        let folder = folder_with(endings);
        let place = folder.path().display();
        let mut source = source(&server.url, cache.path());

        source.mnist_dir = Some(folder.path().to_owned());
        let mnist = source.load().unwrap();
        assert_is_served(&mnist);
        let expected = format!("data: MNIST from $MNIST_DIR ({place})");
        assert_eq!(mnist.origin, expected);

        source.data = source.mnist_dir.replace("not/there".into());
        let mnist = source.load().unwrap();
        assert_is_served(&mnist);
        let expected = format!("data: MNIST from --data ({place})");
        assert_eq!(mnist.origin, expected);
    }
    assert!(server.asked().is_empty());
    assert!(names(cache.path()).is_empty());
}

#[test]
fn a_folder_without_mnist_is_an_error_and_nothing_else_is_tried() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    let mut source = source(&server.url, cache.path());

    source.mnist_dir = Some("not/there".into());
    let message = source.load().unwrap_err().to_string();
    let expected = "failed to read the folder `not/there` (from $MNIST_DIR): ";
    assert!(message.starts_with(expected), "{message}");

    let folder = folder_with(PLAIN);
    fs::remove_file(folder.path().join(NAMES[3])).unwrap();
    source.data = Some(folder.path().to_owned());
    let expected = format!(
        "expected `t10k-labels-idx1-ubyte` or `t10k-labels-idx1-ubyte.gz` in the folder `{}` (from \
         --data), with the other three files of MNIST",
        folder.path().display()
    );
    assert_eq!(source.load().unwrap_err().to_string(), expected);
    assert!(server.asked().is_empty());
}

/// The error for a folder in which the files at these indices of [`NAMES`] have different contents.
fn fault(replaced: &[(usize, &[u8])]) -> Error {
    let folder = folder_with(PLAIN);
    for &(index, bytes) in replaced {
        fs::write(folder.path().join(NAMES[index]), bytes).unwrap();
    }
    let mut source = source("", folder.path());
    source.data = Some(folder.path().to_owned());
    source.load().unwrap_err()
}

#[test]
fn files_that_hold_something_else_are_reported() {
    let cut = &content(0)[..100];
    assert!(matches!(fault(&[(0, cut)]), Error::Data(_)));
    assert!(matches!(fault(&[(0, &content(2))]), Error::Data(_)));

    let swapped = fault(&[(1, &content(3)), (3, &content(1))]).to_string();
    assert!(swapped.contains(NAMES[0]) && swapped.contains(NAMES[1]), "{swapped}");
    assert!(swapped.ends_with("expected one label for each image, found 3 images and 2 labels"));

    let letters = [0, 0, 8, 1, 0, 0, 0, 3, 1, 26, 2];
    let message = fault(&[(1, &letters)]).to_string();
    assert!(
        message.starts_with("expected a label from 0 to 9 for sample 1 of the training set in ")
    );
    assert!(message.ends_with(", found 26"));

    let narrow = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 5, 6];
    assert!(matches!(fault(&[(2, &narrow)]), Error::Pixels { found: 1, .. }));

    let no_images = [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28];
    let no_labels = [0, 0, 8, 1, 0, 0, 0, 0];
    assert!(matches!(
        fault(&[(2, &no_images), (3, &no_labels)]),
        Error::Empty { part: "test", .. }
    ));
}
