//! Compares expansions with those recorded in `snapshots/`. After a change of the expansion, record
//! it, and review the difference:
//!
//! ```text
//! UPDATE_EXPECT=1 cargo test -p chainrule-macros snapshots
//! ```

use std::str::FromStr;

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{File, ImplItem, Item, Stmt};

use super::expand;

/// Compares the complete expansion of a declaration.
fn whole(declaration: &str, snapshot: ExpectFile) {
    let (items, expression) = expanded(declaration);
    compare(declaration, items, expression, snapshot);
}

/// Compares the parts of an expansion that differ between declarations: the struct, the passes, and
/// the checks of sizes.
fn passes(declaration: &str, snapshot: ExpectFile) {
    let (items, expression) = expanded(declaration);
    let items = items.into_iter().filter_map(part_of_passes);
    compare(declaration, items.collect(), expression, snapshot);
}

/// An item of an expansion, without what is alike in all networks.
fn part_of_passes(item: Item) -> Option<Item> {
    match item {
        Item::Struct(_) | Item::Const(_) => Some(item),
        Item::Impl(mut block) => {
            let (path, _) = block.trait_.as_ref()?;
            let name = &path.segments.last()?.ident;
            if name != "Network" && name != "Layer" {
                return None;
            }
            block.items.retain(|item| match item {
                ImplItem::Fn(method) => {
                    !["forward", "backward"].iter().any(|name| method.sig.ident == name)
                }
                ImplItem::Const(item) => ["SAVED", "INFERENCE_SAVED", "SCRATCH", "DEFERRED"]
                    .iter()
                    .any(|name| item.ident == name),
                _ => false,
            });
            Some(Item::Impl(block))
        }
        _ => None,
    }
}

/// The items of an expansion, and the final expression of one that is a value.
fn expanded(declaration: &str) -> (Vec<Item>, Option<Stmt>) {
    let tokens = TokenStream::from_str(declaration).expect("a declaration is tokens");
    let expansion = expand(tokens);
    if let Ok(file) = syn::parse2::<File>(expansion.clone()) {
        return (file.items, None);
    }
    let block: syn::Block = syn::parse2(expansion).expect("an expansion is items, or a block");
    let (mut items, mut expression) = (Vec::new(), None);
    for statement in block.stmts {
        match statement {
            Stmt::Item(item) => items.push(item),
            statement => expression = Some(statement),
        }
    }
    (items, expression)
}

fn compare(declaration: &str, items: Vec<Item>, expression: Option<Stmt>, snapshot: ExpectFile) {
    let value = expression.map(|expression| quote!(fn value() { #expression }));
    let items = items.into_iter().map(opened);
    let file = syn::parse2(quote!(#(#items)* #value)).expect("items and a function are a file");
    let declaration: Vec<_> =
        declaration.lines().map(|line| format!("// {}", line.trim())).collect();
    let head = declaration.join("\n");
    let printed = prettyplease::unparse(&file);
    let printed = printed.replace("mod __if_std {", "::chainrule::__if_std! {");
    snapshot.assert_eq(&format!("{head}\n\n{printed}"));
}

/// `__if_std!` as a module, whose items are formatted.
fn opened(item: Item) -> Item {
    match item {
        Item::Macro(item)
            if item.mac.path.segments.last().is_some_and(|last| last.ident == "__if_std") =>
        {
            let inside = &item.mac.tokens;
            syn::parse_quote!(mod __if_std { #inside })
        }
        item => item,
    }
}

#[test]
fn two_layers() {
    whole(
        "pub struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;",
        expect_file!["snapshots/two_layers.rs"],
    );
}

#[test]
fn without_a_name() {
    passes("Affine(2, 1) => IdentityWithLoss", expect_file!["snapshots/without_a_name.rs"]);
}

#[test]
fn with_a_mistake() {
    whole(
        "pub struct Net = Affine(784, 50) -> Relu -> Affine(60, 10) => SoftmaxWithLoss;",
        expect_file!["snapshots/with_a_mistake.rs"],
    );
}

#[test]
fn inferred_inputs() {
    passes(
        "struct Net = Input(784) -> hidden: Affine(50) -> Sigmoid -> Affine(10) => SoftmaxWithLoss;",
        expect_file!["snapshots/inferred_inputs.rs"],
    );
}

#[test]
fn const_sizes() {
    passes(
        "struct Net = Affine(2 * SIDE, HIDDEN) -> Relu -> Affine(60, sizes::OUT) => SoftmaxWithLoss;",
        expect_file!["snapshots/const_sizes.rs"],
    );
}

#[test]
fn own_layer() {
    passes(
        "struct Net = my::Glu(4, 8) -> PRelu(8) -> Affine(2) => SoftmaxWithLoss;",
        expect_file!["snapshots/own_layer.rs"],
    );
}

#[test]
fn own_loss() {
    passes("struct Net = Affine(3, 2) => my::Huber;", expect_file!["snapshots/own_loss.rs"]);
}

#[test]
fn nested_networks() {
    passes(
        "struct Autoencoder = Encoder -> Relu -> decoder: Mirror => IdentityWithLoss;",
        expect_file!["snapshots/nested_networks.rs"],
    );
}

#[test]
fn activation_first() {
    passes(
        "struct Net = Input(4) -> Softplus -> Affine(2) => IdentityWithLoss;",
        expect_file!["snapshots/activation_first.rs"],
    );
}

#[test]
fn activation_last() {
    passes(
        "struct Net = Affine(4, 3) -> Softplus => IdentityWithLoss;",
        expect_file!["snapshots/activation_last.rs"],
    );
}

#[test]
fn two_activations() {
    passes(
        "struct Net = Affine(4, 3) -> Softplus -> Relu -> Affine(3, 2) => SoftmaxWithLoss;",
        expect_file!["snapshots/two_activations.rs"],
    );
}

#[test]
fn saved_derivatives() {
    passes(
        "struct Net = Input(4) -> Tanh -> Affine(3) -> Sigmoid -> Elu(0.5) => IdentityWithLoss;",
        expect_file!["snapshots/saved_derivatives.rs"],
    );
}

#[test]
fn three_matrices() {
    passes(
        "struct Net = Affine(9, 4) -> Relu -> Affine(4, 6) -> Relu -> Affine(6, 2) => \
         SoftmaxWithLoss;",
        expect_file!["snapshots/three_matrices.rs"],
    );
}

#[test]
fn attributes() {
    passes(
        "#[cfg(feature = \"small\")] #[derive(PartialEq)] #[doc = \"As small as it gets.\"] \
         pub(crate) struct Net = Affine(2, 1) => IdentityWithLoss;",
        expect_file!["snapshots/attributes.rs"],
    );
}

#[test]
fn without_parameters() {
    passes(
        "struct Net = Input(3) -> Relu => SoftmaxWithLoss;",
        expect_file!["snapshots/without_parameters.rs"],
    );
}

#[test]
fn repeat_and_map() {
    passes(
        "struct Net = Affine(4, 3) -> repeat 2 { block: Affine(3) -> map my::Gelu } \
         => SoftmaxWithLoss;",
        expect_file!["snapshots/repeat_and_map.rs"],
    );
}

#[test]
fn convolution_in_groups() {
    passes(
        "struct Net = Input(1, 28, 28) -> Conv2d(8, 5) -> Relu -> MaxPool2d(2) -> Flatten -> Affine(10) \
         => SoftmaxWithLoss;",
        expect_file!["snapshots/convolution_in_groups.rs"],
    );
}

#[test]
fn residual() {
    passes(
        "struct Residual {
            input x: [784];
            let h = x -> Affine(64) -> Relu;
            let y = h -> Affine(64) -> Relu -> Affine(64);
            (h + y) -> Relu -> Affine(10) => SoftmaxWithLoss
        }",
        expect_file!["snapshots/residual.rs"],
    );
}

#[test]
fn all_paths() {
    passes(
        "struct Paths {
            input left: [4];
            input right: [4];
            let a = left -> embed: Affine(4, 5) -> Relu;
            let b = right -> embed;
            let gate = b -> Sigmoid;
            (concat(a * gate, b) -> policy: Affine(3), a -> value: Affine(1)) => my::ActorCritic
        }",
        expect_file!["snapshots/all_paths.rs"],
    );
}

#[test]
fn loss_for_each_head() {
    passes(
        "struct Actor {
            input x: [4];
            let h = x -> Affine(8, bias = false) -> Relu;
            (h -> policy: Affine(3), h -> value: Affine(N)) =>
                (SoftmaxWithLoss(smoothing = 0.1), WEIGHT * Huber(0.5))
        }",
        expect_file!["snapshots/loss_for_each_head.rs"],
    );
}

#[test]
fn training_and_inference() {
    passes(
        "struct Net = Affine(784, 50, init = Normal(0.01)) -> BatchNorm -> LeakyRelu(0.2) \
         -> Dropout(0.5) -> Affine(20) -> Gelu -> LayerNorm -> Affine(10, init = Zeros) \
         => SoftmaxWithLoss(smoothing = 0.1);",
        expect_file!["snapshots/training_and_inference.rs"],
    );
}

#[test]
fn layer_with_parameters() {
    whole(
        "pub layer Mlp<const D: usize> {
            input x: [D];
            let h = x -> Affine(4 * D) -> Gelu -> Affine(D);
            x + h
        }",
        expect_file!["snapshots/layer_with_parameters.rs"],
    );
}

#[test]
fn layers_in_a_layer() {
    passes(
        "layer Stage<const C: usize, const S: usize> {
            input x: [C, S, S];
            x -> Conv2d(2 * C, 3, stride = 2, padding = 1) -> repeat 2 { Residual<2 * C, S / 2> }
        }",
        expect_file!["snapshots/layers_in_a_layer.rs"],
    );
}

#[test]
fn use_of_layers() {
    passes(
        "struct Net = Input(3, 32, 32) -> Block -> Residual<16, 28> -> Flatten -> Affine(10)
            => SoftmaxWithLoss;",
        expect_file!["snapshots/use_of_layers.rs"],
    );
}
