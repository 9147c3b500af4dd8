//! The table of tensors, which the compiler evaluates.

use std::ops::Range;

use super::tensor::{Kind, TensorInfo};

/// Where the numbers of a field lie among those of a network, given its offset in bytes.
pub const fn span<T, F>(offset: usize) -> Range<usize> {
    let start = offset / size_of::<T>();
    Range { start, end: start + size_of::<F>() / size_of::<T>() }
}

/// How many numbers of `tensors` are trained.
pub const fn trained(tensors: &[TensorInfo]) -> usize {
    let (mut trained, mut place) = (0, 0);
    while place < tensors.len() {
        if !matches!(tensors[place].kind, Kind::Buffer) {
            trained += tensors[place].len();
        }
        place += 1;
    }
    trained
}

/// The tensors of a network from those of its layers: name, offset in bytes
/// and tensors of each.
pub const fn tensors<T, const COUNT: usize>(
    fields: &[(&'static str, usize, &'static [TensorInfo])],
) -> [TensorInfo; COUNT] {
    let mut tensors = [TensorInfo::new(Kind::Bias, &[]); COUNT];
    let (mut count, mut place) = (0, 0);
    while place < fields.len() {
        let (field, offset, of_field) = fields[place];
        count = gather(&mut tensors, count, field, offset / size_of::<T>(), of_field);
        place += 1;
    }
    tensors
}

/// Puts the tensors of a struct's field, which begins at the number `offset`, into
/// `tensors` from place `count` on. Returns the place behind them.
const fn gather(
    tensors: &mut [TensorInfo],
    count: usize,
    field: &'static str,
    offset: usize,
    of_field: &[TensorInfo],
) -> usize {
    let mut place = 0;
    while place < of_field.len() {
        assert!(count + place < tensors.len(), "a layer has more than 32 tensors");
        tensors[count + place] = of_field[place].inside(field, offset);
        place += 1;
    }
    count + place
}

/// The tensors of a layer. How many they are can depend on type parameters, on
/// which the length of an array cannot; so there is room for some more.
pub struct TensorTable {
    tensors: [TensorInfo; TensorTable::MOST],
    count: usize,
}

impl TensorTable {
    const MOST: usize = 32;

    /// The tensors of a struct from those of its fields: name, offset in bytes and
    /// tensors of each, and whether they are buffers.
    pub const fn new<T>(
        fields: &[(&'static str, usize, &'static [TensorInfo], bool)],
    ) -> TensorTable {
        let mut table =
            TensorTable { tensors: [TensorInfo::new(Kind::Bias, &[]); Self::MOST], count: 0 };
        let mut place = 0;
        while place < fields.len() {
            let (field, offset, of_field, is_buffer) = fields[place];
            let from = table.count;
            table.count =
                gather(&mut table.tensors, from, field, offset / size_of::<T>(), of_field);
            let mut tensor = from;
            while is_buffer && tensor < table.count {
                table.tensors[tensor] = table.tensors[tensor].as_buffer();
                tensor += 1;
            }
            place += 1;
        }
        table
    }

    /// Those tensors that there are.
    pub const fn as_slice(&self) -> &[TensorInfo] {
        self.tensors.split_at(self.count).0
    }
}
