//! Layers and a loss written outside the library, as a user would.

use chainrule::layers::{Activation, Affine, Layer, Sigmoid};
use chainrule::losses::{Loss, Targets};
use chainrule::{Init, Numbers, Rng, Scalar, Tensors};

/// `y = x` where `x > 0`, `y = slope · x` elsewhere. Has its own `init`.
#[derive(Tensors)]
#[repr(C)]
pub(crate) struct PRelu<const N: usize, T = f32> {
    pub(crate) slope: [T; N],
}

impl<const N: usize, T: Scalar> Layer<T> for PRelu<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;

    fn init(&mut self, _: Init, rng: &mut Rng) {
        self.slope.fill_with(|| T::from_f64(0.25 + 0.1 * rng.uniform()));
    }

    fn forward(&self, x: &[T], y: &mut [T], _: &mut [T], _: &mut Rng) {
        for (at, (y, &x)) in y.iter_mut().zip(x).enumerate() {
            *y = if x > T::zero() { x } else { self.slope[at % N] * x };
        }
    }

    fn backward(&self, x: &[T], _: &mut [T], dy: &mut [T], grads: &mut Self, dx: Option<&mut [T]>) {
        grads.slope = [T::zero(); N];
        for (at, (dy, &x)) in dy.iter_mut().zip(x).enumerate() {
            if x <= T::zero() {
                grads.slope[at % N] += *dy * x;
                *dy *= self.slope[at % N];
            }
        }
        if let Some(dx) = dx {
            dx.copy_from_slice(dy);
        }
        dy.fill(T::nan());
    }
}

/// `y = (x·W + b) ⊙ σ(x·V + c)`: consists of layers, saves their outputs, and needs less memory for
/// `infer`.
#[derive(Tensors)]
#[repr(C)]
pub(crate) struct Glu<const IN: usize, const OUT: usize, T = f32> {
    pub(crate) value: Affine<IN, OUT, T>,
    pub(crate) gate: Affine<IN, OUT, T>,
}

impl<const IN: usize, const OUT: usize, T: Scalar> Layer<T> for Glu<IN, OUT, T> {
    const INPUTS: usize = IN;
    const OUTPUTS: usize = OUT;
    const FLOPS: usize = 4 * IN * OUT;
    const SAVED: usize = 2 * OUT + IN;
    const INFERENCE_SAVED: usize = OUT;

    fn forward(&self, x: &[T], y: &mut [T], saved: &mut [T], rng: &mut Rng) {
        assert_eq!(saved.len() * IN, x.len() * <Self as Layer<T>>::SAVED);
        let (value, saved) = saved.split_at_mut(y.len());
        self.value.forward(x, value, &mut [], rng);
        let gate = &mut saved[..y.len()];
        self.infer(x, y, gate);
    }

    fn infer(&self, x: &[T], y: &mut [T], gate: &mut [T]) {
        assert_eq!(gate.len(), y.len());
        self.value.infer(x, y, &mut []);
        self.gate.infer(x, gate, &mut []);
        Sigmoid.forward(gate);
        y.iter_mut().zip(gate).for_each(|(y, gate)| *y *= *gate);
    }

    fn backward(
        &self,
        x: &[T],
        saved: &mut [T],
        dy: &mut [T],
        grads: &mut Self,
        mut dx: Option<&mut [T]>,
    ) {
        assert_eq!(saved.len() * IN, x.len() * <Self as Layer<T>>::SAVED);
        let (value, saved) = saved.split_at_mut(dy.len());
        let (gate, scratch) = saved.split_at_mut(dy.len());
        for ((dy, value), gate) in dy.iter_mut().zip(&mut *value).zip(&*gate) {
            (*dy, *value) = (*dy * *gate, *dy * *value);
        }
        Sigmoid.backward(gate, value);
        self.gate.backward(x, &mut [], value, &mut grads.gate, dx.as_deref_mut());
        if let Some(dx) = &dx {
            scratch.copy_from_slice(dx);
        }
        self.value.backward(x, &mut [], dy, &mut grads.value, dx.as_deref_mut());
        if let Some(dx) = dx {
            dx.iter_mut().zip(&*scratch).for_each(|(dx, part)| *dx += *part);
        }
        // The saved values and `dy` may be overwritten.
        [value, gate, scratch, dy].into_iter().for_each(|scratch| scratch.fill(T::nan()));
    }
}

/// `yₒ = scale · Σᵢⱼ xᵢ formₒᵢⱼ xⱼ + Σᵢ xᵢ slopeᵢₒ + shiftₒ`: tensors of one to
/// four dimensions.
#[derive(Tensors)]
#[repr(C)]
pub(crate) struct Quadratic<const IN: usize, const OUT: usize, T = f32> {
    pub(crate) form: [[[T; IN]; IN]; OUT],
    pub(crate) slope: [[T; OUT]; IN],
    pub(crate) shift: [T; OUT],
    pub(crate) scale: [[[[T; 1]; 1]; 1]; 1],
}

impl<const IN: usize, const OUT: usize, T: Scalar> Layer<T> for Quadratic<IN, OUT, T> {
    const INPUTS: usize = IN;
    const OUTPUTS: usize = OUT;

    fn forward(&self, x: &[T], y: &mut [T], _: &mut [T], _: &mut Rng) {
        let [[[[scale]]]] = self.scale;
        for (x, y) in x.chunks_exact(IN).zip(y.chunks_exact_mut(OUT)) {
            for (o, y) in y.iter_mut().enumerate() {
                *y = self.shift[o];
                for (i, &xi) in x.iter().enumerate() {
                    *y += xi * self.slope[i][o];
                    for (j, &xj) in x.iter().enumerate() {
                        *y += scale * xi * self.form[o][i][j] * xj;
                    }
                }
            }
        }
    }

    fn backward(
        &self,
        x: &[T],
        _: &mut [T],
        dy: &mut [T],
        grads: &mut Self,
        mut dx: Option<&mut [T]>,
    ) {
        grads.numbers_mut().fill(T::zero());
        if let Some(dx) = &mut dx {
            dx.fill(T::zero());
        }
        let [[[[scale]]]] = self.scale;
        for (sample, (x, dy)) in x.chunks_exact(IN).zip(dy.chunks_exact(OUT)).enumerate() {
            for (o, &d) in dy.iter().enumerate() {
                grads.shift[o] += d;
                for (i, &xi) in x.iter().enumerate() {
                    grads.slope[i][o] += d * xi;
                    let mut dxi = d * self.slope[i][o];
                    for (j, &xj) in x.iter().enumerate() {
                        grads.form[o][i][j] += d * scale * xi * xj;
                        grads.scale[0][0][0][0] += d * xi * self.form[o][i][j] * xj;
                        dxi += d * scale * (self.form[o][i][j] + self.form[o][j][i]) * xj;
                    }
                    if let Some(dx) = &mut dx {
                        dx[sample * IN + i] += dxi;
                    }
                }
            }
        }
    }
}

/// `y = factor · x`, of three features: a layer without sizes.
#[derive(Tensors)]
#[repr(C)]
pub(crate) struct Stretch3<T = f32> {
    pub(crate) factor: [T; 1],
}

impl<T: Scalar> Layer<T> for Stretch3<T> {
    const INPUTS: usize = 3;
    const OUTPUTS: usize = 3;

    fn init(&mut self, _: Init, _: &mut Rng) {
        self.factor = [T::from_f64(1.5)];
    }

    fn forward(&self, x: &[T], y: &mut [T], _: &mut [T], _: &mut Rng) {
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = self.factor[0] * x);
    }

    fn backward(&self, x: &[T], _: &mut [T], dy: &mut [T], grads: &mut Self, dx: Option<&mut [T]>) {
        grads.factor = [dy.iter().zip(x).map(|(&dy, &x)| dy * x).sum()];
        if let Some(dx) = dx {
            self.infer(dy, dx, &mut []);
        }
    }
}

/// The mean over the batch of Huber's loss with `δ = 1`, summed over outputs.
#[derive(Default)]
pub(crate) struct Huber;

impl<T: Scalar> Loss<T> for Huber {
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        let Targets::Rows(rows) = targets else { panic!("rows are wanted") };
        let half = T::from_f64(0.5);
        let one = |e: T| if e < T::one() { half * e * e } else { e - half };
        let sum: T = values.iter().zip(rows).map(|(&y, &t)| one((y - t).abs())).sum();
        sum / T::from_f64(batch as f64)
    }

    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        let Targets::Rows(rows) = targets else { panic!("rows are wanted") };
        for (y, &t) in values.iter_mut().zip(rows) {
            *y = dout * (*y - t).max(-T::one()).min(T::one()) / T::from_f64(batch as f64);
        }
    }

    fn is_valid_target(&self, _row: &[T]) -> bool {
        true
    }
}
