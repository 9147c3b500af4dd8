//! Downloads files over HTTPS, with short timeouts and a progress bar.

use std::io::{self, Read};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use ureq::{Agent, Proxy};

/// Limits on the time and size of a download.
///
/// By default, a machine without a network detects this after at most 9.5 seconds (`resolve` +
/// `connect` + `response` + `stall`), usually immediately.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Timeout for resolving the host name.
    pub resolve: Duration,
    /// Timeout for the connection, including TLS.
    pub connect: Duration,
    /// Timeout until the response begins.
    pub response: Duration,
    /// Timeout for a pause within the response.
    pub stall: Duration,
    /// Timeout for the whole file, which also ends slow responses that never pause.
    pub total: Duration,
    /// Maximum size of the response, and of its decompressed content, in bytes.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            resolve: Duration::from_millis(1500),
            connect: Duration::from_secs(2),
            response: Duration::from_secs(3),
            stall: Duration::from_secs(3),
            total: Duration::from_secs(300),
            bytes: 64 << 20,
        }
    }
}

/// A failed download, with its address.
#[derive(Debug, thiserror::Error)]
pub(super) enum DownloadError {
    #[error("{url}: {cause}")]
    Request { url: String, cause: ureq::Error },

    #[error("{url}: failed after {had} bytes: {cause}")]
    Body { url: String, had: usize, cause: io::Error },
}

/// Downloads files, over a single connection if the server keeps it open.
pub(super) struct Downloader {
    agent: Agent,
    most_bytes: u64,
}

impl Downloader {
    pub(super) fn new(limits: &Limits, proxy: Option<Proxy>) -> Downloader {
        let config = Agent::config_builder()
            .proxy(proxy)
            .timeout_resolve(Some(limits.resolve))
            .timeout_connect(Some(limits.connect))
            .timeout_recv_response(Some(limits.response))
            .timeout_per_read(Some(limits.stall))
            .timeout_global(Some(limits.total));
        Downloader { agent: config.build().into(), most_bytes: limits.bytes }
    }

    /// Returns the complete content of `url`. A response that breaks off, stalls or exceeds the
    /// limits is an error.
    pub(super) fn get(&self, url: &str) -> Result<Vec<u8>, DownloadError> {
        let body = match self.agent.get(url).call() {
            Ok(response) => response.into_body(),
            Err(cause) => {
                let url = url.to_owned();
                return Err(DownloadError::Request { url, cause });
            }
        };
        let bar = progress_bar(url, body.content_length());
        let body = body.into_with_config().limit(self.most_bytes).reader();
        let mut bytes = Vec::new();
        match bar.wrap_read(body).read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(cause) => Err(DownloadError::Body { url: url.to_owned(), had: bytes.len(), cause }),
        }
    }
}

/// A bar on standard error, hidden if that is not a terminal.
fn progress_bar(url: &str, length: Option<u64>) -> ProgressBar {
    let bar = match length {
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::no_length(),
    };
    let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style)
        .with_message(url.rsplit('/').next().unwrap_or(url).to_owned())
        .with_finish(ProgressFinish::AndClear)
}
