//! The hand-written network in `examples/src/expanded.rs` computes the same bits as the expansion
//! of `network!` for the same declaration.

use chainrule::{Init, Network, Rng, Scalar, Sgd, Workspace, network};
use chainrule_examples::expanded::TwoLayerNet as ByHand;

network! {
    struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

const STEPS: usize = 50;
const BATCHES: [usize; 4] = [1, 3, 16, 100];

/// Random images with labels.
fn random_batch<T: Scalar>(batch: usize, rng: &mut Rng) -> (Vec<[T; 784]>, Vec<usize>) {
    let x = (0..batch).map(|_| std::array::from_fn(|_| T::from_f64(rng.normal()))).collect();
    let t = (0..batch).map(|_| rng.below(10)).collect();
    (x, t)
}

/// Numbers to compare bit for bit: `f32` is exact in `f64`.
fn bits<T: Scalar>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.as_f64().to_bits()).collect()
}

/// Trains both networks from the same parameters on the same batches.
fn assert_same<T: Scalar>(batch: usize) {
    let mut by_macro = TwoLayerNet::<T>::new(Init::He, &mut Rng::seed(7));
    let mut by_hand = ByHand::<T>::new(Init::He, &mut Rng::seed(7));
    let (mut workspace, mut want) = (Workspace::new(), TwoLayerNet::<T>::zeros());
    let mut sgd = Sgd::new(0.05).unwrap();
    let mut rng = Rng::seed(batch as u64);
    for step in 0..STEPS {
        assert_eq!(bits(by_hand.parameters()), bits(by_macro.parameters()), "step {step}");
        let (x, t) = random_batch::<T>(batch, &mut rng);

        let scores = by_macro.predict(&x[..]).unwrap();
        assert_eq!(bits(&by_hand.predict(&x)), bits(scores.as_slice().unwrap()), "step {step}");
        assert_eq!(by_hand.loss(&x, &t), by_macro.loss(&x[..], &t[..]).unwrap(), "step {step}");
        let right = by_macro.accuracy(&x[..], &t[..]).unwrap();
        assert_eq!(by_hand.accuracy(&x, &t), right, "step {step}");

        let loss = by_macro.gradient_in(&x[..], &t[..], &mut workspace, &mut want).unwrap();
        let (found, grads) = by_hand.gradient(&x, &t);
        assert_eq!(found, loss, "step {step}");
        assert_eq!(bits(grads.parameters()), bits(want.parameters()), "step {step}");
        by_macro.update(&mut sgd, &want);
        by_hand.update(&mut sgd, &grads);
    }
    assert_eq!(bits(by_hand.parameters()), bits(by_macro.parameters()), "after the last step");
}

#[test]
fn it_computes_the_same_in_f32() {
    BATCHES.into_iter().for_each(assert_same::<f32>);
}

#[test]
fn it_computes_the_same_in_f64() {
    BATCHES.into_iter().for_each(assert_same::<f64>);
}

#[test]
fn it_describes_itself_equally() {
    assert_eq!(<ByHand as chainrule::Tensors<f32>>::TENSORS, TwoLayerNet::TENSORS);
    assert_eq!(<ByHand as Network>::LAYERS, <TwoLayerNet as Network>::LAYERS);
    assert_eq!(<ByHand as Network>::PARAMS, TwoLayerNet::PARAMS);
    assert_eq!(<ByHand as Network>::WORKSPACE_PER_SAMPLE, TwoLayerNet::WORKSPACE_PER_SAMPLE);
    assert_eq!(
        <ByHand as Network>::INFERENCE_WORKSPACE_PER_SAMPLE,
        TwoLayerNet::INFERENCE_WORKSPACE_PER_SAMPLE
    );
}
