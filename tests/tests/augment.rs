//! Augmentation of images: values, seeds, channels, and the trainer's hook.

use chainrule::data::augment::{crop, cutout, flip, rotate, shift};
use chainrule::{Adam, Init, Rng, Trainer, network};
use chainrule_tests::random::normals;
use rayon_core::ThreadPoolBuilder;

const SHAPE: [usize; 3] = [2, 3, 4];
const SIZE: usize = 2 * 3 * 4;

/// Two different images, without zeros.
fn images() -> Vec<f64> {
    (1..=2 * SIZE).map(|at| at as f64).collect()
}

fn pixel(images: &[f64], [image, channel, y, x]: [usize; 4]) -> f64 {
    images[((image * 2 + channel) * 3 + y) * 4 + x]
}

/// Compares each pixel with `want`, which computes it from the image before.
#[track_caller]
fn assert_pixels(found: &[f64], want: impl Fn([usize; 4]) -> f64) {
    for at in 0..2 * SIZE {
        let place = [at / SIZE, at / 12 % 2, at / 4 % 3, at % 4];
        let (found, want) = (pixel(found, place), want(place));
        assert!((found - want).abs() < 1e-12, "{found} instead of {want} at {place:?}");
    }
}

/// The same numbers as a function drew, for each of two images.
fn drawn<X>(mut rng: Rng, mut draw: impl FnMut(&mut Rng) -> X) -> [X; 2] {
    [(); 2].map(|()| draw(&mut rng))
}

#[test]
fn shifted_images_are_zero_at_the_edge_and_cropped_ones_repeat_it() {
    let before = images();
    for seed in 0..40 {
        let by = drawn(Rng::seed(seed), |rng| [(); 2].map(|()| rng.below(7) as isize - 3));
        let from =
            |[image, _, y, x]: [usize; 4]| (y as isize - by[image][0], x as isize - by[image][1]);

        let mut shifted = before.clone();
        shift(&mut shifted, SHAPE, 3, &mut Rng::seed(seed));
        assert_pixels(&shifted, |place| match from(place) {
            (y @ 0..3, x @ 0..4) => pixel(&before, [place[0], place[1], y as usize, x as usize]),
            _ => 0.0,
        });

        let mut cropped = before.clone();
        crop(&mut cropped, SHAPE, 3, &mut Rng::seed(seed));
        assert_pixels(&cropped, |place| {
            let (y, x) = from(place);
            let nearest = [y.clamp(0, 2) as usize, x.clamp(0, 3) as usize];
            pixel(&before, [place[0], place[1], nearest[0], nearest[1]])
        });
    }
}

#[test]
fn every_distance_and_both_directions_are_drawn() {
    let mut seen = [[0; 3]; 3];
    let mut rng = Rng::seed(0);
    for _ in 0..9000 {
        let mut image = [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        shift(&mut image, [1, 3, 3], 1, &mut rng);
        let at = image.iter().position(|&pixel| pixel == 1.0).unwrap();
        seen[at / 3][at % 3] += 1;
    }
    // Binomial: 1000 ± 30.
    assert!(seen.as_flattened().iter().all(|seen| (850..1150).contains(seen)), "{seen:?}");
}

#[test]
fn half_of_the_images_are_mirrored() {
    let before = images();
    let mut mirrored = 0;
    for seed in 0..200 {
        let is_mirrored = drawn(Rng::seed(seed), |rng| rng.below(2) == 1);
        let mut flipped = before.clone();
        flip(&mut flipped, SHAPE, &mut Rng::seed(seed));
        assert_pixels(&flipped, |[image, channel, y, x]| {
            let x = if is_mirrored[image] { 3 - x } else { x };
            pixel(&before, [image, channel, y, x])
        });
        mirrored += is_mirrored.iter().filter(|&&is| is).count();
    }
    assert!((160..240).contains(&mirrored), "{mirrored} of 400");
}

/// Rotation about ((height - 1) / 2, (width - 1) / 2), counterclockwise with y pointing down, and
/// bilinear interpolation as the sum over all pixels of `pixel · (1 - |Δy|)₊ · (1 - |Δx|)₊`.
#[test]
fn turned_images_are_interpolated() {
    let before = images();
    for seed in 0..40 {
        let angles =
            drawn(Rng::seed(seed), |rng| (30.0 * (2.0 * rng.uniform() - 1.0)).to_radians());
        assert!(angles.iter().all(|angle| angle.abs() <= 30_f64.to_radians()));
        let mut turned = before.clone();
        rotate(&mut turned, SHAPE, 30.0, &mut Vec::new(), &mut Rng::seed(seed));
        assert_pixels(&turned, |[image, channel, y, x]| {
            let (sin, cos) = angles[image].sin_cos();
            let (down, right) = (y as f64 - 1.0, x as f64 - 1.5);
            let (from_y, from_x) = (1.0 + right * sin + down * cos, 1.5 + right * cos - down * sin);
            let weight = |distance: f64| (1.0 - distance.abs()).max(0.0);
            (0..12)
                .map(|at| (at / 4, at % 4))
                .map(|(y, x)| {
                    let weight = weight(y as f64 - from_y) * weight(x as f64 - from_x);
                    weight * pixel(&before, [image, channel, y, x])
                })
                .sum()
        });
    }
}

#[test]
fn squares_are_cut_out_of_all_channels() {
    let before = images();
    for (seed, side) in (0..60).map(|seed| (seed, seed as usize % 5)) {
        let centers = drawn(Rng::seed(seed), |rng| [rng.below(3), rng.below(4)]);
        let mut cut = before.clone();
        cutout(&mut cut, SHAPE, side, &mut Rng::seed(seed));
        assert_pixels(&cut, |[image, channel, y, x]| {
            // From center - side / 2 (rounded down), `side` pixels.
            let is_cut = |at: usize, center: usize| {
                let from = center as isize - side as isize / 2;
                (from..from + side as isize).contains(&(at as isize))
            };
            let [center_y, center_x] = centers[image];
            match is_cut(y, center_y) && is_cut(x, center_x) {
                true => 0.0,
                false => pixel(&before, [image, channel, y, x]),
            }
        });
    }
}

/// One image after the other gives what a batch gives: the trainer passes single images.
#[test]
fn images_are_drawn_one_by_one() {
    let mut scratch = Vec::new();
    let mut all = |images: &mut [f32], rng: &mut Rng| {
        shift(images, SHAPE, 1, rng);
        rotate(images, SHAPE, 20.0, &mut scratch, rng);
    };
    let (mut batch, mut single): (Vec<f32>, Vec<f32>) = (
        images().iter().map(|&x| x as f32).collect(),
        images().iter().map(|&x| x as f32).collect(),
    );
    let mut rng = Rng::seed(4);
    single.chunks_exact_mut(SIZE).for_each(|image| shift(image, SHAPE, 1, &mut rng));
    single
        .chunks_exact_mut(SIZE)
        .for_each(|image| rotate(image, SHAPE, 20.0, &mut Vec::new(), &mut rng));
    all(&mut batch, &mut Rng::seed(4));
    assert_eq!(batch, single);
    all(&mut [], &mut Rng::seed(4));
}

#[test]
#[should_panic(expected = "expected images of 2×3×4, each of 24 numbers, found 25 numbers")]
fn a_slice_that_is_no_batch_of_images() {
    flip(&mut [0.0; 25], SHAPE, &mut Rng::seed(0));
}

network! {
    struct Net = Input(1, 12, 12) -> Conv2d(6, 3) -> Relu -> MaxPool2d(2) -> Flatten -> Affine(3)
        => SoftmaxWithLoss;
}

/// The parameters after a training in a pool of `threads`.
fn trained(threads: usize, seed: u64) -> Vec<f32> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        const SHAPE: [usize; 3] = [1, 12, 12];
        let mut rng = Rng::seed(7);
        let x = normals(100, 144, &mut rng).mapv(|x| x as f32);
        let t: Vec<_> = (0..100).map(|_| rng.below(3)).collect();
        let mut scratch = Vec::new();
        let net = Net::new(Init::Auto, &mut rng);
        let mut trainer = Trainer::new(net, Adam::new(0.01).unwrap())
            .epochs(2)
            .batch_size(50)
            .seed(seed)
            .augment(|image, rng| {
                crop(image, SHAPE, 2, rng);
                rotate(image, SHAPE, 15.0, &mut scratch, rng);
                flip(image, SHAPE, rng);
                cutout(image, SHAPE, 4, rng);
            });
        trainer.fit((&x, &t)).unwrap();
        trainer.network().parameters().to_vec()
    })
}

#[test]
fn a_training_depends_on_the_seed_and_not_on_the_threads() {
    let alone = trained(1, 0);
    assert_eq!(alone, trained(3, 0));
    assert_ne!(alone, trained(1, 1));
}
