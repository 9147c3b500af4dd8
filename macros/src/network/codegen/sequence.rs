//! Layers of sequences: their types, whose sizes are those of the sequence and of the layer. Inputs
//! of indices.

use proc_macro2::TokenStream;
use quote::quote;

use super::network::{Member, Network};
use crate::network::registry::SequenceKind;
use crate::network::size::Size;

impl Member<'_> {
    /// The type of such a layer: `Lstm<64, 32, 128, T>` for 64 steps of 32 features.
    pub(super) fn sequence_type(
        &self,
        runtime: &TokenStream,
        kind: SequenceKind,
        scalar: &TokenStream,
    ) -> TokenStream {
        let path = self.sequence_path(runtime, kind);
        match kind.has_parameters() {
            true => quote!(#path, #scalar>),
            false => quote!(#path>),
        }
    }

    /// The same as an expression for a layer without parameters: `Last::<64, 32>`.
    pub(super) fn sequence_value(&self, runtime: &TokenStream, kind: SequenceKind) -> TokenStream {
        let path = self.sequence_path(runtime, kind);
        quote!(#path>)
    }

    /// The path with its sizes, without the closing bracket.
    fn sequence_path(&self, runtime: &TokenStream, kind: SequenceKind) -> TokenStream {
        let path = &self.layer.call.path;
        let path = quote!(#runtime::layers::#path);
        let sizes = self.sequence_sizes(kind);
        quote!(#path::<#(#sizes),*)
    }

    fn sequence_sizes(&self, kind: SequenceKind) -> Vec<TokenStream> {
        let argument = Size::as_argument;
        let steps = self.inputs.dims().iter().map(argument);
        match kind {
            SequenceKind::Embedding => vec![argument(&self.inputs), argument(&self.outputs)],
            SequenceKind::Recurrent { .. } => {
                steps.chain([argument(&self.outputs.of_step())]).collect()
            }
            SequenceKind::Attention => {
                let heads = self.layer.sizes.first().cloned().flatten();
                steps.chain(heads.as_ref().map(argument)).collect()
            }
            SequenceKind::Positions
            | SequenceKind::SinusoidalPositions
            | SequenceKind::OverTime
            | SequenceKind::Reverse => steps.collect(),
        }
    }

    /// The number of its parameters, if all its sizes are known to the macro.
    pub(super) fn sequence_parameters(&self, kind: SequenceKind) -> Option<u64> {
        let features = || self.inputs.of_step().value;
        match kind {
            SequenceKind::Embedding => self.inputs.value?.checked_mul(self.outputs.value?),
            SequenceKind::Positions => self.inputs.value,
            SequenceKind::Recurrent { gates } => {
                let hidden = self.outputs.of_step().value?;
                let weights = features()?.checked_add(hidden)?.checked_add(2)?;
                gates.checked_mul(hidden)?.checked_mul(weights)
            }
            SequenceKind::Attention => {
                let features = features()?;
                features.checked_mul(features.checked_add(1)?)?.checked_mul(4)
            }
            SequenceKind::SinusoidalPositions | SequenceKind::OverTime | SequenceKind::Reverse => {
                Some(0)
            }
        }
    }
}

impl Network<'_> {
    /// The inputs of indices: where they begin in a row, how many they are, and how many different
    /// ones there are.
    pub(super) fn index_inputs(&self) -> Option<TokenStream> {
        let parts = self.parts();
        let sizes: Vec<&Size> = match &parts[..] {
            [] => vec![&self.input],
            parts => parts.iter().map(|(_, size)| *size).collect(),
        };
        let inputs = sizes.iter().enumerate().filter_map(|(at, size)| {
            let below = size.below()?;
            let before = sizes[..at].iter();
            Some(quote!((0 #(+ #before)*, #size, #below)))
        });
        let inputs: Vec<_> = inputs.collect();
        let constant =
            quote!(const INDEX_INPUTS: &'static [(usize, usize, usize)] = &[#(#inputs),*];);
        (!inputs.is_empty()).then_some(constant)
    }
}
