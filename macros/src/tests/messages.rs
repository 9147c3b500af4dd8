//! All independent errors are reported at once, without duplicates.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, Item};

use super::{expand, fragment, is_rust, messages};

/// The first line of each message.
fn faults(declaration: TokenStream) -> Vec<String> {
    let expansion = expand(declaration);
    assert!(is_rust(&expansion), "{expansion}");
    let first = |message: String| message.lines().next().map(str::to_owned);
    messages(expansion).into_iter().filter_map(first).collect()
}

#[test]
fn sound_declarations_have_none() {
    let declarations = [
        quote!(struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;),
        quote!(Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss),
        quote!(< pub struct Net = Input(4) -> Relu -> Affine(N) => IdentityWithLoss; >),
        quote!(#[derive(PartialEq)] pub(crate) struct Net = a: Affine(A, B) => IdentityWithLoss),
    ];
    for declaration in declarations {
        assert_eq!(faults(declaration), [""; 0]);
    }
}

#[test]
fn independent_mistakes_at_once() {
    let faults = faults(quote! {
        #[derive(Debug)]
        pub strcut Net =
            Affine(784, 0)
            -> Rleu
            -> Affine(50, 40), Affine(30, 10.0)
            -> fn: Sigmoid
            -> Affine[10, 10]
            -> SoftmaxWithLoss(10);
    });
    let expected = [
        "`Debug` is already implemented for networks",
        "expected `struct`, found `strcut`",
        "expected a size of at least 1, found `0`",
        "cannot find layer `Rleu`",
        "expected an arrow, found `,`",
        "`affine3: Affine(30, 10.0)` takes 30 inputs, but `affine2: Affine(50, 40)` produces 40",
        "expected an integer, found `10.0`",
        "expected a name for a layer, found keyword `fn`",
        "expected parentheses around sizes, found brackets",
        "expected `=>` before the loss `SoftmaxWithLoss(10)`, found `->`",
        "expected `smoothing = …` or `weights = …`, found `10`",
    ];
    for expected in expected {
        let count = faults.iter().filter(|fault| fault.starts_with(expected)).count();
        assert_eq!(count, 1, "`{expected}` among {faults:#?}");
    }
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
}

#[test]
fn a_mistake_has_no_consequences() {
    let once = [
        // Layers after an unknown size cause no further errors.
        quote!(struct Net = Affine(784, -1) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;),
        quote!(struct Net = Affine(784) -> Relu -> Affine(10) => SoftmaxWithLoss;),
        quote!(struct Net = Inpt(784) -> Relu -> Affine(10) => SoftmaxWithLoss;),
        quote!(struct Net = Input -> Relu -> Affine(10) => SoftmaxWithLoss;),
        quote!(struct Net = Relu -> Affine(3, 10) => SoftmaxWithLoss;),
        // A network without an end.
        quote!(struct Net = Affine(784, 50) ->;),
        quote!(struct Net = Affine(784, 50) =>;),
        quote!(struct Net = Affine(784, 50) ->),
        quote!(struct Net = ;),
        quote!(struct Net),
        quote!(struct),
        quote!(),
        // The intention is unambiguous.
        quote!(struct Net = Affine(4, 1) => SoftmaxWithLoss;),
        quote!(struct Net = Affine(4, 8 - 9) -> Relu => SoftmaxWithLoss;),
        quote!(struct Net = Affine(4, 1 / 0) -> Affine(8, 2) => SoftmaxWithLoss;),
        quote!(struct Net = Input(28x28) -> Affine(3) => SoftmaxWithLoss;),
        quote!(struct Net = Affine(4: usize, 8) -> Affine(8, 2) => SoftmaxWithLoss;),
        quote!(struct Net = Affine(4, 8) -> Relu { slope: 0.1 } => SoftmaxWithLoss;),
        quote!(struct Net = Affine::new(4, 8) -> Affine(8, 2) => SoftmaxWithLoss;),
        quote!(struct Net = Affine(4, 8) => SoftmaxWithLoss::new();),
        quote!(struct Net = Input::new(4) -> Relu => SoftmaxWithLoss;),
        quote!(struct Net = Affine(4, 8) -> a: b: Relu => SoftmaxWithLoss;),
        quote!(struct Net = Affine(4, 8) => SoftmaxWithLoss where f64),
        quote!(struct Net: f64 = Affine(4, 8) => SoftmaxWithLoss;),
        quote!(unsafe struct Net = Affine(4, 8) => SoftmaxWithLoss;),
    ];
    for declaration in once {
        let faults = faults(declaration.clone());
        assert_eq!(faults.len(), 1, "{declaration}: {faults:#?}");
    }
}

#[test]
fn a_misspelt_layer_is_checked_against_the_others() {
    let faults = faults(quote!(struct Net = Dense(784, 50) -> Linear(60, 10) => Softmax;));
    assert_eq!(faults.len(), 4, "{faults:#?}");
    assert!(faults.iter().any(|fault| fault.contains("takes 60 inputs")));
}

#[test]
fn fragments_of_macro_rules() {
    let size = fragment(quote!(1 + 1));
    let (layer, loss) = (fragment(quote!(Affine(4, 3))), fragment(quote!(SoftmaxWithLoss)));
    let visibility = fragment(quote!());
    let sound = quote!(#visibility struct Net = Affine(2 * #size, 4) -> #layer => #loss;);
    assert_eq!(faults(sound), [""; 0]);
    let wrong = faults(quote!(struct Net = Affine(2, 5 * #size) -> #layer => #loss;));
    assert_eq!(
        wrong,
        [
            "`affine2: Affine(4, 3)` takes 4 inputs, but `affine1: Affine(2, 5 * (1 + 1))` produces 10"
        ]
    );
}

/// The members of a network: fields, methods, constants.
fn members(declaration: TokenStream) -> BTreeSet<String> {
    let file: syn::File = syn::parse2(expand(declaration)).expect("an expansion is Rust");
    let mut members = BTreeSet::new();
    let items = file.items.into_iter().flat_map(|item| match item {
        Item::Macro(item)
            if item.mac.path.segments.last().is_some_and(|s| s.ident == "__if_std") =>
        {
            let inside: syn::File = syn::parse2(item.mac.tokens).expect("these are items");
            inside.items
        }
        item => vec![item],
    });
    for item in items {
        match item {
            Item::Struct(item) => {
                members
                    .extend(item.fields.iter().filter_map(|field| field.ident.as_ref()).cloned());
            }
            Item::Impl(item) if item.trait_.is_none() => {
                members.extend(item.items.iter().filter_map(|item| match item {
                    ImplItem::Const(item) => Some(item.ident.clone()),
                    ImplItem::Fn(item) => Some(item.sig.ident.clone()),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    members.iter().map(ToString::to_string).filter(|name| !name.starts_with("__")).collect()
}

#[test]
fn a_network_with_mistakes_has_all_members() {
    let sound = members(quote!(struct Net = Affine(2, 3) -> Affine(3, 2) => SoftmaxWithLoss;));
    let wrong = members(quote!(struct Net = Affine(2, -3) -> Linear(3, 0) => Softmax;));
    assert_eq!(sound, wrong);
}

#[test]
fn every_network_of_several_is_read() {
    let faults = faults(quote! {
        struct First = Affine(2, 3) -> Affine(4, 2) => SoftmaxWithLoss;
        struct Second = Rleu => SoftmaxWithLoss;
    });
    assert_eq!(faults.len(), 4, "{faults:#?}");
}
