//! The epilogue of a product, applied to sums before they are stored.

use num_traits::Float;

use crate::kernels::simd::vector::Vector;

/// The operation on a sum `s` before it is stored in `C`.
#[derive(Clone, Copy)]
pub(crate) enum Epilogue<T> {
    /// `C = s`.
    Store,
    /// `C = max(s, 0)`. NaN stays NaN.
    Relu,
    /// `C` contains weights and `s` is their gradient: the weights are updated.
    Descend(Step<T>),
}

impl<T: Float> Epilogue<T> {
    /// Returns the number that replaces `before`.
    #[inline(always)]
    pub(super) fn apply(self, before: T, sum: T) -> T {
        match self {
            Epilogue::Store => sum,
            Epilogue::Relu if sum <= T::zero() => T::zero(),
            Epilogue::Relu => sum,
            Epilogue::Descend(step) => step.taken(before, sum),
        }
    }

    /// Returns the register that replaces the `lanes` numbers at `before`. The contents of its
    /// other lanes are unspecified.
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

/// An update by gradient descent, `w ← w - η (dw + λ w)`.
#[derive(Clone, Copy)]
pub(crate) struct Step<T> {
    /// The learning rate, `η`.
    pub(crate) rate: T,
    /// The weight decay, `λ`.
    pub(crate) decay: T,
}

impl<T: Float> Step<T> {
    /// Returns the updated weight.
    #[inline(always)]
    pub(crate) fn taken(self, weight: T, gradient: T) -> T {
        weight - self.rate * (gradient + self.decay * weight)
    }

    /// The variant of [`taken`](Step::taken) for a register, with the same bits: products are
    /// rounded before they are added.
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
