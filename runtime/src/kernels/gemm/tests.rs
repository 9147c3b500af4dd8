//! Products by every kernel, compared with the definition and with each other.

use super::dispatch::{Kernels, Strategies};
use super::epilogue::{Epilogue, Step};
use super::matmul::{can_descend, matmul, matmul_descend};
use super::matrix::Matrix;
use super::operands::Operands;
use super::parallel::in_parts;
use super::select::{
    Accumulators, Division, Kernel, MIN_COLUMNS_PER_THREAD, MIN_ROWS_PER_THREAD, Product,
    Remainder, Strategy, Tiles, select,
};
use crate::kernels::scalar::Scalar;
use crate::kernels::simd::processor::tests::on_each;

/// The factors of a product, without its result.
#[derive(Clone, Copy)]
struct Factors<'a, T> {
    a: Matrix<'a, T>,
    b: Matrix<'a, T>,
    bias: Option<&'a [T]>,
    epilogue: Epilogue<T>,
}

impl<'a, T: Scalar> Factors<'a, T> {
    fn stored_in<'o>(self, out: &'o mut [T]) -> Operands<'o, T>
    where
        'a: 'o,
    {
        Operands::new(self.a, self.b, self.bias, self.epilogue, out)
    }

    fn split_at_row(self, rows: usize) -> (Factors<'a, T>, Factors<'a, T>) {
        let (above, below) = self.a.split_at_row(rows);
        (Factors { a: above, ..self }, Factors { a: below, ..self })
    }
}

fn numbers<T: Scalar>(count: usize, seed: u64) -> Vec<T> {
    let mut rng = crate::Rng::seed(seed);
    (0..count).map(|_| T::from_f64(rng.normal())).collect()
}

/// The definition, `bias[j] + Σ_d a[i][d] · b[d][j]`, and the sum of the absolute values of its
/// terms, to which rounding errors are proportional.
fn by_definition<T: Scalar>(
    Factors { a, b, bias, .. }: &Factors<'_, T>,
    (i, j): (usize, usize),
) -> (f64, f64) {
    let bias = bias.map_or(0.0, |bias| bias[j].as_f64());
    (0..a.columns()).fold((bias, bias.abs()), |(sum, size), d| {
        let product = a.get(i, d).as_f64() * b.get(d, j).as_f64();
        (sum + product, size + product.abs())
    })
}

/// Runs a test on matrices of exactly these shapes in all layouts that a product supports.
fn for_all_layouts<T: Scalar>(
    (m, k, n): (usize, usize, usize),
    mut check: impl FnMut(&Factors<'_, T>),
) {
    let (a, b, bias) = (numbers(m * k, 1), numbers(k * n, 2), numbers(n, 3));
    for is_a_transposed in [false, true] {
        for is_b_transposed in [false, true] {
            for bias in [None, Some(&bias[..])] {
                let a = match is_a_transposed {
                    false => Matrix::new(&a, m, k),
                    true => Matrix::new(&a, k, m).transposed(),
                };
                let b = match is_b_transposed {
                    false => Matrix::new(&b, k, n),
                    true => Matrix::new(&b, n, k).transposed(),
                };
                check(&Factors { a, b, bias, epilogue: Epilogue::Store });
            }
        }
    }
}

/// The product on this thread.
fn undivided<T: Scalar>(factors: &Factors<'_, T>, out: &mut [T]) {
    T::matmul(&mut factors.stored_in(out));
}

/// The product, divided in this way.
fn divided<T: Scalar>(factors: &Factors<'_, T>, division: Division) -> Vec<T> {
    let mut out = vec![T::nan(); factors.a.rows() * factors.b.columns()];
    in_parts(&mut factors.stored_in(&mut out), division);
    out
}

/// The kernels that compute a product with the same bits as the selected one, which is the first.
fn strategies<T: Scalar>(product: &Product) -> Vec<Strategy> {
    let selected = select(product, T::machine());
    let (remainder, accumulators) = match &selected.kernel {
        _ if selected.is_transposed => return vec![selected],
        Kernel::Row(accumulators) => (Remainder::InTiles, *accumulators),
        Kernel::Dots => (Remainder::Dots(1), Accumulators::One),
        Kernel::RowsAndDots { dots } => (Remainder::Dots(*dots), Accumulators::One),
        Kernel::Tiles(tiles) => (tiles.remainder, tiles.accumulators),
    };
    let tiles = |is_packed| Strategy {
        is_transposed: false,
        kernel: Kernel::Tiles(Tiles { is_packed, accumulators, remainder }),
    };
    let mut strategies = vec![selected, tiles(true)];
    if product.b_strides.1 == 1 {
        strategies.push(tiles(false));
    }
    strategies
}

/// The product by all [`strategies`].
fn results<T: Strategies + Scalar>(factors: &Factors<'_, T>) -> Vec<Vec<T>> {
    let out = || vec![T::nan(); factors.a.rows() * factors.b.columns()];
    let strategies = strategies::<T>(&factors.stored_in(&mut out()).product());
    let compute = |strategy| {
        let mut out = out();
        T::matmul_by(&mut factors.stored_in(&mut out), strategy);
        out
    };
    strategies.into_iter().map(compute).collect()
}

/// Compares a sample of the numbers of each instruction set and layout with the definition, or all
/// of them if there are few.
fn assert_right<T: Strategies + Scalar>((m, k, n): (usize, usize, usize)) {
    for_all_layouts::<T>((m, k, n), |factors| {
        on_each(|processor| {
            let results = results(factors);
            let places = (0..m * n).step_by((m * n / 4000).max(1)).chain([m * n - 1]);
            for place in places {
                let (want, size) = by_definition(factors, (place / n, place % n));
                let allowed = (k + 1) as f64 * size * T::epsilon().as_f64();
                for got in &results {
                    let got = got[place].as_f64();
                    assert!(
                        (got - want).abs() <= allowed,
                        "{processor:?}, {m} × {k} · {k} × {n}, place {place}: {got} for {want}"
                    );
                }
            }
            for other in &results[1..] {
                assert!(other == &results[0], "{processor:?}, {m} × {k} · {k} × {n}");
            }
        });
    });
}

#[test]
fn every_form_agrees_with_the_definition_for_small_shapes() {
    for size in 1..=70 {
        for other in [1, 2, 7, 8, 17, 33, 50] {
            assert_right::<f32>((size, other, 70 - size + 1));
            assert_right::<f64>((other, size, 71 - size));
            assert_right::<f32>((other, 71 - size, size));
        }
    }
}

#[test]
fn every_form_agrees_with_the_definition_around_the_edges_of_blocks() {
    let edges = (47..=53).chain(63..=66).chain(97..=101).chain(127..=130).chain(511..=513);
    for edge in edges.chain([784]) {
        for shape in [(edge, 9, 18), (9, edge, 50), (7, 19, edge), (17, edge, 66)] {
            assert_right::<f32>(shape);
            assert_right::<f64>(shape);
        }
    }
    for shape in [
        (100, 784, 50),
        (784, 100, 50),
        (33, 1030, 130),
        (130, 513, 129),
        (17, 4100, 67),
        (530, 513, 130),
        (1100, 9, 130),
    ] {
        assert_right::<f32>(shape);
        assert_right::<f64>(shape);
    }
}

/// All kinds of products, small enough for an interpreter (Miri): whole and partial tiles, four
/// accumulators, dot products next to few and many registers, narrow columns, and divided products.
#[test]
fn few_numbers_of_every_kind() {
    for shape in [(1, 5, 3), (2, 9, 9), (5, 3, 11), (13, 2, 4), (3, 17, 2), (2, 17, 9), (1, 16, 21)]
    {
        assert_right::<f32>(shape);
    }
    for shape in [(1, 7, 17), (7, 5, 9), (9, 3, 1)] {
        assert_right::<f64>(shape);
    }
    let (a, b) = (numbers::<f32>(8 * 2, 1), numbers(2 * 130, 2));
    let (a, b) = (Matrix::new(&a, 8, 2), Matrix::new(&b, 2, 130));
    for (a, b, division) in [
        (a, b, Division::Rows as fn(usize) -> Division),
        (a.split_at_row(1).0, b, Division::Columns),
        (b.transposed(), a.transposed(), Division::Rows),
    ] {
        let factors = Factors { a, b, bias: None, epilogue: Epilogue::Store };
        assert!(divided(&factors, division(2)) == divided(&factors, division(1)));
    }
    let (mut weights, step) = (numbers::<f32>(9 * 11, 3), Step { rate: 0.1, decay: 0.25 });
    let mut taken = weights.clone();
    let (x, dy) = (numbers(2 * 9, 4), numbers(2 * 11, 5));
    let (x, dy) = (Matrix::new(&x, 2, 9).transposed(), Matrix::new(&dy, 2, 11));
    matmul_descend(x, dy, step, &mut weights);
    let mut gradient = vec![0.0; 9 * 11];
    matmul(x, dy, None, &mut gradient);
    taken.iter_mut().zip(&gradient).for_each(|(w, &dw)| *w = step.taken(*w, dw));
    assert_eq!(weights, taken);
}

/// In every kernel, the epilogue equals a ReLU after the product, to the bit.
#[test]
fn a_product_with_relu_is_a_product_and_relu() {
    fn assert_same<T: Strategies + Scalar>((m, k, n): (usize, usize, usize)) {
        for_all_layouts::<T>((m, k, n), |factors| {
            on_each(|processor| {
                let relu = Factors { epilogue: Epilogue::Relu, ..*factors };
                for (got, mut want) in results(&relu).into_iter().zip(results(factors)) {
                    crate::kernels::relu(&mut want);
                    let has_no_sign = got.iter().all(|y| y.is_sign_positive());
                    assert!(got == want && has_no_sign, "{processor:?}, {m}, {k}, {n}");
                }
                let (mut got, mut want) = (vec![T::nan(); m * n], vec![T::nan(); m * n]);
                undivided(&relu, &mut got);
                undivided(factors, &mut want);
                crate::kernels::relu(&mut want);
                assert!(got == want, "{processor:?}, {m} × {k} · {k} × {n}");
            });
        });
    }
    for n in (1..=18).chain([31, 33, 50, 64, 65]) {
        for (m, k) in [(1, 5), (1, 70), (1, 300), (2, 17), (9, 64), (17, 130), (5, 2100)] {
            assert_same::<f32>((m, k, n));
            assert_same::<f64>((m, k, n));
        }
    }
}

#[test]
fn relu_keeps_nan() {
    on_each(|processor| {
        for n in [1, 3, 10, 16, 50, 64] {
            for m in [1, 9] {
                let (mut a, b) = (vec![-1.0_f32; m * 70], vec![1.0; 70 * n]);
                a[3] = f32::NAN;
                let (a, b) = (Matrix::new(&a, m, 70), Matrix::new(&b, 70, n));
                let factors = Factors { a, b, bias: None, epilogue: Epilogue::Relu };
                let mut out = vec![1.0; m * n];
                undivided(&factors, &mut out);
                let (first, others) = out.split_at(n);
                assert!(first.iter().all(|y| y.is_nan()), "{processor:?}, {m}, {n}");
                assert!(others.iter().all(|y| *y == 0.0), "{processor:?}, {m}, {n}");
            }
        }
    });
}

/// A fused update equals the product followed by the update, to the bit.
#[test]
fn a_step_along_a_product_is_a_step_along_its_result() {
    fn assert_same<T: Strategies + Scalar>((rows, batch, columns): (usize, usize, usize)) {
        let (x, dy) = (numbers::<T>(batch * rows, 1), numbers(batch * columns, 2));
        let x = Matrix::new(&x, batch, rows).transposed();
        let dy = Matrix::new(&dy, batch, columns);
        on_each(|processor| {
            if !can_descend::<T>(rows, batch) {
                return;
            }
            let mut gradient = vec![T::nan(); rows * columns];
            matmul(x, dy, None, &mut gradient);
            for decay in [0.0, 0.25] {
                let step = Step { rate: T::from_f64(0.1), decay: T::from_f64(decay) };
                let before = numbers(rows * columns, 3);
                let taken = before.iter().zip(&gradient).map(|(&w, &dw)| step.taken(w, dw));
                let taken: Vec<T> = taken.collect();
                let mut weights = before.clone();
                matmul_descend(x, dy, step, &mut weights);
                let shape = format!("{rows} × {batch} · {batch} × {columns}");
                assert!(weights == taken, "{processor:?}, {shape}");

                // As threads divide it.
                let factors =
                    Factors { a: x, b: dy, bias: None, epilogue: Epilogue::Descend(step) };
                let (above, below) = factors.split_at_row(rows / 2);
                weights.copy_from_slice(&before);
                let (out, rest) = weights.split_at_mut(rows / 2 * columns);
                undivided(&above, out);
                undivided(&below, rest);
                assert!(weights == taken, "{processor:?}, {shape}, divided");
            }
        });
    }
    for columns in 1..=65 {
        for rows in (2..=17).chain([50]) {
            for batch in [1, 2, 3, 7] {
                assert_same::<f32>((rows, batch, columns));
                assert_same::<f64>((rows, batch, columns));
            }
        }
    }
    for batch in [31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 341, 342] {
        for (rows, columns) in [(784, 50), (64, 64), (130, 18), (17, 129), (65, 3), (900, 150)] {
            assert_same::<f32>((rows, batch, columns));
            assert_same::<f64>((rows, batch, columns));
        }
    }
}

#[test]
#[should_panic(expected = "a product of 1 rows")]
fn a_step_along_a_product_that_does_not_allow_it_is_rejected() {
    let (x, dy) = ([1.0_f32; 2], [1.0; 6]);
    let (x, dy) = (Matrix::new(&x, 2, 1).transposed(), Matrix::new(&dy, 2, 3));
    matmul_descend(x, dy, Step { rate: 0.1, decay: 0.0 }, &mut [0.0; 3]);
}

#[test]
fn an_empty_inner_dimension_leaves_the_bias() {
    on_each(|processor| {
        for rows in [1, 5] {
            let (a, b) = (Matrix::new(&[], rows, 0), Matrix::new(&[], 0, 3));
            let factors = Factors { a, b, bias: Some(&[1.0, 2.0, 3.0]), epilogue: Epilogue::Store };
            for out in results(&factors) {
                assert_eq!(out, [1.0_f32, 2.0, 3.0].repeat(rows), "{processor:?}");
            }
            // More columns than a block, with an empty `B`.
            let (b, bias) = (Matrix::new(&[], 0, 150), numbers::<f32>(150, 1));
            let factors = Factors { a, b, bias: Some(&bias), epilogue: Epilogue::Store };
            for out in results(&factors) {
                assert_eq!(out, bias.repeat(rows), "{processor:?}");
            }
        }
    });
}

#[test]
fn a_single_row_agrees_with_the_definition() {
    fn assert_right<T: Scalar>((k, n): (usize, usize)) {
        for_all_layouts::<T>((1, k, n), |factors| {
            let mut out = vec![T::nan(); n];
            undivided(factors, &mut out);
            for (column, got) in out.iter().enumerate() {
                let (want, size) = by_definition(factors, (0, column));
                let allowed = (k + 1) as f64 * size * T::epsilon().as_f64();
                assert!((got.as_f64() - want).abs() <= allowed, "{k} × {n}, {column}");
            }
        });
    }
    for k in (1..=65).chain([784, 2047, 2050, 4100]) {
        for n in [1, 2, 15, 16, 17, 50, 97] {
            assert_right::<f32>((k, n));
            assert_right::<f64>((k, n));
        }
    }
}

/// Whether `Cᵀ` is computed.
fn is_transposed(factors: Factors<'_, f32>) -> bool {
    let mut out = vec![0.0; factors.a.rows() * factors.b.columns()];
    select(&factors.stored_in(&mut out).product(), f32::machine()).is_transposed
}

/// A row of the result has the same bits whatever the other rows are, and so have its columns. Work
/// can therefore be divided at any row or column. Only the backward pass of a single sample may
/// compute sums in a different order.
#[test]
fn results_do_not_depend_on_how_rows_are_divided() {
    for (k, n) in
        [(784, 50), (50, 10), (700, 10), (100, 130), (40, 66), (300, 3), (4100, 67), (90, 18)]
    {
        for_all_layouts::<f32>((37, k, n), |factors| {
            let mut whole = vec![0.0; 37 * n];
            undivided(factors, &mut whole);
            let mut divided = vec![0.0; 37 * n];
            let rows = 1 + usize::from(is_transposed(factors.split_at_row(1).0));
            let (first, rest) = factors.split_at_row(rows);
            let (second, third) = rest.split_at_row(19);
            let (out, rest) = divided.split_at_mut(rows * n);
            let (second_out, third_out) = rest.split_at_mut(19 * n);
            undivided(&first, out);
            undivided(&second, second_out);
            undivided(&third, third_out);
            assert!(divided == whole, "{k} × {n}");
        });
    }
}

/// Division among any number of threads, in pools of any size, does not change any bit.
#[cfg(feature = "threads")]
#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    fn assert_same<T: Strategies + Scalar>((m, k, n): (usize, usize, usize), pool: usize) {
        for_all_layouts::<T>((m, k, n), |factors| {
            let alone = divided(factors, Division::Rows(1));
            for threads in [2, 3, 5] {
                let shape = format!("{m} × {k} · {k} × {n}, {threads} threads of {pool}");
                if m >= threads * MIN_ROWS_PER_THREAD {
                    let by_rows = divided(factors, Division::Rows(threads));
                    assert!(by_rows == alone, "{shape}, by rows");
                }
                if n >= threads * MIN_COLUMNS_PER_THREAD {
                    let by_columns = divided(factors, Division::Columns(threads));
                    assert!(by_columns == alone, "{shape}, by columns");
                }
            }
        });
    }
    for size in [1, 2, 3, 5] {
        let pool = rayon_core::ThreadPoolBuilder::new().num_threads(size).build();
        pool.expect("a pool").install(|| {
            for shape in [
                (8, 50, 50),
                (37, 784, 10),
                (100, 33, 50),
                (21, 5, 1),
                (130, 513, 70),
                (1, 70, 1280),
                (4, 300, 513),
                (37, 40, 1281),
                (9, 2100, 770),
                (70, 17, 1343),
            ] {
                assert_same::<f32>(shape, size);
                assert_same::<f64>(shape, size);
            }
        });
    }
}

#[test]
fn every_division_leaves_some_to_each_thread() {
    let (one, bias) = (Matrix::new(&[1.0_f32], 1, 1), [0.5]);
    for threads in 1..=9 {
        for rows in threads * MIN_ROWS_PER_THREAD..=70 {
            let a: Vec<f32> = (0..rows).map(|row| row as f32).collect();
            let factors = Factors {
                a: Matrix::new(&a, rows, 1),
                b: one,
                bias: Some(&bias),
                epilogue: Epilogue::Store,
            };
            let out = divided(&factors, Division::Rows(threads));
            assert!(out.iter().zip(&a).all(|(y, x)| *y == x + 0.5), "{rows}, {threads}");
        }
        for more in [0, 1, 63, 64, 65, 255] {
            let columns = threads * MIN_COLUMNS_PER_THREAD + more;
            let b: Vec<f32> = (0..columns).map(|column| column as f32).collect();
            let right = Matrix::new(&b, 1, columns);
            let factors = Factors { a: one, b: right, bias: Some(&b), epilogue: Epilogue::Store };
            let out = divided(&factors, Division::Columns(threads));
            assert!(out.iter().zip(&b).all(|(y, x)| *y == 2.0 * x), "{columns}, {threads}");
        }
    }
}

/// A large product uses several threads by default, and its columns are divided.
#[cfg(feature = "threads")]
#[test]
fn a_step_along_a_product_is_the_same_for_any_number_of_threads() {
    fn assert_same<T: Strategies + Scalar>((rows, batch, columns): (usize, usize, usize)) {
        let (x, dy) = (numbers::<T>(batch * rows, 1), numbers(batch * columns, 2));
        let before = numbers::<T>(rows * columns, 3);
        let step = Step { rate: T::from_f64(0.1), decay: T::from_f64(0.25) };
        let mut taken: Vec<Vec<T>> = Vec::new();
        for size in [1, 2, 3, 5] {
            let pool = rayon_core::ThreadPoolBuilder::new().num_threads(size).build();
            let mut weights = before.clone();
            pool.expect("a pool").install(|| {
                let x = Matrix::new(&x, batch, rows).transposed();
                let dy = Matrix::new(&dy, batch, columns);
                matmul_descend(x, dy, step, &mut weights);
            });
            taken.push(weights);
        }
        assert!(taken.iter().all(|weights| weights == &taken[0]), "{rows}, {batch}, {columns}");
    }
    for shape in [(300, 33, 1285), (130, 20, 1604), (800, 40, 514), (700, 64, 200)] {
        assert_same::<f32>(shape);
        assert_same::<f64>(shape);
    }
}

#[test]
fn nan_and_infinities_reach_all_that_they_are_part_of_and_nothing_else() {
    let (m, k, n) = (19, 71, 50);
    fn finite_but_for<'a>(a: &'a [f32], b: &'a [f32]) -> Factors<'a, f32> {
        let (a, b) = (Matrix::new(a, 19, 71), Matrix::new(b, 71, 50));
        Factors { a, b, bias: None, epilogue: Epilogue::Store }
    }
    on_each(|processor| {
        for bad in [f32::NAN, f32::INFINITY] {
            for place in [(0, 0), (18, 70), (7, 20)] {
                let (mut a, b) = (numbers::<f32>(m * k, 1), numbers::<f32>(k * n, 2));
                a[place.0 * k + place.1] = bad;
                for out in results(&finite_but_for(&a, &b)) {
                    for (at, value) in out.iter().enumerate() {
                        assert_eq!(value.is_finite(), at / n != place.0, "{processor:?}, {at}");
                    }
                }
                let mut b = b;
                let a = numbers::<f32>(m * k, 1);
                b[place.1 * n + 49] = bad;
                for out in results(&finite_but_for(&a, &b)) {
                    for (at, value) in out.iter().enumerate() {
                        assert_eq!(value.is_finite(), at % n != 49, "{processor:?}, {at}");
                    }
                }
            }
        }
    });
}
