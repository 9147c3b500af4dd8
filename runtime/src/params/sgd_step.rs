use super::tensor::{Kind, TensorInfo, Tensors};
use crate::kernels::scalar::Scalar;
use crate::kernels::{Step, descend};

/// An update of plain SGD: `W ← W - η (g + λ W)`, where `λ` is 0 for biases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SgdStep {
    /// `η`.
    pub learning_rate: f64,
    /// `λ`.
    pub weight_decay: f64,
}

impl SgdStep {
    /// The update for a kind of tensor; `None` if it is not trained.
    pub(crate) fn of_kind<T: Scalar>(&self, kind: Kind) -> Option<Step<T>> {
        let decay = match kind {
            Kind::Weight => self.weight_decay,
            Kind::Bias => 0.0,
            Kind::Buffer => return None,
        };
        Some(Step { rate: T::from_f64(self.learning_rate), decay: T::from_f64(decay) })
    }

    /// Updates some of the tensors of a type.
    pub(crate) fn apply<'t, T: Scalar, L: Tensors<T>>(
        &self,
        layer: &mut L,
        grads: &L,
        tensors: impl Iterator<Item = &'t TensorInfo>,
    ) {
        let (numbers, grads) = (layer.numbers_mut(), grads.numbers());
        for tensor in tensors {
            if let Some(step) = self.of_kind(tensor.kind) {
                descend(tensor.of_mut(numbers), tensor.of(grads), step);
            }
        }
    }
}
