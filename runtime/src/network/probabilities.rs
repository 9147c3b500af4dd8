//! Probabilities and classes of predictions, by the rules of the loss.

use std::convert::Infallible;
use std::ops::Range;

use ndarray::{ArrayView2, Axis};

use super::accuracy::columns_of;
use super::declared::Network;
use super::input::Inputs;
use super::memory::{reserve, rows};
use super::predict::infer;
use super::validate::checked_batch;
use super::widths::Widths;
use super::workspace::{Parts, Workspace};
use crate::error::Error;
use crate::losses::Loss;

/// Something for each output of a network: a value, or a tuple for several outputs.
pub type EachOutput<N, X> = <<N as Network>::Outputs as Widths>::Each<X>;

/// The probabilities of a batch, `batch × outputs`, stored in the workspace.
pub(crate) fn probabilities_in<'w, N: Network>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    workspace: &'w mut Workspace<N::Scalar>,
) -> Result<ArrayView2<'w, N::Scalar>, Error> {
    let outputs = scores_in(network, x, workspace)?;
    match N::loss_function().probabilities(outputs, N::OUTPUTS) {
        true => Ok(rows(outputs, N::OUTPUTS)),
        false => Err(Error::NoProbabilities { network: N::NAME, loss: loss_name::<N>() }),
    }
}

/// The classes of a batch, for each output.
pub(crate) fn classes<N: Network>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
) -> Result<EachOutput<N, Vec<usize>>, Error> {
    let mut workspace = Workspace::new();
    let scores = scores_in(network, x, &mut workspace)?;
    N::Outputs::try_each(|output| {
        scores.chunks_exact(N::OUTPUTS).map(|row| class::<N>(row, output)).collect()
    })
}

/// Replaces the contents of each `Vec` by the classes of a batch, for one output.
pub(crate) fn classes_in<'c, N: Network>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    workspace: &mut Workspace<N::Scalar>,
    classes: impl IntoIterator<Item = (usize, &'c mut Vec<usize>)>,
) -> Result<(), Error> {
    let scores = &*scores_in(network, x, workspace)?;
    let batch = scores.len() / N::OUTPUTS;
    for (output, classes) in classes {
        classes.clear();
        reserve(classes, batch, batch)?;
        for row in scores.chunks_exact(N::OUTPUTS) {
            classes.push(class::<N>(row, output)?);
        }
    }
    Ok(())
}

/// The classes of a single sample, for each output.
pub(crate) fn class_of_in<N: Network>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    workspace: &mut Workspace<N::Scalar>,
) -> Result<EachOutput<N, usize>, Error> {
    let scores = scores_in(network, x, workspace)?;
    N::Outputs::try_each(|output| class::<N>(scores, output))
}

/// Applies `part` to the columns of each output.
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

/// The scores of a batch, stored in the workspace.
fn scores_in<'w, N: Network>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    workspace: &'w mut Workspace<N::Scalar>,
) -> Result<&'w mut [N::Scalar], Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, .. } =
        workspace.parts(batch, N::INFERENCE_WORKSPACE_PER_SAMPLE, 0)?;
    infer(network, x, arena, input)
}

/// The class that the scores of a sample choose in one output.
fn class<N: Network>(scores: &[N::Scalar], output: usize) -> Result<usize, Error> {
    let loss = N::loss_function();
    let columns = checked_columns::<N>(output)?;
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
