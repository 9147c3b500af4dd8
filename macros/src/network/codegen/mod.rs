//! Plan to tokens: one function per generated item.
//!
//! Local variables have mixed-site spans, so that they cannot clash with the user's names. Every
//! other path begins at the runtime crate or at `::core`.

mod backward;
mod block;
mod checks;
mod documentation;
mod forward;
mod idents;
mod impls;
mod methods;
pub(crate) mod network;
pub(crate) mod recovery;
mod sequence;
mod split;
mod steps;
mod storage;
mod structure;
mod window;

use proc_macro2::TokenStream;
use quote::quote;

use self::checks::checks_of_items;
use self::network::Network;

impl Network<'_> {
    /// All items of the declaration, in reading order.
    pub(crate) fn items(&self) -> TokenStream {
        if self.model.is_layer() {
            return self.layer_items();
        }
        let conditions = &self.conditions;
        let conditions = quote!(#(#conditions)*);
        let passes = [self.forward(), self.infer(), self.backward()];
        let items = [
            self.structure(),
            self.inherent_f32(),
            self.allocating(),
            self.inherent(),
            self.network(&passes),
            self.layer(&[]),
            self.parts_of_passes(&passes),
            self.tensors(),
            self.numbers(),
            self.layout_check(),
            self.display(),
            self.debug(),
            self.import(),
        ];
        let checks = checks_of_items(self.runtime, self.model, self.shapes);
        let items = items.into_iter().filter(|item| !item.is_empty());
        let items = items.chain(self.references()).chain(self.windows()).chain(self.aliases());
        let items = items.chain(self.checked_blocks()).chain(checks);
        quote!(#(#conditions #items)*)
    }
}
