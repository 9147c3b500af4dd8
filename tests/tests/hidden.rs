//! Values inside a network by name, and the gradient with respect to its input: their numbers,
//! several values and inputs, and that only the first call allocates.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use chainrule::{
    Batch, Error, Hidden, Init, Network, NetworkExt, Numbers, Rng, Sgd, Workspace, network,
};
use chainrule_tests::random::normals;
use ndarray::{Array2, s};

/// The system allocator, with a count per thread, since tests run in parallel.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: forwards to the system allocator. Counting does not allocate, since the count is
// const-initialized and has no destructor. `alloc_zeroed` and `realloc` come from the trait and
// call `alloc`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // The count is not accessible while a thread exits; it is not read then either.
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: required of the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: required of the caller.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

network! {
    struct Chain = Affine(3, 5) -> Relu -> Dropout(0.5) -> last: Affine(5, 2) => SoftmaxWithLoss;
}
network! { struct First = Affine(3, 5) => SoftmaxWithLoss; }
network! {
    struct Noisy = Input(3) -> Dropout(0.1) -> Dropout(0.5) -> Affine(2) -> Dropout(0.5)
        => IdentityWithLoss;
}

network! {
    struct Residual {
        input x: [6];
        let h = x -> Affine(4) -> Relu;
        let y = h -> Affine(4) -> Sigmoid -> Affine(4);
        let added = h + y;
        let gate = added -> Tanh;
        (added * gate) -> Affine(3) => SoftmaxWithLoss
    }
}

network! {
    struct Two {
        input left: [3];
        input right: [2];
        let relu1 = left -> Affine(4) -> Tanh;
        concat(relu1, right) -> Affine(4) -> Relu -> Affine(2) => IdentityWithLoss
    }
}

network! { struct Normed = Affine(3, 4) -> BatchNorm -> Gelu -> Affine(2) => IdentityWithLoss; }
network! { struct Nested = First -> Relu -> Affine(5, 2) => IdentityWithLoss; }

const H: Hidden<Residual<f64>> = Hidden::named("h");

fn data(samples: usize, features: usize) -> Array2<f64> {
    normals(samples, features, &mut Rng::seed(5))
}

#[test]
fn values_of_a_chain_are_those_of_its_layers() {
    let net = Chain::<f64>::new(Init::Normal(1.0), &mut Rng::seed(1));
    let first = First::<f64> { affine1: net.affine1.clone() };
    let x = data(7, 3);
    let names = ["affine1", "relu1", "dropout1", "last"];
    let values = names.map(|name| Hidden::find(name).unwrap());
    let [affine1, relu1, dropout1, last] = net.hidden(&x, values).unwrap();
    assert_eq!(affine1, first.predict(&x).unwrap());
    assert!(affine1.iter().any(|&value| value < 0.0), "the ReLU has something to do");
    assert_eq!(relu1, affine1.mapv(|value| value.max(0.0)));
    // Predictions contain no dropout.
    assert_eq!(dropout1, relu1);
    assert_eq!(last, net.predict(&x).unwrap());
}

#[test]
fn noise_passes_its_input_on() {
    let net = Noisy::<f64>::new(Init::Normal(1.0), &mut Rng::seed(1));
    let x = data(7, 3);
    let names = ["dropout1", "dropout2", "affine1", "dropout3"];
    let [first, second, affine, last] =
        net.hidden(&x, names.map(|name| Hidden::find(name).unwrap())).unwrap();
    assert_eq!((&first, &second), (&x, &x));
    assert_eq!((&affine, last), (&net.predict(&x).unwrap(), affine.clone()));
}

#[test]
fn values_have_the_names_of_lets() {
    let net = Residual::<f64>::new(Init::Normal(1.0), &mut Rng::seed(1));
    let x = data(4, 6);
    let named = |name| Hidden::<Residual<f64>>::find(name).unwrap();
    let [h, relu1, y, added, gate] =
        net.hidden(&x, [H, named("relu1"), named("y"), named("added"), named("gate")]).unwrap();
    assert_eq!(h, relu1);
    let close = |a: &Array2<f64>, b: &Array2<f64>| (a - b).iter().all(|d| d.abs() < 1e-15);
    assert!(close(&added, &(&h + &y)));
    assert!(close(&gate, &added.mapv(f64::tanh)));
    assert_eq!((H.width(), format!("{H:?}")), (4, "Hidden(\"relu1\")".to_owned()));
}

#[test]
fn a_let_goes_before_a_layer_of_the_same_name() {
    // `relu1` is the value of the first line; the layer of that name is in the second.
    let named = |name| format!("{:?}", Hidden::<Two<f64>>::find(name).unwrap());
    assert_eq!(named("relu1"), "Hidden(\"tanh1\")");
}

#[test]
fn unknown_names_are_not_found() {
    for name in ["", "rel", "relu11", "loss", "x", "left"] {
        assert!(Hidden::<Residual>::find(name).is_none(), "{name}");
    }
    let panic = std::panic::catch_unwind(|| Hidden::<Residual>::named("hh")).unwrap_err();
    assert_eq!(
        panic.downcast_ref::<String>().map(String::as_str),
        Some(
            "the network `Residual` has no value `hh`\n\
             help: give the name of a `let`, or of a layer, as printing the network shows it"
        )
    );
}

#[test]
fn running_statistics_are_used() {
    let mut net = Normed::<f64>::new(Init::Normal(1.0), &mut Rng::seed(1));
    let (x, t) = (data(9, 3), data(9, 2));
    for _ in 0..3 {
        let grads = net.gradient(&x, &t).unwrap();
        net.update(&mut Sgd::new(0.1).unwrap(), &grads);
    }
    let norm = Hidden::named("batch_norm1");
    let [all] = net.hidden(&x, [norm]).unwrap();
    let [one] = net.hidden(x.slice(s![2..3, ..]), [norm]).unwrap();
    assert!((&all.slice(s![2..3, ..]) - &one).iter().all(|d| d.abs() < 1e-14));
}

/// The derivatives with respect to the input by central differences, of the training loss with
/// `loss`.
fn differences(x: &Array2<f64>, loss: impl Fn(&Array2<f64>) -> f64) -> Array2<f64> {
    const STEP: f64 = 1e-5;
    Array2::from_shape_fn(x.dim(), |at| {
        let moved = |by: f64| {
            let mut x = x.clone();
            x[at] += by;
            loss(&x)
        };
        (moved(STEP) - moved(-STEP)) / (2.0 * STEP)
    })
}

#[track_caller]
fn assert_close(found: &Array2<f64>, expected: &Array2<f64>) {
    assert_eq!(found.dim(), expected.dim());
    assert!(expected.iter().any(|d| d.abs() > 1e-3), "derivatives of 0 prove nothing");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-8, "{found} {expected}");
    }
}

#[test]
fn the_input_gradient_is_that_of_the_loss() {
    let net = Residual::<f64>::new(Init::Normal(0.7), &mut Rng::seed(2));
    let (x, t) = (data(5, 6), [0_u8, 2, 1, 1, 0]);
    let found = net.input_gradient(&x, &t).unwrap();
    assert_close(&found, &differences(&x, |x| net.loss(x, &t).unwrap()));
    // Each row depends on its own sample only.
    let one = net.input_gradient(x.slice(s![3..4, ..]), &t[3..4]).unwrap();
    assert!((&found.slice(s![3..4, ..]) * 5.0 - one).iter().all(|d| d.abs() < 1e-14));
}

#[test]
fn networks_in_networks_have_an_input_gradient() {
    let net = Nested::<f64>::new(Init::Normal(0.7), &mut Rng::seed(2));
    let (x, t) = (data(5, 3), data(5, 2));
    let found = net.input_gradient(&x, &t).unwrap();
    assert_close(&found, &differences(&x, |x| net.loss(x, &t).unwrap()));
}

#[test]
fn several_inputs_have_a_gradient_each() {
    let net = Two::<f64>::new(Init::Normal(0.7), &mut Rng::seed(2));
    let (left, right, t) = (data(5, 3), data(5, 2), normals(5, 2, &mut Rng::seed(9)));
    let (of_left, of_right) = net.input_gradient((&left, &right), &t).unwrap();
    assert_close(&of_left, &differences(&left, |x| net.loss((x, &right), &t).unwrap()));
    assert_close(&of_right, &differences(&right, |x| net.loss((&left, x), &t).unwrap()));

    let mut batch = Batch::<Two<f64>>::new();
    for sample in 0..5 {
        batch.features_mut().extend(left.row(sample).iter().chain(right.row(sample)));
        batch.push_row(t.row(sample).iter().copied()).unwrap();
    }
    let mut grads = Two::<f64>::zeros();
    let mut workspace = Workspace::new();
    let all = batch.input_gradient(&net, &mut workspace, &mut grads).unwrap();
    assert_eq!(all.slice(s![.., ..3]), of_left);
    assert_eq!(all.slice(s![.., 3..]), of_right);
}

#[test]
fn the_input_gradient_is_of_the_training_pass() {
    // With the statistics of the batch, a row depends on the other samples too.
    let net = Normed::<f64>::new(Init::Normal(0.7), &mut Rng::seed(2));
    let (x, t) = (data(5, 3), data(5, 2));
    let loss = |x: &Array2<f64>| {
        let mut grads = Normed::<f64>::zeros();
        net.gradient_in(x, &t, &mut Workspace::new(), &mut grads).unwrap()
    };
    assert_close(&net.input_gradient(&x, &t).unwrap(), &differences(&x, loss));
}

#[test]
fn nothing_else_changes() {
    let net = Normed::<f64>::new(Init::Normal(0.7), &mut Rng::seed(2));
    let (x, t) = (data(5, 3), data(5, 2));
    let before = net.clone();
    net.input_gradient(&x, &t).unwrap();
    net.hidden(&x, [Hidden::named("gelu1")]).unwrap();
    assert_eq!(net.parameters(), before.parameters());
}

#[test]
fn data_that_cannot_be_right_is_reported() {
    let net = Two::<f64>::new(Init::Normal(0.7), &mut Rng::seed(2));
    let (left, right) = (data(5, 3), data(5, 2));
    let error = net.input_gradient((&left, &right), &data(4, 2)).unwrap_err();
    assert_eq!(error, Error::BatchSizes { samples: 5, targets: 4 });
    let short = right.slice(s![..4, ..]);
    let error = net.hidden((&left, short), [Hidden::named("tanh1")]).unwrap_err();
    assert!(matches!(error, Error::InputBatch { input: "right", .. }), "{error}");
}

#[test]
fn only_the_first_call_allocates() {
    let net = Residual::<f64>::new(Init::Normal(0.7), &mut Rng::seed(2));
    let (x, t) = (data(5, 6), [0_u8, 2, 1, 1, 0]);
    let (mut workspace, mut grads) = (Workspace::new(), Residual::<f64>::zeros());
    let mut passes = || {
        net.hidden_in(&x, [H, Hidden::named("tanh1")], &mut workspace).unwrap();
        net.input_gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
    };
    assert_ne!(allocations(&mut passes), 0);
    assert_eq!(allocations(|| (0..3).for_each(|_| passes())), 0);
}

#[test]
fn the_passes_compute_the_same_bits() {
    let net = Residual::<f32>::new(Init::Normal(0.7), &mut Rng::seed(2));
    let x = data(33, 6).mapv(|x| x as f32);
    let name = Residual::<f32>::LAYERS[Residual::<f32>::LAYERS.len() - 2].name;
    let [scores] = net.hidden(&x, [Hidden::named(name)]).unwrap();
    assert_eq!(scores, net.predict(&x).unwrap());
}
