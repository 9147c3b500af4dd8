//! The order in which the sources of MNIST are tried.

use std::env;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chainrule::data::{self, ImageSet, idx};
use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};
use ureq::Proxy;

use super::cache::Cache;
use super::download::{DownloadError, Downloader, Limits};
use super::{Error, Mnist, folder, shipped_sets};

const DEFAULT_URL: &str = "https://ossci-datasets.s3.amazonaws.com/mnist/";

/// The published file names of MNIST, and the SHA-256 of their contents.
const PUBLISHED: [(&str, &str); 4] = [
    ("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    ("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    ("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    ("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
];

/// A published file of MNIST.
#[derive(Clone, Debug)]
pub struct PublishedFile {
    /// Its name without compression; it is downloaded and cached with the extension `.gz`.
    pub name: String,
    /// SHA-256 of the decompressed content, in lower-case hexadecimal. Mirrors compress the same
    /// content differently.
    pub sha256: String,
}

/// The sources of MNIST: all settings that [`load`](super::load) reads from the machine, so that a
/// test can replace them.
#[derive(Clone, Debug)]
pub struct Source {
    /// A folder with MNIST that the user named with `--data`.
    pub data: Option<PathBuf>,
    /// A folder with MNIST on this machine, `$MNIST_DIR`.
    pub mnist_dir: Option<PathBuf>,
    /// The folder that caches downloads; without it, nothing is cached.
    pub cache: Option<PathBuf>,
    /// The address from which the four files are downloaded, `$MNIST_URL`.
    pub url: String,
    /// Images and labels for training, then images and labels for testing.
    pub files: [PublishedFile; 4],
    /// The limits of a download.
    pub limits: Limits,
    /// A proxy for downloads.
    pub proxy: Option<Proxy>,
}

impl Source {
    /// Reads the settings from the environment of this process; `data` has precedence.
    pub fn from_environment(data: Option<&Path>) -> Source {
        let cache = etcetera::base_strategy::choose_native_strategy()
            .map(|folders| folders.cache_dir().join("chainrule").join("mnist"));
        let url = variable("MNIST_URL").map(|url| url.to_string_lossy().into_owned());
        Source {
            data: data.map(Path::to_owned),
            mnist_dir: variable("MNIST_DIR").map(PathBuf::from),
            cache: cache.ok(),
            url: url.unwrap_or_else(|| DEFAULT_URL.to_owned()),
            files: PUBLISHED.map(|(name, sha256)| PublishedFile {
                name: name.to_owned(),
                sha256: sha256.to_owned(),
            }),
            limits: Limits::default(),
            proxy: Proxy::try_from_env(),
        }
    }

    /// Loads the digits from the first source that has them.
    ///
    /// # Errors
    ///
    /// [`Error`] if a folder was named and does not contain MNIST.
    pub fn load(&self) -> Result<Mnist, Error> {
        if let Some(folder) = &self.data {
            return folder::load(folder, "--data");
        }
        if let Some(folder) = &self.mnist_dir {
            return folder::load(folder, "$MNIST_DIR");
        }
        let mut fetch = Fetch::new(self);
        match fetch.both_sets() {
            Ok((train, test)) => Ok(Mnist { train, test, origin: fetch.origin() }),
            Err(reason) => fetch.shipped(&reason),
        }
    }
}

/// The value of an environment variable; an empty one counts as unset.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Why MNIST is not available.
#[derive(Debug, thiserror::Error)]
enum Unavailable {
    #[error(transparent)]
    Download(#[from] DownloadError),

    #[error("{url}: {cause}")]
    Content { url: String, cause: WrongContent },

    #[error(transparent)]
    Data(#[from] data::Error),
}

/// The content of a file is not the published one.
#[derive(Debug, thiserror::Error)]
enum WrongContent {
    #[error("failed to decompress: {0}")]
    Unreadable(#[from] io::Error),

    #[error("expected at most {0} bytes (unpacked), found more")]
    TooLarge(u64),

    #[error("expected the SHA-256 {expected}, found {found}")]
    Checksum { found: String, expected: String },
}

/// An attempt to get the four files, and the messages about it.
struct Fetch<'s> {
    source: &'s Source,
    cache: Option<Cache>,
    downloader: Downloader,
    downloaded: bool,
    not_kept: Option<io::Error>,
    damaged: Vec<String>,
}

impl<'s> Fetch<'s> {
    fn new(source: &'s Source) -> Fetch<'s> {
        Fetch {
            source,
            cache: source.cache.clone().map(Cache::new),
            downloader: Downloader::new(&source.limits, source.proxy.clone()),
            downloaded: false,
            not_kept: None,
            damaged: Vec::new(),
        }
    }

    fn both_sets(&mut self) -> Result<(ImageSet, ImageSet), Unavailable> {
        let [train_images, train_labels, test_images, test_labels] = &self.source.files;
        let train = self.set(train_images, train_labels)?;
        let test = self.set(test_images, test_labels)?;
        Ok((train, test))
    }

    fn set(
        &mut self,
        images: &PublishedFile,
        labels: &PublishedFile,
    ) -> Result<ImageSet, Unavailable> {
        let (images, labels) = (self.content(images)?, self.content(labels)?);
        Ok(ImageSet::from_readers(&images[..], &labels[..])?)
    }

    /// The decompressed content of a file, from the cache or by download.
    fn content(&mut self, file: &PublishedFile) -> Result<Vec<u8>, Unavailable> {
        match self.cached(file) {
            Some(content) => Ok(content),
            None => self.download(file),
        }
    }

    /// Removes a cached file whose content is wrong.
    fn cached(&mut self, file: &PublishedFile) -> Option<Vec<u8>> {
        let cache = self.cache.as_ref()?;
        let name = packed_name(file);
        let bytes = cache.read(&name)?;
        if let Ok(content) = self.verified(file, &bytes) {
            return Some(content);
        }
        self.damaged.push(match cache.remove(&name) {
            Ok(()) => format!("the cached {name} was damaged and was removed"),
            Err(cause) => format!("the cached {name} is damaged and was not removed: {cause}"),
        });
        None
    }

    fn download(&mut self, file: &PublishedFile) -> Result<Vec<u8>, Unavailable> {
        let name = packed_name(file);
        let url = format!("{}/{name}", self.source.url.trim_end_matches('/'));
        let bytes = self.downloader.get(&url)?;
        let content =
            self.verified(file, &bytes).map_err(|cause| Unavailable::Content { url, cause })?;
        self.downloaded = true;
        // If the cache cannot be written, the next run has to download again. This run is not
        // affected.
        if let Some(Err(cause)) = self.cache.as_ref().map(|cache| cache.keep(&name, &bytes)) {
            self.not_kept = Some(cause);
        }
        Ok(content)
    }

    /// Decompresses `bytes`, if they are the published content of `file`.
    fn verified(&self, file: &PublishedFile, bytes: &[u8]) -> Result<Vec<u8>, WrongContent> {
        let content = unpack(bytes, self.source.limits.bytes)?;
        let found = hexadecimal(&Sha256::digest(&content));
        match found == file.sha256 {
            true => Ok(content),
            false => Err(WrongContent::Checksum { found, expected: file.sha256.clone() }),
        }
    }

    fn origin(&self) -> String {
        let url = &self.source.url;
        let mut line = match (&self.cache, &self.not_kept) {
            (Some(cache), None) => {
                let folder = cache.folder().display();
                match self.downloaded {
                    true => format!("data: MNIST downloaded from {url}, cached in {folder}"),
                    false => format!("data: MNIST from the cache ({folder})"),
                }
            }
            (Some(cache), Some(cause)) => format!(
                "data: MNIST downloaded from {url}, not cached in {}: {cause}",
                cache.folder().display()
            ),
            (None, _) => {
                format!("data: MNIST downloaded from {url}, not cached: no cache folder was found")
            }
        };
        for damaged in &self.damaged {
            line += "; ";
            line += damaged;
        }
        line
    }

    /// Loads the digits that need neither files nor a network.
    fn shipped(&self, reason: &Unavailable) -> Result<Mnist, Error> {
        let (train, test) = shipped_sets()?;
        let mut reasons = self.damaged.clone();
        reasons.push(reason.to_string());
        Ok(Mnist {
            train,
            test,
            origin: format!(
                "data: 1,797 bundled UCI digits, because the download of MNIST failed ({}); \
                 pass `--data DIR` to use MNIST",
                reasons.join("; ")
            ),
        })
    }
}

fn packed_name(file: &PublishedFile) -> String {
    format!("{}.gz", file.name)
}

fn unpack(bytes: &[u8], most: u64) -> Result<Vec<u8>, WrongContent> {
    let mut content = Vec::new();
    idx::unpacked(bytes)?.take(most.saturating_add(1)).read_to_end(&mut content)?;
    match content.len() as u64 > most {
        true => Err(WrongContent::TooLarge(most)),
        false => Ok(content),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
