//! Poolings against their definitions.

use super::super::simd::processor::tests::on_each;
use super::*;
use crate::rng::Rng;

/// Small multiples of a quarter, some of them equal, so that sums are exact.
fn numbers<T: Scalar>(count: usize, seed: u64) -> Vec<T> {
    let mut rng = Rng::seed(seed);
    (0..count).map(|_| T::from_f64((rng.normal() * 8.0).round() / 4.0)).collect()
}

/// For each window, the places in the input, with `None` for padding.
fn windows(shape: &PoolShape, batch: usize) -> Vec<Vec<Option<usize>>> {
    let mut windows = Vec::new();
    for plane in 0..batch * shape.channels {
        for y in 0..shape.output_height() {
            for x in 0..shape.output_width() {
                let mut window = Vec::new();
                for i in 0..shape.size.0 {
                    for j in 0..shape.size.1 {
                        let row = (y * shape.stride.0 + i).checked_sub(shape.padding.0);
                        let column = (x * shape.stride.1 + j).checked_sub(shape.padding.1);
                        window.push(match (row, column) {
                            (Some(row), Some(column))
                                if row < shape.height && column < shape.width =>
                            {
                                Some((plane * shape.height + row) * shape.width + column)
                            }
                            _ => None,
                        });
                    }
                }
                windows.push(window);
            }
        }
    }
    windows
}

fn check<T: Scalar>(shape: &PoolShape, batch: usize, with_nan: bool) {
    let mut input = numbers::<T>(batch * shape.input_len(), 1);
    if with_nan {
        input.iter_mut().step_by(7).for_each(|x| *x = T::nan());
        input.iter_mut().skip(3).step_by(5).for_each(|x| *x = T::neg_infinity());
    }
    let d_output = numbers::<T>(batch * shape.output_len(), 2);
    let windows = windows(shape, batch);
    let inside = |window: &[Option<usize>]| window.iter().copied().flatten().collect::<Vec<_>>();
    let best = |window: &[Option<usize>]| {
        let places = inside(window);
        places[1..].iter().fold(places[0], |best, &place| {
            let is_larger = input[place] > input[best] || input[place].is_nan();
            if is_larger { place } else { best }
        })
    };
    let mut d_largest = vec![T::zero(); input.len()];
    let mut d_averages = vec![T::zero(); input.len()];
    let size = T::from_f64((shape.size.0 * shape.size.1) as f64);
    for (window, &d) in windows.iter().zip(&d_output) {
        d_largest[best(window)] += d;
        inside(window).into_iter().for_each(|place| d_averages[place] += d / size);
    }
    let bits = |values: &[T]| values.iter().map(|x| x.as_f64().to_bits()).collect::<Vec<_>>();
    on_each(|processor| {
        let what = format!("{batch} × {shape:?}, {processor:?}");
        let mut output = vec![T::one(); d_output.len()];
        max_pool(shape, batch, &input, &mut output);
        let want: Vec<T> = windows.iter().map(|window| input[best(window)]).collect();
        assert_eq!(bits(&output), bits(&want), "largest of {what}");

        let mut d_input = vec![T::nan(); input.len()];
        max_pool_back(shape, batch, &input, &d_output, &mut d_input);
        assert!(d_input == d_largest, "largest, backward, of {what}");

        max_pool_relu_back(shape, batch, &input, &d_output, &mut d_input);
        let rectified: Vec<T> = d_largest
            .iter()
            .zip(&input)
            .map(|(&d, &y)| if y <= T::zero() { T::zero() } else { d })
            .collect();
        assert!(d_input == rectified, "largest of a ReLU, backward, of {what}");

        average_pool_back(shape, batch, &d_output, &mut d_input);
        assert!(d_input == d_averages, "averages, backward, of {what}");
        if !with_nan {
            average_pool(shape, batch, &input, &mut output);
            let average = |window: &Vec<Option<usize>>| {
                inside(window).iter().fold(T::zero(), |sum, &place| sum + input[place]) / size
            };
            let want: Vec<T> = windows.iter().map(average).collect();
            assert!(output == want, "averages of {what}");
        }
    });
}

#[test]
fn poolings_are_their_definition() {
    let mut rng = Rng::seed(0);
    let mut up_to = |most: usize| 1 + rng.below(most);
    for count in 0..300 {
        let size = (up_to(5), up_to(5));
        let shape = PoolShape::new((up_to(4), up_to(20), up_to(40)), size)
            .strided(up_to(4), up_to(4))
            .padded(up_to(1 + size.0 / 2) - 1, up_to(1 + size.1 / 2) - 1);
        if shape.is_valid() {
            check::<f32>(&shape, count % 4, count % 3 == 0);
            check::<f64>(&shape, count % 3, count % 4 == 0);
        }
    }
}

#[test]
fn squares_are_pooled_as_other_windows() {
    for width in 2..40 {
        for height in [2, 5, 8] {
            let shape = PoolShape::new((3, height, width), (2, 2));
            check::<f32>(&shape, 2, width % 2 == 0);
            check::<f64>(&shape, 1, width % 3 == 0);
        }
    }
}

#[test]
fn a_pooling_of_few_numbers() {
    check::<f32>(&PoolShape::new((2, 4, 5), (2, 2)), 1, true);
    check::<f64>(&PoolShape::new((1, 5, 4), (3, 3)).strided(2, 1).padded(1, 1), 2, false);
}

#[test]
fn a_global_average_is_that_of_each_plane() {
    let shape = PoolShape::new((3, 7, 9), (7, 9));
    check::<f32>(&shape, 2, false);
    assert_eq!(shape.output_len(), 3);
}

#[cfg(feature = "threads")]
#[test]
fn any_number_of_threads_gives_the_same_gradients() {
    let shape = PoolShape::new((16, 28, 28), (2, 2));
    let (input, d_output) = (numbers::<f32>(40 * shape.input_len(), 1), 40 * shape.output_len());
    let d_output = numbers::<f32>(d_output, 2);
    let all = |threads: usize| {
        let pool = rayon_core::ThreadPoolBuilder::new().num_threads(threads).build();
        let (mut output, mut d_input) = (d_output.clone(), input.clone());
        pool.expect("a pool").install(|| {
            max_pool(&shape, 40, &input, &mut output);
            max_pool_back(&shape, 40, &input, &d_output, &mut d_input);
        });
        (output, d_input)
    };
    assert!(all(1) == all(2));
    assert!(all(1) == all(4));
}
