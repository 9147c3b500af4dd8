//! Checks that are left to the compiler, since only it knows the sizes.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::size::{Depends, Size};

/// A check that the compiler evaluates.
pub(crate) struct DeferredCheck {
    /// The tokens to underline.
    pub(crate) place: TokenStream,
    pub(crate) check: Check,
}

/// What is checked. `words` are the parts of the message between the numbers.
#[derive(Clone)]
pub(crate) enum Check {
    /// Two numbers of features are equal.
    Equal { words: [String; 3], takes: Size, produces: Size },
    /// A layer takes the shape of a value.
    Takes { words: [String; 2], takes: Size, produces: Size },
    /// The shapes of two values are the same.
    Same { words: [String; 3], one: Size, other: Size },
    /// A value has a number of dimensions.
    Rank { words: [String; 2], rank: usize, size: Size },
    /// A value has flat features, or is a sequence.
    PerStep { words: [String; 2], size: Size },
    /// A value is a sequence.
    Sequence { words: [String; 2], size: Size },
    /// Values can be concatenated.
    Joins { sizes: Vec<Size> },
    /// A kernel, of a size and a dilation, fits a padded input.
    Fits { words: [String; 4], size: Size, kernel: Box<[Size; 2]>, padding: Box<[Size; 2]> },
    /// A number of groups divides a number of channels.
    Divides { words: [String; 3], groups: Size, size: Size },
    /// A type takes any numbers, and the shapes that it states have the numbers of features that it
    /// states.
    Stated { layer: String, ty: TokenStream, inputs: Size, outputs: Size },
    /// A size is not the one that is rejected.
    Not { message: String, rejected: u64, size: Size },
}

impl Check {
    /// The sizes that it compares.
    fn sizes(&self) -> Vec<&Size> {
        match self {
            Check::Equal { takes: one, produces: other, .. }
            | Check::Takes { takes: one, produces: other, .. }
            | Check::Same { one, other, .. }
            | Check::Divides { groups: one, size: other, .. }
            | Check::Stated { inputs: one, outputs: other, .. } => vec![one, other],
            Check::Rank { size, .. }
            | Check::PerStep { size, .. }
            | Check::Sequence { size, .. }
            | Check::Not { size, .. } => vec![size],
            Check::Joins { sizes } => sizes.iter().collect(),
            Check::Fits { size, kernel, padding, .. } => {
                [size].into_iter().chain(&**kernel).chain(&**padding).collect()
            }
        }
    }

    /// Returns whether it depends on the parameters of a layer.
    pub(crate) fn has_parameters(&self) -> bool {
        Depends::of(self.sizes()) != Depends::Constants
    }

    /// The function of the runtime that returns the message, and its arguments.
    pub(crate) fn call(&self, runtime: &TokenStream) -> (&'static str, TokenStream) {
        let shape = |size: &Size| size.shape(runtime);
        match self {
            Check::Equal { words, takes, produces } => {
                ("link", quote!([#(#words),*], #takes, #produces))
            }
            Check::Takes { words, takes, produces } => {
                let (takes, produces) = (shape(takes), shape(produces));
                ("takes", quote!([#(#words),*], #takes, #produces))
            }
            Check::Same { words, one, other } => {
                let (one, other) = (shape(one), shape(other));
                ("same", quote!([#(#words),*], #one, #other))
            }
            Check::Rank { words, rank, size } => {
                let (rank, shape) = (Literal::usize_unsuffixed(*rank), shape(size));
                ("rank", quote!([#(#words),*], #rank, #shape))
            }
            Check::PerStep { words, size } => {
                let shape = shape(size);
                ("per_step", quote!([#(#words),*], #shape))
            }
            Check::Sequence { words, size } => {
                let shape = shape(size);
                ("sequence", quote!([#(#words),*], #shape))
            }
            Check::Joins { sizes } => {
                let shapes = sizes.iter().map(shape);
                ("joins", quote!(&[#(#shapes),*]))
            }
            Check::Fits { words, size, kernel, padding } => {
                let (kernel, padding) = (kernel.iter(), padding.iter());
                ("fits", quote!([#(#words),*], #size, [#(#kernel),*], [#(#padding),*]))
            }
            Check::Divides { words, groups, size } => {
                ("divides", quote!([#(#words),*], #groups, #size))
            }
            Check::Stated { layer, ty, inputs, outputs } => {
                let shapes = [shape(inputs), shape(outputs)];
                let properties = quote!([#ty::TAKES_NUMBERS, #ty::CARRIES]);
                ("stated", quote!(#layer, #properties, [#inputs, #outputs], [#(#shapes),*]))
            }
            Check::Not { message, rejected, size } => {
                let rejected = Literal::u64_unsuffixed(*rejected);
                ("size", quote!(#message, #rejected, #size))
            }
        }
    }
}
