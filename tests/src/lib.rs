//! Integration tests of chainrule, in `tests/`, and their shared code. The code of the README and
//! of the pages in `docs/` also runs, as documentation tests.

pub mod allocations;
pub mod guide;
pub mod library;
pub mod random;
pub mod ranks;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The page of the registry.
#[cfg(doctest)]
#[doc = include_str!("../../runtime/README.md")]
pub struct RegistryReadme;

#[cfg(doctest)]
#[doc = include_str!("../../docs/graph.md")]
pub struct GraphLanguage;

#[cfg(doctest)]
#[doc = include_str!("../../docs/training.md")]
pub struct Training;

#[cfg(doctest)]
#[doc = include_str!("../../docs/shipping.md")]
pub struct Shipping;

/// The pages of the guide. `tests/guide.rs` checks that all are listed.
#[cfg(doctest)]
pub mod guide_pages {
    #[doc = include_str!("../../docs/guide/src/README.md")]
    pub struct Introduction;

    #[doc = include_str!("../../docs/guide/src/graphs.md")]
    pub struct Graphs;

    #[doc = include_str!("../../docs/guide/src/chain_rule.md")]
    pub struct ChainRule;

    #[doc = include_str!("../../docs/guide/src/nodes.md")]
    pub struct Nodes;

    #[doc = include_str!("../../docs/guide/src/activations.md")]
    pub struct Activations;

    #[doc = include_str!("../../docs/guide/src/affine_softmax.md")]
    pub struct AffineSoftmax;

    #[doc = include_str!("../../docs/guide/src/two_layers.md")]
    pub struct TwoLayers;

    #[doc = include_str!("../../docs/guide/src/gradient_check.md")]
    pub struct GradientCheck;

    #[doc = include_str!("../../docs/guide/src/training.md")]
    pub struct Training;

    #[doc = include_str!("../../docs/guide/src/table.md")]
    pub struct Table;

    #[doc = include_str!("../../docs/guide/src/images.md")]
    pub struct Images;

    #[doc = include_str!("../../docs/guide/src/heads.md")]
    pub struct Heads;

    #[doc = include_str!("../../docs/guide/src/reinforcement.md")]
    pub struct Reinforcement;

    #[doc = include_str!("../../docs/guide/src/saving.md")]
    pub struct Saving;

    #[doc = include_str!("../../docs/guide/src/pytorch_keras.md")]
    pub struct PytorchKeras;
}

/// The expansion does not depend on the edition of the crate that uses the macros.
///
/// ```edition2015
/// extern crate chainrule;
///
/// mod layers {
///     use chainrule::layers::Layer;
///     use chainrule::{Rng, Scalar, Tensors};
///
///     #[derive(Tensors)]
///     #[repr(C)]
///     pub struct Scale<const N: usize, T = f32> {
///         pub weight: [T; N],
///         #[tensors(buffer)]
///         pub batches: [T; 1],
///     }
///
///     impl<const N: usize, T: Scalar> Layer<T> for Scale<N, T> {
///         const INPUTS: usize = N;
///         const OUTPUTS: usize = N;
///
///         fn forward(&self, x: &[T], y: &mut [T], _: &mut [T], _: &mut Rng) {
///             y.copy_from_slice(x);
///         }
///
///         fn backward(
///             &self,
///             _: &[T],
///             _: &mut [T],
///             dy: &mut [T],
///             grads: &mut Self,
///             dx: Option<&mut [T]>,
///         ) {
///             grads.weight = [T::zero(); N];
///             if let Some(dx) = dx {
///                 dx.copy_from_slice(dy);
///             }
///         }
///     }
/// }
///
/// mod networks {
///     use chainrule::{graph, network};
///     use layers::Scale;
///
///     network! { pub struct Net = Affine(2, 3) -> Relu -> Scale(3) -> Affine(2) => SoftmaxWithLoss; }
///     graph! { pub struct Area(x, y) { x * y } }
/// }
///
/// fn main() {
///     use networks::{Area, Net};
///     let net = Net::new(chainrule::Init::He, &mut chainrule::Rng::seed(0));
///     assert_eq!(net.scale1.weight.len(), 3);
///     assert!(net.gradient(&[[1.0, 2.0]], &[1_u8]).is_ok());
///     assert_eq!(Area::forward(2.0, 3.0).backward(1.0).x, 3.0);
/// }
/// ```
#[cfg(doctest)]
pub struct Edition2015;
