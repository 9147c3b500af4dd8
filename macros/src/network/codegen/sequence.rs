//! Layers of sequences: their types, whose sizes are those of the sequence and of the layer. Inputs
//! of indices.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

use super::network::{Member, Network};
use crate::network::model::Join;
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
            true if self.layer.carries => quote!(#path, #scalar, true>),
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
        let path = match self.layer.join {
            None => self.layer.call.path.to_token_stream(),
            Some(join) => {
                let name = match join {
                    Join::Memory => "CrossAttention".to_owned(),
                    Join::PaddedMemory => "PaddedCrossAttention".to_owned(),
                    Join::Lengths => format!("Padded{}", self.layer.spec.name),
                };
                Ident::new(&name, self.layer.call.path.span()).to_token_stream()
            }
        };
        let path = quote!(#runtime::layers::#path);
        let sizes = self.sequence_sizes(kind);
        quote!(#path::<#(#sizes),*)
    }

    fn sequence_sizes(&self, kind: SequenceKind) -> Vec<TokenStream> {
        let argument = Size::as_argument;
        let memory = self.memory.iter().filter_map(|memory| memory.dims().first());
        let mut dims: Vec<&Size> = self.inputs.dims().iter().collect();
        let place = dims.len().min(1);
        dims.splice(place..place, memory);
        let steps = dims.into_iter().map(argument);
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
            let below = size.below().filter(|_| !size.is_length())?;
            let before = sizes[..at].iter();
            Some(quote!((0 #(+ #before)*, #size, #below)))
        });
        let inputs: Vec<_> = inputs.collect();
        let constant =
            quote!(const INDEX_INPUTS: &'static [(usize, usize, usize)] = &[#(#inputs),*];);
        (!inputs.is_empty()).then_some(constant)
    }

    /// The inputs that are padded sequences, and which of them has the lengths of the output.
    pub(super) fn padded_inputs(&self) -> Option<TokenStream> {
        let (runtime, parts) = (self.runtime, self.parts());
        let begin = |at: usize| {
            let before = parts[..at].iter().map(|(_, size)| *size);
            quote!(0 #(+ #before)*)
        };
        let lengths = self.model.inputs.iter().enumerate();
        let lengths: Vec<(usize, usize)> =
            lengths.filter_map(|(at, input)| Some((at, input.lengths_of?))).collect();
        let inputs = lengths.iter().filter_map(|&(length, of)| {
            let size = parts.get(of)?.1;
            let (steps, from, length) = (size.steps()?, begin(of), begin(length));
            let features = match size.below() {
                Some(_) => Size::known(1),
                None => size.of_step(),
            };
            Some(quote! {
                #runtime::__private::PaddedInput {
                    from: #from, steps: #steps, features: #features, length: #length,
                }
            })
        });
        let inputs: Vec<_> = inputs.collect();
        if inputs.is_empty() {
            return None;
        }
        let of_output = self.model.outputs.first().and_then(|output| output.lengths);
        let place = lengths.iter().position(|(length, _)| Some(*length) == of_output);
        let output = place.map(|place| {
            let place = Literal::usize_unsuffixed(place);
            quote! {
                const PADDED_OUTPUT: ::core::option::Option<usize> =
                    ::core::option::Option::Some(#place);
            }
        });
        Some(quote! {
            const PADDED_INPUTS: &'static [#runtime::__private::PaddedInput] = &[#(#inputs),*];
            #output
        })
    }
}
