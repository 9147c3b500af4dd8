//! The run of section 5.7.4 of the book.

use std::error::Error;
use std::path::Path;

use chainrule::data::{ImageSet, WithReplacement};
use chainrule::{Init, Rng, Sgd, Workspace};
use ndarray::{Array2, s};

use crate::Step;
use crate::works::{Chapter, RATE};

const STEPS: usize = 10_000;
const BATCH: usize = 100;
/// The batch size of an accuracy pass: as many images as the second-level cache
/// holds.
const ACCURACY_BATCH: usize = 200;

/// Returns a function that performs the whole run.
pub(crate) fn run(mnist: Option<&Path>) -> Result<Step, Box<dyn Error>> {
    let (train, test) = match mnist {
        Some(folder) => (read(folder, "train")?, read(folder, "t10k")?),
        None => (noise(60_000)?, noise(10_000)?),
    };
    Ok(Box::new(move || {
        let accuracy = train_and_test(&train, &test).expect("the data are sound");
        std::hint::black_box(accuracy);
    }))
}

fn read(folder: &Path, part: &str) -> Result<ImageSet, chainrule::data::Error> {
    let file = |what: &str| folder.join(format!("{part}-{what}-ubyte.gz"));
    ImageSet::read(file("images-idx3"), file("labels-idx1"))
}

/// The same number of noise images, with all digits equally likely.
fn noise(count: usize) -> Result<ImageSet, chainrule::data::Error> {
    let mut rng = Rng::seed(1);
    let pixels = Array2::from_shape_simple_fn((count, 784), || rng.below(256) as u8);
    ImageSet::new(pixels, (0..count).map(|_| rng.below(10) as u8).collect())
}

/// Trains for 10,000 steps, with an accuracy pass over both sets per epoch. Returns the
/// last accuracy on the second set.
fn train_and_test(train: &ImageSet, test: &ImageSet) -> Result<f64, Box<dyn Error>> {
    let mut rng = Rng::seed(0);
    let mut net = Chapter::new(Init::Normal(0.01), &mut rng);
    let mut batches = WithReplacement::new(train.len(), BATCH)?;
    let (mut x, mut t) = (Array2::zeros((BATCH, 784)), [0; BATCH]);
    let (mut workspace, mut grads) = (Workspace::new(), Chapter::zeros());
    let mut sgd = Sgd::new(RATE)?;
    let mut pass = AccuracyPass::new();
    let mut accuracy = 0.0;
    for step in 0..STEPS {
        train.gather(batches.draw(&mut rng), x.view_mut(), &mut t)?;
        net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads)?;
        if step.is_multiple_of(train.len() / BATCH) {
            pass.accuracy(&net, train)?;
            accuracy = pass.accuracy(&net, test)?;
        }
    }
    Ok(accuracy)
}

/// Buffers for an accuracy pass.
struct AccuracyPass {
    images: Vec<usize>,
    x: Array2<f32>,
    t: [u8; ACCURACY_BATCH],
    workspace: Workspace,
}

impl AccuracyPass {
    fn new() -> AccuracyPass {
        AccuracyPass {
            images: Vec::with_capacity(ACCURACY_BATCH),
            x: Array2::zeros((ACCURACY_BATCH, 784)),
            t: [0; ACCURACY_BATCH],
            workspace: Workspace::new(),
        }
    }

    fn accuracy(&mut self, net: &Chapter, set: &ImageSet) -> Result<f64, Box<dyn Error>> {
        let mut right = 0.0;
        for start in (0..set.len()).step_by(ACCURACY_BATCH) {
            self.images.clear();
            self.images.extend(start..set.len().min(start + ACCURACY_BATCH));
            let count = self.images.len();
            let t = &mut self.t[..count];
            set.gather(&self.images, self.x.slice_mut(s![..count, ..]), t)?;
            let x = self.x.slice(s![..count, ..]);
            right += net.accuracy_in(x, &*t, &mut self.workspace)? * count as f64;
        }
        Ok(right / set.len() as f64)
    }
}
