//! The state of a training between two steps.

use crate::network::declared::Network;
use crate::rng::Rng;

/// A type whose state is saved in checkpoints: an optimizer, a generator, or a training composed of
/// such parts.
///
/// ```
/// use chainrule::saving::{self, Prefixed, State, Visitor};
/// use chainrule::{Adam, Init, Rng, network};
///
/// network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
///
/// struct Run {
///     net: Box<Net>,
///     adam: Adam<Net>,
///     rng: Rng,
///     step: u64,
/// }
///
/// impl State<Net> for Run {
///     fn visit(&mut self, visitor: &mut dyn Visitor<Net>) {
///         visitor.network("", &mut self.net);
///         self.adam.visit(&mut Prefixed::new("optimizer", visitor));
///         State::<Net>::visit(&mut self.rng, &mut Prefixed::new("rng", visitor));
///         visitor.integer("step", &mut self.step);
///     }
/// }
///
/// let mut rng = Rng::seed(0);
/// let net = Net::new(Init::He, &mut rng);
/// let mut run = Run { net, adam: Adam::new(0.01)?, rng, step: 7 };
/// let mut file = Vec::new();
/// saving::write_state(&mut run, &mut file)?;
///
/// let mut same = Run { net: Net::zeros(), adam: Adam::new(0.01)?, rng: Rng::seed(1), step: 0 };
/// saving::read_state(&mut same, &file[..])?;
/// assert_eq!((same.step, same.rng), (7, run.rng));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait State<N: Network> {
    /// Passes each part to `visitor`, always the same parts, under unique names.
    ///
    /// The same method is used for writing and reading: a visitor either copies the values or
    /// replaces them.
    fn visit(&mut self, visitor: &mut dyn Visitor<N>);
}

/// Visits the parts of a [`State`].
pub trait Visitor<N: Network> {
    /// A value of the network's type: the network, or a velocity. The part with the name `""` is
    /// the network itself, whose tensors keep their plain names.
    fn network(&mut self, name: &str, network: &mut N);

    /// A number. It may be infinite or NaN.
    fn float(&mut self, name: &str, value: &mut f64);

    /// A nonnegative integer, such as a number of steps.
    fn integer(&mut self, name: &str, value: &mut u64);

    /// A vector of numbers, whose length may change.
    fn floats(&mut self, name: &str, values: &mut Vec<f64>);

    /// A setting, which must be the same in the file and in the state.
    fn setting(&mut self, name: &str, value: u64);

    /// The type of the part called `name`, such as `Adam`. A file whose part is of another type is
    /// rejected with [`Difference::Kind`](super::Difference::Kind), instead of a list of all its
    /// tensors. A part without a type is compared by its tensors and numbers only.
    fn kind(&mut self, _name: &str, _kind: &'static str) {}
}

/// A [`Visitor`] that prefixes all names: `first` becomes `optimizer/first`.
pub struct Prefixed<'v, N> {
    name: &'v str,
    visitor: &'v mut dyn Visitor<N>,
}

impl<'v, N: Network> Prefixed<'v, N> {
    /// Passes all parts on to `visitor`, with the prefix `name`.
    pub fn new(name: &'v str, visitor: &'v mut dyn Visitor<N>) -> Prefixed<'v, N> {
        Prefixed { name, visitor }
    }

    fn full(&self, name: &str) -> String {
        match name {
            "" => self.name.to_owned(),
            _ => format!("{}/{name}", self.name),
        }
    }
}

impl<N: Network> Visitor<N> for Prefixed<'_, N> {
    fn network(&mut self, name: &str, network: &mut N) {
        let name = self.full(name);
        self.visitor.network(&name, network);
    }

    fn float(&mut self, name: &str, value: &mut f64) {
        let name = self.full(name);
        self.visitor.float(&name, value);
    }

    fn integer(&mut self, name: &str, value: &mut u64) {
        let name = self.full(name);
        self.visitor.integer(&name, value);
    }

    fn floats(&mut self, name: &str, values: &mut Vec<f64>) {
        let name = self.full(name);
        self.visitor.floats(&name, values);
    }

    fn setting(&mut self, name: &str, value: u64) {
        let name = self.full(name);
        self.visitor.setting(&name, value);
    }

    fn kind(&mut self, name: &str, kind: &'static str) {
        let name = self.full(name);
        self.visitor.kind(&name, kind);
    }
}

impl<N: Network> State<N> for Rng {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        let mut state = self.state();
        for (name, word) in ["0", "1", "2", "3"].into_iter().zip(&mut state) {
            visitor.integer(name, word);
        }
        *self = Rng::from_state(state);
    }
}
