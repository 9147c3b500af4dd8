//! `Standardise` computes what scikit-learn's `StandardScaler` does, is saved with its network, and
//! is not trained.

use chainrule::layers::{Layer, Standardise};
use chainrule::saving::{self, Layout};
use chainrule::{
    Adam, Error, Init, Kind, Network, Numbers, Overflowed, Rng, Scalar, Workspace, network,
};
use chainrule_tests::random::normals;
use ndarray::{Array2, array, s};

network! {
    struct Net = Input(4) -> Standardise -> Affine(6) -> Tanh -> Affine(3) => SoftmaxWithLoss;
}

/// Three samples; the third feature is constant, the last one far from 0.
const X: [[f64; 4]; 3] =
    [[1.0, 200.0, 7.0, 1e6], [2.0, 400.0, 7.0, 1e6 + 1.0], [4.0, 100.0, 7.0, 1e6 + 3.0]];

#[track_caller]
fn assert_close<T: Scalar>(found: &[T], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, &expected) in found.iter().zip(expected) {
        let difference = (found.as_f64() - expected).abs();
        assert!(difference <= tolerance * expected.abs().max(1e-3), "{found} for {expected}");
    }
}

fn new<T: Scalar>() -> Box<Standardise<4, T>> {
    let mut layer = Standardise::zeros();
    layer.init(Init::Auto, &mut Rng::seed(0));
    layer
}

// The expected values are printed by
//
//     import numpy as np
//     from sklearn.preprocessing import StandardScaler
//     x = np.array([[1., 200, 7, 1e6], [2, 400, 7, 1e6 + 1], [4, 100, 7, 1e6 + 3]])
//     s = StandardScaler().fit(x)
//     for a in s.mean_, s.scale_, s.transform(x): print(a.flatten().tolist())
//
// except that the last column of `transform` loses five digits in scikit-learn's subtraction; it is
// that of the first column, which differs by a shift only.
#[test]
fn it_is_that_of_scikit_learn() {
    fn check<T: Scalar>(x: &[[T; 4]; 3], tolerance: f64) {
        let mut layer = new::<T>();
        layer.fit(x).unwrap();
        let std = 1.247219128924647;
        assert_close(
            &layer.mean,
            &[2.3333333333333335, 233.33333333333334, 7.0, 1000001.3333333334],
            tolerance,
        );
        assert_close(&layer.std, &[std, 124.72191289246472, 1.0, std], tolerance);

        let mut y = [T::nan(); 12];
        layer.forward(x.as_flattened(), &mut y, &mut [], &mut Rng::seed(0));
        let rows = y.as_chunks::<4>().0;
        let first = [-1.0690449676496978, -0.2672612419124245, 1.3363062095621219];
        assert_close(&rows.iter().map(|row| row[0]).collect::<Vec<_>>(), &first, tolerance);
        assert_close(
            &rows.iter().map(|row| row[1]).collect::<Vec<_>>(),
            &[-0.26726124191242445, 1.3363062095621219, -1.0690449676496976],
            tolerance,
        );
        assert!(rows.iter().all(|row| row[2] == T::zero()));

        let mut again = [T::nan(); 12];
        layer.infer(x.as_flattened(), &mut again, &mut []);
        assert_eq!(again, y);
    }
    check::<f64>(&X, 1e-14);
    check::<f32>(&X.map(|row| row.map(|x| x as f32)), 1e-6);
}

#[test]
fn deviations_whose_squares_leave_the_range_of_the_scalar() {
    let mut layer = new::<f32>();
    let x = [[1e-30, -1e30, 3e38, 0.0], [3e-30, 1e30, -3e38, 0.0]];
    layer.fit(&x).unwrap();
    assert_close(&layer.std, &[1e-30, 1e30, 3e38, 1.0], 1e-6);
    assert!((layer.std[0] / 1e-30 - 1.0).abs() < 1e-6);
}

#[test]
fn before_it_is_fitted_it_is_the_identity() {
    let mut rng = Rng::seed(1);
    let x = normals(5, 4, &mut rng);
    // Also in a network of zeros.
    for layer in [new::<f64>(), Standardise::zeros()] {
        let mut y = [f64::NAN; 20];
        layer.infer(x.as_slice().unwrap(), &mut y, &mut []);
        assert_eq!(y, x.as_slice().unwrap());
    }
}

#[test]
fn any_layout_is_fitted_alike() {
    let mut rng = Rng::seed(2);
    let x = normals(70, 4, &mut rng);
    let (mut one, mut other) = (new::<f64>(), new::<f64>());
    one.fit(&x).unwrap();
    let columns = Array2::from_shape_fn((4, 140), |(column, row)| x[(row / 2, column)]);
    other.fit(columns.slice(s![.., ..;2]).t()).unwrap();
    assert_eq!(one, other);
}

#[test]
fn data_that_it_cannot_be_fitted_to() {
    let mut layer = new::<f64>();
    layer.fit(&X).unwrap();
    let fitted = layer.clone();
    assert_eq!(layer.fit(&[[0.0; 4]; 0]), Err(Error::EmptyBatch));
    let error = layer.fit(&array![[1.0, 2.0], [3.0, 4.0]]).unwrap_err();
    assert_eq!(error, Error::Features { network: "Standardise", expected: 4, found: 2 });
    for value in [f64::NAN, f64::INFINITY] {
        let error = layer.fit(&[[0.0; 4], [0.0, 0.0, value, 0.0]]).unwrap_err();
        let Error::NotFinite { place: "inputs", sample: 1, column: 2, .. } = error else {
            panic!("{error}")
        };
    }
    let error = layer.fit(&[[0.0; 4], [0.0, 1e200, 0.0, 0.0]]).unwrap_err();
    let what = Overflowed::Deviation { column: 1 };
    assert_eq!(error, Error::Overflow { what, value: f64::INFINITY, scalar: "f64" });
    let message = "expected a finite number, found inf as the standard deviation of column 1";
    assert!(error.to_string().starts_with(message), "{error}");
    assert_eq!(layer, fitted);
}

#[test]
fn its_backward_pass_divides_by_the_deviation() {
    let mut layer = new::<f64>();
    layer.fit(&X).unwrap();
    let dy: Vec<f64> = (0..12).map(|i| f64::from(i).cos()).collect();
    let (mut dout, mut dx, mut grads) = (dy.clone(), [f64::NAN; 12], new::<f64>());
    layer.backward(X.as_flattened(), &mut [], &mut dout, &mut grads, Some(&mut dx));
    for (at, (dx, dy)) in dx.iter().zip(&dy).enumerate() {
        assert_eq!(*dx, dy / layer.std[at % 4]);
    }
    assert!(grads.numbers().iter().all(|&number| number == 0.0));
    // By central differences, exact for a linear function but for rounding.
    let output = |x: &[f64]| {
        let mut y = [0.0; 12];
        layer.infer(x, &mut y, &mut []);
        y.iter().zip(&dy).map(|(y, dy)| y * dy).sum::<f64>()
    };
    for (at, dx) in dx.into_iter().enumerate() {
        let moved = |by: f64| {
            let mut x = X;
            x.as_flattened_mut()[at] += by;
            output(x.as_flattened())
        };
        assert!((moved(1.0) - moved(-1.0) - 2.0 * dx).abs() < 1e-9);
    }
}

#[test]
fn gradients_pass_through_it() {
    network! {
        struct Inner {
            input a: [4];
            input b: [3];
            let h = a -> Affine(3) -> scale: Standardise;
            let k = b -> scale -> Affine(3);
            (h * k) -> product: Standardise -> Affine(2) => SoftmaxWithLoss
        }
    }
    let mut rng = Rng::seed(3);
    let mut net = Inner::<f64>::new(Init::Xavier, &mut rng);
    let (a, b) = (normals(7, 4, &mut rng), normals(7, 3, &mut rng));
    net.scale.fit(&b.mapv(|x| 3.0 * x + 1.0)).unwrap();
    net.product.fit(&b.mapv(|x| 0.3 * x - 1.0)).unwrap();
    let t = [0, 1, 1, 0, 1, 0, 0];
    let check = net.gradient_check((&a, &b), &t).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    let grads = net.gradient((&a, &b), &t).unwrap();
    assert_eq!((grads.scale.mean, grads.scale.std), ([0.0; 3], [0.0; 3]));
}

/// A fitted and trained network, with its data.
fn trained() -> (Box<Net<f64>>, Array2<f64>) {
    let mut rng = Rng::seed(4);
    let x = normals(30, 4, &mut rng).mapv(|x| 100.0 * x + 5.0);
    let t: Vec<usize> = (0..30).map(|i| i % 3).collect();
    let mut net = Net::<f64>::new(Init::Xavier, &mut rng);
    net.standardise1.fit(&x).unwrap();
    let fitted = net.standardise1.clone();
    let mut adam = Adam::new(0.01).unwrap();
    let (mut workspace, mut grads) = (Workspace::new(), Net::<f64>::zeros());
    let before = net.loss(&x, &t).unwrap();
    for _ in 0..20 {
        net.train_step(&x, &t, &mut adam, &mut workspace, &mut grads).unwrap();
    }
    assert!(net.loss(&x, &t).unwrap() < before);
    assert_eq!(net.standardise1, fitted);
    (net, x)
}

#[test]
fn it_is_part_of_the_network_but_not_trained() {
    assert_eq!(Net::PARAMS, 4 * 6 + 6 + 6 * 3 + 3);
    let buffers: Vec<_> =
        Net::TENSORS.iter().filter(|tensor| tensor.kind == Kind::Buffer).collect();
    assert_eq!(
        buffers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["standardise1.mean", "standardise1.std"]
    );
    let (net, x) = trained();
    let mut scaled = x.clone();
    net.standardise1.infer(x.as_slice().unwrap(), scaled.as_slice_mut().unwrap(), &mut []);
    // The other layers see features with mean 0 and variance 1.
    for column in scaled.columns() {
        assert!(column.mean().unwrap().abs() < 1e-14);
        assert!((column.mapv(|y| y * y).mean().unwrap() - 1.0).abs() < 1e-14);
    }
    let mut again = net.clone();
    again.init(Init::Xavier, &mut Rng::seed(0));
    assert_eq!((again.standardise1.mean, again.standardise1.std), ([0.0; 4], [1.0; 4]));
}

#[test]
fn it_is_saved_with_the_network() {
    let (net, x) = trained();
    for layout in [Layout::Chainrule, Layout::PyTorch] {
        let mut file = Vec::new();
        saving::write(&*net, &mut file, layout).unwrap();
        let mut same = Net::<f64>::zeros();
        saving::read(&mut *same, &file[..], layout).unwrap();
        assert_eq!(same.standardise1, net.standardise1);
        assert_eq!(same.predict(&x).unwrap(), net.predict(&x).unwrap());
    }
    assert_eq!(net.cast::<f32>().standardise1.mean, net.standardise1.mean.map(|x| x as f32));
}
