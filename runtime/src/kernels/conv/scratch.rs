//! The scratch memory of a convolution.

use super::affine::is_affine;
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
        let (in_place, packed) = (self.plans(false).0, self.plans(true).0);
        let pass = if packed > in_place { packed } else { in_place };
        if gradient > pass { gradient } else { pass }
    }

    /// Number of numbers of scratch memory for packed weights, which all threads share: as many as there
    /// are weights, or none. Kernels also work without it. Without the feature `std`, memory is scarce,
    /// and nothing is packed.
    pub const fn packed_len(&self) -> usize {
        let may_pack = cfg!(feature = "std") && !is_affine(self) && !is_depthwise(self);
        if may_pack && self.plans(true).1 { self.weights_len() } else { 0 }
    }

    /// The largest scratch memory of all plans, and whether one of them packs weights.
    const fn plans(&self, may_pack: bool) -> (usize, bool) {
        let plan = Plan::new(&Correlation::forward(self), may_pack);
        let (mut most, mut packs) = (plan.scratch_len(), plan.is_packed);
        let mut phase = (0, 0);
        while phase.0 < self.vertical().phases() {
            while phase.1 < self.horizontal().phases() {
                let plan = Plan::new(&Correlation::backward(self, phase), may_pack);
                most = if plan.scratch_len() > most { plan.scratch_len() } else { most };
                packs = packs || plan.is_packed;
                phase.1 += 1;
            }
            phase = (phase.0 + 1, 0);
        }
        (most, packs)
    }
}
