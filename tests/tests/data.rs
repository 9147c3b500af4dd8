//! IDX files on disk, and MNIST itself if it is installed.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use chainrule::Rng;
use chainrule::data::{Error, ImageSet, ShuffledEpochs, WithReplacement, idx};
use flate2::Compression;
use flate2::write::GzEncoder;
use ndarray::{Array2, array, s};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Two images of 1 × 3 pixels.
const IMAGES: [u8; 22] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60];
const LABELS: [u8; 10] = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// The error message for an image file with these bytes.
fn complaint(bytes: &[u8]) -> String {
    let folder = TempDir::new().unwrap();
    let path = write(&folder, "images", bytes);
    let error = idx::read_images_file(&path).unwrap_err();
    assert!(matches!(error, Error::File { .. }));
    let message = error.to_string();
    let place = format!("`{}`: ", path.display());
    message.strip_prefix(&place).expect(&message).to_owned()
}

#[test]
fn plain_and_packed_files_are_distinguished_by_content() {
    let folder = TempDir::new().unwrap();
    // The file extensions are wrong on purpose.
    let images = write(&folder, "images", &gzip(&IMAGES));
    let labels = write(&folder, "labels.gz", &LABELS);
    let set = ImageSet::read(images, labels).unwrap();
    assert_eq!(set.pixels(), array![[10, 20, 30], [40, 50, 60]]);
    assert_eq!(set.labels(), [7, 9]);
}

#[test]
fn each_fault_of_a_file_is_reported_with_its_values() {
    let huge = [&[0, 0, 8, 3][..], &[255; 12]].concat();
    let faults: [(&[u8], &str); 9] = [
        (&[], "expected 4 bytes (unpacked), found 0; the file is incomplete"),
        (&IMAGES[..10], "expected 16 bytes (unpacked), found 10; the file is incomplete"),
        (&IMAGES[..21], "expected 22 bytes (unpacked), found 21; the file is incomplete"),
        (&[&IMAGES[..], b"\n"].concat(), "expected the end after 22 bytes (unpacked), found more"),
        (
            b"PK\x03\x04 a zip file",
            "expected an IDX file, plain or gzip-compressed, which starts with 0x00000803, found \
             0x504b0304",
        ),
        (&[0, 0, 0x0d, 3], "expected IDX elements of type 0x08 (unsigned bytes), found 0x0d"),
        (
            &LABELS,
            "expected an IDX file of 3 dimensions (images), found 1 dimension (labels); the two \
             files may be swapped",
        ),
        (&[0, 0, 8, 4], "expected an IDX file of 3 dimensions (images), found 4 dimensions"),
        (
            &huge,
            "expected at most 1073741824 elements, found a header that announces [4294967295, \
             4294967295, 4294967295]",
        ),
    ];
    for (bytes, expected) in faults {
        assert_eq!(complaint(bytes), expected);
        assert_eq!(complaint(&gzip(bytes)), expected);
    }
}

#[test]
fn a_packed_file_that_was_cut_or_damaged_is_an_error() {
    let packed = gzip(&IMAGES);
    assert!(complaint(&packed[..packed.len() / 2]).ends_with("; the file is incomplete"));
    assert!(complaint(&packed[..5]).starts_with("expected 4 bytes (unpacked), found 0"));

    let mut damaged = packed;
    let checksum = damaged.len() - 8;
    damaged[checksum] ^= 1;
    assert!(complaint(&damaged).starts_with("failed to read after 22 bytes (unpacked): "));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("nothing");
    let message = ImageSet::read(&path, &path).unwrap_err().to_string();
    let expected = format!("`{}`: failed to open the file: ", path.display());
    assert!(message.starts_with(&expected), "{message}");
}

#[test]
fn images_and_labels_must_be_as_many() {
    let three_labels = [0, 0, 8, 1, 0, 0, 0, 3, 7, 9, 1];
    let error = ImageSet::from_readers(&IMAGES[..], &three_labels[..]).unwrap_err();
    assert!(matches!(error, Error::Counts { images: 2, labels: 3 }));

    let folder = TempDir::new().unwrap();
    let (images, labels) = (write(&folder, "i", &IMAGES), write(&folder, "l", &three_labels));
    let expected = format!(
        "`{}` and `{}`: expected one label for each image, found 2 images and 3 labels",
        images.display(),
        labels.display()
    );
    assert_eq!(ImageSet::read(images, labels).unwrap_err().to_string(), expected);

    let one_label = [0, 0, 8, 1, 0, 0, 0, 1, 7];
    let error = ImageSet::from_readers(&IMAGES[..], &one_label[..]).unwrap_err();
    let expected = "expected one label for each image, found 2 images and 1 label";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_epoch_of_batches_shows_every_sample_once() {
    let set = ImageSet::from_readers(&IMAGES[..], &LABELS[..]).unwrap();
    let mut batches = ShuffledEpochs::new(set.len(), 2).unwrap();
    let (mut features, mut labels) = (Array2::<f64>::zeros((2, 3)), [0; 2]);
    let mut rng = Rng::seed(3);
    set.gather(batches.draw(&mut rng), features.view_mut(), &mut labels).unwrap();
    labels.sort_unstable();
    assert_eq!(labels, [7, 9]);
    assert!((features.sum() - 210.0 / 255.0).abs() < 1e-12);
}

#[test]
fn mnist_itself() {
    let folder = env::var_os("MNIST_DIR").filter(|folder| !folder.is_empty());
    let Some(folder) = folder.map(PathBuf::from) else {
        println!("skipped: $MNIST_DIR is not set");
        return;
    };
    let train =
        read(&folder, "train", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db");
    let test =
        read(&folder, "t10k", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");
    assert_eq!(train.pixels().dim(), (60_000, 784));
    assert_eq!(test.pixels().dim(), (10_000, 784));
    assert_eq!(train.labels()[..5], [5, 0, 4, 1, 9]);
    assert_eq!(test.labels()[..5], [7, 2, 1, 0, 4]);

    // The mean that is commonly used to normalize MNIST.
    let mean = train.brightness::<f64>(0..train.len()).unwrap().mean();
    assert!((mean.unwrap() - 0.1307).abs() < 0.0001, "{mean:?}");

    let mut batches = WithReplacement::new(train.len(), 100).unwrap();
    let (mut features, mut labels) = (Array2::<f32>::zeros((100, 784)), [0; 100]);
    let indices = batches.draw(&mut Rng::seed(1));
    train.gather(indices, features.view_mut(), &mut labels).unwrap();
    for (row, &index) in indices.iter().enumerate() {
        let alone = train.brightness::<f32>(index..index + 1).unwrap();
        assert_eq!(features.slice(s![row..=row, ..]), alone);
        assert_eq!(labels[row], train.labels()[index]);
    }
}

/// Reads one of MNIST's two sets, compressed or not, and compares its images with the SHA-256 of
/// the published file.
fn read(folder: &Path, part: &str, sha256: &str) -> ImageSet {
    let path = |kind: &str| {
        let plain = folder.join(format!("{part}-{kind}-ubyte"));
        match plain.is_file() {
            true => plain,
            false => folder.join(format!("{part}-{kind}-ubyte.gz")),
        }
    };
    let set = ImageSet::read(path("images-idx3"), path("labels-idx1")).unwrap();
    let mut digest = Sha256::new();
    for number in [0x0803, u32::try_from(set.len()).unwrap(), 28, 28] {
        digest.update(number.to_be_bytes());
    }
    digest.update(set.pixels().as_slice().unwrap());
    let found: Vec<String> = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(found.concat(), sha256, "{part}");
    set
}
