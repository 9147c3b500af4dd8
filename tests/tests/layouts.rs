//! The same numbers give the same bits in any memory layout and container: inputs and target rows
//! in every layout of `ndarray` and as plain arrays, and labels as every integer type in every
//! container.

use chainrule::{Init, Label, Rng, Workspace, network};
use chainrule_tests::random::{normals, one_hot, probabilities};
use ndarray::{
    Array1, Array2, ArrayRef1, ArrayRef2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, CowArray,
    ShapeBuilder, s,
};

const BATCH: usize = 5;

network! { struct Classes = Affine(4, 6) -> Relu -> Affine(6, 3) => SoftmaxWithLoss; }
network! { struct Regression = Affine(4, 6) -> Sigmoid -> Affine(6, 3) => IdentityWithLoss; }

/// The bits of everything that a network computes from `x` and `t`, with the allocating methods and
/// the others.
macro_rules! results {
    ($net:expr, $x:expr, $t:expr) => {{
        let net = &$net;
        let mut workspace = Workspace::new();
        let outputs = net.predict($x).unwrap();
        assert_eq!(net.predict_in($x, &mut workspace).unwrap(), outputs);
        let loss = net.loss($x, $t).unwrap();
        assert_eq!(net.loss_in($x, $t, &mut workspace).unwrap(), loss);
        let accuracy = net.accuracy($x, $t).unwrap();
        assert_eq!(net.accuracy_in($x, $t, &mut workspace).unwrap(), accuracy);
        let grads = net.gradient($x, $t).unwrap();
        let numbers = outputs.iter().chain(grads.parameters()).chain([&loss]);
        let mut bits: Vec<u64> = numbers.map(|number| f64::from(*number).to_bits()).collect();
        bits.push(accuracy.to_bits());
        bits
    }};
}

/// Named views of the same numbers as `array`, each in another layout; `buffers` hold them.
struct Layouts {
    rows: usize,
    columns: usize,
    transposed: Array2<f64>,
    fortran: Array2<f64>,
    spread: Array2<f64>,
    upside_down: Array2<f64>,
    mirrored: Array2<f64>,
    wide: Array2<f64>,
    tall: Array2<f64>,
}

impl Layouts {
    fn of(array: &Array2<f64>) -> Layouts {
        let (rows, columns) = array.dim();
        let at = |place: (usize, usize)| array[place];
        // Numbers outside a view are NaN, which would be rejected.
        let mut spread = Array2::from_elem((2 * rows + 1, 3 * columns + 2), f64::NAN);
        spread.slice_mut(s![1..;2, 2..;3]).assign(array);
        let mut wide = Array2::from_elem((rows, columns + 3), f64::NAN);
        wide.slice_mut(s![.., 1..=columns]).assign(array);
        let mut tall = Array2::from_elem((rows + 4, columns), f64::NAN);
        tall.slice_mut(s![3..rows + 3, ..]).assign(array);
        Layouts {
            rows,
            columns,
            transposed: Array2::from_shape_fn((columns, rows), |(j, i)| at((i, j))),
            fortran: Array2::from_shape_fn((rows, columns).f(), at),
            spread,
            upside_down: Array2::from_shape_fn((rows, columns), |(i, j)| at((rows - 1 - i, j))),
            mirrored: Array2::from_shape_fn((rows, columns), |(i, j)| at((i, columns - 1 - j))),
            wide,
            tall,
        }
    }

    fn views(&self) -> [(&str, ArrayView2<'_, f64>); 7] {
        [
            ("transposed", self.transposed.t()),
            ("Fortran order", self.fortran.view()),
            ("every second row and third column", self.spread.slice(s![1..;2, 2..;3])),
            ("rows reversed", self.upside_down.slice(s![..;-1, ..])),
            ("columns reversed", self.mirrored.slice(s![.., ..;-1])),
            ("columns of a wider array", self.wide.slice(s![.., 1..=self.columns])),
            ("rows of a taller array", self.tall.slice(s![3..self.rows + 3, ..])),
        ]
    }
}

fn data() -> (Array2<f64>, Array2<f64>, Rng) {
    let mut rng = Rng::seed(20);
    let x = normals(BATCH, 4, &mut rng);
    let t = one_hot(BATCH, 3, &mut rng);
    (x, t, rng)
}

#[test]
fn the_layouts_hold_the_same_numbers() {
    let (x, ..) = data();
    let layouts = Layouts::of(&x);
    for (name, view) in layouts.views() {
        assert_eq!(view, x, "{name}");
    }
    let standard = layouts.views().map(|(_, view)| view.is_standard_layout());
    assert_eq!(standard, [false, false, false, false, false, false, true]);
}

#[test]
fn inputs_and_rows_of_targets_in_every_layout() {
    let (x, one_hot, mut rng) = data();
    let soft = probabilities(BATCH, 3, &mut rng);
    let numbers = normals(BATCH, 3, &mut rng);
    let classes = Classes::<f64>::new(Init::He, &mut rng);
    let regression = Regression::<f64>::new(Init::Xavier, &mut rng);
    let inputs = Layouts::of(&x);
    for (x_name, x_view) in inputs.views() {
        for t in [&one_hot, &soft] {
            let want = results!(classes, &x, t);
            for (name, t) in Layouts::of(t).views() {
                assert_eq!(results!(classes, x_view, t), want, "{x_name}, targets {name}");
            }
        }
        let want = results!(regression, &x, &numbers);
        for (name, t) in Layouts::of(&numbers).views() {
            assert_eq!(results!(regression, x_view, t), want, "{x_name}, targets {name}");
        }
    }
}

#[test]
fn broadcast_views() {
    let (x, _, mut rng) = data();
    let net = Classes::<f64>::new(Init::He, &mut rng);
    let row = x.row(2);
    let repeated = row.broadcast((BATCH, 4)).unwrap();
    let t = Array1::from_vec(vec![0.0, 1.0, 0.0]);
    let t = t.broadcast((BATCH, 3)).unwrap();
    let want = results!(net, &repeated.to_owned(), &t.to_owned());
    assert_eq!(results!(net, repeated, t), want);
    assert_eq!(results!(net, &repeated, &t), want);

    let column = x.column(1).insert_axis(Axis(1));
    let repeated = column.broadcast((BATCH, 4)).unwrap();
    let want = results!(net, &repeated.to_owned(), &t.to_owned());
    assert_eq!(results!(net, repeated, t), want);
}

#[test]
fn batches_of_one_and_networks_of_one_column() {
    network! { struct Narrow = Affine(1, 2) => SoftmaxWithLoss; }
    let mut rng = Rng::seed(3);
    let net = Narrow::<f64>::new(Init::He, &mut rng);
    for batch in [1, 2, 6] {
        let (x, t) = (normals(batch, 1, &mut rng), one_hot(batch, 2, &mut rng));
        let want = results!(net, &x, &t);
        for (x_name, x) in Layouts::of(&x).views() {
            for (name, t) in Layouts::of(&t).views() {
                assert_eq!(results!(net, x, t), want, "{x_name}, targets {name}");
            }
        }
    }
}

#[test]
fn every_container_of_rows() {
    let (x, t, mut rng) = data();
    let net = Classes::<f64>::new(Init::He, &mut rng);
    let want = results!(net, &x, &t);

    let x_array: [[f64; 4]; BATCH] = std::array::from_fn(|i| std::array::from_fn(|j| x[[i, j]]));
    let t_array: [[f64; 3]; BATCH] = std::array::from_fn(|i| std::array::from_fn(|j| t[[i, j]]));
    let (x_vec, t_vec) = (x_array.to_vec(), t_array.to_vec());
    assert_eq!(results!(net, &x_array, &t_array), want);
    assert_eq!(results!(net, &x_array[..], &t_array[..]), want);
    assert_eq!(results!(net, &x_vec, &t_vec), want);
    assert_eq!(results!(net, &x_vec[..], t.view()), want);

    let (x_shared, t_shared) = (x.to_shared(), t.to_shared());
    assert_eq!(results!(net, &x_shared, &t_shared), want);
    let (x_cow, t_cow) = (CowArray::from(x.view()), CowArray::from(t.clone()));
    assert_eq!(results!(net, &x_cow, &t_cow), want);
    let (x_ref, t_ref): (&ArrayRef2<f64>, &ArrayRef2<f64>) = (&x, &t);
    assert_eq!(results!(net, x_ref, t_ref), want);
    let (mut x, mut t) = (x.clone(), t.clone());
    let (x_mut, t_mut): (ArrayViewMut2<'_, f64>, _) = (x.view_mut(), t.view_mut());
    assert_eq!(results!(net, &x_mut, &t_mut), want);
}

/// Labels of type `L`, in every container.
fn check_labels<L: Label + Send + Sync + 'static>(from: impl Fn(u8) -> L) {
    let (x, t, mut rng) = data();
    let net = Classes::<f64>::new(Init::He, &mut rng);
    let want = results!(net, &x, &t);

    let class = |row: ArrayView1<'_, f64>| from(row.iter().position(|&t| t == 1.0).unwrap() as u8);
    let vec: Vec<L> = t.rows().into_iter().map(class).collect();
    let array: [L; BATCH] = std::array::from_fn(|i| vec[i]);
    let array1 = Array1::from_vec(vec.clone());
    let every_second = Array1::from_iter(vec.iter().flat_map(|&label| [label, from(99)]));
    let reversed: Array1<L> = vec.iter().rev().copied().collect();
    let array_ref: &ArrayRef1<L> = &array1;

    assert_eq!(results!(net, &x, &vec), want);
    assert_eq!(results!(net, &x, &vec[..]), want);
    assert_eq!(results!(net, &x, &array), want);
    assert_eq!(results!(net, &x, &array1), want);
    assert_eq!(results!(net, &x, array_ref), want);
    assert_eq!(results!(net, &x, array1.view()), want);
    assert_eq!(results!(net, &x, &array1.view()), want);
    assert_eq!(results!(net, &x, every_second.slice(s![..;2])), want);
    assert_eq!(results!(net, &x, reversed.slice(s![..;-1])), want);
}

#[test]
fn labels_of_every_integer_in_every_container() {
    check_labels(|class| class);
    check_labels(u16::from);
    check_labels(u32::from);
    check_labels(u64::from);
    check_labels(usize::from);
    check_labels(|class| class as i8);
    check_labels(i16::from);
    check_labels(i32::from);
    check_labels(i64::from);
    check_labels(isize::from);
}

#[test]
fn one_hot_rows_may_be_rounded_probabilities() {
    // 0.1 + 0.1 + 0.1 is not exactly 0.3.
    let (x, _, mut rng) = data();
    let net = Classes::<f64>::new(Init::He, &mut rng);
    let rows = [[0.1 + 0.1 + 0.1, 0.7, 0.0]; BATCH];
    let exact = [[0.3, 0.7, 0.0]; BATCH];
    let (rounded, exact) = (net.loss(&x, &rows).unwrap(), net.loss(&x, &exact).unwrap());
    assert!((rounded - exact).abs() < 1e-15);
}
