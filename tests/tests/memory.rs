//! Large networks are never on the stack, even in a build without optimization: they are created,
//! used, cloned, printed and dropped on a thread whose stack is a thirtieth of their size. Networks
//! without parameters work, and networks are plain data that threads can share.

use std::thread;

use chainrule::{Init, Network, Numbers, Rng, Sgd, Workspace, network};
use ndarray::Array2;

network! { struct Large = Affine(4096, 4096) => IdentityWithLoss; }
network! {
    struct LargeDeep = Affine(64, 4096) -> Relu -> Affine(4096, 2048) -> Sigmoid -> Affine(2048, 4)
        => SoftmaxWithLoss;
}
network! { struct NoParameters = Input(3) -> Relu => IdentityWithLoss; }
network! { struct NoParametersSoftmax = Input(3) -> Sigmoid -> Relu => SoftmaxWithLoss; }
network! { struct Small = Affine(3, 4) -> Relu -> Affine(4, 2) => SoftmaxWithLoss; }

const STACK: usize = 2 << 20;

/// Runs `work` on a thread with 2 MiB of stack.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap();
}

#[test]
fn a_network_of_64_megabytes() {
    assert!(size_of::<Large>() > 30 * STACK);
    on_small_stack(|| {
        let mut net = Large::zeros();
        net.init(Init::Xavier, &mut Rng::seed(1));
        let copy = net.clone();
        assert_eq!(copy.parameters(), net.parameters());

        let (x, t) = (Array2::<f32>::ones((1, 4096)), Array2::<f32>::zeros((1, 4096)));
        let (mut workspace, mut grads) = (Workspace::new(), Large::zeros());
        let loss = net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap();
        net.update(&mut Sgd::new(1e-4).unwrap(), &grads);
        assert!(net.loss_in(&x, &t, &mut workspace).unwrap() < loss);
        assert_ne!(copy.affine1.bias, net.affine1.bias);
    });
}

#[test]
fn a_large_network_is_made_cast_differentiated_and_printed() {
    on_small_stack(|| {
        let net = LargeDeep::new(Init::He, &mut Rng::seed(1));
        let grads = net.gradient(&[[1.0; 64]], &[2_u8]).unwrap();
        assert!(grads.parameters().iter().any(|&d| d != 0.0));
        let wide = net.cast::<f64>();
        assert_eq!(wide.parameters()[0], f64::from(net.parameters()[0]));
        let printed = format!("{net:?}{net}{net:#?}");
        assert!(printed.len() < 4000);
    });
}

#[test]
fn a_network_prints_a_short_table() {
    let table = "\
Small<f32>: 3 -> 2
  name     layer              outputs    parameters
  affine1  Affine(3, 4)             4            16
  relu1    Relu                     4             0
  affine2  Affine(4, 2)             2            10
  loss     SoftmaxWithLoss          2             0
  26 parameters (104 bytes); per sample 40 FLOP forward, 96 FLOP training";
    let net = Small::zeros();
    assert_eq!(format!("{net}"), table);
    assert_eq!(format!("{net:?}"), table);
    let line = format!("{:?}", Large::<f32>::zeros());
    assert!(line.contains("16,781,312 parameters (67,125,248 bytes)"), "{line}");
    assert!(line.len() < 400);
}

#[test]
fn a_network_is_its_parameters() {
    assert_eq!(size_of::<Small>(), 4 * Small::PARAMS);
    assert_eq!(size_of::<Small<f64>>(), 8 * Small::PARAMS);
    assert_eq!((size_of::<Large>(), Large::PARAMS), (67_125_248, 16_781_312));
    assert_eq!(size_of::<NoParameters>(), 0);

    let mut net = Small::zeros();
    for (place, w) in net.parameters_mut().iter_mut().enumerate() {
        *w = place as f32;
    }
    assert_eq!(net.affine1.weight[2], [8.0, 9.0, 10.0, 11.0]);
    assert_eq!(net.affine1.bias, [12.0, 13.0, 14.0, 15.0]);
    assert_eq!(net.affine2.weight[3], [22.0, 23.0]);
    assert_eq!(net.affine2.bias, [24.0, 25.0]);
    let places = Small::TENSORS.iter().map(|tensor| (tensor.to_string(), tensor.offset));
    let places: Vec<_> = places.collect();
    let want =
        [("affine1.weight", 0), ("affine1.bias", 12), ("affine2.weight", 16), ("affine2.bias", 24)];
    assert_eq!(places, want.map(|(name, offset)| (name.to_owned(), offset)));
}

#[test]
fn a_network_of_no_parameters() {
    let mut net = NoParameters::new(Init::He, &mut Rng::seed(1));
    assert_eq!((NoParameters::PARAMS, NoParameters::TENSORS.len()), (0, 0));
    assert_eq!((net.parameters().len(), net.parameters_mut().len()), (0, 0));
    let x = [[1.0, -2.0, 3.0], [-0.0, 0.5, -1e9]];
    assert_eq!(net.predict(&x).unwrap(), ndarray::array![[1.0, 0.0, 3.0], [0.0, 0.5, 0.0]]);

    let (t, mut grads) = ([[1.0, 2.0, 3.0], [0.0; 3]], NoParameters::zeros());
    let mut workspace = Workspace::new();
    assert_eq!(net.gradient_in(&x, &t, &mut workspace, &mut grads).unwrap(), 4.25 / 4.0);
    assert_eq!(net.loss(&x, &t).unwrap(), 4.25 / 4.0);
    net.update(&mut Sgd::new(0.1).unwrap(), &grads);
    assert_eq!(net.accuracy(&x, &t).unwrap(), 0.5);
    assert_eq!(net.gradient_check(&x, &t).unwrap().max_relative(), 0.0);
    let copy = net.clone();
    assert_eq!(copy.cast::<f64>().parameters(), [0.0; 0]);
    assert!(format!("{copy:?}").contains("0 parameters (0 bytes)"));

    let net = NoParametersSoftmax::<f64>::zeros();
    let (loss, three) = (net.loss(&[[9.0; 3]], &[1_u8]).unwrap(), 3.0_f64);
    assert!((loss - three.ln()).abs() < 1e-15);
    assert_eq!(net.gradient(&[[9.0; 3]], &[1_u8]).unwrap().parameters(), [0.0; 0]);
}

#[test]
fn threads_share_a_network() {
    fn shared<N: Send + Sync + 'static>(_: &N) {}
    let net = Small::new(Init::He, &mut Rng::seed(3));
    shared(&*net);
    shared(&net);
    shared(&Workspace::<f32>::new());
    let x: Vec<[f32; 3]> = (0..64).map(|i| [i as f32, 1.0, -0.5]).collect();
    let alone = net.predict(&x).unwrap();
    thread::scope(|scope| {
        let pass = || net.predict_in(&x, &mut Workspace::new()).unwrap().to_owned();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(pass)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

#[test]
fn a_network_can_be_static() {
    use chainrule::layers::Affine;
    network! { struct Baked = Affine(2, 1) => IdentityWithLoss; }
    static NET: Baked = Baked { affine1: Affine { weight: [[2.0], [3.0]], bias: [0.5] } };
    assert_eq!(NET.predict(&[[10.0, 100.0]]).unwrap()[[0, 0]], 320.5);
    assert_eq!(<Baked as Network>::NAME, "Baked");
    assert_eq!(Baked::<f64>::zeros().parameters().len(), 3);
}
