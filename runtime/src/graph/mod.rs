//! Computational graphs: functions declared by [`graph!`](crate::graph!), with their
//! derivatives.
//!
//! With the feature `draw`, which is on by default, a graph draws itself as the
//! figures of chapter 5: nodes as circles, values above the arrows, derivatives below
//! them. A [`Drawing`] is written as SVG, or in the languages of Graphviz and Mermaid.
//! [`NetworkDrawing`] does the same for the layers of a declared network.

#[cfg(feature = "std")]
#[doc(hidden)]
pub mod nodes;

#[cfg(feature = "draw")]
pub use crate::draw::{Drawing, NetworkDrawing};
#[cfg(feature = "draw")]
#[doc(hidden)]
pub use crate::draw::{Node, Value};

/// Expands to its tokens if the feature `draw` is on: generated code is compiled in the
/// user's crate, where the features of this crate are unknown.
#[cfg(feature = "draw")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_draw {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Expands to nothing: the feature `draw` is off.
#[cfg(not(feature = "draw"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_draw {
    ($($tokens:tt)*) => {};
}

#[cfg(test)]
mod tests {
    crate::graph! {
        /// A graph with a function, a constant and a named value.
        struct Logistic(x, k) {
            let e = (-k * x).exp();
            1.0 / (1.0 + e)
        }
    }

    #[test]
    fn a_graph_computes_with_and_without_the_feature_draw() {
        let logistic = Logistic::forward(0.0, 4.0);
        let grads = logistic.backward(1.0);
        assert_eq!((logistic.output, grads.x, grads.k), (0.5, 1.0, 0.0));
    }

    #[test]
    #[cfg(feature = "draw")]
    fn a_graph_draws_itself() {
        let logistic = Logistic::forward(0.0, 4.0);
        assert!(logistic.drawing_with(&logistic.backward(1.0)).svg().contains(">e</text>"));
    }

    #[test]
    #[cfg(not(feature = "draw"))]
    fn a_graph_has_no_methods_that_draw() {
        /// An inherent method would be called instead.
        trait Draw {
            fn drawing(&self) {}
        }
        impl Draw for Logistic {}
        let () = Logistic::forward(0.0, 4.0).drawing();
    }
}
