use chainrule::network;

// The tokens that a macro of the user passes on are in invisible brackets.
macro_rules! classifier {
    ($(#[$meta:meta])* $vis:vis $name:ident, $size:expr, $hidden:literal, $activation:ident) => {
        network! {
            $(#[$meta])*
            $vis struct $name =
                first: Affine($size, $hidden) -> $activation -> Affine($hidden, 10)
                => SoftmaxWithLoss;
        }
    };
}

macro_rules! stack {
    ($name:ident: $($layer:expr),+; $loss:path) => {
        network! { struct $name = $($layer)->+ => $loss; }
    };
}

macro_rules! layers {
    ($name:ident = $($layers:tt)*) => {
        network! { < struct $name = $($layers)* > }
    };
}

macro_rules! made {
    ($size:expr) => {
        network!(Affine(2 * $size, 3) => IdentityWithLoss)
    };
}

const SIDE: usize = 28;

classifier!(
    /// Documented.
    #[derive(PartialEq)]
    pub Public, SIDE * SIDE, 50, Relu
);
classifier!(Private, 4 + 4, 3, Sigmoid);
stack!(Stack: Affine(2, 3), Relu, Affine(3, 2); SoftmaxWithLoss);
layers!(Layers = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss);

fn main() {
    assert!(Public::zeros() == Public::zeros());
    assert_eq!(Private::zeros().first.weight.len(), 8);
    assert_eq!(Stack::PARAMS, Layers::PARAMS);
    assert_eq!(made!(1 + 1).affine1.weight.len(), 4);
}
