//! The table of tensors, evaluated at compile time.

use core::ops::Range;

use super::tensor::{Kind, TensorInfo};

/// The range of a field's numbers among those of a network, given its offset in bytes.
pub const fn span<T, F>(offset: usize) -> Range<usize> {
    let start = offset / size_of::<T>();
    Range { start, end: start + size_of::<F>() / size_of::<T>() }
}

/// The number of trained parameters in `tensors`.
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

/// The tensors of a network, from the name, offset in bytes and tensors of each layer.
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

/// Copies the tensors of a struct's field, whose first number is at `offset`, into `tensors` from
/// index `count` on. Returns the next free index.
const fn gather(
    tensors: &mut [TensorInfo],
    count: usize,
    field: &'static str,
    offset: usize,
    of_field: &[TensorInfo],
) -> usize {
    let mut place = 0;
    while place < of_field.len() {
        assert!(count + place < tensors.len(), "a layer has more tensors than its table holds");
        tensors[count + place] = of_field[place].inside(field, offset);
        place += 1;
    }
    count + place
}

/// The kind of a field of tensors, as its attribute gives it.
#[derive(Clone, Copy)]
pub enum Field {
    /// Trained; also if its own tensors are not.
    Trained,
    /// Not trained.
    Buffer,
    /// A row for each index.
    Table,
    /// The outputs of several gates.
    Gates,
}

/// The tensors of a layer. Their number can depend on type parameters, but the length of an array
/// cannot. The table therefore has spare capacity.
pub struct TensorTable<const MOST: usize = 32> {
    tensors: [TensorInfo; MOST],
    count: usize,
}

impl<const MOST: usize> TensorTable<MOST> {
    /// The tensors of a struct, from the name, offset in bytes and tensors of each field, and what
    /// kind of field it is.
    pub const fn new<T>(
        fields: &[(&'static str, usize, &'static [TensorInfo], Field)],
    ) -> TensorTable<MOST> {
        let mut table = TensorTable { tensors: [TensorInfo::new(Kind::Bias, &[]); MOST], count: 0 };
        let mut place = 0;
        while place < fields.len() {
            let (field, offset, of_field, kind) = fields[place];
            let from = table.count;
            table.count =
                gather(&mut table.tensors, from, field, offset / size_of::<T>(), of_field);
            let mut tensor = from;
            while tensor < table.count {
                let info = table.tensors[tensor];
                table.tensors[tensor] = match kind {
                    Field::Trained => info,
                    Field::Buffer => info.as_buffer(),
                    Field::Table => info.as_table(),
                    Field::Gates => info.as_gates(),
                };
                tensor += 1;
            }
            place += 1;
        }
        table
    }

    /// The tensors in the table.
    pub const fn as_slice(&self) -> &[TensorInfo] {
        self.tensors.split_at(self.count).0
    }
}
