//! This library.

use std::error::Error;
use std::hint::black_box;

use chainrule::data::{ImageSet, WithReplacement};
use chainrule::ndarray::Array2;
use chainrule::{Rng, Sgd, Workspace, network};
use speed_contender::{ACCURACY_BATCH, Material, RATE, TRAINING_IMAGES, Work, run_chapter, serve};

/// A network, and the workloads that all networks share.
macro_rules! contender {
    ($net:ident = $($chain:tt)*) => {
        network! { struct $net = $($chain)* => SoftmaxWithLoss; }

        impl $net {
            fn of(material: &Material) -> Box<$net> {
                let mut net = $net::zeros();
                net.parameters_mut().copy_from_slice(&material.weights);
                net
            }

            fn work(kind: &str, material: &Material) -> Option<Work> {
                let (mut net, mut grads) = ($net::of(material), $net::zeros());
                let (x, t) = (batch(material), material.t.clone());
                let mut workspace = Workspace::new();
                match kind {
                    "train" => {
                        let mut sgd = sgd();
                        Some(Box::new(move |steps| {
                            let mut loss = f32::NAN;
                            for _ in 0..steps {
                                let step =
                                    net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads);
                                loss = step.expect("the data are sound");
                            }
                            loss
                        }))
                    }
                    "predict" => Some(Box::new(move |times| {
                        let mut score = f32::NAN;
                        for _ in 0..times {
                            let scores = net.predict_in(black_box(&x), &mut workspace);
                            score = scores.expect("the data are sound")[(0, 0)];
                        }
                        score
                    })),
                    _ => None,
                }
            }
        }
    };
}

contender!(Chapter = Affine(784, 50) -> Relu -> Affine(50, 10));
contender!(Wide = Affine(784, 512) -> Relu -> Affine(512, 512) -> Relu -> Affine(512, 10));
contender!(Policy = Affine(4, 64) -> Relu -> Affine(64, 64) -> Relu -> Affine(64, 2));
contender!(Tiny = Affine(6, 64) -> Relu -> Affine(64, 8) -> Relu -> Affine(8, 4));

contender!(Width16 = Affine(784, 16) -> Relu -> Affine(16, 10));
contender!(Width64 = Affine(784, 64) -> Relu -> Affine(64, 10));
contender!(Width256 = Affine(784, 256) -> Relu -> Affine(256, 10));
contender!(Width1024 = Affine(784, 1024) -> Relu -> Affine(1024, 10));

fn main() -> Result<(), Box<dyn Error>> {
    // Inside the pool: the chapter's steps are too short to enter it one by one.
    let served = rayon_core::scope(|_| serve(work).map_err(|error| error.to_string()));
    Ok(served?)
}

fn work(kind: &str, material: &Material) -> Option<Work> {
    match (kind, &material.sizes[..]) {
        ("mnist", [784, 50, 10]) => Some(chapter(material)),
        (_, [784, 50, 10]) => Chapter::work(kind, material),
        (_, [784, 512, 512, 10]) => Wide::work(kind, material),
        (_, [4, 64, 64, 2]) => Policy::work(kind, material),
        (_, [6, 64, 8, 4]) => Tiny::work(kind, material),
        (_, [784, 16, 10]) => Width16::work(kind, material),
        (_, [784, 64, 10]) => Width64::work(kind, material),
        (_, [784, 256, 10]) => Width256::work(kind, material),
        (_, [784, 1024, 10]) => Width1024::work(kind, material),
        _ => None,
    }
}

fn batch(material: &Material) -> Array2<f32> {
    Array2::from_shape_vec((material.batch, material.features()), material.x.clone())
        .expect("the material is a batch")
}

fn sgd() -> Sgd {
    Sgd::new(RATE.into()).expect("the rate is positive")
}

/// The loop of `examples/mnist.rs`.
fn chapter(material: &Material) -> Work {
    let pixels = Array2::from_shape_vec((material.labels.len(), 784), material.images.clone());
    let images = ImageSet::new(pixels.expect("the images are whole"), material.labels.clone());
    let images = images.expect("there is a label for each image");
    let mut net = Chapter::of(material);
    let (size, count) = (material.batch, material.labels.len());
    Box::new(move |_| {
        let mut rng = Rng::seed(0);
        let mut batches = WithReplacement::new(TRAINING_IMAGES, size).expect("a batch is smaller");
        let (mut x, mut t) = (Array2::zeros((size, 784)), vec![0; size]);
        let (mut workspace, mut grads, mut sgd) = (Workspace::new(), Chapter::zeros(), sgd());
        let mut pass = (Array2::zeros((ACCURACY_BATCH, 784)), vec![0; ACCURACY_BATCH]);
        let mut inference = Workspace::new();
        let step = |net: &mut Box<Chapter>| {
            images.gather(batches.draw(&mut rng), x.view_mut(), &mut t).expect("indices are below");
            let loss = net.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads);
            loss.expect("the data are sound");
        };
        let right = |net: &Box<Chapter>, range: std::ops::Range<usize>| {
            let (x, t) = &mut pass;
            let drawn: Vec<usize> = range.collect();
            images.gather(&drawn, x.view_mut(), t).expect("the range is within");
            let accuracy = net.accuracy_in(&*x, &*t, &mut inference).expect("the data are sound");
            (accuracy * t.len() as f64).round() as usize
        };
        run_chapter(&mut net, count, step, right)
    })
}
