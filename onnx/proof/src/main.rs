//! Writes networks as ONNX models, each with inputs and predictions of the library: `NAME.onnx`,
//! `NAME.BATCH.inputs` and `NAME.BATCH.outputs`, with numbers as little-endian `f32`. `onnx/check.py`
//! compares them with predictions of onnxruntime.

mod networks;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use chainrule::__private::PaddedInput;
use chainrule::layers::Layer;
use chainrule::{Init, Network, NetworkExt, Rng, Width, onnx};

/// The sizes of the compared batches.
const BATCHES: [usize; 3] = [1, 2, 7];

/// Where the files are written.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Writes a network with drawn parameters.
    fn write<N: Network<Scalar = f32>>(&self, name: &str) {
        let net = drawn::<N>();
        onnx::export(&net, self.path(&format!("{name}.onnx"))).unwrap();
        for batch in BATCHES {
            let x = inputs::<N>(batch);
            let mut y = vec![0.0; batch * N::OUTPUTS];
            let scratch = batch * <N as Layer<f32>>::INFERENCE_SAVED + N::INFERENCE_SCRATCH;
            net.infer(&cleared::<N>(&x), &mut y, &mut vec![0.0; scratch]);
            self.numbers(&format!("{name}.{batch}.inputs"), &x);
            self.numbers(&format!("{name}.{batch}.outputs"), &y);
        }
    }

    /// Writes one whose outputs are probabilities.
    fn write_probabilities<N, const I: usize, const O: usize>(&self, name: &str)
    where
        N: Network<Scalar = f32, Inputs = Width<I>, Outputs = Width<O>>,
    {
        let net = drawn::<N>();
        let path = self.path(&format!("{name}.onnx"));
        onnx::Export::<N>::new(&net).probabilities().write(path).unwrap();
        for batch in BATCHES {
            let x = inputs::<N>(batch);
            let (rows, _) = x.as_chunks::<I>();
            let mut workspace = chainrule::Workspace::new();
            let y = net.predict_proba_in(rows, &mut workspace).unwrap();
            self.numbers(&format!("{name}.{batch}.inputs"), &x);
            self.numbers(&format!("{name}.{batch}.outputs"), y.as_slice().unwrap());
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn numbers(&self, name: &str, numbers: &[f32]) {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        fs::write(self.path(name), bytes).unwrap();
    }
}

/// A network whose parameters are all different. Variances and deviations are positive.
fn drawn<N: Network<Scalar = f32>>() -> Box<N> {
    let mut rng = Rng::seed(1);
    let mut net = N::new(Init::Auto, &mut rng);
    let tensors = N::TENSORS;
    let numbers = net.parameters_mut();
    for tensor in tensors {
        let name = tensor.to_string();
        let is_positive = name.ends_with("running_var") || name.ends_with(".std");
        for number in tensor.of_mut(numbers) {
            *number += 0.3 * rng.normal() as f32;
            if is_positive {
                *number = number.abs() + 0.2;
            }
        }
    }
    net
}

/// The features of a batch; indices where the network takes some. Beyond the lengths of padded sequences
/// are numbers that the network would not take.
fn inputs<N: Network>(batch: usize) -> Vec<f32> {
    let mut rng = Rng::seed(2);
    let mut x: Vec<f32> = (0..batch * N::INPUTS).map(|_| rng.normal() as f32).collect();
    for row in x.chunks_exact_mut(N::INPUTS) {
        for (from, count, below) in N::INDEX_INPUTS {
            let indices = &mut row[*from..from + count];
            indices.fill_with(|| (rng.uniform() * *below as f64).floor() as f32);
        }
        for padded in N::PADDED_INPUTS {
            let length = 1 + (rng.uniform() * padded.steps as f64) as usize;
            row[padded.length] = length as f32;
            row[beyond(padded, length)].fill(1e6);
        }
    }
    x
}

/// What the network takes in their place.
fn cleared<N: Network>(x: &[f32]) -> Vec<f32> {
    let mut x = x.to_vec();
    for row in x.chunks_exact_mut(N::INPUTS) {
        for padded in N::PADDED_INPUTS {
            let length = row[padded.length] as usize;
            row[beyond(padded, length)].fill(0.0);
        }
    }
    x
}

/// The columns of the steps beyond a length.
fn beyond(padded: &PaddedInput, length: usize) -> Range<usize> {
    let end = padded.from + padded.steps * padded.features;
    padded.from + length * padded.features..end
}

fn main() {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: onnx-proof FOLDER");
        std::process::exit(2);
    };
    fs::create_dir_all(Path::new(&folder)).unwrap();
    networks::write(&Folder(folder.into()));
}
