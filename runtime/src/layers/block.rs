//! Layers that `network!` declares with parameters: `layer Mlp<const D: usize> { … }`.
//!
//! The type of a field must have its sizes as const arguments. Inside of a generic type, an argument
//! can be a parameter, but not an expression of one: `Affine<D, { 4 * D }>` is an error. So the struct
//! gets a further parameter for each such expression: `Mlp<D, T, N1>` has the fields
//! `Affine<D, N1, T>` and `Affine<N1, D, T>`. The declaration that uses `Mlp<128>` knows the number 128,
//! so there the compiler evaluates expressions:
//!
//! 1. [`Block::SIZES`] lists the values of the further parameters, here `[4 * 128]`.
//! 2. The using declaration passes the list as const arguments to [`Filled`], whose `Of<T>` is
//!    `Mlp<128, T, 512>`. It does not know the length, so [`SizeList`] has a fixed one.
//! 3. A block in a block takes its part of the list, and leaves the [`Rest`](Filled::Rest).

use super::shape::Shape;

/// A layer with parameters, declared as `layer Name<const N: usize>` and written `Name<16>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer with parameters that `network!` declares",
    label = "expected a `layer` with parameters",
    note = "write the sizes of a type that implements `Layer` in parentheses, for example `Name(8)`"
)]
pub trait Block {
    /// The sizes that follow from the parameters.
    const SIZES: BlockSizes;
}

/// A block with the values of its further parameters: the first ones of `List`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer with parameters that `network!` declares",
    label = "expected a `layer` with parameters",
    note = "write the sizes of a type that implements `Layer` in parentheses, for example `Name(8)`"
)]
pub trait Filled<List> {
    /// The complete type of the layer.
    type Of<T>;
    /// The sizes that are left.
    type Rest;
}

/// A list of sizes: the first, and the others.
#[derive(Clone, Copy, Debug)]
pub struct Cons<const FIRST: usize, Rest>(core::marker::PhantomData<Rest>);

/// The sizes of a block: the shapes of its input and output, and the values of its further
/// parameters.
#[derive(Clone, Copy, Debug)]
pub struct BlockSizes {
    input: Shape,
    output: Shape,
    list: [usize; BlockSizes::MOST],
    count: usize,
}

impl BlockSizes {
    /// The most further parameters, including those of blocks in the block.
    const MOST: usize = 24;

    /// The sizes of a block without further parameters.
    #[must_use]
    pub const fn new(input: Shape, output: Shape) -> BlockSizes {
        BlockSizes { input, output, list: [0; BlockSizes::MOST], count: 0 }
    }

    /// Adds a value.
    ///
    /// # Panics
    ///
    /// If there are 24 already.
    #[must_use]
    pub const fn with(mut self, size: usize) -> BlockSizes {
        assert!(
            self.count < BlockSizes::MOST,
            "a layer with parameters computes more than 24 different sizes from them\n\
             help: pass some of them as parameters, or divide the layer"
        );
        self.list[self.count] = size;
        self.count += 1;
        self
    }

    /// Adds the values of a block in the block.
    #[must_use]
    pub const fn with_all(mut self, inner: BlockSizes) -> BlockSizes {
        let mut at = 0;
        while at < inner.count {
            self = self.with(inner.list[at]);
            at += 1;
        }
        self
    }

    /// The shape of its input.
    ///
    /// # Panics
    ///
    /// If a type with parameters that was written by hand states it. In a constant, this is a
    /// compile-time error.
    #[must_use]
    #[track_caller]
    pub const fn input(&self) -> Shape {
        assert!(
            !self.input.sizes().is_empty(),
            "the shape of the input of a layer in a layer with parameters is not known\n\
             help: begin the inner layer with `Input(…)`, or with an `input` line"
        );
        self.input
    }

    /// The shape of its output.
    ///
    /// # Panics
    ///
    /// As `input`.
    #[must_use]
    #[track_caller]
    pub const fn output(&self) -> Shape {
        assert!(
            !self.output.sizes().is_empty(),
            "the shape of the output of a layer in a layer with parameters is not known\n\
             help: end the inner layer with `Reshape(…)`"
        );
        self.output
    }

    /// The value at an index; 0 after the last one.
    #[must_use]
    pub const fn at(&self, index: usize) -> usize {
        self.list[index]
    }
}

/// Defines [`SizeList`].
macro_rules! size_list {
    ($($name:ident)*) => {
        /// A list of 24 sizes.
        pub type SizeList<$(const $name: usize),*> = size_list!(@ $($name)*);
    };
    (@ $first:ident $($rest:ident)*) => { Cons<$first, size_list!(@ $($rest)*)> };
    (@) => { () };
}

size_list!(A B C D E F G H I J K L M N O P Q R S T U V W X);
