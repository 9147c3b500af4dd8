//! Methods that networks, losses and optimizers have in other libraries. Here they have none, and the
//! compiler says what to write instead.
//!
//! Each is a trait that is implemented on a condition which nothing meets. The compiler then reports the
//! message of that condition at the method's name, whatever the arguments are. Since no such method can be
//! called, none can conflict with a method of the same name that a program defines.

use std::boxed::Box;

use ndarray::{ArrayBase, RawData};

use super::declared::Network;
use crate::error::Error;
use crate::optim::{AdaGrad, Adam, AdamW, LayerRates, Momentum, Nesterov, RmsProp, Sgd};
use crate::params::init::Init;

/// Declares traits with such a method, `Name(Condition) method on receivers`, and the module `scope`,
/// which imports them.
macro_rules! elsewhere {
    ($(
        $name:ident($condition:ident) $kind:ident $item:ident on $receivers:ident:
        $message:literal, $label:literal, $($note:literal),+;
    )*) => {
        $(
            #[doc(hidden)]
            #[diagnostic::on_unimplemented(message = $message, label = $label, $(note = $note),+)]
            pub trait $condition<X> {}

            item!($kind $name $item);
            $receivers!($name $condition $kind $item);
        )*

        /// What a declaration imports.
        pub mod scope {
            $(pub use super::$name as _;)*
        }
    };
}

/// A trait with a method, or with a value of the type.
macro_rules! item {
    (method $name:ident $method:ident) => {
        #[doc(hidden)]
        pub trait $name<X> {
            fn $method(&self) {}
        }
    };
    (value $name:ident $value:ident) => {
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        pub trait $name<X> {
            const $value: () = ();
        }
    };
}

/// Implements a trait for a type on its condition. `X` keeps the compiler from rejecting the condition where
/// it is written.
macro_rules! on {
    ($name:ident $condition:ident [$($generics:tt)*] $receiver:ty) => {
        impl<X, $($generics)*> $name<X> for $receiver where Self: $condition<X> {}
    };
}

macro_rules! networks {
    ($name:ident $condition:ident $kind:ident $item:ident) => {
        on!($name $condition [N: Network] Box<N>);
    };
}

macro_rules! numbers {
    ($name:ident $condition:ident $kind:ident $item:ident) => {
        on!($name $condition [] f32);
        on!($name $condition [] f64);
    };
}

macro_rules! results {
    ($name:ident $condition:ident $kind:ident $item:ident) => {
        on!($name $condition [] Result<f32, Error>);
        on!($name $condition [] Result<f64, Error>);
    };
}

macro_rules! optimizers {
    ($name:ident $condition:ident $kind:ident $item:ident) => {
        on!($name $condition [] Sgd);
        on!($name $condition [N] Adam<N>);
        on!($name $condition [N] AdamW<N>);
        on!($name $condition [N] AdaGrad<N>);
        on!($name $condition [N] Momentum<N>);
        on!($name $condition [N] Nesterov<N>);
        on!($name $condition [N] RmsProp<N>);
        on!($name $condition [N, O] LayerRates<N, O>);
    };
}

macro_rules! arrays {
    ($name:ident $condition:ident $kind:ident $item:ident) => {
        on!($name $condition [S: RawData<Elem = A>, D, A] ArrayBase<S, D, A>);
    };
}

macro_rules! initializations {
    ($name:ident $condition:ident $kind:ident $item:ident) => {
        on!($name $condition [] Init);
    };
}

elsewhere! {
    Fit(OwnFit) method fit on networks:
        "a network has no `fit`: a `Trainer` trains it",
        "not a method of networks",
        "write `Trainer::new(net, Adam::new(0.001)?).epochs(10).fit((&x, &t))?`",
        "one step is `net.train_step(&x, &t, &mut optimizer, &mut workspace, &mut grads)?`";
    Train(OwnTrain) method train on networks:
        "a network has no `train`: `train_step` and `gradient` always train, and `predict` never does",
        "not a method of networks",
        "to train, write `net.train_step(&x, &t, &mut optimizer, &mut workspace, &mut grads)?`, or \
         `Trainer::new(net, optimizer).fit((&x, &t))?`",
        "there is no mode to switch: leave out `net.train()`";
    Eval(OwnEval) method eval on networks:
        "a network has no `eval`: `predict`, `loss` and `accuracy` always evaluate, without dropout",
        "not a method of networks",
        "there is no mode to switch: leave out `net.eval()`";
    NoGradients(OwnZeroGrad) method zero_grad on networks:
        "a network has no `zero_grad`: it contains no gradients, and each step replaces them",
        "not a method of networks",
        "leave it out: `net.gradient(&x, &t)?` returns the gradients of one batch";
    Compile(OwnCompile) method compile on networks:
        "a network has no `compile`: its loss is declared, and a `Trainer` takes the optimizer",
        "not a method of networks",
        "write `Trainer::new(net, Adam::new(0.001)?).epochs(10).fit((&x, &t))?`";
    Evaluate(OwnEvaluate) method evaluate on networks:
        "a network has no `evaluate`: `loss` and `accuracy` are two methods",
        "not a method of networks",
        "write `net.loss(&x, &t)?`, and for classes `net.accuracy(&x, &t)?`";
    Score(OwnScore) method score on networks:
        "a network has no `score`: it has a `loss`, and one of classes an `accuracy`",
        "not a method of networks",
        "write `net.accuracy(&x, &t)?` for classes, and `metrics::Regression` for numbers, which has `r2`";
    Accuracy(OwnAccuracy) method accuracy on networks:
        "a network with a single output of numbers has no `accuracy`: nothing is classified",
        "not a method of this network",
        "write `net.loss(&x, &t)?`; `metrics::Regression` has other measures, such as `r2`",
        "for yes or no, declare `=> BinaryCrossEntropy`";
    AccuracyIn(OwnAccuracyIn) method accuracy_in on networks:
        "a network with a single output of numbers has no `accuracy_in`: nothing is classified",
        "not a method of this network",
        "write `net.loss_in(&x, &t, &mut workspace)?`; `metrics::Regression` has other measures, such as `r2`",
        "for yes or no, declare `=> BinaryCrossEntropy`";
    Summary(OwnSummary) method summary on networks:
        "a network has no `summary`: printing it shows its layers",
        "not a method of networks",
        "write `println!(\"{{net}}\")`";
    StateDict(OwnStateDict) method state_dict on networks:
        "a network has no `state_dict`: `save` writes its parameters to a file",
        "not a method of networks",
        "write `net.save(\"net.safetensors\")?`",
        "`net.parameters()` are all numbers, and `Net::TENSORS` are their names and shapes";
    LoadStateDict(OwnLoadStateDict) method load_state_dict on networks:
        "a network has no `load_state_dict`: `load` creates it from a file",
        "not a method of networks",
        "write `let net = Net::load(\"net.safetensors\")?`",
        "for a file of PyTorch, write `saving::load(&mut *net, path, Layout::PyTorch)?`";
    LoadWeights(OwnLoadWeights) method load_weights on networks:
        "a network has no `load_weights`: `load` creates it from a file",
        "not a method of networks",
        "write `let net = Net::load(\"net.safetensors\")?`";
    Load(OwnLoad) method load on networks:
        "`load` creates a network, and is called on its type",
        "not a method of a value",
        "write `let net = Net::load(\"net.safetensors\")?`",
        "to replace the parameters of `net`, write `saving::load(&mut *net, path, Layout::Chainrule)?`";
    SaveWeights(OwnSaveWeights) method save_weights on networks:
        "a network has no `save_weights`: `save` writes its parameters to a file",
        "not a method of networks",
        "write `net.save(\"net.safetensors\")?`";
    Place(OwnPlace) method to on networks:
        "a network has no `to`: it runs on the processor, and nothing else is supported",
        "not a method of networks",
        "leave it out; for another scalar type, write `net.cast::<f64>()`";
    Gpu(OwnGpu) method cuda on networks:
        "a network has no `cuda`: it runs on the processor, and nothing else is supported",
        "not a method of networks",
        "leave it out";
    PredictClasses(OwnPredictClasses) method predict_classes on networks:
        "a network has no `predict_classes`: `classes` returns the class of each sample",
        "not a method of networks",
        "write `net.classes(&x)?`, or `net.class_of(&sample)?` for one sample";
    PredictOne(OwnPredictOne) method predict_one on networks:
        "a network has no `predict_one`: a batch can have one sample",
        "not a method of networks",
        "write `net.predict(&[sample])?`, `net.class_of(&sample)?` or `net.probabilities_of(&sample)?`";
    NamedParameters(OwnNamedParameters) method named_parameters on networks:
        "a network has no `named_parameters`: its layers are fields, and `TENSORS` lists what they contain",
        "not a method of networks",
        "write `tensor.of(net.parameters())` for each `tensor` of `Net::TENSORS`, or `net.affine1.weight`";
    CountParams(OwnCountParams) method count_params on networks:
        "a network has no `count_params`: the number is a constant of its type",
        "not a method of networks",
        "write `Net::PARAMS`";
    Start(OwnStart) method start on networks:
        "a network has no `start`, unless its only input is a sequence without lengths",
        "not a method of this network",
        "write `net.predict(&x)?`, or declare an input of steps, such as `Input(16, 4) -> Lstm(8)`";
    LossBackward(BackwardOfNumber) method backward on numbers:
        "a loss is a number, and cannot go `backward`: `gradient` computes the derivatives",
        "not a method of numbers",
        "write `let grads = net.gradient(&x, &t)?;` and `net.update(&mut optimizer, &grads);`",
        "both in one are `net.train_step(&x, &t, &mut optimizer, &mut workspace, &mut grads)?`, which \
         returns the loss";
    ResultBackward(BackwardOfResult) method backward on results:
        "a loss is a number, and cannot go `backward`: `gradient` computes the derivatives",
        "not a method of results",
        "write `let grads = net.gradient(&x, &t)?;` and `net.update(&mut optimizer, &grads);`",
        "both in one are `net.train_step(&x, &t, &mut optimizer, &mut workspace, &mut grads)?`, which \
         returns the loss";
    Item(OwnItem) method item on numbers:
        "a loss is a number already, and has no `item`",
        "not a method of numbers",
        "leave out `.item()`";
    OptimizerZeroGrad(ZeroGradOfOptimizer) method zero_grad on optimizers:
        "an optimizer has no `zero_grad`: gradients are returned, and each step replaces them",
        "not a method of optimizers",
        "leave it out: `net.gradient(&x, &t)?` returns the gradients of one batch";
    BackwardStep(OwnBackwardStep) method backward_step on optimizers:
        "an optimizer has no `backward_step`: a loss is a number, and the network computes the derivatives",
        "not a method of optimizers",
        "write `net.train_step(&x, &t, &mut optimizer, &mut workspace, &mut grads)?`";
    Argmax(OwnArgmax) method argmax on arrays:
        "an array of `ndarray` has no `argmax`: `classes` returns the largest output of each sample",
        "not a method of arrays",
        "write `net.classes(&x)?`, or `net.class_of(&sample)?` for one sample";
    Glorot(OwnGlorot) value Glorot on initializations:
        "`Init` has no `Glorot`: it is called `Xavier`",
        "not an initialization",
        "write `Init::Xavier`, or `Init::XavierUniform`";
    GlorotUniform(OwnGlorotUniform) value GlorotUniform on initializations:
        "`Init` has no `GlorotUniform`: it is called `XavierUniform`",
        "not an initialization",
        "write `Init::XavierUniform`";
    XavierNormal(OwnXavierNormal) value XavierNormal on initializations:
        "`Init` has no `XavierNormal`: it is called `Xavier`",
        "not an initialization",
        "write `Init::Xavier`";
    Kaiming(OwnKaiming) value Kaiming on initializations:
        "`Init` has no `Kaiming`: it is called `He`",
        "not an initialization",
        "write `Init::He`, or `Init::HeUniform`";
    KaimingUniform(OwnKaimingUniform) value KaimingUniform on initializations:
        "`Init` has no `KaimingUniform`: it is called `HeUniform`",
        "not an initialization",
        "write `Init::HeUniform`";
}

/// Methods of a network in a box that [`Layer`](crate::layers::Layer) has with other arguments. They are
/// found first, so they exist; the condition is one of the result.
#[doc(hidden)]
pub trait Passes {
    /// The network.
    type Network;

    /// `net.forward(&x)` of PyTorch.
    fn forward<X>(&self, x: X) -> <Self::Network as OwnForward>::Output
    where
        Self::Network: OwnForward;

    /// `net.backward()`.
    fn backward(&self) -> <Self::Network as OwnBackward>::Output
    where
        Self::Network: OwnBackward;
}

impl<N: Network> Passes for Box<N> {
    type Network = N;

    fn forward<X>(&self, _: X) -> <N as OwnForward>::Output
    where
        N: OwnForward,
    {
        N::output()
    }

    fn backward(&self) -> <N as OwnBackward>::Output
    where
        N: OwnBackward,
    {
        N::output()
    }
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `forward` of a batch: `predict` computes the scores",
    label = "not a method of networks in a box",
    note = "write `net.predict(&x)?`, or `net.predict_proba(&x)?` for probabilities",
    note = "to train, write `net.train_step(&x, &t, &mut optimizer, &mut workspace, &mut grads)?`, which goes \
            forward and backward"
)]
pub trait OwnForward {
    type Output;

    fn output() -> Self::Output;
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `backward` of its own: `gradient` goes forward and backward",
    label = "not a method of networks in a box",
    note = "write `let grads = net.gradient(&x, &t)?;` and `net.update(&mut optimizer, &grads);`",
    note = "both in one are `net.train_step(&x, &t, &mut optimizer, &mut workspace, &mut grads)?`"
)]
pub trait OwnBackward {
    type Output;

    fn output() -> Self::Output;
}
