//! The losses at the end of a network, with their forward and backward passes.
//!
//! Dimensions in the formulas: `B` samples in the batch, `O` outputs per sample. The loss is the
//! mean over the batch.

mod adjusted_softmax;
mod binary_cross_entropy;
mod huber;
mod identity;
mod loss;
mod softmax;

pub use adjusted_softmax::AdjustedSoftmaxWithLoss;
pub use binary_cross_entropy::BinaryCrossEntropy;
pub use huber::Huber;
pub use identity::IdentityWithLoss;
pub(crate) use loss::argmax;
pub use loss::{ClassLoss, Loss, Targets};
pub use softmax::SoftmaxWithLoss;

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// The panic messages of `forward` and `backward`.
    fn panics(loss: &dyn Loss<f64>, targets: Targets<'_, f64>, batch: usize) -> [String; 2] {
        let message = |call: &mut dyn FnMut(&mut [f64])| {
            let mut values = [0.5; 6];
            let panic = catch_unwind(AssertUnwindSafe(|| call(&mut values))).unwrap_err();
            panic.downcast_ref::<String>().cloned().unwrap_or_else(|| {
                (*panic.downcast_ref::<&str>().expect("a panic has a message")).to_owned()
            })
        };
        [
            message(&mut |values| {
                loss.forward(values, targets, batch);
            }),
            message(&mut |values| loss.backward(values, targets, batch, 1.0)),
        ]
    }

    #[test]
    fn values_and_targets_that_do_not_fit_are_rejected() {
        let losses: [&dyn Loss<f64>; 5] = [
            &IdentityWithLoss,
            &SoftmaxWithLoss,
            &BinaryCrossEntropy,
            &Huber::new(1.0),
            &AdjustedSoftmaxWithLoss::new(),
        ];
        for loss in losses {
            for (rows, batch, expected) in [
                (6, 0, "the batch of a loss is empty"),
                (6, 4, "the values of a loss"),
                (6, 7, "the values of a loss"),
                (5, 2, "the target rows of a loss"),
                (7, 2, "the target rows of a loss"),
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
                assert!(message.contains("the labels of a loss"), "{message}");
            }
        }
        for message in panics(&SoftmaxWithLoss, Targets::Labels(&[0, 3]), 2) {
            assert!(message.contains("the len is 3 but the index is 3"), "{message}");
        }
        for message in panics(&AdjustedSoftmaxWithLoss::new(), Targets::Labels(&[0, 3]), 2) {
            assert!(message.contains("a label of a loss"), "{message}");
        }
    }

    #[test]
    fn labels_are_rejected_where_numbers_are_needed() {
        let losses: [&dyn Loss<f64>; 2] = [&BinaryCrossEntropy, &Huber::new(1.0)];
        for loss in losses {
            for message in panics(loss, Targets::Labels(&[0, 1]), 2) {
                assert!(message.contains("takes a row of numbers for each sample"), "{message}");
            }
        }
    }

    #[test]
    fn weights_of_other_classes_are_rejected() {
        let loss = AdjustedSoftmaxWithLoss::new().with_weights(&[1.0, 2.0]);
        for message in panics(&loss, Targets::Labels(&[0, 1]), 2) {
            assert!(message.contains("the class weights of a loss"), "{message}");
        }
    }
}
