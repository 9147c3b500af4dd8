//! Probabilities and classes of predictions, by the rules of the loss.

#[cfg(feature = "std")]
use core::convert::Infallible;
use core::ops::Range;

#[cfg(feature = "std")]
use ndarray::{ArrayView2, Axis};

use super::accuracy::columns_of;
use super::declared::Network;
#[cfg(feature = "std")]
use super::memory::reserve;
use super::part::Part;
use super::predict::scores_in;
use super::widths::Widths;
use super::workspace::Memory;
#[cfg(feature = "std")]
use super::workspace::Workspace;
use crate::error::Error;
use crate::losses::Loss;

/// Something for each output of a network: a value, or a tuple for several outputs.
pub type EachOutput<N, X> = <<N as Network>::Outputs as Widths>::Each<X>;

/// The probabilities of a batch, sample by sample, stored in the workspace.
pub(crate) fn probabilities_in<'w, N: Network>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    workspace: &'w mut impl Memory<N::Scalar>,
) -> Result<&'w [N::Scalar], Error> {
    let outputs = scores_in(network, x, workspace)?;
    match N::loss_function().probabilities(outputs, N::OUTPUTS) {
        true => Ok(outputs),
        false => Err(Error::NoProbabilities { network: N::NAME, loss: loss_name::<N>() }),
    }
}

/// The classes of a batch, for each output.
#[cfg(feature = "std")]
pub(crate) fn classes<N: Network>(
    network: &N,
    x: &[impl Part<N::Scalar>],
) -> Result<EachOutput<N, Vec<usize>>, Error> {
    let mut workspace = Workspace::new();
    let scores = scores_in(network, x, &mut workspace)?;
    N::Outputs::try_each(|output| {
        let mut classes = Vec::with_capacity(scores.len() / N::OUTPUTS * steps::<N>());
        for row in scores.chunks_exact(N::OUTPUTS) {
            push_classes::<N>(row, output, &mut classes)?;
        }
        Ok(classes)
    })
}

/// Replaces the contents of each `Vec` by the classes of a batch, for one output.
#[cfg(feature = "std")]
pub(crate) fn classes_in<'c, N: Network>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    workspace: &mut Workspace<N::Scalar>,
    classes: impl IntoIterator<Item = (usize, &'c mut Vec<usize>)>,
) -> Result<(), Error> {
    let scores = &*scores_in(network, x, workspace)?;
    let batch = scores.len() / N::OUTPUTS;
    for (output, classes) in classes {
        classes.clear();
        reserve(classes, batch * steps::<N>(), batch)?;
        for row in scores.chunks_exact(N::OUTPUTS) {
            push_classes::<N>(row, output, classes)?;
        }
    }
    Ok(())
}

/// The classes of a single sample, for each output.
pub(crate) fn class_of_in<N: Network>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    workspace: &mut impl Memory<N::Scalar>,
) -> Result<EachOutput<N, usize>, Error> {
    let scores = scores_in(network, x, workspace)?;
    N::Outputs::try_each(|output| match steps::<N>() {
        1 => class::<N>(scores, output),
        _ => Err(no_classes::<N>(output)),
    })
}

/// Applies `part` to the columns of each output.
#[cfg(feature = "std")]
pub(crate) fn each_output<'a, N: Network, X>(
    values: ArrayView2<'a, N::Scalar>,
    mut part: impl FnMut(ArrayView2<'a, N::Scalar>) -> X,
) -> EachOutput<N, X> {
    let mut rest = values;
    let Ok(parts) = N::Outputs::try_each(|output| {
        let (columns, tail) = rest.split_at(Axis(1), N::OUTPUT_PARTS[output]);
        rest = tail;
        Ok::<_, Infallible>(part(columns))
    });
    parts
}

/// The steps of each sample that have a class: one, unless the output is a sequence.
fn steps<N: Network>() -> usize {
    N::loss_function().steps()
}

/// Appends the class of each step of a sample in one output.
#[cfg(feature = "std")]
fn push_classes<N: Network>(
    scores: &[N::Scalar],
    output: usize,
    classes: &mut Vec<usize>,
) -> Result<(), Error> {
    for step in scores.chunks_exact(N::OUTPUTS / steps::<N>()) {
        classes.push(class::<N>(step, output)?);
    }
    Ok(())
}

/// The class that the scores of a step of a sample choose in one output.
fn class<N: Network>(scores: &[N::Scalar], output: usize) -> Result<usize, Error> {
    let loss = N::loss_function();
    let columns = checked_columns::<N>(output)?;
    // Of a sequence, the scores of a step.
    let columns = columns.start..columns.start + columns.len() / steps::<N>();
    let class = loss.head(output).unwrap_or(&loss).class(&scores[columns]);
    class.ok_or_else(|| no_classes::<N>(output))
}

/// The columns of an output in a row of all.
///
/// # Errors
///
/// [`Error::NoOutput`].
pub(crate) fn checked_columns<N: Network>(output: usize) -> Result<Range<usize>, Error> {
    let outputs = N::OUTPUT_PARTS.len();
    columns_of::<N>(output).ok_or(Error::NoOutput { network: N::NAME, output, outputs })
}

/// The error for an output that chooses no class.
pub(crate) fn no_classes<N: Network>(output: usize) -> Error {
    let numbers = N::OUTPUT_PARTS[output];
    Error::NoClasses { network: N::NAME, output, numbers, loss: loss_name::<N>() }
}

/// The loss as declared.
fn loss_name<N: Network>() -> &'static str {
    N::LAYERS.last().map_or("", |loss| loss.layer)
}
