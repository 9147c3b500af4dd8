//! `Affine(…, bias = false)` is an affine layer whose biases are zero and stay zero: the same outputs,
//! gradients, training steps and files, without the tensor.

use chainrule::layers::Linear;
use chainrule::saving::{Layout, read, write};
use chainrule::{Init, Network, Numbers, Rng, Scalar, Sgd, Workspace, network};
use chainrule_tests::random::normals;
use ndarray::Array2;

network! {
    /// Without biases, except in the last layer.
    struct Without = Affine(80, 64, bias = false) -> Relu -> hidden: Affine(70, bias = false, init = He)
        -> Sigmoid -> Affine(70, 3, bias = true) => SoftmaxWithLoss;
}
network! {
    struct With = Affine(80, 64) -> Relu -> hidden: Affine(70, init = He)
        -> Sigmoid -> Affine(70, 3) => SoftmaxWithLoss;
}

/// Both networks with the same weights, and biases of zero.
fn both<T: Scalar>(seed: u64) -> (Box<Without<T>>, Box<With<T>>) {
    let without = <Without<T> as Network>::new(Init::Xavier, &mut Rng::seed(seed));
    let mut with = With::<T>::zeros();
    with.affine1.weight = without.affine1.weight;
    with.hidden.weight = without.hidden.weight;
    with.affine3.weight = without.affine3.weight;
    (without, with)
}

fn labels(batch: usize) -> Vec<usize> {
    (0..batch).map(|sample| sample % 3).collect()
}

#[test]
fn the_tensors_have_no_bias() {
    let names: Vec<String> = Without::<f32>::TENSORS.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["affine1.weight", "hidden.weight", "affine3.weight", "affine3.bias"]);
    assert_eq!(Without::<f32>::PARAMS, 80 * 64 + 64 * 70 + 70 * 3 + 3);
    let _: &Linear<80, 64> = &both::<f32>(0).0.affine1;
    assert_ne!(Without::<f32>::SIGNATURE, With::<f32>::SIGNATURE);
}

#[test]
fn the_table_says_so() {
    let table = both::<f32>(0).0.to_string();
    let row = |name: &str| {
        let row = table.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        row.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("affine1"), "affine1 Affine(80, 64, bias = false) 64 5,120");
    assert_eq!(row("hidden"), "hidden Affine(64, 70, bias = false) 70 4,480");
    assert_eq!(row("affine3"), "affine3 Affine(70, 3) 3 213");
    assert_eq!(Without::<f32>::LAYERS[0].parameters, 5_120);
    assert_eq!(Without::<f32>::FLOPS, With::<f32>::FLOPS);
}

#[test]
fn init_draws_the_same_weights() {
    let without = Without::new(Init::Auto, &mut Rng::seed(7));
    let with = With::new(Init::Auto, &mut Rng::seed(7));
    assert_eq!(without.affine1.weight, with.affine1.weight);
    assert_eq!(without.hidden.weight, with.hidden.weight);
}

#[test]
fn outputs_and_gradients_are_those_of_zero_biases() {
    fn check<T: Scalar>(batch: usize) {
        let (without, with) = both::<T>(1);
        let x = normals(batch, 80, &mut Rng::seed(2)).mapv(T::from_f64);
        let t = labels(batch);
        assert_eq!(without.predict(&x).unwrap(), with.predict(&x).unwrap(), "batch of {batch}");
        let (ours, theirs) = (without.gradient(&x, &t).unwrap(), with.gradient(&x, &t).unwrap());
        assert_eq!(ours.affine1.weight, theirs.affine1.weight);
        assert_eq!(ours.hidden.weight, theirs.hidden.weight);
        assert_eq!(ours.affine3, theirs.affine3);
    }
    for batch in [1, 7, 64] {
        check::<f32>(batch);
        check::<f64>(batch);
    }
}

/// A layer that is small enough for the product of a single row.
#[test]
fn a_small_layer_is_that_of_zero_biases() {
    network! { struct Small = Affine(4, 8, bias = false) -> Relu -> Affine(2, bias = false) => IdentityWithLoss; }
    let net = Small::<f32>::new(Init::He, &mut Rng::seed(3));
    let x = [[0.5, -1.0, 2.0, 0.25]];
    let dot = |row: &[f32], weight: &dyn Fn(usize) -> f32| -> f64 {
        row.iter().enumerate().map(|(at, &x)| f64::from(x) * f64::from(weight(at))).sum()
    };
    let hidden: Vec<f32> =
        (0..8).map(|unit| dot(&x[0], &|at| net.affine1.weight[at][unit]).max(0.0) as f32).collect();
    for (output, &got) in net.predict(&x).unwrap().iter().enumerate() {
        let want = dot(&hidden, &|at| net.affine2.weight[at][output]);
        assert!((f64::from(got) - want).abs() < 1e-6, "{got} for {want}");
    }
}

#[test]
fn gradients_follow_numerical_differentiation() {
    network! { struct Net = Affine(4, 6, bias = false) -> BatchNorm -> Tanh -> Affine(3, bias = false) => SoftmaxWithLoss; }
    for seed in 0..4 {
        let mut rng = Rng::seed(seed);
        let net = Net::<f64>::new(Init::Xavier, &mut rng);
        let check = net.gradient_check(&normals(5, 4, &mut rng), &labels(5)).unwrap();
        // The largest is 2e-9.
        assert!(check.max_relative() < 1e-7, "seed {seed}:\n{check}");
    }
}

/// With `Sgd`, `train_step` updates large weights from `X` and `dY`.
#[test]
fn a_training_step_is_a_gradient_and_an_update() {
    for batch in [1, 32] {
        let (mut stepped, _) = both::<f32>(4);
        let mut updated = stepped.clone();
        let mut sgd = Sgd::new(0.1).unwrap();
        let (mut workspace, mut grads) = (Workspace::new(), Without::zeros());
        for step in 0..3 {
            let x: Array2<f32> = normals(batch, 80, &mut Rng::seed(step)).mapv(|x| x as f32);
            let t = labels(batch);
            stepped.train_step(&x, &t, &mut sgd, &mut workspace, &mut grads).unwrap();
            updated.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
            updated.update(&mut sgd, &grads);
        }
        assert_eq!(stepped.parameters(), updated.parameters(), "batches of {batch}");
    }
}

#[test]
fn files_hold_no_biases() {
    let (net, with) = both::<f32>(5);
    for layout in [Layout::Chainrule, Layout::PyTorch] {
        let mut file = Vec::new();
        write(&*net, &mut file, layout).unwrap();
        let mut loaded = Without::<f32>::zeros();
        read(&mut *loaded, &file[..], layout).unwrap();
        assert_eq!(loaded.parameters(), net.parameters());
        assert!(!String::from_utf8_lossy(&file).contains("affine1.bias"));

        // A file with biases does not fit, and says which.
        let mut file = Vec::new();
        write(&*with, &mut file, layout).unwrap();
        let error = read(&mut *loaded, &file[..], layout).unwrap_err().to_string();
        assert!(error.contains("affine1.bias"), "{error}");
        assert_eq!(loaded.parameters(), net.parameters());
    }
}

/// A file as `safetensors.torch.save_file` writes the state of `Linear(2, 3, bias=False)`, called
/// `affine1`: `outputs × inputs`.
#[test]
fn a_file_of_pytorch_without_biases_loads() {
    network! { struct Net = Affine(2, 3, bias = false) => IdentityWithLoss; }
    let header = r#"{"affine1.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]}}"#;
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend([1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0].iter().flat_map(|value| value.to_le_bytes()));
    let mut net = Net::<f32>::zeros();
    read(&mut *net, &file[..], Layout::PyTorch).unwrap();
    assert_eq!(net.affine1.weight, [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]);
    assert_eq!(Linear::<2, 3>::FLOPS, 12);
}
