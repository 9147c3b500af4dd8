//! Values inside a network, by name.

use core::fmt;
use core::marker::PhantomData;

use ndarray::ArrayView2;

use super::const_checks::unknown_value;
use super::declared::Network;
use super::memory::rows;
use super::part::Part;
use super::validate::{check_outputs, checked_batch, checked_input};
use super::workspace::{Parts, Workspace};
use crate::error::Error;
use crate::kernels::in_pool;
use crate::layers::observer::Observer;

/// A value inside the network `N`: the outputs of a layer, or the value of a `let`. The compiler
/// checks the name, if it is in a constant.
///
/// ```
/// use chainrule::{Hidden, Init, Rng, network};
///
/// network! {
///     struct Residual {
///         input x: [8];
///         let features = x -> Affine(16) -> Relu;
///         features -> Affine(16) -> Relu -> Affine(3) => SoftmaxWithLoss
///     }
/// }
/// const FEATURES: Hidden<Residual> = Hidden::named("features");
///
/// let net = Residual::new(Init::He, &mut Rng::seed(0));
/// // The value of the `let`, and the outputs of the second ReLU, in one pass.
/// let [features, relu2] = net.hidden(&[[0.5; 8]; 2], [FEATURES, const { Hidden::named("relu2") }])?;
/// assert_eq!((features.dim(), relu2.dim()), ((2, 16), (2, 16)));
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// The names of layers are those of the printed table of the network:
///
/// ```compile_fail
/// # use chainrule::{Hidden, network};
/// network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
/// const HIDDEN: Hidden<Net> = Hidden::named("relu2"); // the network has no value `relu2`
/// ```
pub struct Hidden<N> {
    /// The row of `LAYERS`.
    row: usize,
    network: PhantomData<fn() -> N>,
}

impl<N: Network> Hidden<N> {
    /// The value with this name. If a `let` and a layer have the same name, that of the `let`.
    ///
    /// # Panics
    ///
    /// If the network has no such value. In a constant, this is a compile-time error. See also
    /// [`find`](Hidden::find).
    #[track_caller]
    pub const fn named(name: &str) -> Hidden<N> {
        match Hidden::find(name) {
            Some(value) => value,
            None => unknown_value(N::NAME, name),
        }
    }

    /// The value with this name, if there is one.
    pub const fn find(name: &str) -> Option<Hidden<N>> {
        let mut at = 0;
        while at < N::VALUES.len() {
            if is_equal(N::VALUES[at].0, name) {
                return Some(Hidden::at(N::VALUES[at].1));
            }
            at += 1;
        }
        let mut row = 0;
        // The last row is the loss.
        while row + 1 < N::LAYERS.len() {
            if is_equal(N::LAYERS[row].name, name) {
                return Some(Hidden::at(row));
            }
            row += 1;
        }
        None
    }

    /// The number of elements per sample.
    pub const fn width(&self) -> usize {
        N::LAYERS[self.row].outputs
    }

    const fn at(row: usize) -> Hidden<N> {
        Hidden { row, network: PhantomData }
    }
}

/// `==`, which is not available in constants.
const fn is_equal(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}

impl<N> Clone for Hidden<N> {
    fn clone(&self) -> Hidden<N> {
        *self
    }
}

impl<N> Copy for Hidden<N> {}

impl<N: Network> fmt::Debug for Hidden<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hidden").field(&N::LAYERS[self.row].name).finish()
    }
}

/// Copies values of a pass.
struct Copies<'a, N: Network, const VALUES: usize> {
    values: [Hidden<N>; VALUES],
    copies: [&'a mut [N::Scalar]; VALUES],
}

impl<N: Network, const VALUES: usize> Observer<N::Scalar> for Copies<'_, N, VALUES> {
    fn value(&mut self, row: usize, values: &[N::Scalar]) {
        for (value, copy) in self.values.iter().zip(&mut self.copies) {
            if value.row == row {
                copy.copy_from_slice(values);
            }
        }
    }

    fn gradient(&mut self, _row: usize, _values: &[N::Scalar]) {}
}

/// The values of a prediction, each `batch × width`, stored in the workspace.
pub(crate) fn hidden_in<'w, N: Network, const VALUES: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    values: [Hidden<N>; VALUES],
    workspace: &'w mut Workspace<N::Scalar>,
) -> Result<[ArrayView2<'w, N::Scalar>; VALUES], Error> {
    let batch = checked_batch::<N>(x)?;
    let width: usize = values.iter().map(Hidden::width).sum();
    let per_sample = N::INFERENCE_WORKSPACE_PER_SAMPLE + width;
    let Parts { arena, input, .. } = workspace.parts(batch, per_sample, N::INFERENCE_SCRATCH)?;
    let (outputs, arena) = arena.split_at_mut(batch * N::OUTPUTS);
    let (mut copies, scratch) = arena.split_at_mut(batch * width);
    let copies = values.map(|value| {
        let (copy, rest) = core::mem::take(&mut copies).split_at_mut(batch * value.width());
        copies = rest;
        copy
    });
    let input = checked_input::<N>(x, input)?;
    let mut copies = Copies { values, copies };
    in_pool(batch * N::FLOPS, || network.infer_observed(input, outputs, scratch, &mut copies));
    check_outputs(network, outputs)?;
    let mut columns = values.iter().map(Hidden::width);
    Ok(copies.copies.map(|copy| rows(&*copy, columns.next().unwrap_or(1))))
}
