//! The losses at the end of a network, with their forward and backward passes.
//!
//! Dimensions in the formulas: `B` samples in the batch, `O` outputs per sample. The loss is the
//! mean over the batch.

mod adjusted_softmax;
mod binary_cross_entropy;
pub(crate) mod each_step;
pub(crate) mod heads;
mod hinge;
mod huber;
mod identity;
mod kl_divergence;
mod loss;
mod mean_absolute;
mod softmax;
pub(crate) mod targets;
mod weighted_binary;

pub use adjusted_softmax::AdjustedSoftmaxWithLoss;
pub use binary_cross_entropy::BinaryCrossEntropy;
pub use each_step::EachStep;
pub use heads::{Head, HeadWeight, Heads};
pub use hinge::HingeLoss;
pub use huber::Huber;
pub use identity::IdentityWithLoss;
pub use kl_divergence::KlDivergence;
pub use loss::{ClassLoss, Loss, OutputFunction};
pub(crate) use loss::{argmax, output_accuracy};
pub use mean_absolute::MeanAbsolute;
pub use softmax::SoftmaxWithLoss;
pub use targets::{IGNORED, Targets};
pub use weighted_binary::WeightedBinaryCrossEntropy;

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// The panic message of `call`.
    fn panic_of(call: &mut dyn FnMut(&mut [f64])) -> String {
        let mut values = [0.5; 6];
        let panic = catch_unwind(AssertUnwindSafe(|| call(&mut values))).unwrap_err();
        panic.downcast_ref::<String>().cloned().unwrap_or_else(|| {
            (*panic.downcast_ref::<&str>().expect("a panic has a message")).to_owned()
        })
    }

    /// The panic messages of `forward` and `backward`.
    fn panics(loss: &dyn Loss<f64>, targets: Targets<'_, f64>, batch: usize) -> [String; 2] {
        [
            panic_of(&mut |values| {
                loss.forward(values, targets, batch);
            }),
            panic_of(&mut |values| loss.backward(values, targets, batch, 1.0)),
        ]
    }

    #[test]
    fn values_and_targets_that_do_not_fit_are_rejected() {
        let losses: [&dyn Loss<f64>; 9] = [
            &IdentityWithLoss,
            &KlDivergence,
            &MeanAbsolute,
            &WeightedBinaryCrossEntropy::new(&[2.0]),
            &HingeLoss,
            &SoftmaxWithLoss,
            &BinaryCrossEntropy,
            &Huber::new(1.0),
            &AdjustedSoftmaxWithLoss::new(),
        ];
        for loss in losses {
            for (rows, batch, expected) in [
                (6, 0, "expected at least one sample"),
                (6, 4, "expected values of shape `batch × outputs`"),
                (6, 7, "expected values of shape `batch × outputs`"),
                (5, 2, "expected a target row for each sample"),
                (7, 2, "expected a target row for each sample"),
            ] {
                for message in panics(loss, Targets::Rows(&vec![0.5; rows]), batch) {
                    assert!(message.contains(expected), "{message}");
                }
            }
        }
    }

    #[test]
    fn labels_that_do_not_fit_are_rejected() {
        for labels in [&[0][..], &[0, 1, 2]] {
            for message in panics(&SoftmaxWithLoss, Targets::Labels(labels), 2) {
                assert!(message.contains("expected a label for each sample"), "{message}");
            }
        }
        for message in panics(&SoftmaxWithLoss, Targets::Labels(&[0, 3]), 2) {
            assert!(message.contains("the len is 3 but the index is 3"), "{message}");
        }
        let message = panic_of(&mut |values| {
            HingeLoss.forward(values, Targets::Labels(&[0, 3]), 2);
        });
        assert!(message.contains("a label of a loss"), "{message}");
        for message in panics(&AdjustedSoftmaxWithLoss::new(), Targets::Labels(&[0, 3]), 2) {
            assert!(message.contains("expected a label below the number of outputs"), "{message}");
        }
    }

    #[test]
    fn labels_are_rejected_where_numbers_are_needed() {
        let losses: [&dyn Loss<f64>; 5] = [
            &BinaryCrossEntropy,
            &WeightedBinaryCrossEntropy::new(&[2.0]),
            &Huber::new(1.0),
            &MeanAbsolute,
            &KlDivergence,
        ];
        for loss in losses {
            for message in panics(loss, Targets::Labels(&[0, 1]), 2) {
                assert!(message.contains("expected a row of numbers for each sample"), "{message}");
            }
        }
    }

    #[test]
    fn weights_of_other_classes_are_rejected() {
        let loss = AdjustedSoftmaxWithLoss::new().with_weights(&[1.0, 2.0]);
        for message in panics(&loss, Targets::Labels(&[0, 1]), 2) {
            assert!(message.contains("expected a class weight for each output"), "{message}");
        }
        let loss = WeightedBinaryCrossEntropy::new(&[1.0, 2.0]);
        for message in panics(&loss, Targets::Rows(&[0.5; 6]), 2) {
            assert!(message.contains("the weights of the outputs of a loss"), "{message}");
        }
    }
}
