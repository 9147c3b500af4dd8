//! The positions of nodes: in columns from left to right, so that all arrows point
//! the same way (Sugiyama, Tagawa and Toda, 1981).
//!
//! An arrow across several columns has a slot in each of them, so that it crosses
//! neither nodes nor labels.

/// The kind of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A value from outside.
    Input,
    /// A number in the expression.
    Constant,
    /// An operator, a function or a layer.
    Function,
}

/// A node to place.
pub(super) struct Item {
    pub(super) kind: Kind,
    /// The items that it reads; they come before it.
    pub(super) operands: Vec<usize>,
}

/// A position in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Node(usize),
    /// The arrow of a node whose value is used further right.
    Pass(usize),
}

impl Slot {
    /// The node whose value leaves here.
    pub(super) fn source(self) -> usize {
        match self {
            Slot::Node(node) | Slot::Pass(node) => node,
        }
    }
}

/// The columns, each from top to bottom, with the height of each slot.
pub(super) struct Layout {
    pub(super) columns: Vec<Vec<Slot>>,
    /// Shaped like `columns`.
    pub(super) heights: Vec<Vec<f64>>,
    /// The column of each node.
    pub(super) column_of: Vec<usize>,
}

impl Layout {
    /// Places nodes that take `room` above and below their middle.
    pub(super) fn new(nodes: &[Item], room: impl Fn(Slot) -> (f64, f64)) -> Layout {
        let column_of = columns(nodes);
        let mut layout = Layout { columns: slots(nodes, &column_of), heights: vec![], column_of };
        layout.untangle(nodes);
        layout.heights = layout.columns.iter().map(|column| vec![0.0; column.len()]).collect();
        for column in 0..layout.columns.len() {
            let wanted = layout.wanted(nodes, column, &room);
            let rooms: Vec<_> = layout.columns[column].iter().map(|&slot| room(slot)).collect();
            layout.heights[column] = spread(&wanted, &rooms);
        }
        layout
    }

    /// The height of a slot.
    pub(super) fn height(&self, column: usize, slot: Slot) -> f64 {
        self.place(column, slot).map_or(0.0, |place| self.heights[column][place])
    }

    /// The slot of a column that a value leaves, that of its node or a pass.
    pub(super) fn place_of(&self, column: usize, source: usize) -> Option<usize> {
        self.columns[column].iter().position(|slot| slot.source() == source)
    }

    fn place(&self, column: usize, slot: Slot) -> Option<usize> {
        self.columns[column].iter().position(|other| *other == slot)
    }

    /// The slots in the column before that it reads.
    fn operands(&self, nodes: &[Item], column: usize, slot: Slot) -> Vec<usize> {
        let Some(before) = column.checked_sub(1) else { return Vec::new() };
        match slot {
            Slot::Node(node) => {
                let operands = nodes[node].operands.iter();
                operands.filter_map(|&operand| self.place_of(before, operand)).collect()
            }
            Slot::Pass(source) => self.place_of(before, source).into_iter().collect(),
        }
    }

    /// The slots in the column after that read it.
    fn users(&self, nodes: &[Item], column: usize, slot: Slot) -> Vec<usize> {
        let Some(after) = self.columns.get(column + 1) else { return Vec::new() };
        let uses = |other: &Slot| match *other {
            Slot::Node(node) => nodes[node].operands.contains(&slot.source()),
            Slot::Pass(source) => source == slot.source(),
        };
        (0..after.len()).filter(|&place| uses(&after[place])).collect()
    }

    /// The values that lead from the column before to `column`, from top to bottom, and
    /// the mean heights of the slots that read them.
    pub(super) fn entering(&self, nodes: &[Item], column: usize) -> Vec<(usize, f64)> {
        let Some(before) = column.checked_sub(1) else { return Vec::new() };
        let read = |&slot: &Slot| {
            let users = self.users(nodes, before, slot);
            let heights = users.iter().map(|&place| self.heights[column][place]);
            let mean = heights.sum::<f64>() / users.len() as f64;
            (!users.is_empty()).then_some((slot.source(), mean))
        };
        self.columns[before].iter().filter_map(read).collect()
    }

    /// Orders the columns so that few arrows cross. The inputs stay in the order
    /// of their declaration, unless another order crosses less.
    fn untangle(&mut self, nodes: &[Item]) {
        let mut best = (usize::MAX, self.columns.clone());
        let declared = self.columns.clone();
        for keep_inputs in [true, false] {
            self.columns.clone_from(&declared);
            for _ in 0..8 {
                for column in usize::from(keep_inputs)..self.columns.len() {
                    self.sort(nodes, column, Layout::operands);
                }
                let crossings = self.crossings(nodes);
                if crossings < best.0 {
                    best = (crossings, self.columns.clone());
                }
                for column in (usize::from(keep_inputs)..self.columns.len()).rev() {
                    self.sort(nodes, column, Layout::users);
                }
            }
        }
        self.columns = best.1;
    }

    /// Sorts a column by the mean place of its neighbours; a constant is placed
    /// below the other operand of its user.
    fn sort(
        &mut self,
        nodes: &[Item],
        column: usize,
        neighbours: fn(&Layout, &[Item], usize, Slot) -> Vec<usize>,
    ) {
        let mean = |slot: Slot, place: usize| {
            let places = neighbours(self, nodes, column, slot);
            match places.len() {
                0 => place as f64,
                count => places.iter().sum::<usize>() as f64 / count as f64,
            }
        };
        let slots = self.columns[column].iter().enumerate();
        let mut keyed: Vec<(f64, Slot)> = slots
            .map(|(place, &slot)| match self.companion(nodes, column, slot) {
                Some(other) => (mean(self.columns[column][other], other) + 0.01, slot),
                None => (mean(slot, place), slot),
            })
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.columns[column] = keyed.into_iter().map(|(_, slot)| slot).collect();
    }

    /// The place of the other operand where a constant is used.
    fn companion(&self, nodes: &[Item], column: usize, slot: Slot) -> Option<usize> {
        let Slot::Node(constant) = slot else { return None };
        if nodes[constant].kind != Kind::Constant {
            return None;
        }
        let user = nodes.iter().find(|node| node.operands.contains(&constant))?;
        let others = user.operands.iter().filter(|&&operand| operand != constant);
        others.filter_map(|&operand| self.place_of(column, operand)).next()
    }

    /// How many arrows cross.
    fn crossings(&self, nodes: &[Item]) -> usize {
        let mut crossings = 0;
        for column in 1..self.columns.len() {
            let mut arrows = Vec::new();
            for (to, &slot) in self.columns[column].iter().enumerate() {
                arrows
                    .extend(self.operands(nodes, column, slot).into_iter().map(|from| (from, to)));
            }
            for (place, a) in arrows.iter().enumerate() {
                let crosses =
                    |b: &&(usize, usize)| (a.0 < b.0 && a.1 > b.1) || (a.0 > b.0 && a.1 < b.1);
                crossings += arrows[..place].iter().filter(crosses).count();
            }
        }
        crossings
    }

    /// The preferred heights of the slots of a column: in line with what they read,
    /// functions before inputs and constants.
    fn wanted(
        &self,
        nodes: &[Item],
        column: usize,
        room: &impl Fn(Slot) -> (f64, f64),
    ) -> Vec<f64> {
        let slots = &self.columns[column];
        let mut wanted: Vec<f64> = Vec::new();
        let mut bottom = 0.0;
        for &slot in slots {
            let (above, below) = room(slot);
            let places = self.operands(nodes, column, slot);
            let before = column.saturating_sub(1);
            let is_function = |&&place: &&usize| {
                nodes[self.columns[before][place].source()].kind == Kind::Function
            };
            let functions: Vec<usize> = places.iter().filter(is_function).copied().collect();
            let aligned = if functions.is_empty() { places } else { functions };
            let height = match aligned.len() {
                0 => bottom + above,
                count => {
                    let heights = aligned.iter().map(|&place| self.heights[before][place]);
                    heights.sum::<f64>() / count as f64
                }
            };
            bottom = height + below;
            wanted.push(height);
        }
        for (place, &slot) in slots.iter().enumerate() {
            if let Some(other) = self.companion(nodes, column, slot) {
                wanted[place] = wanted[other] + room(slots[other]).1 + room(slot).0;
            }
        }
        wanted
    }
}

/// The column of each node: inputs in the first, constants before where they
/// are used, and each function as far left as its operands allow.
fn columns(nodes: &[Item]) -> Vec<usize> {
    let mut columns: Vec<usize> = Vec::new();
    for node in nodes {
        let after = node.operands.iter().map(|&operand| columns[operand] + 1).max();
        columns.push(after.unwrap_or(0));
    }
    for (place, node) in nodes.iter().enumerate() {
        let users = (0..nodes.len()).filter(|&user| nodes[user].operands.contains(&place));
        if let (Kind::Constant, Some(first)) = (node.kind, users.map(|user| columns[user]).min()) {
            columns[place] = first - 1;
        }
    }
    columns
}

/// The slots of each column, in the order of the nodes.
fn slots(nodes: &[Item], column_of: &[usize]) -> Vec<Vec<Slot>> {
    let count = column_of.iter().max().map_or(0, |last| last + 1);
    let mut slots = vec![Vec::new(); count];
    for (place, &column) in column_of.iter().enumerate() {
        slots[column].push(Slot::Node(place));
        let users = (0..nodes.len()).filter(|&user| nodes[user].operands.contains(&place));
        let last = users.map(|user| column_of[user]).max().unwrap_or(column);
        for pass in slots.iter_mut().take(last).skip(column + 1) {
            pass.push(Slot::Pass(place));
        }
    }
    slots
}

/// Moves heights apart whose rooms, above and below, would overlap, as little as
/// possible (least squares, by pooling adjacent violators).
pub(super) fn spread(wanted: &[f64], rooms: &[(f64, f64)]) -> Vec<f64> {
    // The distance of each from the first, if all were adjacent.
    let mut offsets = vec![0.0];
    for pair in rooms.windows(2) {
        let last = offsets.last().copied().unwrap_or_default();
        offsets.push(last + pair[0].1 + pair[1].0);
    }
    // Blocks of slots that touch: the sum of their preferred beginnings, their number.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (height, offset) in wanted.iter().zip(&offsets) {
        let mut block = (height - offset, 1);
        while let Some((sum, count)) = blocks.last().copied() {
            if sum / count as f64 <= block.0 / block.1 as f64 {
                break;
            }
            block = (block.0 + sum, block.1 + count);
            blocks.pop();
        }
        blocks.push(block);
    }
    let begins = blocks.iter().flat_map(|&(sum, count)| vec![sum / count as f64; count]);
    begins.zip(&offsets).map(|(begin, offset)| begin + offset).collect()
}
