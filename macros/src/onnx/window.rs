//! Kernels that move over an image or a signal.

use chainrule_onnx::NodeProto;

use super::messages::about;
use super::settings::Settings;

/// The settings of a moving kernel, along each axis.
pub(super) struct Window {
    pub(super) kernel: Vec<usize>,
    pub(super) stride: Vec<usize>,
    pub(super) padding: Vec<usize>,
    pub(super) dilation: Vec<usize>,
}

impl Window {
    pub(super) fn of(
        node: &NodeProto,
        kernel: &[usize],
        sizes: &[usize],
    ) -> Result<Window, String> {
        let axes = kernel.len();
        let stride = pair(node.integers("strides"), axes, 1);
        let dilation = pair(node.integers("dilations"), axes, 1);
        if kernel.iter().chain(&stride).chain(&dilation).any(|&size| size == 0) {
            return Err(about(node, "a size of its kernel is 0", "export the model again"));
        }
        let pads = pair(node.integers("pads"), 2 * axes, 0);
        let (mut before, mut after) = (pads[..axes].to_vec(), pads[axes..].to_vec());
        if matches!(node.text("auto_pad").as_deref(), Some("SAME_UPPER" | "SAME_LOWER")) {
            for at in 0..axes {
                let output = sizes[at].div_ceil(stride[at]);
                let covered = (kernel[at] - 1).saturating_mul(dilation[at]).saturating_add(1);
                let reach = output.saturating_sub(1).saturating_mul(stride[at]);
                let total = reach.saturating_add(covered).saturating_sub(sizes[at]);
                (before[at], after[at]) = (total / 2, total - total / 2);
            }
        }
        if node.integers("pads").is_some_and(|pads| pads.iter().any(|&pad| pad < 0)) {
            return Err(about(node, "its padding is negative", "use none"));
        }
        if before != after {
            let problem = "its padding differs between the two sides";
            return Err(about(node, problem, "use the same on both"));
        }
        Ok(Window { kernel: kernel.to_vec(), stride, padding: before, dilation })
    }

    /// The places from the first to the last that the kernel reads.
    pub(super) fn covered(&self, at: usize) -> usize {
        (self.kernel[at] - 1).saturating_mul(self.dilation[at]).saturating_add(1)
    }

    /// The sizes of the output.
    pub(super) fn output(&self, node: &NodeProto, sizes: &[usize]) -> Result<Vec<usize>, String> {
        let along = |(at, &size): (usize, &usize)| {
            let padded = self.padding[at].saturating_mul(2).saturating_add(size);
            Some(padded.checked_sub(self.covered(at))? / self.stride[at] + 1)
        };
        let sizes: Option<Vec<usize>> = sizes.iter().enumerate().map(along).collect();
        sizes.ok_or_else(|| about(node, "its kernel exceeds its operand", "export the model again"))
    }

    /// The kernel and its settings, as they are declared. A pooling moves by its size by default.
    pub(super) fn settings(&self, has_filters: bool) -> String {
        let mut settings = written(&self.kernel);
        let usual = if has_filters { vec![1; self.kernel.len()] } else { self.kernel.clone() };
        let ones = vec![1; self.kernel.len()];
        let zeros = vec![0; self.kernel.len()];
        let named = [
            ("stride", &self.stride, &usual),
            ("padding", &self.padding, &zeros),
            ("dilation", &self.dilation, &ones),
        ];
        for (name, values, usual) in named {
            if values != usual {
                settings += &format!(", {name} = {}", written(values));
            }
        }
        settings
    }
}

/// Integers of a node, or as many of the default.
pub(super) fn pair(values: Option<&[i64]>, count: usize, default: usize) -> Vec<usize> {
    match values.filter(|values| values.len() == count) {
        Some(values) => values.iter().map(|&value| value.max(0) as usize).collect(),
        None => vec![default; count],
    }
}

/// `3`, or `(3, 2)`.
pub(super) fn written(sizes: &[usize]) -> String {
    match sizes {
        [first, rest @ ..] if rest.iter().all(|size| size == first) => first.to_string(),
        sizes => {
            let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
            format!("({})", sizes.join(", "))
        }
    }
}
