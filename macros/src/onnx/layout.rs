//! Where the numbers of a value are: the axes that the model sees, on the order of the library.
//!
//! A sample of the library is one row of numbers. Models reorder axes, join and split them, and later
//! undo it: around recurrent layers, and for the heads of an attention. Here that only changes a
//! description, and nothing is moved.

/// The axes of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// The sizes of the pieces of a sample, the outermost first. None is 1.
    pub(super) pieces: Vec<usize>,
    /// The pieces that each axis of the model consists of, by number, or the samples.
    pub(super) axes: Vec<Vec<Piece>>,
    /// The size of the batch in the model, or the number that represents any.
    batch: usize,
}

/// A part of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The samples.
    Batch,
    /// A piece of the sample.
    Part(usize),
}

use Piece::{Batch, Part};

impl Layout {
    /// Samples of a shape, with the axis of the samples at a place.
    pub(super) fn new(shape: &[usize], batch_at: usize, batch: usize) -> Layout {
        let mut layout = Layout { pieces: Vec::new(), axes: Vec::new(), batch };
        for &size in shape {
            layout.push(size);
        }
        layout.axes.insert(batch_at, vec![Batch]);
        layout
    }

    /// The same batch with samples of another shape.
    pub(super) fn of_samples(&self, shape: &[usize]) -> Layout {
        Layout::new(shape, 0, self.batch)
    }

    /// Adds an axis at the end, of a piece that is the innermost.
    pub(super) fn push(&mut self, size: usize) {
        let axis = self.append(size);
        self.axes.push(axis);
    }

    /// Adds an innermost piece, and returns the axis that consists of it.
    fn append(&mut self, size: usize) -> Vec<Piece> {
        if size == 1 {
            return Vec::new();
        }
        self.pieces.push(size);
        vec![Part(self.pieces.len() - 1)]
    }

    fn size(&self, piece: Piece) -> usize {
        match piece {
            Batch => self.batch,
            Part(at) => self.pieces[at],
        }
    }

    /// The sizes of the axes in the model.
    pub(super) fn dims(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.iter().map(|&piece| self.size(piece)).product()).collect()
    }

    /// The features of a sample.
    pub(super) fn features(&self) -> usize {
        super::parameters::product(&self.pieces)
    }

    /// An axis, counted from the end if it is negative.
    pub(super) fn axis(&self, axis: i64) -> Option<usize> {
        let rank = self.axes.len() as i64;
        let axis = if axis < 0 { axis + rank } else { axis };
        (0..rank).contains(&axis).then_some(axis as usize)
    }

    /// The sizes of the axes of a sample, if samples come first and the axes are in the library's order.
    pub(super) fn sample(&self) -> Option<Vec<usize>> {
        let is_first = self.axes.first().is_some_and(|axis| axis[..] == [Batch]);
        (is_first && self.is_in_order()).then(|| self.dims()[1..].to_vec())
    }

    /// Whether the pieces are in the library's order, wherever the samples are.
    pub(super) fn is_in_order(&self) -> bool {
        self.parts().eq(0..self.pieces.len())
    }

    /// The pieces of the samples in the order of the model.
    fn parts(&self) -> impl Iterator<Item = usize> {
        self.axes.iter().flatten().filter_map(|piece| match piece {
            Part(at) => Some(*at),
            Batch => None,
        })
    }

    /// The pieces of axes, in the order of the library; `None` if samples are among them.
    pub(super) fn parts_of(&self, axes: &[usize]) -> Option<Vec<usize>> {
        let pieces = axes.iter().flat_map(|&axis| &self.axes[axis]);
        let parts = pieces.map(|piece| match piece {
            Part(at) => Some(*at),
            Batch => None,
        });
        let mut parts = parts.collect::<Option<Vec<usize>>>()?;
        parts.sort_unstable();
        Some(parts)
    }

    /// How many pieces are outside of an axis that has the innermost ones, in order.
    pub(super) fn outside_of_last(&self, axis: usize) -> Option<usize> {
        let from = self.pieces.len().checked_sub(self.axes[axis].len())?;
        let innermost = (from..self.pieces.len()).map(Part);
        self.axes[axis].iter().copied().eq(innermost).then_some(from)
    }

    /// The same for an axis that has them in any order, with the place on it of each number of these pieces.
    pub(super) fn innermost_places(&self, axis: usize) -> Option<(usize, Vec<usize>)> {
        let from = self.pieces.len().checked_sub(self.axes[axis].len())?;
        let parts = self.parts_of(&[axis])?;
        let count = super::parameters::product(&self.pieces[from..]);
        let places = self.places().take(count).map(|places| places[axis]);
        parts.into_iter().eq(from..self.pieces.len()).then(|| (from, places.collect()))
    }

    /// The same with other innermost pieces of one axis: one of that size.
    pub(super) fn with_innermost(&self, axis: usize, from: usize, size: usize) -> Layout {
        let mut layout = self.clone();
        layout.pieces.truncate(from);
        layout.axes[axis] = layout.append(size);
        layout
    }

    /// The axes in another order.
    pub(super) fn transposed(&self, order: &[usize]) -> Layout {
        Layout { axes: order.iter().map(|&axis| self.axes[axis].clone()).collect(), ..self.clone() }
    }

    /// Other sizes of the axes; `None` if an axis would have parts of pieces that are no factors.
    pub(super) fn reshaped(&self, dims: &[usize]) -> Option<Layout> {
        let mut layout = Layout { axes: Vec::new(), ..self.clone() };
        let mut rest: Vec<Piece> = self.axes.iter().flatten().copied().rev().collect();
        for &size in dims {
            let mut wanted = size;
            layout.axes.push(Vec::new());
            if wanted == 1 && rest.last() == Some(&Batch) && self.batch == 1 {
                layout.take(&mut rest);
            }
            while wanted != 1 {
                let piece = *rest.last()?;
                let size = layout.size(piece);
                if wanted == 0 {
                    return None;
                } else if wanted.is_multiple_of(size) {
                    wanted /= size;
                    layout.take(&mut rest);
                } else if let Part(at) = piece
                    && size.is_multiple_of(wanted)
                {
                    layout.split(at, wanted, &mut rest);
                    layout.take(&mut rest);
                    wanted = 1;
                } else {
                    return None;
                }
            }
        }
        // Samples of a batch of 1 may be left, as in `[3, 1]` to `[3]`.
        match layout.axes.last_mut() {
            _ if rest.iter().any(|&piece| piece != Batch || self.batch != 1) => return None,
            Some(last) => last.extend(rest),
            None => layout.axes.push(rest),
        }
        Some(layout)
    }

    /// Moves the next piece to the last axis.
    fn take(&mut self, rest: &mut Vec<Piece>) {
        if let Some(axis) = self.axes.last_mut() {
            axis.extend(rest.pop());
        }
    }

    /// Divides the next piece into two.
    fn split(&mut self, at: usize, outer: usize, rest: &mut Vec<Piece>) {
        let inner = self.pieces[at] / outer;
        self.pieces.splice(at..=at, [outer, inner]);
        for piece in self.axes.iter_mut().flatten().chain(rest.iter_mut()) {
            if let Part(other) = piece
                && *other > at
            {
                *other += 1;
            }
        }
        rest.insert(rest.len() - 1, Part(at + 1));
    }

    /// The same with neighbours that are never apart as one piece.
    pub(super) fn merged(&self) -> Layout {
        let mut layout = self.clone();
        let mut at = 0;
        while at + 1 < layout.pieces.len() {
            let are_together = layout
                .axes
                .iter()
                .any(|axis| axis.windows(2).any(|two| two == [Part(at), Part(at + 1)]));
            if !are_together {
                at += 1;
                continue;
            }
            layout.pieces[at] *= layout.pieces.remove(at + 1);
            for axis in &mut layout.axes {
                axis.retain(|piece| *piece != Part(at + 1));
            }
            layout.renumber(at + 1);
        }
        layout
    }

    /// The numbers of pieces after one that was removed.
    fn renumber(&mut self, removed: usize) {
        for piece in self.axes.iter_mut().flatten() {
            if let Part(other) = piece
                && *other > removed
            {
                *other -= 1;
            }
        }
    }

    /// An axis with another size of its only piece, or of none. A new piece is the outermost, or the
    /// innermost.
    pub(super) fn with_size(&self, axis: usize, size: usize, is_innermost: bool) -> Option<Layout> {
        let mut layout = self.clone();
        match self.axes[axis][..] {
            [Part(at)] if size == 1 => {
                layout.pieces.remove(at);
                layout.axes[axis].clear();
                layout.renumber(at);
            }
            [Part(at)] => layout.pieces[at] = size,
            [] if size == 1 => {}
            [] if is_innermost => layout.axes[axis] = layout.append(size),
            [] => {
                layout.pieces.insert(0, size);
                for piece in layout.axes.iter_mut().flatten() {
                    if let Part(other) = piece {
                        *other += 1;
                    }
                }
                layout.axes[axis] = vec![Part(0)];
            }
            _ => return None,
        }
        Some(layout)
    }

    /// Without the pieces of some axes, which then have the size 1.
    pub(super) fn reduced(&self, axes: &[usize]) -> Layout {
        let mut layout = self.clone();
        for &axis in axes {
            while let Some(piece) = layout.axes[axis].pop() {
                if let Part(at) = piece {
                    layout.pieces.remove(at);
                    layout.renumber(at);
                }
            }
        }
        layout
    }

    /// Without axes of the size 1; `None` if one has another.
    pub(super) fn without(&self, axes: &[usize]) -> Option<Layout> {
        let mut layout = self.clone();
        let mut axes = axes.to_vec();
        axes.sort_unstable();
        for axis in axes.into_iter().rev() {
            if !layout.axes.remove(axis).is_empty() {
                return None;
            }
        }
        Some(layout)
    }

    /// With a new axis of the size 1.
    pub(super) fn with_axis(&self, axis: usize) -> Layout {
        let mut layout = self.clone();
        layout.axes.insert(axis.min(layout.axes.len()), Vec::new());
        layout
    }

    /// For each number of a sample, in the library's order, its place on each axis of the model, the
    /// first of the samples.
    pub(super) fn places(&self) -> impl Iterator<Item = Vec<usize>> {
        (0..self.features()).map(|feature| {
            let mut rest = feature;
            let mut on_pieces = vec![0; self.pieces.len()];
            for (at, &size) in self.pieces.iter().enumerate().rev() {
                on_pieces[at] = rest % size;
                rest /= size;
            }
            let on_axis = |axis: &Vec<Piece>| {
                axis.iter().fold(0, |place, &piece| match piece {
                    Part(at) => place * self.pieces[at] + on_pieces[at],
                    Batch => place * self.batch,
                })
            };
            self.axes.iter().map(on_axis).collect()
        })
    }
}
