//! IDX, the file format of MNIST: a big-endian header, then the elements.
//!
//! ```text
//! 00 00 08 03   unsigned bytes (08) in 3 dimensions (03)
//! 00 00 ea 60   60,000 images
//! 00 00 00 1c   of 28 rows
//! 00 00 00 1c   and 28 columns
//! …             one byte for each pixel
//! ```
//!
//! Files may be plain or gzip-compressed, which is detected from their content. Without the feature
//! `gzip`, compressed files are an error. Memory use grows with the bytes that are read, not with the
//! size in the header.

use std::fs::File;
use std::io::{self, Cursor, Read};
#[cfg(feature = "gzip")]
use std::io::{BufRead, BufReader};
use std::path::Path;

#[cfg(feature = "gzip")]
use flate2::bufread::GzDecoder;
use ndarray::Array2;
use thiserror::Error as ThisError;

use super::error::Error;

/// Maximum number of elements that a header may announce: 1 GiB.
///
/// The training images of MNIST are 47 MB. The limit is needed because a gzip file of a few
/// megabytes can decompress to a thousand times its size.
pub const MAX_BYTES: u64 = 1 << 30;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const UNSIGNED_BYTES: u8 = 0x08;

/// Reads the images in the file at `path`: samples × pixels, row-major.
///
/// # Errors
///
/// [`Error::File`], which contains [`Error::Open`] or an error of [`read_images`].
pub fn read_images_file(path: impl AsRef<Path>) -> Result<Array2<u8>, Error> {
    read_file(path.as_ref(), read_images)
}

/// Reads the labels in the file at `path`, one per sample.
///
/// # Errors
///
/// [`Error::File`], which contains [`Error::Open`] or an error of [`read_labels`].
pub fn read_labels_file(path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
    read_file(path.as_ref(), read_labels)
}

/// Reads images: samples × pixels, the pixels of each image row-major.
///
/// # Errors
///
/// [`Error::Read`], or the error that describes why the content is not exactly one IDX file of
/// bytes in three dimensions.
pub fn read_images(reader: impl Read) -> Result<Array2<u8>, Error> {
    let ([samples, rows, columns], pixels) = read(reader)?;
    // `read` has checked the length, so only a shape whose size overflows can still be rejected.
    let too_large = |_| too_large(&[samples, rows, columns]);
    Array2::from_shape_vec((samples as usize, rows as usize * columns as usize), pixels)
        .map_err(too_large)
}

/// Reads labels, one per sample.
///
/// # Errors
///
/// [`Error::Read`], or the error that describes why the content is not exactly one IDX file of
/// bytes in one dimension.
pub fn read_labels(reader: impl Read) -> Result<Vec<u8>, Error> {
    let ([_samples], labels) = read(reader)?;
    Ok(labels)
}

/// The content of `reader`, decompressed if it is gzip. A gzip file may have several parts, and
/// zeros after the last.
///
/// # Errors
///
/// Errors from reading the first two bytes; for gzip without the feature `gzip`, an error that says
/// so. Reading from the result fails for invalid gzip data, and for bytes after it that are neither
/// gzip nor zeros.
pub fn unpacked<'r>(mut reader: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    let mut start = Vec::with_capacity(GZIP_MAGIC.len());
    (&mut reader).take(GZIP_MAGIC.len() as u64).read_to_end(&mut start)?;
    let packed = start == GZIP_MAGIC;
    let whole = Cursor::new(start).chain(reader);
    Ok(match packed {
        #[cfg(feature = "gzip")]
        true => Box::new(Gunzip::new(whole)),
        #[cfg(not(feature = "gzip"))]
        true => return Err(io::Error::new(io::ErrorKind::Unsupported, NoGzip)),
        false => Box::new(whole),
    })
}

/// Decompresses a gzip file: all its parts, one after the other (RFC 1952, "members").
#[cfg(feature = "gzip")]
struct Gunzip<R> {
    /// The part that is being read; `None` after the last.
    part: Option<GzDecoder<BufReader<R>>>,
}

#[cfg(feature = "gzip")]
impl<R: Read> Gunzip<R> {
    fn new(reader: R) -> Gunzip<R> {
        Gunzip { part: Some(GzDecoder::new(BufReader::new(reader))) }
    }
}

#[cfg(feature = "gzip")]
impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut part) = self.part.take() {
            let count = part.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                self.part = Some(part);
                return Ok(count);
            }
            self.part = next_part(part.into_inner())?;
        }
        Ok(0)
    }
}

/// The part that begins here, `None` at the end of the file. Some programs pad files with zeros.
#[cfg(feature = "gzip")]
fn next_part<R: Read>(mut rest: BufReader<R>) -> io::Result<Option<GzDecoder<BufReader<R>>>> {
    let mut padding = 0;
    loop {
        let bytes = rest.fill_buf()?;
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        match bytes.get(zeros) {
            Some(&byte) if byte == GZIP_MAGIC[0] && padding + zeros == 0 => {
                return Ok(Some(GzDecoder::new(rest)));
            }
            Some(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, NotGzip)),
            None if zeros == 0 => return Ok(None),
            None => {
                padding += zeros;
                rest.consume(zeros);
            }
        }
    }
}

/// The cause of a read error for bytes after the last part of a gzip file.
#[cfg(feature = "gzip")]
#[derive(Debug, ThisError)]
#[error("found bytes that are not gzip after the gzip data")]
struct NotGzip;

/// The cause of a read error for gzip data, where no code reads it.
#[cfg(not(feature = "gzip"))]
#[derive(Debug, ThisError)]
#[error(
    "the data is gzip-compressed\nhelp: enable the feature `gzip` of chainrule, or unpack the file"
)]
struct NoGzip;

/// The error for reading that failed after `had` bytes.
fn failed(had: u64, cause: io::Error) -> Error {
    #[cfg(feature = "gzip")]
    if cause.get_ref().is_some_and(|cause| cause.is::<NotGzip>()) {
        return Error::AfterGzip;
    }
    Error::Read { had, cause }
}

fn read_file<V>(path: &Path, read: fn(File) -> Result<V, Error>) -> Result<V, Error> {
    File::open(path)
        .map_err(|cause| Error::Open { cause })
        .and_then(read)
        .map_err(|cause| Error::File { path: path.to_owned(), cause: Box::new(cause) })
}

/// The shape and the elements of an IDX file of bytes in `N` dimensions.
fn read<const N: usize>(reader: impl Read) -> Result<([u32; N], Vec<u8>), Error> {
    let mut reader = unpacked(reader).map_err(|cause| Error::Read { had: 0, cause })?;
    let header_bytes = 4 + 4 * N as u64;

    let magic = read_exactly(&mut reader, 4, 0)?;
    check_magic::<N>(big_endian(&magic))?;
    let header = read_exactly(&mut reader, header_bytes - 4, 4)?;
    let mut shape = [0; N];
    for (size, bytes) in shape.iter_mut().zip(header.chunks_exact(4)) {
        *size = big_endian(bytes);
    }

    let elements = read_exactly(&mut reader, element_count(&shape)?, header_bytes)?;
    check_end(&mut reader, header_bytes + elements.len() as u64)?;
    Ok((shape, elements))
}

fn check_magic<const N: usize>(magic: u32) -> Result<(), Error> {
    let [zero, zero_too, element, dimensions] = magic.to_be_bytes();
    let expected = N as u8;
    if (zero, zero_too) != (0, 0) {
        let expected = u32::from_be_bytes([0, 0, UNSIGNED_BYTES, expected]);
        return Err(Error::BadMagic { found: magic, expected });
    }
    if element != UNSIGNED_BYTES {
        return Err(Error::ElementType { found: element });
    }
    if dimensions != expected {
        let found = dimensions;
        return Err(Error::Dimensions { found, expected });
    }
    Ok(())
}

fn element_count(shape: &[u32]) -> Result<u64, Error> {
    // A size of 0 counts as 1 here: 0 × huge × huge has no elements, but is not a valid array
    // shape.
    let mut addressed: u64 = 1;
    for &size in shape {
        addressed = match addressed.checked_mul(u64::from(size.max(1))) {
            Some(product) if product <= MAX_BYTES => product,
            _ => return Err(too_large(shape)),
        };
    }
    Ok(if shape.contains(&0) { 0 } else { addressed })
}

fn too_large(shape: &[u32]) -> Error {
    Error::TooLarge { shape: shape.to_vec(), limit: MAX_BYTES }
}

/// Reads the next `count` bytes; `before` is the position in the decompressed file.
fn read_exactly(reader: &mut dyn Read, count: u64, before: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    // `read_to_end` allocates as bytes arrive. Reserving `count` bytes at once would trust the
    // header, which may be wrong.
    let end = reader.take(count).read_to_end(&mut bytes);
    let had = before + bytes.len() as u64;
    match end {
        Ok(_) if bytes.len() as u64 == count => Ok(bytes),
        Ok(_) => Err(Error::Truncated { had, expected: before + count }),
        // A truncated gzip stream.
        Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Error::Truncated { had, expected: before + count })
        }
        Err(cause) => Err(failed(had, cause)),
    }
}

/// Reading to the end also makes gzip verify its checksum.
fn check_end(reader: &mut dyn Read, expected: u64) -> Result<(), Error> {
    let mut trailing = Vec::new();
    let end = reader.take(1).read_to_end(&mut trailing);
    match end {
        Ok(0) => Ok(()),
        Ok(_) => Err(Error::TrailingBytes { expected }),
        Err(cause) => Err(failed(expected, cause)),
    }
}

/// The number in the first four bytes, which the callers have read exactly.
fn big_endian(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, &byte| number << 8 | u32::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two images of 1 × 3 pixels.
    const IMAGES: [u8; 22] =
        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60];
    const LABELS: [u8; 10] = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];

    fn header(shape: [u32; 3]) -> Vec<u8> {
        let mut bytes = vec![0, 0, 8, 3];
        bytes.extend(shape.iter().flat_map(|size| size.to_be_bytes()));
        bytes
    }

    /// Returns one byte at a time, as a pipe may.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = buffer.len().min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    /// Counts the bytes read from an endless file.
    struct Endless {
        header: Cursor<Vec<u8>>,
        taken: u64,
    }

    impl Read for &mut Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = match self.header.read(buffer)? {
                0 => buffer.len(),
                count => count,
            };
            self.taken += count as u64;
            Ok(count)
        }
    }

    #[test]
    fn images_and_labels_are_read() {
        let images = read_images(&IMAGES[..]).unwrap();
        assert_eq!(images, ndarray::array![[10, 20, 30], [40, 50, 60]]);
        assert_eq!(read_images(Drip(&IMAGES)).unwrap(), images);
        assert_eq!(read_labels(&LABELS[..]).unwrap(), [7, 9]);
    }

    #[test]
    fn no_images_are_a_set_of_width_that_is_kept() {
        assert_eq!(read_images(&header([0, 28, 28])[..]).unwrap().dim(), (0, 784));
        assert_eq!(read_images(&header([5, 0, 28])[..]).unwrap().dim(), (5, 0));
    }

    #[test]
    fn every_shorter_file_is_truncated() {
        for length in 0..IMAGES.len() {
            let error = read_images(&IMAGES[..length]).unwrap_err();
            let Error::Truncated { had, expected } = error else {
                panic!("{length} bytes: {error}");
            };
            let promised = match length {
                0..4 => 4,
                4..16 => 16,
                _ => 22,
            };
            assert_eq!((had, expected), (length as u64, promised));
        }
    }

    #[test]
    fn a_byte_too_many_is_an_error() {
        let longer = [&IMAGES[..], &[0]].concat();
        let error = read_images(&longer[..]).unwrap_err();
        assert!(matches!(error, Error::TrailingBytes { expected: 22 }), "{error}");
    }

    #[test]
    fn other_content_is_rejected_by_its_first_bytes() {
        let page = read_images(&b"<html>404</html>"[..]).unwrap_err();
        let expected = 0x0000_0803;
        assert!(
            matches!(page, Error::BadMagic { found: 0x3c68_746d, expected: e } if e == expected),
            "{page}"
        );
        let floats = read_images(&[0, 0, 0x0d, 3][..]).unwrap_err();
        assert!(matches!(floats, Error::ElementType { found: 0x0d }), "{floats}");
    }

    #[test]
    fn swapped_files_are_reported() {
        let error = read_images(&LABELS[..]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected an IDX file of 3 dimensions (images), found 1 dimension (labels); the two \
             files may be swapped"
        );
        assert!(matches!(
            read_labels(&IMAGES[..]),
            Err(Error::Dimensions { found: 3, expected: 1 })
        ));
    }

    #[test]
    fn a_header_that_overflows_is_rejected_before_reading() {
        let shapes = [[u32::MAX; 3], [1 << 15, 1 << 8, 1 << 8], [0, u32::MAX, u32::MAX]];
        for shape in shapes {
            let mut file = Endless { header: Cursor::new(header(shape)), taken: 0 };
            let error = read_images(&mut file).unwrap_err();
            assert!(matches!(error, Error::TooLarge { .. }), "{error}");
            assert!(file.taken <= 16);
        }
    }

    #[test]
    fn a_lying_header_gets_no_memory() {
        // Reserving the size in the header would allocate 1 GiB here.
        let error = read_images(&header([1 << 10, 1 << 10, 1 << 10])[..]).unwrap_err();
        assert!(matches!(error, Error::Truncated { had: 16, .. }), "{error}");
    }

    #[test]
    fn nothing_is_read_past_one_byte_after_the_promise() {
        let mut file = Endless { header: Cursor::new(header([1, 1, 1])), taken: 0 };
        let error = read_images(&mut file).unwrap_err();
        assert!(matches!(error, Error::TrailingBytes { expected: 17 }), "{error}");
        assert_eq!(file.taken, 18);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read_images_file("no/such/file").unwrap_err();
        assert!(error.to_string().starts_with("`no/such/file`: failed to open the file: "));
    }

    #[cfg(not(feature = "gzip"))]
    #[test]
    fn without_the_feature_gzip_is_an_error_with_a_repair() {
        let error = read_images(&[0x1f, 0x8b, 8, 0][..]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "failed to read after 0 bytes (unpacked): the data is gzip-compressed\n\
             help: enable the feature `gzip` of chainrule, or unpack the file"
        );
    }

    #[cfg(feature = "gzip")]
    mod packed {
        use std::io::Write;

        use flate2::Compression;
        use flate2::write::GzEncoder;

        use super::*;

        fn gzip(bytes: &[u8]) -> Vec<u8> {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }

        #[test]
        fn gzip_is_reported_by_content_and_in_any_portions() {
            let packed = gzip(&IMAGES);
            assert_eq!(read_images(&packed[..]).unwrap()[[1, 0]], 40);
            assert_eq!(read_images(Drip(&packed)).unwrap()[[1, 0]], 40);
        }

        #[test]
        fn gzip_in_several_members_is_one_file() {
            let packed = [gzip(&IMAGES[..9]), gzip(&IMAGES[9..])].concat();
            assert_eq!(read_images(&packed[..]).unwrap()[[1, 2]], 60);
        }

        #[test]
        fn bytes_after_a_gzip_file_are_padding_or_an_error() {
            let packed = gzip(&IMAGES);
            let padded = [&packed[..], &[0; 100_000]].concat();
            assert_eq!(read_images(&padded[..]).unwrap()[[1, 2]], 60);
            assert_eq!(read_images(Drip(&padded)).unwrap()[[1, 2]], 60);
            for more in [&b"more"[..], b"\0\0more", &[0, 0, 0x1f, 0x8b]] {
                let error = read_images(&[&packed, more].concat()[..]).unwrap_err();
                assert_eq!(
                    error.to_string(),
                    "expected the end of the file after the gzip data, found bytes that are not gzip"
                );
            }
        }

        #[test]
        fn every_shorter_gzip_file_is_an_error() {
            let packed = gzip(&IMAGES);
            for length in 0..packed.len() {
                assert!(read_images(&packed[..length]).is_err(), "{length} bytes");
            }
        }

        #[test]
        fn any_flipped_bit_of_a_gzip_file_is_safe() {
            let packed = gzip(&IMAGES);
            for bit in 0..packed.len() * 8 {
                let mut damaged = packed.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                // Changed bits in the time or system of the gzip header have no effect.
                if let Ok(images) = read_images(&damaged[..]) {
                    assert_eq!(images[[1, 2]], 60, "bit {bit}");
                }
            }
        }

        #[test]
        fn a_gzip_bomb_is_left_after_its_promise() {
            let mut bomb = header([1, 1, 1]);
            bomb.resize(64 << 20, 0);
            let error = read_images(&gzip(&bomb)[..]).unwrap_err();
            assert!(matches!(error, Error::TrailingBytes { expected: 17 }), "{error}");
        }

        #[test]
        fn a_byte_too_many_in_a_gzip_file_is_an_error() {
            let error = read_images(&gzip(&[&IMAGES[..], &[0]].concat())[..]).unwrap_err();
            assert!(matches!(error, Error::TrailingBytes { expected: 22 }), "{error}");
        }
    }
}
