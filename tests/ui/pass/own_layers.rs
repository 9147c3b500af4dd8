//! Layers and losses of the user's own, by name and by path.

use chainrule::{Init, Rng, network};

mod my {
    use chainrule::layers::Layer;
    use chainrule::losses::{Loss, Targets};
    use chainrule::{Rng, Scalar, Tensors};

    /// `y = slope · x`, one slope for each feature.
    #[derive(Tensors)]
    #[repr(C)]
    pub struct PRelu<const N: usize, T = f32> {
        pub slope: [T; N],
    }

    impl<const N: usize, T: Scalar> Layer<T> for PRelu<N, T> {
        const INPUTS: usize = N;
        const OUTPUTS: usize = N;

        fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
            for (at, (y, &x)) in output.iter_mut().zip(input).enumerate() {
                *y = self.slope[at % N] * x;
            }
        }

        fn backward(
            &self,
            input: &[T],
            _saved: &mut [T],
            dout: &mut [T],
            grads: &mut Self,
            dinput: Option<&mut [T]>,
        ) {
            grads.slope = [T::zero(); N];
            for (at, (&d, &x)) in dout.iter().zip(input).enumerate() {
                grads.slope[at % N] += d * x;
            }
            for (at, dx) in dinput.into_iter().flatten().enumerate() {
                *dx = self.slope[at % N] * dout[at];
            }
        }
    }

    /// `x²`, without parameters.
    #[derive(Tensors)]
    #[repr(C)]
    pub struct Square<const N: usize, T = f32> {
        nothing: [T; 0],
    }

    impl<const N: usize, T: Scalar> Layer<T> for Square<N, T> {
        const INPUTS: usize = N;
        const OUTPUTS: usize = N;

        fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
            for (y, &x) in output.iter_mut().zip(input) {
                *y = x * x;
            }
        }

        fn backward(
            &self,
            input: &[T],
            _saved: &mut [T],
            dout: &mut [T],
            _grads: &mut Self,
            dinput: Option<&mut [T]>,
        ) {
            for (at, dx) in dinput.into_iter().flatten().enumerate() {
                *dx = T::from_f64(2.0) * input[at] * dout[at];
            }
        }
    }

    /// Half the squared error, times 2.
    #[derive(Default)]
    pub struct Squared;

    impl<T: Scalar> Loss<T> for Squared {
        fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
            let Targets::Rows(rows) = targets else { return T::zero() };
            let squares = values.iter().zip(rows).map(|(&y, &t)| (y - t) * (y - t));
            squares.fold(T::zero(), |sum, square| sum + square) / T::from_f64(batch as f64)
        }

        fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
            let Targets::Rows(rows) = targets else { return };
            for (y, &t) in values.iter_mut().zip(rows) {
                *y = T::from_f64(2.0) * (*y - t) * dout / T::from_f64(batch as f64);
            }
        }

        fn is_valid_target(&self, _row: &[T]) -> bool {
            true
        }
    }
}

use my::PRelu;

const WIDTH: usize = 3;

network! {
    pub struct ByName = Affine(2, WIDTH) -> PRelu(WIDTH) -> last: PRelu(3) => IdentityWithLoss;
}

network! {
    pub struct ByPath = Affine(2, 3) -> my::PRelu(3) -> my::Square(3) -> Affine(2) => my::Squared;
}

network! {
    /// A network as a layer.
    pub struct Nested = Affine(4, 2) -> ByPath -> other: ByName -> Affine(2) => SoftmaxWithLoss;
}

network! {
    /// `self::` for a name that is close to one of ours.
    pub struct Close = Affine(2, 3) -> self::Rleu(3) => IdentityWithLoss;
}
use my::PRelu as Rleu;

fn main() -> Result<(), chainrule::Error> {
    let mut rng = Rng::seed(0);
    let net = ByName::<f64>::new(Init::Normal(0.5), &mut rng);
    assert!(net.gradient_check(&[[0.3, -1.0]], &[[1.0, 2.0, 3.0]])?.max_relative() < 1e-6);
    assert_eq!(net.p_relu1.slope.len() + net.last.slope.len(), 6);
    let net = ByPath::<f64>::new(Init::Normal(0.5), &mut rng);
    assert!(net.gradient_check(&[[0.3, -1.0]], &[[1.0, 2.0]])?.max_relative() < 1e-6);
    let net = Nested::<f64>::new(Init::Normal(0.5), &mut rng);
    assert!(net.gradient_check(&[[0.3, -1.0, 0.2, 1.0]], &[1])?.max_relative() < 1e-6);
    assert_eq!(net.by_path.p_relu1.slope.len() + net.other.last.slope.len(), 6);
    assert_eq!(Close::PARAMS, 2 * 3 + 3 + 3);
    Ok(())
}
