//! The scratch memory of a convolution.

use super::correlation::Correlation;
use super::depthwise::{
    depthwise_scratch_len, gradient_scratch_len, has_few_filters, is_depthwise,
};
use super::gradient::GradientPlan;
use super::plan::Plan;
use super::shape::Conv2dShape;

impl Conv2dShape {
    /// Number of numbers of scratch memory that a kernel needs for one thread. With a multiple of
    /// it, that many threads can share the work.
    ///
    /// It is at most a megabyte, except for rows of many thousand columns.
    pub const fn scratch_len(&self) -> usize {
        let gradient = if has_few_filters(self) {
            gradient_scratch_len(self)
        } else {
            GradientPlan::new(self, self.group_filters()).scratch_len(self)
        };
        if is_depthwise(self) {
            let pass = depthwise_scratch_len(self);
            return if gradient > pass { gradient } else { pass };
        }
        let mut most = plan_len(&Correlation::forward(self));
        most = if gradient > most { gradient } else { most };
        let mut phase = (0, 0);
        while phase.0 < self.vertical().phases() {
            while phase.1 < self.horizontal().phases() {
                let this = plan_len(&Correlation::backward(self, phase));
                most = if this > most { this } else { most };
                phase.1 += 1;
            }
            phase = (phase.0 + 1, 0);
        }
        most
    }
}

/// Enough for weights where they are, and for packed ones.
const fn plan_len(correlation: &Correlation) -> usize {
    let in_place = Plan::new(correlation, false).scratch_len();
    let packed = Plan::new(correlation, true).scratch_len();
    if packed > in_place { packed } else { in_place }
}
