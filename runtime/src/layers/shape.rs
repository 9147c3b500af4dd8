use core::fmt;

/// The shape of a sample before or after a layer: the number of flat features, or the sizes of an
/// image, channels × height × width. Constants of a [`Layer`](super::Layer) state it.
///
/// ```
/// use chainrule::layers::Shape;
///
/// const IMAGE: Shape = Shape::new(&[3, 32, 32]);
/// assert_eq!(IMAGE.features(), 3072);
/// assert_eq!(IMAGE.sizes(), [3, 32, 32]);
/// assert_eq!(IMAGE.to_string(), "3×32×32");
/// assert_eq!(Shape::flat(10).to_string(), "10");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    sizes: [usize; Shape::MOST],
    rank: usize,
    /// Whether the layer left it out: then it takes any shape with this number of features.
    is_any: bool,
    /// Whether two sizes are channels and length, not time and features.
    is_signal: bool,
}

impl Shape {
    /// The most sizes of a shape.
    const MOST: usize = 6;

    /// A shape that only a complete type has.
    #[doc(hidden)]
    pub const UNKNOWN: Shape =
        Shape { sizes: [1; Shape::MOST], rank: 0, is_any: false, is_signal: false };

    /// Flat features.
    #[must_use]
    pub const fn flat(features: usize) -> Shape {
        Shape::new(&[features])
    }

    /// A shape of 1 to 6 sizes, the outermost first.
    ///
    /// # Panics
    ///
    /// With no size, or with more than 6. In a constant, this is a compile-time error.
    #[must_use]
    pub const fn new(sizes: &[usize]) -> Shape {
        assert!(!sizes.is_empty() && sizes.len() <= Shape::MOST, "a shape has 1 to 6 sizes");
        let mut shape = Shape { rank: sizes.len(), ..Shape::UNKNOWN };
        let mut at = 0;
        while at < sizes.len() {
            shape.sizes[at] = sizes[at];
            at += 1;
        }
        shape
    }

    /// The shape of a layer that states only the number of its features.
    pub(crate) const fn any(features: usize) -> Shape {
        Shape { is_any: true, ..Shape::flat(features) }
    }

    /// The sizes, the outermost first.
    #[must_use]
    pub const fn sizes(&self) -> &[usize] {
        self.sizes.split_at(self.rank).0
    }

    /// The number of features: the product of the sizes.
    #[must_use]
    pub const fn features(&self) -> usize {
        let (mut product, mut at) = (1, 0);
        while at < self.rank {
            product *= self.sizes[at];
            at += 1;
        }
        product
    }

    /// The size at an index; 0 if the shape has fewer.
    #[doc(hidden)]
    #[must_use]
    pub const fn size(&self, at: usize) -> usize {
        if at < self.rank { self.sizes[at] } else { 0 }
    }

    /// The same two sizes as channels and length.
    #[doc(hidden)]
    #[must_use]
    pub const fn into_signal(self) -> Shape {
        Shape { is_signal: self.rank == 2, ..self }
    }

    /// Whether it is a sequence: time × features.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_sequence(&self) -> bool {
        self.rank == 2 && !self.is_signal
    }

    /// The number of steps of a sequence; 1 for another shape.
    #[doc(hidden)]
    #[must_use]
    pub const fn steps(&self) -> usize {
        if self.is_sequence() { self.sizes[0] } else { 1 }
    }

    /// The features of each step of a sequence; all features of another shape.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_step(&self) -> usize {
        if self.is_sequence() { self.sizes[1] } else { self.features() }
    }

    /// The same sequence with other features in each step; flat features for another shape.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_features(&self, features: usize) -> Shape {
        match self.is_sequence() {
            true => Shape::new(&[self.sizes[0], features]),
            false => Shape::flat(features),
        }
    }

    /// The same with another first size.
    pub(crate) const fn with_first(mut self, size: usize) -> Shape {
        self.sizes[0] = size;
        self
    }

    /// The same with another last size.
    pub(crate) const fn with_last(mut self, size: usize) -> Shape {
        self.sizes[self.rank - 1] = size;
        self
    }

    /// Whether the layer left it out.
    pub(crate) const fn is_any(&self) -> bool {
        self.is_any
    }

    /// Whether the sizes are the same.
    pub(crate) const fn is_same(&self, other: &Shape) -> bool {
        let mut at = 0;
        while at < Shape::MOST {
            if self.sizes[at] != other.sizes[at] {
                return false;
            }
            at += 1;
        }
        self.rank == other.rank
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, size) in self.sizes().iter().enumerate() {
            if at > 0 {
                f.write_str("×")?;
            }
            size.fmt(f)?;
        }
        Ok(())
    }
}
