//! Layers of one's own that state the shapes of their input and output take part in the inference of a
//! network, in its checks, its table and its drawing.

use chainrule::graph::NetworkDrawing;
use chainrule::layers::{Layer, Shape};
use chainrule::{Init, Network, Numbers, Rng, Scalar, Tensors, network};
use chainrule_tests::random::normals;

/// A convolution of one channel in three dimensions with `F` filters of `K × K × K`.
#[derive(Tensors)]
#[repr(C)]
struct Volumetric<
    const F: usize,
    const D: usize,
    const H: usize,
    const W: usize,
    const K: usize,
    T = f32,
> {
    filter: [[[[T; K]; K]; K]; F],
}

impl<const F: usize, const D: usize, const H: usize, const W: usize, const K: usize, T: Scalar>
    Volumetric<F, D, H, W, K, T>
{
    const OUT: [usize; 3] = [D - K + 1, H - K + 1, W - K + 1];

    /// The places in the filters, the input and the output of each product.
    fn products() -> impl Iterator<Item = (usize, usize, usize)> {
        let [depth, rows, columns] = Self::OUT;
        (0..F * depth * rows * columns).flat_map(move |y| {
            let (f, z) = (y / (depth * rows * columns), y / (rows * columns) % depth);
            let (i, j) = (y / columns % rows, y % columns);
            (0..K * K * K).map(move |at| {
                let (t, u, v) = (at / (K * K), at / K % K, at % K);
                (f * K * K * K + at, ((z + t) * H + i + u) * W + j + v, y)
            })
        })
    }
}

impl<const F: usize, const D: usize, const H: usize, const W: usize, const K: usize, T: Scalar>
    Layer<T> for Volumetric<F, D, H, W, K, T>
{
    const INPUTS: usize = D * H * W;
    const OUTPUTS: usize = Self::OUTPUT_SHAPE.features();
    const INPUT_SHAPE: Shape = Shape::new(&[1, D, H, W]);
    const OUTPUT_SHAPE: Shape = Shape::new(&[F, Self::OUT[0], Self::OUT[1], Self::OUT[2]]);

    fn forward(&self, input: &[T], output: &mut [T], _: &mut [T], _: &mut Rng) {
        for (input, output) in input.chunks(Self::INPUTS).zip(output.chunks_mut(Self::OUTPUTS)) {
            output.fill(T::zero());
            Self::products().for_each(|(w, x, y)| output[y] += self.numbers()[w] * input[x]);
        }
    }

    fn backward(
        &self,
        input: &[T],
        _: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let dfilter = grads.numbers_mut();
        dfilter.fill(T::zero());
        for (input, dout) in input.chunks(Self::INPUTS).zip(dout.chunks(Self::OUTPUTS)) {
            Self::products().for_each(|(w, x, y)| dfilter[w] += dout[y] * input[x]);
        }
        let Some(dinput) = dinput else { return };
        dinput.fill(T::zero());
        for (dinput, dout) in dinput.chunks_mut(Self::INPUTS).zip(dout.chunks(Self::OUTPUTS)) {
            Self::products().for_each(|(w, x, y)| dinput[x] += self.numbers()[w] * dout[y]);
        }
    }
}

/// Twice its input, an image of `C × S × S`.
#[derive(Tensors)]
#[repr(C)]
struct Double<const C: usize, const S: usize, T = f32> {
    none: [T; 0],
}

impl<const C: usize, const S: usize, T: Scalar> Layer<T> for Double<C, S, T> {
    const INPUTS: usize = C * S * S;
    const OUTPUTS: usize = C * S * S;
    const INPUT_SHAPE: Shape = Shape::new(&[C, S, S]);
    const OUTPUT_SHAPE: Shape = Shape::new(&[C, S, S]);

    fn forward(&self, x: &[T], y: &mut [T], _: &mut [T], _: &mut Rng) {
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = x + x);
    }

    fn backward(&self, _: &[T], _: &mut [T], dy: &mut [T], _: &mut Self, dx: Option<&mut [T]>) {
        if let Some(dx) = dx {
            dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx = *dy + *dy);
        }
    }
}

network! {
    struct Volume = Input(1, 4, 5, 6) -> Volumetric(2, 4, 5, 6, 3) -> Tanh -> Flatten -> Affine(3)
        => IdentityWithLoss;
}

network! {
    /// What follows sees an image: sums, concatenations, convolutions, poolings.
    struct Images {
        input x: [2, 6, 6];
        let a = x -> Double(2, 6);
        let b = (a + x) -> Conv2d(3, 3, padding = 1) -> Relu;
        concat(b, a) -> MaxPool2d(2) -> Conv2d(2, 2) -> Flatten -> Affine(2) => IdentityWithLoss
    }
}

network! { layer InABlock<const C: usize> = Input(C, 6, 6) -> Double(C, 6) -> AvgPool2d(2) -> Tanh; }

network! { struct OfBlock = Input(2, 6, 6) -> InABlock<2> -> Conv2d(2, 3) -> Flatten => IdentityWithLoss; }

/// The largest relative error of the gradients.
macro_rules! error {
    ($network:ident) => {{
        let net = $network::<f64>::new(Init::Normal(0.5), &mut Rng::seed(1));
        let x = normals(3, $network::INPUTS, &mut Rng::seed(2));
        let t = normals(3, $network::OUTPUTS, &mut Rng::seed(3));
        net.gradient_check(&x, &t).unwrap().max_relative()
    }};
}

#[test]
fn gradients() {
    assert!(error!(Volume) <= 1e-7);
    assert!(error!(Images) <= 1e-7);
    assert!(error!(OfBlock) <= 1e-7);
}

#[test]
fn shapes_are_inferred() {
    let net = Images::zeros();
    let weight: &[[[[f32; 3]; 3]; 2]; 3] = &net.conv1.weight;
    assert_eq!(weight.len(), 3);
    let weight: &[[[[f32; 2]; 2]; 5]; 2] = &net.conv2.weight;
    assert_eq!(weight.len(), 2);
    assert_eq!(<Volume as Layer<f32>>::INPUT_SHAPE, Shape::new(&[1, 4, 5, 6]));
    assert_eq!(Volume::<f64>::SHAPES[0].1, Shape::new(&[2, 2, 3, 4]));
}

#[test]
fn shapes_are_shown() {
    let table = Volume::zeros().to_string();
    assert!(table.starts_with("Volume<f32>: 1×4×5×6 -> 3\n"), "{table}");
    assert!(
        table.contains("volumetric1  Volumetric(2, 4, 5, 6, 3)    2×2×3×4            54"),
        "{table}"
    );
    let drawing = NetworkDrawing::new(&Volume::zeros());
    assert!(drawing.mermaid().contains("batch × 2 × 2 × 3 × 4"), "{}", drawing.mermaid());
    assert!(drawing.dot().contains("batch × 1 × 4 × 5 × 6"), "{}", drawing.dot());
}
