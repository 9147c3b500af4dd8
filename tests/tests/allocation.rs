//! Only the first pass allocates: training steps, predictions, losses and accuracies reuse the
//! workspace, for every network, scalar type, kind of targets and layout of views.

use chainrule::{Init, NetworkExt, Numbers, Rng, Sgd, Weighted, Workspace, network};
use chainrule_tests::allocations::{self, Recording};
use chainrule_tests::random::{normals, one_hot};
use ndarray::{Array1, Array2, s};

#[global_allocator]
static ALLOCATOR: Recording = Recording;

/// Returns the number of allocations in `work`.
fn allocations(work: impl FnOnce()) -> usize {
    let before = allocations::count();
    work();
    allocations::count() - before
}

/// Runs `pass` once to warm up, then three times, which must not allocate.
#[track_caller]
fn assert_allocates_only_at_first(mut pass: impl FnMut()) {
    assert_ne!(allocations(&mut pass), 0, "the first pass makes the workspace");
    let count = allocations(|| (0..3).for_each(|_| pass()));
    assert_eq!(count, 0, "allocations in three more passes");
}

#[test]
fn the_count_counts() {
    assert_eq!(allocations(|| drop(Box::new([0_u8; 9]))), 1);
    assert_eq!(allocations(|| drop(vec![0_u8; 9])), 1);
    let mut grown = Vec::with_capacity(1);
    assert_eq!(allocations(|| grown.extend([1, 2, 3])), 1);
    assert_eq!(allocations(|| ()), 0);
}

network! { struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss; }

network! {
    struct Deep = Affine(6, 9) -> Sigmoid -> Affine(9, 7) -> Relu -> Sigmoid -> Affine(7, 4)
        -> Relu => SoftmaxWithLoss;
}

network! { struct Regression = Input(6) -> Sigmoid -> Affine(4) -> Sigmoid => IdentityWithLoss; }

/// The operations, each with its own workspace, for one type of inputs and one type of targets.
macro_rules! passes {
    ($net:expr, $grads:expr, $x:expr, $t:expr) => {{
        let (mut net, mut grads) = ($net, $grads);
        let (mut workspace, mut sgd) = (Workspace::new(), Sgd::new(0.1).unwrap());
        assert_allocates_only_at_first(|| {
            let loss = net.gradient_in($x, $t, &mut workspace, &mut grads).unwrap();
            assert!(loss > 0.0);
            net.update(&mut sgd, &grads);
        });
        let mut workspace = Workspace::new();
        assert_allocates_only_at_first(|| {
            net.train_step($x, $t, &mut sgd, &mut workspace, &mut grads).unwrap();
        });
        let mut workspace = Workspace::new();
        assert_allocates_only_at_first(|| {
            net.predict_in($x, &mut workspace).unwrap();
        });
        let mut workspace = Workspace::new();
        assert_allocates_only_at_first(|| {
            net.loss_in($x, $t, &mut workspace).unwrap();
        });
        let mut workspace = Workspace::new();
        assert_allocates_only_at_first(|| {
            net.accuracy_in($x, $t, &mut workspace).unwrap();
        });
    }};
}

/// Runs `work` in a pool with this number of threads. A thread outside the pool would enter it
/// through a queue, which allocates now and then.
fn in_pool(threads: usize, work: impl FnOnce() + Send) {
    let pool = rayon_core::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(work);
}

#[test]
fn the_network_of_the_chapter() {
    in_pool(1, passes_of_the_chapter);
    in_pool(2, passes_of_the_chapter);
}

fn passes_of_the_chapter() {
    let mut rng = Rng::seed(1);
    let x = normals(100, 784, &mut rng).mapv(|x| x as f32);
    let labels: Vec<u8> = (0..100).map(|_| rng.below(10) as u8).collect();
    let t = one_hot(100, 10, &mut rng).mapv(|t| t as f32);
    passes!(TwoLayerNet::new(Init::He, &mut rng), TwoLayerNet::zeros(), &x, &labels[..]);
    passes!(TwoLayerNet::new(Init::He, &mut rng), TwoLayerNet::zeros(), &x, &t);
    passes!(TwoLayerNet::new(Init::He, &mut rng), TwoLayerNet::zeros(), x.view(), t.view());
}

#[test]
fn a_deep_network_in_f64() {
    let mut rng = Rng::seed(2);
    let x = normals(33, 6, &mut rng);
    let t = one_hot(33, 4, &mut rng);
    let net = Deep::<f64>::new(Init::Xavier, &mut rng);
    passes!(net.clone(), Deep::<f64>::zeros(), &x, &t);
    let (vec, array) = (vec![3_i64; 33], Array1::from_elem(33, 2_usize));
    passes!(net.clone(), Deep::<f64>::zeros(), &x, &vec);
    passes!(net.clone(), Deep::<f64>::zeros(), &x, &array);
    passes!(net, Deep::<f64>::zeros(), &x, &[1_u8; 33]);
}

network! {
    struct Text = Input(6, of = 9) -> Embedding(8) -> Positions -> CausalAttention(2) -> LayerNorm -> Lstm(5)
        -> Gru(4) -> Rnn(3) -> Affine(9) => SoftmaxWithLoss;
}

#[test]
fn sequences() {
    let mut rng = Rng::seed(6);
    let text: Vec<[u8; 6]> = (0..40).map(|_| [0; 6].map(|_| rng.below(9) as u8)).collect();
    let net = Text::new(Init::Auto, &mut rng);
    passes!(net.clone(), Text::zeros(), &text, &text);
    let mut state = net.start();
    let count = allocations(|| {
        for &index in &text[0] {
            net.step(&mut state, usize::from(index)).unwrap();
        }
    });
    assert_eq!(count, 0, "allocations of steps");
}

network! {
    struct Windows = Input(6, of = 9) -> Embedding(8) -> Lstm(5, carry = true) -> Gru(4, carry = true)
        -> Rnn(3, carry = true) -> Affine(9) => SoftmaxWithLoss;
}

#[test]
fn windows_that_continue() {
    let mut rng = Rng::seed(7);
    let text: Vec<[u8; 6]> = (0..40).map(|_| [0; 6].map(|_| rng.below(9) as u8)).collect();
    passes!(Windows::new(Init::Auto, &mut rng), Windows::zeros(), &text, &text);
}

#[test]
fn a_regression() {
    let mut rng = Rng::seed(3);
    let (x, t) = (normals(20, 6, &mut rng), normals(20, 4, &mut rng));
    passes!(Regression::<f64>::new(Init::Xavier, &mut rng), Regression::<f64>::zeros(), &x, &t);
}

#[test]
fn plain_arrays() {
    let mut rng = Rng::seed(4);
    let x: Vec<[f32; 6]> = (0..20).map(|_| [rng.normal() as f32; 6]).collect();
    let t: Vec<[f32; 4]> = vec![[0.0, 0.0, 1.0, 0.0]; 20];
    passes!(Deep::new(Init::Xavier, &mut rng), Deep::zeros(), &x, &t);
    passes!(Deep::new(Init::Xavier, &mut rng), Deep::zeros(), &x[..], &t[..]);
}

#[test]
fn views_that_must_be_copied_row_by_row() {
    let mut rng = Rng::seed(5);
    let net = Deep::<f64>::new(Init::Xavier, &mut rng);
    let (x, t) = (normals(6, 25, &mut rng), one_hot(25, 4, &mut rng));
    let fortran = Array2::from_shape_fn((4, 25), |(column, row)| t[[row, column]]);
    passes!(net.clone(), Deep::<f64>::zeros(), x.t(), fortran.t());
    let (x, t) = (normals(50, 12, &mut rng), one_hot(25, 4, &mut rng));
    let x = x.slice(s![..;2, ..;-2]);
    passes!(net.clone(), Deep::<f64>::zeros(), x, t.slice(s![..;-1, ..]));
    let labels = Array1::from_iter((0..50).map(|i| i as u16 % 4));
    passes!(net, Deep::<f64>::zeros(), x, labels.slice(s![..;-2]));
}

#[test]
fn smaller_batches_and_other_operations() {
    let mut rng = Rng::seed(6);
    let net = Deep::<f64>::new(Init::Xavier, &mut rng);
    let x = normals(64, 6, &mut rng);
    let labels = vec![1_u8; 64];
    let (mut workspace, mut grads) = (Workspace::new(), Deep::<f64>::zeros());
    net.gradient_in(&x, &labels, &mut workspace, &mut grads).unwrap();
    let bytes = workspace.bytes();
    let count = allocations(|| {
        for batch in [1, 63, 7, 64] {
            let (x, labels) = (x.slice(s![..batch, ..]), &labels[..batch]);
            net.gradient_in(x, labels, &mut workspace, &mut grads).unwrap();
            net.predict_in(x, &mut workspace).unwrap();
            net.loss_in(x, labels, &mut workspace).unwrap();
            net.accuracy_in(x, labels, &mut workspace).unwrap();
        }
    });
    assert_eq!((count, workspace.bytes()), (0, bytes));
}

#[test]
fn probabilities_and_classes() {
    let mut rng = Rng::seed(6);
    let net = Deep::<f64>::new(Init::Xavier, &mut rng);
    let x = normals(64, 6, &mut rng);
    let (mut workspace, mut classes) = (Workspace::new(), Vec::new());
    assert_allocates_only_at_first(|| {
        net.classes_in(&x, &mut workspace, &mut classes).unwrap();
        net.predict_proba_in(&x, &mut workspace).unwrap();
        net.class_of_in(x.row(0), &mut workspace).unwrap();
        net.probabilities_of_in(x.row(0), &mut workspace).unwrap();
    });
}

#[test]
fn a_workspace_is_as_large_as_the_constant_says() {
    let mut rng = Rng::seed(7);
    let net = TwoLayerNet::new(Init::He, &mut rng);
    let x = normals(10, 784, &mut rng).mapv(|x| x as f32);
    let t = one_hot(10, 10, &mut rng).mapv(|t| t as f32);
    let mut workspace = Workspace::new();
    net.gradient_in(&x, &t, &mut workspace, &mut TwoLayerNet::zeros()).unwrap();
    // Plus a cache line, for alignment to one.
    assert_eq!(workspace.bytes(), 4 * 10 * TwoLayerNet::WORKSPACE_PER_SAMPLE + 64);
}

#[test]
fn gradient_of_a_loss_of_ones_own() {
    let mut rng = Rng::seed(8);
    let net = Regression::<f64>::new(Init::Xavier, &mut rng);
    let x = normals(20, 6, &mut rng);
    let (mut workspace, mut grads) = (Workspace::new(), Regression::<f64>::zeros());
    assert_allocates_only_at_first(|| {
        net.gradient_of(&x, |y| y.sum(), &mut workspace, &mut grads).unwrap();
    });
}

network! {
    struct Trained = Input(6) -> Standardise -> Affine(9) -> BatchNorm -> Gelu -> Dropout(0.5) -> Affine(7) -> LayerNorm
        -> Silu -> Affine(4) => SoftmaxWithLoss(smoothing = 0.1);
}

#[test]
fn layers_that_differ_in_training_and_afterwards() {
    let mut rng = Rng::seed(10);
    let (x, labels) = (normals(33, 6, &mut rng), [2_u8; 33]);
    let net = Trained::<f64>::new(Init::Auto, &mut rng);
    passes!(net, Trained::<f64>::zeros(), &x, &labels);
    let x = x.mapv(|x| x as f32);
    passes!(Trained::new(Init::Auto, &mut rng), Trained::zeros(), &x, &labels);
}

network! {
    struct Heads {
        input x: [6];
        let h = x -> Affine(9) -> Relu;
        (h -> Affine(4, bias = false), h -> Affine(2)) => (SoftmaxWithLoss, 0.5 * Huber)
    }
}

#[test]
fn a_loss_for_each_head_and_weights_of_samples() {
    let mut rng = Rng::seed(11);
    let (x, values) = (normals(33, 6, &mut rng), normals(33, 2, &mut rng));
    let (labels, weights) = ([2_u8; 33], [0.5; 33]);
    let (mut net, mut grads) = (Heads::<f64>::new(Init::Auto, &mut rng), Heads::<f64>::zeros());
    let (mut workspace, mut sgd) = (Workspace::new(), Sgd::new(0.1).unwrap());
    let targets = (&labels, values.slice(s![.., ..]));
    assert_allocates_only_at_first(|| {
        net.train_step(&x, targets, &mut sgd, &mut workspace, &mut grads).unwrap();
        net.loss_in(&x, targets, &mut workspace).unwrap();
        net.accuracy_in(&x, targets, &mut workspace).unwrap();
        let weighted = Weighted::new(targets, &weights);
        net.train_step(&x, weighted, &mut sgd, &mut workspace, &mut grads).unwrap();
    });
}

network! { struct Wide = Affine(784, 512) -> Relu -> Affine(512, 10) => SoftmaxWithLoss; }

#[test]
fn the_other_threads_allocate_nothing() {
    let mut rng = Rng::seed(9);
    let x = normals(128, 784, &mut rng).mapv(|x| x as f32);
    let labels = [3_u8; 128];
    let (mut net, mut grads) = (Wide::new(Init::He, &mut rng), Wide::zeros());
    let (mut workspace, mut sgd) = (Workspace::new(), Sgd::new(0.1).unwrap());
    let mut steps = |count: usize| {
        for _ in 0..count {
            net.gradient_in(&x, &labels, &mut workspace, &mut grads).unwrap();
            net.update(&mut sgd, &grads);
        }
    };
    let pool = rayon_core::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    pool.install(|| steps(3));
    let before = pool.broadcast(|_| allocations::count());
    pool.install(|| steps(100));
    assert_eq!(pool.broadcast(|_| allocations::count()), before, "allocations of each thread");
}

#[test]
fn augmentation_allocates_its_scratch() {
    use chainrule::data::augment::{crop, cutout, flip, rotate, shift};
    let (shape, mut rng, mut scratch) = ([3, 8, 8], Rng::seed(0), Vec::new());
    let mut images = normals(5, 192, &mut rng).into_raw_vec_and_offset().0;
    assert_allocates_only_at_first(|| {
        shift(&mut images, shape, 2, &mut rng);
        crop(&mut images, shape, 2, &mut rng);
        flip(&mut images, shape, &mut rng);
        rotate(&mut images, shape, 10.0, &mut scratch, &mut rng);
        cutout(&mut images, shape, 3, &mut rng);
    });
}

network! {
    struct Images = Input(2, 8, 7) -> Conv2d(4, 3) -> Relu -> Flatten -> Affine(3) => SoftmaxWithLoss;
}

#[test]
fn images_in_another_layout_are_copied_to_the_workspace() {
    let mut rng = Rng::seed(12);
    let last = normals(9, 8 * 7 * 2, &mut rng).into_shape_with_order((9, 8, 7, 2)).unwrap();
    let x = last.view().permuted_axes([0, 3, 1, 2]);
    let net = Images::<f64>::new(Init::Auto, &mut rng);
    passes!(net, Images::<f64>::zeros(), x, &[1_u8; 9]);
}
