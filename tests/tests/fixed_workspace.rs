//! A workspace in memory of the caller computes the same bits as one on the heap, in exactly the
//! memory that its constants state, and without allocations; what is too short is an error.

use chainrule::{
    Error, FixedWorkspace, Init, NetworkExt, Numbers, Rng, Sgd, Weighted, Workspace, network,
};
use chainrule_tests::allocations::{self, Recording};

#[global_allocator]
static ALLOCATOR: Recording = Recording;

network! { struct Chain = Affine(4, 9) -> Relu -> Dropout(0.5) -> Affine(3) => SoftmaxWithLoss; }
network! {
    struct Image = Input(1, 8, 8) -> Conv2d(3, 3) -> Relu -> MaxPool2d(2) -> Flatten -> Affine(3)
        => SoftmaxWithLoss;
}
network! {
    struct Actor {
        input state: [4];
        input goal: [2];
        let h = concat(state, goal) -> Affine(8) -> Tanh;
        (h -> Affine(3), h -> Affine(1)) => (SoftmaxWithLoss, 0.5 * Huber)
    }
}
network! {
    struct Words {
        input text: [4] of 6;
        input n: lengths of text;
        text -> Embedding(4) -> Attention(2) -> Affine(5) => SoftmaxWithLoss
    }
}

/// Numbers of the standard normal distribution.
fn normals(count: usize, seed: u64) -> Vec<f32> {
    let mut rng = Rng::seed(seed);
    (0..count).map(|_| rng.normal() as f32).collect()
}

fn images() -> [[[[f32; 8]; 8]; 1]; 3] {
    let numbers = normals(192, 5);
    std::array::from_fn(|sample| {
        [std::array::from_fn(|y| std::array::from_fn(|x| numbers[sample * 64 + y * 8 + x]))]
    })
}

fn rows<const N: usize>(seed: u64) -> [[f32; N]; 3] {
    let numbers = normals(3 * N, seed);
    std::array::from_fn(|row| std::array::from_fn(|column| numbers[row * N + column]))
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Three training steps, a gradient, a loss and a prediction with both kinds of workspace. `$spare`
/// numbers are for target rows, which these targets do not need.
macro_rules! assert_same {
    ($net:ident, $x:expr, $t:expr) => {
        assert_same!($net, $x, $t, 0)
    };
    ($net:ident, $x:expr, $t:expr, $spare:expr) => {{
        let (x, t) = ($x, $t);
        let mut net = $net::new(Init::Auto, &mut Rng::seed(3));
        let mut same = net.clone();
        let (mut sgd, mut grads) = (Sgd::new(0.1).unwrap(), $net::<f32>::ZEROS);

        let mut workspace = Workspace::new();
        let mut losses = Vec::new();
        for _ in 0..3 {
            losses.push(net.train_step(x, t, &mut sgd, &mut workspace, &mut grads).unwrap());
        }
        losses.push(net.gradient_in(x, t, &mut workspace, &mut grads).unwrap());
        losses.push(net.loss_in(x, t, &mut workspace).unwrap());
        let scores = bits(net.scores_in(x, &mut workspace).unwrap());

        let mut numbers = [f32::NAN; FixedWorkspace::for_training::<$net>(3)];
        let mut integers = [7; 15];
        let mut fixed = FixedWorkspace::new(&mut numbers, &mut integers);
        let mut of_fixed = [0.0; 5];
        let before = allocations::count();
        for loss in &mut of_fixed[..3] {
            *loss = same.train_step(x, t, &mut sgd, &mut fixed, &mut grads).unwrap();
        }
        of_fixed[3] = same.gradient_in(x, t, &mut fixed, &mut grads).unwrap();
        of_fixed[4] = same.loss_in(x, t, &mut fixed).unwrap();
        let of_scores = same.scores_in(x, &mut fixed).unwrap();
        assert_eq!(allocations::count(), before);
        assert_eq!(bits(&of_fixed), bits(&losses));
        assert_eq!(bits(of_scores), scores);
        assert_eq!(bits(same.parameters()), bits(net.parameters()));

        let mut numbers = [f32::NAN; FixedWorkspace::for_prediction::<$net>(3)];
        let mut fixed = FixedWorkspace::new(&mut numbers, &mut []);
        assert_eq!(bits(same.scores_in(x, &mut fixed).unwrap()), scores);

        // One number less than a training step needs.
        let mut numbers = [0.0; FixedWorkspace::for_training::<$net>(3) - $spare - 1];
        let mut fixed = FixedWorkspace::new(&mut numbers, &mut integers);
        let error = same.train_step(x, t, &mut sgd, &mut fixed, &mut grads).unwrap_err();
        assert!(matches!(error, Error::Memory { samples: 3, .. }), "{error}");
        assert_eq!(bits(same.parameters()), bits(net.parameters()));
    }};
}

#[test]
fn a_chain_with_labels_or_rows() {
    assert_same!(Chain, &rows::<4>(1), &[0_u8, 2, 1]);
    let targets = [[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [1.0, 0.0, 0.0]];
    assert_same!(Chain, &rows::<4>(1), &targets);
    assert_same!(Chain, &rows::<4>(1), Weighted::new(&[0, 2, 1], &[1.0, 0.0, 2.5]));
}

#[test]
fn images_as_nested_arrays() {
    assert_same!(Image, &images(), &[0, 2, 1]);
}

#[test]
fn several_inputs_and_outputs() {
    assert_same!(Actor, (&rows::<4>(1), &rows::<2>(2)), (&[0, 2, 1], &rows::<1>(3)));
}

#[test]
fn padded_indices_with_a_label_for_each_step() {
    let text = [[1_u8, 5, 0, 0], [2, 0, 0, 0], [3, 4, 5, 1]];
    let labels = [[1_u8, 4, 0, 0], [2, 9, 9, 9], [3, 4, 0, 1]];
    assert_same!(Words, (&text, &[2_u8, 1, 4]), &labels, 3 * Words::OUTPUTS);
}

#[test]
fn labels_and_lengths_need_integers() {
    let mut net = Words::new(Init::Auto, &mut Rng::seed(3));
    let mut numbers = [0.0; FixedWorkspace::for_training::<Words>(3)];
    let (mut grads, mut sgd) = (Words::<f32>::ZEROS, Sgd::new(0.1).unwrap());
    let x = (&[[1_u8, 5, 0, 0], [2, 0, 0, 0], [3, 4, 5, 1]], &[2_u8, 1, 4]);
    // Three lengths and twelve labels.
    for integers in 0..16 {
        let mut integers = vec![0; integers];
        let is_enough = integers.len() == 15;
        let mut workspace = FixedWorkspace::new(&mut numbers, &mut integers);
        let step = net.train_step(x, &[[1_u8; 4]; 3], &mut sgd, &mut workspace, &mut grads);
        match step {
            Ok(loss) => assert!(is_enough && loss.is_finite()),
            Err(error) => {
                assert!(!is_enough && matches!(error, Error::Memory { samples: 3, .. }), "{error}");
            }
        }
    }
}

#[test]
fn classes_and_probabilities() {
    let net = Chain::new(Init::Auto, &mut Rng::seed(3));
    let x = rows::<4>(1);
    let mut numbers = [0.0; FixedWorkspace::for_prediction::<Chain>(3)];
    let mut fixed = FixedWorkspace::new(&mut numbers, &mut []);
    let expected = net.predict_proba(&x).unwrap();
    let probabilities = net.probabilities_in(&x, &mut fixed).unwrap();
    assert_eq!(bits(probabilities), bits(expected.as_slice().unwrap()));
    for (sample, class) in x.iter().zip(net.classes(&x).unwrap()) {
        assert_eq!(net.class_of_in(sample, &mut fixed).unwrap(), class);
    }
}

#[test]
fn an_empty_workspace_is_too_short() {
    let mut fixed = FixedWorkspace::<f32>::new(&mut [], &mut []);
    let net = Chain::<f32>::ZEROS;
    let error = net.scores_in(&[[0.0; 4]; 100], &mut fixed).unwrap_err();
    assert!(matches!(error, Error::Memory { samples: 100, .. }), "{error}");
}
