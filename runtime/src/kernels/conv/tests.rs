//! Every kernel on every processor, compared with the definition.

use super::packed::room_to_pack;
use super::*;
use crate::kernels::scalar::Scalar;
use crate::kernels::simd::processor::tests::on_each;
use crate::rng::Rng;

/// Numbers that are small multiples of a quarter: sums of them are exact.
fn numbers<T: Scalar>(count: usize, seed: u64) -> Vec<T> {
    let mut rng = Rng::seed(seed);
    (0..count).map(|_| T::from_f64((rng.normal() * 8.0).round() / 4.0)).collect()
}

/// The operands of all passes, and room for their results, in which nothing is left from before.
struct Case<T> {
    shape: Conv2dShape,
    batch: usize,
    input: Vec<T>,
    weights: Vec<T>,
    bias: Vec<T>,
    d_output: Vec<T>,
}

impl<T: Scalar> Case<T> {
    fn new(shape: Conv2dShape, batch: usize) -> Case<T> {
        Case {
            shape,
            batch,
            input: numbers(batch * shape.input_len(), 1),
            weights: numbers(shape.weights_len(), 2),
            bias: numbers(shape.filters, 3),
            d_output: numbers(batch * shape.output_len(), 4),
        }
    }

    /// Room for a number of threads. What is in it must not matter.
    fn scratch(&self, threads: usize) -> Vec<T> {
        vec![T::nan(); self.shape.packed_len() + threads * self.shape.scratch_len()]
    }

    fn forward(&self, threads: usize) -> Vec<T> {
        let mut output = vec![T::nan(); self.batch * self.shape.output_len()];
        let (bias, scratch) = (Some(&self.bias[..]), &mut self.scratch(threads));
        forward(&self.shape, self.batch, &self.input, &self.weights, bias, &mut output, scratch);
        output
    }

    fn forward_relu(&self) -> Vec<T> {
        let mut output = vec![T::nan(); self.batch * self.shape.output_len()];
        let (shape, scratch) = (&self.shape, &mut self.scratch(1));
        forward_relu(shape, self.batch, &self.input, &self.weights, None, &mut output, scratch);
        output
    }

    fn backward_input(&self, threads: usize) -> Vec<T> {
        let mut d_input = vec![T::nan(); self.batch * self.shape.input_len()];
        let scratch = &mut self.scratch(threads);
        let (weights, d_output) = (&self.weights, &self.d_output);
        backward_input(&self.shape, self.batch, weights, d_output, &mut d_input, scratch);
        d_input
    }

    fn backward_weights(&self, threads: usize) -> (Vec<T>, Vec<T>) {
        let mut d_weights = vec![T::nan(); self.shape.weights_len()];
        let mut d_bias = vec![T::nan(); self.shape.filters];
        backward_weights(
            &self.shape,
            self.batch,
            &self.input,
            &self.d_output,
            (&mut d_weights, Some(&mut d_bias), false),
            &mut self.scratch(threads),
        );
        (d_weights, d_bias)
    }

    /// Calls `each` with the places in output, input and weights of each product.
    fn products(&self, mut each: impl FnMut(usize, usize, usize)) {
        let s = &self.shape;
        let (height, width) = (s.output_height(), s.output_width());
        let (channels, filters) = (s.channels / s.groups, s.filters / s.groups);
        for (sample, filter, y, x) in indices([self.batch, s.filters, height, width]) {
            let output = ((sample * s.filters + filter) * height + y) * width + x;
            for (channel, i, j, _) in indices([channels, s.kernel.0, s.kernel.1, 1]) {
                let row = (y * s.stride.0 + i * s.dilation.0).checked_sub(s.padding.top);
                let column = (x * s.stride.1 + j * s.dilation.1).checked_sub(s.padding.left);
                if let (Some(row), Some(column)) = (row, column)
                    && row < s.height
                    && column < s.width
                {
                    let plane = sample * s.channels + filter / filters * channels + channel;
                    let input = (plane * s.height + row) * s.width + column;
                    let weight = ((filter * channels + channel) * s.kernel.0 + i) * s.kernel.1 + j;
                    each(output, input, weight);
                }
            }
        }
    }

    /// Compares all passes with the definition, on each processor.
    fn check(&self) {
        let Case { shape, batch, .. } = self;
        let mut product = vec![0.0; batch * shape.output_len()];
        let mut d_input = vec![0.0; batch * shape.input_len()];
        let mut d_weights = vec![0.0; shape.weights_len()];
        self.products(|y, x, w| {
            product[y] += self.input[x].as_f64() * self.weights[w].as_f64();
            d_input[x] += self.d_output[y].as_f64() * self.weights[w].as_f64();
            d_weights[w] += self.d_output[y].as_f64() * self.input[x].as_f64();
        });
        let places = shape.output_height() * shape.output_width();
        let filter = |place: usize| place / places % shape.filters;
        let mut d_bias = vec![0.0; shape.filters];
        for (place, d) in self.d_output.iter().enumerate() {
            d_bias[filter(place)] += d.as_f64();
        }
        let output = (0..product.len()).map(|at| product[at] + self.bias[filter(at)].as_f64());
        let output: Vec<f64> = output.collect();
        let rectified: Vec<f64> = product.iter().map(|y| y.max(0.0)).collect();
        on_each(|processor| {
            let is = |got: &[T], want: &[f64], what: &str| {
                let got: Vec<f64> = got.iter().map(|value| value.as_f64()).collect();
                if let Some(at) = (0..want.len()).find(|&at| got[at] != want[at]) {
                    let (got, want) = (got[at], want[at]);
                    panic!(
                        "{what} of {batch} × {shape:?}, {processor:?}: {got}, not {want}, at {at}"
                    );
                }
            };
            is(&self.forward(1), &output, "forward");
            is(&self.forward_relu(), &rectified, "forward with ReLU");
            is(&self.backward_input(1), &d_input, "d_input");
            let (got_weights, got_bias) = self.backward_weights(1);
            is(&got_weights, &d_weights, "d_weights");
            is(&got_bias, &d_bias, "d_bias");
        });
    }
}

/// All indices of an array with four dimensions, in order.
fn indices([a, b, c, d]: [usize; 4]) -> impl Iterator<Item = (usize, usize, usize, usize)> {
    (0..a * b * c * d).map(move |at| (at / (b * c * d), at / (c * d) % b, at / d % c, at % d))
}

/// A random shape with all options.
fn random_shape(rng: &mut Rng) -> Conv2dShape {
    loop {
        let mut up_to = |most: usize| 1 + (rng.uniform() * most as f64) as usize % most;
        let groups = if up_to(3) == 1 { up_to(4) } else { 1 };
        let most = [3, 9, 40][up_to(3) - 1];
        let shape = Conv2dShape {
            channels: groups * up_to(most),
            height: up_to(20),
            width: up_to(40),
            filters: groups * up_to(most),
            kernel: (up_to(5), up_to(5)),
            stride: (up_to(3), up_to(3)),
            padding: Padding {
                top: up_to(4) - 1,
                bottom: up_to(4) - 1,
                left: up_to(4) - 1,
                right: up_to(4) - 1,
            },
            dilation: (up_to(3), up_to(3)),
            groups,
        };
        let shape = if up_to(3) == 1 { shape.strided(1, 1).dilated(1, 1) } else { shape };
        if shape.is_valid() {
            return shape;
        }
    }
}

/// A random shape with few filters in each group, mostly with a single channel.
fn random_shape_of_few_filters(rng: &mut Rng) -> Conv2dShape {
    loop {
        let mut up_to = |most: usize| 1 + (rng.uniform() * most as f64) as usize % most;
        let groups = up_to(5);
        let kernel = (up_to(7), up_to(7));
        let shape = Conv2dShape {
            channels: groups * if up_to(4) == 1 { up_to(6) } else { 1 },
            height: if up_to(4) == 1 { up_to(3) } else { up_to(40) },
            width: up_to(70),
            filters: groups * if up_to(2) == 1 { up_to(3) } else { 1 },
            kernel,
            stride: if up_to(2) == 1 { (up_to(4), up_to(4)) } else { (1, 1) },
            padding: if up_to(2) == 1 {
                // As many rows and columns as the input has, with one more at the end if the kernel is even.
                Padding {
                    top: (kernel.0 - 1) / 2,
                    bottom: kernel.0 / 2,
                    left: (kernel.1 - 1) / 2,
                    right: kernel.1 / 2,
                }
            } else {
                Padding {
                    top: up_to(5) - 1,
                    bottom: up_to(5) - 1,
                    left: up_to(5) - 1,
                    right: up_to(5) - 1,
                }
            },
            dilation: if up_to(3) == 1 { (up_to(4), up_to(4)) } else { (1, 1) },
            groups,
        };
        if shape.is_valid() {
            return shape;
        }
    }
}

fn check_random_shapes<T: Scalar>(count: u64) {
    for seed in 0..count {
        let rng = &mut Rng::seed(seed);
        let shape = random_shape(rng);
        Case::<T>::new(shape, [0, 1, 2, 3, 5][seed as usize % 5]).check();
    }
}

#[test]
fn convolutions_are_their_definition_in_single_precision() {
    check_random_shapes::<f32>(400);
}

#[test]
fn convolutions_are_their_definition_in_double_precision() {
    check_random_shapes::<f64>(200);
}

#[test]
fn convolutions_with_few_filters_are_their_definition() {
    for seed in 0..300 {
        let shape = random_shape_of_few_filters(&mut Rng::seed(seed));
        Case::<f32>::new(shape, 1 + seed as usize % 3).check();
        if seed % 2 == 0 {
            Case::<f64>::new(shape, 1).check();
        }
    }
}

#[test]
fn special_shapes_are_their_definition() {
    let shapes = [
        // A matrix product, in several blocks of either dimension.
        Conv2dShape::new((400, 9, 9), 70, (1, 1)),
        Conv2dShape::new((2, 90, 90), 3, (1, 1)),
        // Several bands.
        Conv2dShape::new((5, 70, 120), 3, (3, 3)).padded(Padding::new(1, 1)),
        Conv2dShape::new((40, 41, 70), 7, (3, 2)).strided(2, 3),
        // Kernels with more taps than a block has steps.
        Conv2dShape::new((2, 30, 30), 3, (17, 19)).padded(Padding::new(4, 3)),
        Conv2dShape::new((2, 30, 30), 3, (17, 19)).strided(1, 2),
        // Depthwise.
        Conv2dShape::new((20, 14, 14), 20, (3, 3)).padded(Padding::new(1, 1)).grouped(20),
        Conv2dShape::new((20, 14, 14), 40, (3, 3)).strided(2, 2).grouped(20),
        Conv2dShape::new((3, 60, 130), 3, (5, 5)).padded(Padding::new(2, 2)).grouped(3),
        Conv2dShape::new((3, 120, 63), 6, (3, 3))
            .padded(Padding::new(1, 1))
            .strided(2, 2)
            .grouped(3),
        Conv2dShape::new((3, 1, 300), 3, (1, 5)).padded(Padding::new(0, 2)).grouped(3),
        Conv2dShape::new((3, 300, 1), 6, (4, 1))
            .padded(Padding::new(2, 0))
            .strided(2, 1)
            .grouped(3),
        Conv2dShape::new((3, 30, 30), 3, (16, 16)).padded(Padding::new(7, 8)).grouped(3),
        Conv2dShape::new((3, 30, 30), 3, (17, 2)).padded(Padding::new(7, 8)).grouped(3),
        Conv2dShape::new((3, 30, 30), 3, (2, 2)).strided(5, 2).grouped(3),
        // Many channels, few filters.
        Conv2dShape::new((70, 12, 12), 3, (3, 3)).padded(Padding::new(1, 1)),
        Conv2dShape::new((70, 12, 12), 2, (1, 1)),
        // Padding beyond the kernel's reach.
        Conv2dShape::new((2, 3, 3), 2, (2, 2)).padded(Padding::new(5, 6)).strided(2, 3),
        // Strides beyond the kernel, and beyond the input.
        Conv2dShape::new((3, 9, 9), 2, (1, 2)).strided(4, 3),
        Conv2dShape::new((3, 2, 3), 2, (2, 2)).strided(7, 7),
        // The whole input.
        Conv2dShape::new((30, 4, 4), 50, (4, 4)),
        // Many filters and weights.
        Conv2dShape::new((130, 5, 5), 150, (3, 3)).padded(Padding::new(1, 1)),
        Conv2dShape::new((130, 8, 8), 150, (3, 3)).padded(Padding::new(1, 1)).strided(2, 2),
    ];
    for shape in shapes {
        Case::<f32>::new(shape, 2).check();
        Case::<f64>::new(shape, 1).check();
    }
}

#[test]
fn convolutions_with_packed_weights_are_their_definition() {
    let padding = Padding::new(1, 1);
    let shapes = [
        // Tiles of all heights, and several blocks.
        Conv2dShape::new((40, 24, 24), 7, (3, 3)).padded(padding),
        Conv2dShape::new((9, 24, 25), 15, (3, 3)).padded(padding),
        Conv2dShape::new((70, 23, 23), 29, (3, 3)).padded(padding),
        Conv2dShape::new((9, 23, 23), 61, (5, 5)).padded(Padding::new(2, 2)),
        // A matrix product, several bands, more taps than steps, a few columns.
        Conv2dShape::new((330, 24, 24), 20, (1, 1)),
        Conv2dShape::new((20, 33, 120), 12, (3, 3)).padded(padding),
        Conv2dShape::new((7, 40, 40), 8, (17, 19)).padded(Padding::new(8, 9)),
        Conv2dShape::new((8, 300, 3), 8, (3, 3)).padded(padding),
        // Sums that are apart, of phases of which some are empty.
        Conv2dShape::new((16, 45, 46), 20, (3, 3)).padded(padding).strided(2, 2),
        Conv2dShape::new((16, 66, 66), 20, (1, 1)).strided(2, 2),
        Conv2dShape::new((16, 60, 60), 10, (2, 5)).strided(3, 1).dilated(1, 2),
        // Groups, of which one direction has few filters.
        Conv2dShape::new((24, 24, 24), 48, (3, 3)).padded(padding).grouped(3),
        Conv2dShape::new((40, 24, 24), 8, (3, 3)).padded(padding).grouped(2),
    ];
    for shape in shapes {
        assert!(shape.packed_len() > 0, "{shape:?}");
        for batch in [2, 3] {
            let case = Case::<f32>::new(shape, batch);
            assert!(!room_to_pack(&shape, batch, &mut case.scratch(1)).0.is_empty(), "{shape:?}");
            case.check();
        }
        Case::<f64>::new(shape, 2).check();
    }
}

/// Sums are in the same order. So a sample does not depend on those beside it.
#[test]
fn packed_weights_give_the_same_bits() {
    let shapes = [
        Conv2dShape::new((33, 14, 14), 40, (3, 3)).padded(Padding::new(1, 1)),
        Conv2dShape::new((20, 30, 30), 16, (3, 3)).padded(Padding::new(1, 1)).strided(2, 2),
    ];
    for shape in shapes {
        let mut case = Case::<f32>::new(shape, 8);
        case.input = rough(case.input.len(), 1);
        case.weights = rough(case.weights.len(), 2);
        case.d_output = rough(case.d_output.len(), 3);
        let (output, d_input) = (case.forward(1), case.backward_input(1));
        for sample in 0..case.batch {
            let part = |values: &[f32], len: usize| values[sample * len..][..len].to_vec();
            let one = Case {
                batch: 1,
                input: part(&case.input, shape.input_len()),
                weights: case.weights.clone(),
                bias: case.bias.clone(),
                d_output: part(&case.d_output, shape.output_len()),
                ..case
            };
            assert!(room_to_pack(&shape, 1, &mut one.scratch(1)).0.is_empty(), "{shape:?}");
            assert_eq!(one.forward(1), part(&output, shape.output_len()));
            assert_eq!(one.backward_input(1), part(&d_input, shape.input_len()));
        }
    }
}

#[test]
fn a_convolution_of_few_numbers() {
    let shape = Conv2dShape::new((2, 3, 4), 3, (2, 3)).padded(Padding::new(1, 1));
    Case::<f32>::new(shape, 2).check();
    Case::<f64>::new(shape.strided(2, 1).dilated(1, 2), 1).check();
}

/// `⟨dY, conv(X, W)⟩ = ⟨dX, X⟩ = ⟨dW, W⟩` for the gradients `dX` and `dW`.
#[test]
fn passes_are_adjoint() {
    for seed in 1000..1050 {
        let mut case = Case::<f64>::new(random_shape(&mut Rng::seed(seed)), 2);
        case.bias.fill(0.0);
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let product = dot(&case.d_output, &case.forward(1));
        assert_eq!(product, dot(&case.backward_input(1), &case.input), "{:?}", case.shape);
        assert_eq!(product, dot(&case.backward_weights(1).0, &case.weights), "{:?}", case.shape);
    }
}

/// Numbers whose sums are rounded.
fn rough(count: usize, seed: u64) -> Vec<f32> {
    let mut rng = Rng::seed(seed);
    (0..count).map(|_| rng.normal() as f32).collect()
}

#[cfg(feature = "threads")]
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let shapes = [
        (9, Conv2dShape::new((16, 28, 28), 16, (3, 3)).padded(Padding::new(1, 1))),
        (7, Conv2dShape::new((30, 9, 9), 50, (3, 3)).strided(2, 2)),
        (33, Conv2dShape::new((24, 14, 14), 24, (3, 3)).padded(Padding::new(1, 1)).grouped(24)),
        (20, Conv2dShape::new((64, 8, 8), 70, (3, 3)).padded(Padding::new(1, 1))),
    ];
    for (batch, shape) in shapes {
        let mut case = Case::<f32>::new(shape, batch);
        case.input = rough(case.input.len(), 1);
        case.weights = rough(case.weights.len(), 2);
        case.d_output = rough(case.d_output.len(), 3);
        let all = |threads: usize| {
            let pool = rayon_core::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool")
                .install(|| (case.forward(4), case.backward_input(4), case.backward_weights(4)))
        };
        let one = all(1);
        assert!(one == all(2), "two threads for {shape:?}");
        assert!(one == all(4), "four threads for {shape:?}");
    }
}

/// Planes are copied to memory that had other planes.
#[test]
fn infinity_stays_in_its_plane() {
    let padding = Padding::new(1, 1);
    let shapes = [
        Conv2dShape::new((3, 9, 20), 3, (3, 3)).padded(padding).grouped(3),
        Conv2dShape::new((3, 75, 130), 3, (3, 3)).padded(padding).grouped(3),
        Conv2dShape::new((3, 40, 41), 6, (3, 3)).padded(padding).strided(2, 2).grouped(3),
        Conv2dShape::new((3, 1, 90), 3, (1, 3)).padded(Padding::new(0, 1)).grouped(3),
    ];
    for shape in shapes {
        let mut case = Case::<f32>::new(shape, 2);
        let plane = shape.height * shape.width;
        case.input[plane..2 * plane].fill(f32::INFINITY);
        let infinite = |at: usize, len: usize| at / (len / 3) % 3 == 1;
        on_each(|processor| {
            let output = case.forward(1);
            let (d_weights, _) = case.backward_weights(1);
            for (values, len) in [(output, shape.output_len()), (d_weights, shape.weights_len())] {
                let others = (0..values.len()).filter(|&at| !infinite(at, len));
                for at in others {
                    assert!(values[at].is_finite(), "{shape:?}, {processor:?}, at {at}");
                }
            }
        });
    }
}

#[test]
fn output_sizes_are_those_of_pytorch() {
    let sizes = |shape: Conv2dShape| (shape.output_height(), shape.output_width());
    assert_eq!(
        sizes(Conv2dShape::new((3, 224, 224), 64, (7, 7)).padded(Padding::new(3, 3)).strided(2, 2)),
        (112, 112)
    );
    assert_eq!(sizes(Conv2dShape::new((1, 10, 11), 1, (3, 3)).strided(2, 3).dilated(2, 1)), (3, 3));
    assert!(!Conv2dShape::new((1, 2, 5), 1, (3, 3)).is_valid());
    assert!(!Conv2dShape::new((4, 5, 5), 6, (3, 3)).grouped(4).is_valid());
}

#[test]
fn a_thread_needs_at_most_a_megabyte_of_scratch() {
    for size in [7, 14, 28, 56, 112, 224] {
        for channels in [1, 3, 16, 64, 256, 512] {
            for kernel in [1, 3, 5, 7, 11] {
                for stride in [1, 2, 3, 4] {
                    let shape =
                        Conv2dShape::new((channels, size, size), channels, (kernel, kernel))
                            .padded(Padding::new(kernel / 2, kernel / 2))
                            .strided(stride, stride);
                    for shape in [shape, shape.grouped(channels)] {
                        let bytes = shape.scratch_len() * size_of::<f64>();
                        assert!(bytes <= 1 << 20, "{bytes} for {shape:?}");
                    }
                }
            }
        }
    }
}
