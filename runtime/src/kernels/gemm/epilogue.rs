//! What happens to the sums of a product before they are stored.

use num_traits::Float;

use crate::kernels::simd::vector::Vector;

/// What happens to a sum `s` before it is stored in `C`.
#[derive(Clone, Copy)]
pub(crate) enum Epilogue<T> {
    /// `C = s`.
    Store,
    /// `C = max(s, 0)`. NaN stays NaN.
    Relu,
    /// `C` are weights and `s` is their gradient: they take the step.
    Descend(Step<T>),
}

impl<T: Float> Epilogue<T> {
    /// The number to store in place of `before`.
    #[inline(always)]
    pub(super) fn apply(self, before: T, sum: T) -> T {
        match self {
            Epilogue::Store => sum,
            Epilogue::Relu if sum <= T::zero() => T::zero(),
            Epilogue::Relu => sum,
            Epilogue::Descend(step) => step.taken(before, sum),
        }
    }

    /// The register to store in place of the `lanes` numbers at `before`; its other lanes are
    /// not to be used.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, `lanes` must be in `1..=V::LANES`, and
    /// `before` must be valid for reading `lanes` numbers.
    #[inline(always)]
    pub(super) unsafe fn apply_to<V: Vector<Element = T>>(
        self,
        before: *const T,
        lanes: usize,
        sums: V,
    ) -> V {
        // SAFETY: the caller guarantees the feature, and that `before` can be read.
        unsafe {
            match self {
                Epilogue::Store => sums,
                Epilogue::Relu => sums.relu(),
                Epilogue::Descend(step) => step.taken_by(V::load_part(before, lanes), sums),
            }
        }
    }
}

/// A step of gradient descent, `w ← w - η (dw + λ w)`.
#[derive(Clone, Copy)]
pub(crate) struct Step<T> {
    /// The learning rate, `η`.
    pub(crate) rate: T,
    /// The weight decay, `λ`.
    pub(crate) decay: T,
}

impl<T: Float> Step<T> {
    /// The weight after the step.
    #[inline(always)]
    pub(crate) fn taken(self, weight: T, gradient: T) -> T {
        weight - self.rate * (gradient + self.decay * weight)
    }

    /// As [`taken`](Step::taken), lane by lane and to the bit: products are rounded before
    /// they are added to anything.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    pub(super) unsafe fn taken_by<V: Vector<Element = T>>(self, weights: V, gradients: V) -> V {
        // SAFETY: the caller guarantees the processor feature.
        unsafe {
            let nothing = V::splat(T::neg_zero());
            let decayed = nothing.mul_add(V::splat(self.decay), weights);
            let direction = gradients.mul_add(decayed, V::splat(T::one()));
            let way = nothing.mul_add(V::splat(self.rate), direction);
            weights.mul_add(way, V::splat(-T::one()))
        }
    }
}
