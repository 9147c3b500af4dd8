//! The same seed gives the same bits with any number of threads.

use chainrule::data::ImageSet;
use chainrule::ndarray::{Array2, Axis};
use chainrule::{Init, Rng, Scalar, Sgd, Workspace, network};
use chainrule_tests::random::normals;
use rayon_core::ThreadPoolBuilder;

network! {
    struct Net = Affine(300, 520) -> Relu -> Affine(520, 280) -> Sigmoid -> Affine(280, 10)
        => SoftmaxWithLoss;
}

/// The losses of some steps, the parameters after them, and the scores of a batch that was not
/// trained on.
fn training<T: Scalar>(threads: usize) -> (Vec<T>, Vec<T>, Vec<T>) {
    let work = || {
        let mut rng = Rng::seed(7);
        let mut net = Net::<T>::new(Init::He, &mut rng);
        let x = normals(101, 300, &mut rng).mapv(T::from_f64);
        let labels: Vec<usize> = (0..101).map(|_| rng.below(10)).collect();
        let unseen = normals(203, 300, &mut rng).mapv(T::from_f64);
        let (mut workspace, mut grads) = (Workspace::new(), Net::<T>::zeros());
        let mut sgd = Sgd::new(0.1).unwrap().with_weight_decay(1e-3).unwrap();
        let losses = (0..8).map(|step| {
            if step % 2 == 0 {
                return net.train_step(&x, &labels, &mut sgd, &mut workspace, &mut grads).unwrap();
            }
            let loss = net.gradient_in(&x, &labels, &mut workspace, &mut grads).unwrap();
            net.update(&mut sgd, &grads);
            loss
        });
        let losses = losses.collect();
        let scores = net.predict(&unseen).unwrap();
        (losses, net.parameters().to_vec(), scores.into_iter().collect())
    };
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

fn assert_same_for_all_pools<T: Scalar>() {
    let alone = training::<T>(1);
    assert!(alone.0[7] < alone.0[0], "it learns");
    for threads in [2, 3, 5] {
        assert!(training::<T>(threads) == alone, "{threads} threads");
    }
}

#[test]
fn single_precision() {
    assert_same_for_all_pools::<f32>();
}

#[test]
fn double_precision() {
    assert_same_for_all_pools::<f64>();
}

/// When several threads gather images, each image is in the row of its index.
#[test]
fn images() {
    let mut rng = Rng::seed(7);
    let pixels = Array2::from_shape_simple_fn((300, 784), || rng.below(256) as u8);
    let set = ImageSet::new(pixels.clone(), vec![0; 300]).unwrap();
    for count in [84, 85, 127, 252] {
        let indices: Vec<usize> = (0..count).map(|_| rng.below(300)).collect();
        for threads in [1, 2, 3, 5] {
            let mut features = Array2::<f32>::zeros((count, 784));
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let gathered =
                pool.install(|| set.gather(&indices, features.view_mut(), &mut vec![0; count]));
            gathered.unwrap();
            let expected = pixels.select(Axis(0), &indices).mapv(|pixel| f32::from(pixel) / 255.0);
            assert_eq!(features, expected, "{count} images, {threads} threads");
        }
    }
}

#[test]
fn outside_of_any_pool() {
    let mut rng = Rng::seed(7);
    let net = Net::new(Init::He, &mut rng);
    let x = normals(101, 300, &mut rng).mapv(|x| x as f32);
    let outside = net.predict(&x).unwrap();
    let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(pool.install(|| net.predict(&x).unwrap()), outside);
}
