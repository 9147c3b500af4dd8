//! Kernels that move over an image or a signal.

use chainrule_onnx::NodeProto;

use super::messages::about;
use super::parameters::product;
use super::settings::Settings;
use super::tensor::{self, Tensor};

/// What is around an image along each axis: before it and after it.
pub(super) type Sides = Vec<(usize, usize)>;

/// The settings of a moving kernel, along each axis.
pub(super) struct Window {
    pub(super) kernel: Vec<usize>,
    pub(super) stride: Vec<usize>,
    /// The padding before and after.
    pub(super) padding: Sides,
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
                let (less, more) = (total / 2, total - total / 2);
                let is_lower = node.text("auto_pad").as_deref() == Some("SAME_LOWER");
                (before[at], after[at]) = if is_lower { (more, less) } else { (less, more) };
            }
        }
        if node.integers("pads").is_some_and(|pads| pads.iter().any(|&pad| pad < 0)) {
            return Err(about(node, "its padding is negative", "use none"));
        }
        let padding = before.into_iter().zip(after).collect();
        Ok(Window { kernel: kernel.to_vec(), stride, padding, dilation })
    }

    /// Whether there is padding.
    pub(super) fn is_padded(&self) -> bool {
        self.padding.iter().any(|&(before, after)| before + after > 0)
    }

    /// Whether the padding is that of `padding = same` and the layer has none that is the same on both sides.
    fn is_same(&self) -> bool {
        let is_half = |(at, &(before, after)): (usize, &(usize, usize))| {
            let total = self.covered(at) - 1;
            (before, after) == (total / 2, total - total / 2)
        };
        self.stride.iter().all(|&stride| stride == 1)
            && self.padding.iter().enumerate().all(is_half)
            && self.padding.iter().any(|(before, after)| before != after)
    }

    /// The numbers of zeros before and after the kernel with which its padding is the same on both sides.
    ///
    /// # Errors
    ///
    /// A message if there are none.
    fn missing(&self, node: &NodeProto) -> Result<Sides, String> {
        let along = |(&(before, after), dilation): (&(usize, usize), &usize)| {
            let (first, last) = (after.saturating_sub(before), before.saturating_sub(after));
            let is_whole = first.is_multiple_of(*dilation) && last.is_multiple_of(*dilation);
            is_whole.then_some((first / dilation, last / dilation))
        };
        let missing: Option<Vec<_>> = self.padding.iter().zip(&self.dilation).map(along).collect();
        missing.ok_or_else(|| uneven(node))
    }

    /// The filters of a convolution with the same padding on both sides: the kernel has zeros on one side
    /// where the model has less padding. `padding = same` needs none.
    ///
    /// # Errors
    ///
    /// A message if there are no such filters.
    pub(super) fn widened(
        self,
        node: &NodeProto,
        filters: &Tensor,
    ) -> Result<(Window, Tensor), String> {
        let missing = self.missing(node)?;
        let axes = self.kernel.len();
        let is_transposed = node.op_type == "ConvTranspose";
        if missing.iter().all(|&missing| missing == (0, 0)) || !is_transposed && self.is_same() {
            return Ok((self, filters.clone()));
        }
        let kernel: Vec<usize> =
            self.kernel.iter().zip(&missing).map(|(size, (a, b))| size + a + b).collect();
        let padding = self.padding.iter().map(|&(before, after)| before.max(after));
        let padding = padding.map(|padding| (padding, padding)).collect();
        let mut shape = filters.shape[..filters.shape.len() - axes].to_vec();
        shape.extend(&kernel);
        let absurd = || about(node, "its weight is absurdly large", "export the model again");
        let of = filters.all().ok_or_else(absurd)?;
        let mut values = vec![0.0; product(&shape)];
        for (at, value) in of.into_iter().enumerate() {
            let mut places = tensor::places(&filters.shape, at);
            let own = places.iter_mut().rev().take(axes).rev();
            own.zip(&missing).for_each(|(place, (before, _))| *place += before);
            values[tensor::place(&shape, &places)] = value;
        }
        let filters = Tensor::new(shape, values, false).ok_or_else(absurd)?;
        Ok((Window { kernel, padding, ..self }, filters))
    }

    /// The padding, which has to be the same on both sides.
    ///
    /// # Errors
    ///
    /// A message if it is not.
    pub(super) fn even(&self, node: &NodeProto) -> Result<Vec<usize>, String> {
        let is_even = self.padding.iter().all(|(before, after)| before == after);
        let padding = self.padding.iter().map(|&(before, _)| before);
        is_even.then(|| padding.collect()).ok_or_else(|| uneven(node))
    }

    /// The places from the first to the last that the kernel reads.
    pub(super) fn covered(&self, at: usize) -> usize {
        (self.kernel[at] - 1).saturating_mul(self.dilation[at]).saturating_add(1)
    }

    /// The sizes of the output.
    pub(super) fn output(&self, node: &NodeProto, sizes: &[usize]) -> Result<Vec<usize>, String> {
        let along = |(at, &size): (usize, &usize)| {
            let (before, after) = self.padding[at];
            let padded = before.saturating_add(after).saturating_add(size);
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
        let padding = self.padding.iter().map(|&(before, _)| before).collect();
        let named = [
            ("stride", &self.stride, &usual),
            ("padding", &padding, &zeros),
            ("dilation", &self.dilation, &ones),
        ];
        for (name, values, usual) in named {
            if name == "padding" && self.is_same() {
                settings += ", padding = same";
            } else if values != usual {
                settings += &format!(", {name} = {}", written(values));
            }
        }
        settings
    }
}

fn uneven(node: &NodeProto) -> String {
    about(node, "its padding differs between the two sides", "use the same on both")
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
