//! MNIST from a folder that the user names.

use std::path::{Path, PathBuf};

use chainrule::data::ImageSet;

use super::{Error, Mnist, PIXELS};

/// Reads the four files in `folder`, compressed or not, under either of their usual names.
///
/// The contents are not compared with those of MNIST, so that replacements (Fashion-MNIST, KMNIST)
/// can be used too.
pub(super) fn load(folder: &Path, asked_by: &'static str) -> Result<Mnist, Error> {
    let set = |part, images, labels| {
        let images = find(folder, asked_by, images)?;
        let labels = find(folder, asked_by, labels)?;
        let set = ImageSet::read(images, labels)?;
        check(set, part, folder)
    };
    // Distinguishes a missing folder from a missing file.
    folder.read_dir().map_err(|cause| Error::Folder {
        folder: folder.to_owned(),
        asked_by,
        cause,
    })?;
    Ok(Mnist {
        train: set("training", "train-images-idx3-ubyte", "train-labels-idx1-ubyte")?,
        test: set("test", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")?,
        origin: format!("data: MNIST from {asked_by} ({})", folder.display()),
    })
}

fn find(folder: &Path, asked_by: &'static str, name: &'static str) -> Result<PathBuf, Error> {
    // Some mirrors and Windows decompression tools write a dot instead of the hyphen.
    let dotted = name.replace("-idx", ".idx");
    [name, &dotted]
        .iter()
        .flat_map(|name| [folder.join(name), folder.join(format!("{name}.gz"))])
        .find(|path| path.is_file())
        .ok_or_else(|| Error::MissingFile { folder: folder.to_owned(), asked_by, name })
}

fn check(set: ImageSet, part: &'static str, folder: &Path) -> Result<ImageSet, Error> {
    let folder = folder.to_owned();
    let labels = set.labels();
    if set.is_empty() {
        return Err(Error::Empty { folder, part });
    }
    if set.pixels_per_image() != PIXELS {
        let found = set.pixels_per_image();
        return Err(Error::Pixels { folder, found });
    }
    if let Some(sample) = labels.iter().position(|&label| label > 9) {
        let found = labels[sample];
        return Err(Error::Label { folder, part, sample, found });
    }
    Ok(set)
}
