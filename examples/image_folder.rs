//! Learns the classes of pictures from a folder: a subfolder for each class, with PNG files of any size.
//!
//! Without a folder, it draws one with circles, crosses, squares and triangles, and reads that. For
//! pictures of your own, set the number of classes in `CLASSES`.
//!
//! ```text
//! cargo run --release --example image_folder
//! cargo run --release --example image_folder -- pictures
//! ```

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use chainrule::data::augment::{crop, flip};
use chainrule::data::{ClassNames, stratified_split};
use chainrule::trainer::{confusion, evaluate};
use chainrule::{AdamW, Init, Rng, Trainer, network};
use clap::Parser;
use image::imageops::FilterType;
use image::{Rgb, RgbImage};

const CLASSES: usize = 4;
/// Pictures are scaled to this height and width.
const SIDE: usize = 32;
const SHAPE: [usize; 3] = [3, SIDE, SIDE];

/// Channels × height × width, from 0 to 1.
type Picture = [[[f32; SIDE]; SIDE]; 3];

network! {
    struct Classifier = Input(3, SIDE, SIDE)
        -> Conv2d(8, 3, padding = 1) -> BatchNorm -> Relu -> MaxPool2d(2)
        -> Conv2d(16, 3, padding = 1) -> BatchNorm -> Relu -> MaxPool2d(2)
        -> Conv2d(32, 3, padding = 1) -> BatchNorm -> Relu -> MaxPool2d(2)
        -> Flatten -> Affine(CLASSES) => SoftmaxWithLoss;
}

/// Learns the classes of pictures from a folder.
#[derive(Parser)]
struct Arguments {
    /// Folder with a subfolder of PNG files for each class [default: drawn shapes]
    folder: Option<PathBuf>,
    /// Passes over the training pictures
    #[arg(long, default_value_t = 20, value_name = "N")]
    epochs: u64,
    /// Seed of every random choice
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { folder, epochs, seed } = Arguments::parse();
    let mut rng = Rng::seed(seed);
    let drawn = tempfile::tempdir()?;
    let folder = match folder {
        Some(folder) => folder,
        None => {
            draw_shapes(drawn.path(), &mut rng)?;
            drawn.path().to_owned()
        }
    };
    let (pictures, classes) = read(&folder)?;
    let names = ClassNames::of(&classes);
    if names.as_slice().len() != CLASSES {
        let found = names.as_slice();
        let folder = folder.display();
        return Err(format!("expected {CLASSES} classes in {folder}, found {found:?}").into());
    }
    let t = names.encode(&classes)?;
    println!("{} pictures: {}", pictures.len(), names.as_slice().join(", "));

    let [train, validation, test] = stratified_split(&t, [0.6, 0.2, 0.2], &mut rng)?
        .map(|part| part.into_iter().map(|i| (pictures[i], t[i])).unzip::<_, _, Vec<_>, Vec<_>>());
    let net = Classifier::new(Init::Auto, &mut rng);
    let mut trainer = Trainer::new(net, AdamW::new(0.003)?)
        .epochs(epochs)
        .seed(seed)
        .augment(|picture, rng| {
            crop(picture, SHAPE, 3, rng);
            flip(picture, SHAPE, rng);
        })
        .validation((&validation.0, &validation.1))
        .keep_best();
    trainer.fit((&train.0, &train.1))?;
    let net = trainer.into_network();

    println!("validation: {}", evaluate(&net, (&validation.0, &validation.1))?);
    println!("test:       {}", evaluate(&net, (&test.0, &test.1))?);
    println!("{}", confusion(&net, (&test.0, &test.1))?.with_names(names.as_slice())?);

    let class = names.name(net.class_of(&test.0[0])?).unwrap_or("?");
    println!("\nthe first picture of the test set is classified as {class}");
    Ok(())
}

/// The pictures of all subfolders, and the names of their classes.
fn read(folder: &Path) -> Result<(Vec<Picture>, Vec<String>), Box<dyn Error>> {
    let (mut pictures, mut classes) = (Vec::new(), Vec::new());
    for class in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        let name = class.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_png =
            |path: &PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("png"));
        for path in entries(&class)?.into_iter().filter(is_png) {
            pictures
                .push(read_picture(&path).map_err(|error| format!("{}: {error}", path.display()))?);
            classes.push(name.clone());
        }
    }
    Ok((pictures, classes))
}

/// The entries of a folder in alphabetical order, so that the same seed gives the same results.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let read = || fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let entries: std::io::Result<Vec<PathBuf>> = read();
    let mut entries = entries.map_err(|error| format!("{}: {error}", folder.display()))?;
    entries.sort();
    Ok(entries)
}

fn read_picture(path: &Path) -> image::ImageResult<Picture> {
    let side = SIDE as u32;
    let pixels = image::open(path)?.resize_to_fill(side, side, FilterType::Triangle).to_rgb8();
    let mut picture = [[[0.0; SIDE]; SIDE]; 3];
    for (x, y, Rgb(colors)) in pixels.enumerate_pixels() {
        for (channel, &color) in picture.iter_mut().zip(colors) {
            channel[y as usize][x as usize] = f32::from(color) / 255.0;
        }
    }
    Ok(picture)
}

/// Whether a point of the square from -1 to 1 is inside of a shape.
type Inside = fn(f64, f64) -> bool;

const SHAPES: [(&str, Inside); CLASSES] = [
    ("circle", |x, y| x.hypot(y) < 0.75),
    ("cross", |x, y| x.abs().min(y.abs()) < 0.22 && x.abs().max(y.abs()) < 0.85),
    ("square", |x, y| x.abs().max(y.abs()) < 0.65),
    ("triangle", |x, y| y < 0.6 && x.abs() < 0.6 * (y + 0.8)),
];

/// Draws pictures of each shape in two random colors, of random size, place and angle.
fn draw_shapes(folder: &Path, rng: &mut Rng) -> Result<(), Box<dyn Error>> {
    for (name, inside) in SHAPES {
        let class = folder.join(name);
        fs::create_dir(&class)?;
        for number in 0..100 {
            draw(inside, rng).save(class.join(format!("{number}.png")))?;
        }
    }
    Ok(())
}

fn draw(inside: Inside, rng: &mut Rng) -> RgbImage {
    let mut between = |low: f64, high: f64| low + (high - low) * rng.uniform();
    let side = between(24.0, 48.0).round();
    let [ground, shape] = [(0.0, 100.0), (155.0, 255.0)]
        .map(|(low, high)| Rgb([(); 3].map(|()| between(low, high) as u8)));
    let (radius, [middle_x, middle_y]) =
        (side * between(0.25, 0.4), [(); 2].map(|()| side * between(0.4, 0.6)));
    let (sin, cos) = between(-0.3, 0.3).sin_cos();
    RgbImage::from_fn(side as u32, side as u32, |x, y| {
        let (x, y) = ((f64::from(x) - middle_x) / radius, (f64::from(y) - middle_y) / radius);
        if inside(x * cos + y * sin, y * cos - x * sin) { shape } else { ground }
    })
}
