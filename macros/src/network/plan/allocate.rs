//! Live ranges to places: values whose live ranges do not overlap share a slot.

use std::collections::HashMap;

use super::liveness::{Lifetime, Values};
use super::nodes::{Node, Source};
use super::schedule::Place;
use crate::network::size::Size;

/// Where each value is stored.
pub(super) struct Allocation {
    pub(super) places: Vec<Place>,
    /// The widths of the values that share each slot.
    pub(super) slots: Vec<Vec<Size>>,
    /// For each value, whether no later value is stored in its place.
    pub(super) is_last: Vec<bool>,
}

/// A slot during allocation.
#[derive(Default)]
struct Slot {
    widths: Vec<Size>,
    /// When its value is last read.
    until: usize,
}

/// Assigns each value a slot that is free during its live range.
pub(super) fn allocate(values: &Values) -> Allocation {
    let Values(lifetimes) = values;
    let mut order: Vec<usize> = (0..lifetimes.len()).collect();
    order.sort_by_key(|&value| lifetimes[value].birth);
    let mut places = vec![Place::Output; lifetimes.len()];
    let mut slots: Vec<Slot> = Vec::new();
    for value in order {
        let Lifetime { birth, death, width, fixed } = &lifetimes[value];
        if let Some(place) = fixed {
            places[value] = *place;
            continue;
        }
        // A step that reads one value and writes another needs both at once.
        let free = slots.iter().enumerate().filter(|(_, slot)| slot.until < *birth);
        let best = free.min_by_key(|(_, slot)| misfit(&slot.widths, width)).map(|(at, _)| at);
        let at = best.unwrap_or_else(|| {
            slots.push(Slot::default());
            slots.len() - 1
        });
        let slot = &mut slots[at];
        slot.until = *death;
        if !slot.widths.iter().any(|other| other.is_same(width)) {
            slot.widths.push(width.clone());
        }
        places[value] = Place::Slot(at);
    }
    let slots = slots.into_iter().map(|slot| slot.widths).collect();
    Allocation { is_last: is_last(lifetimes, &places), places, slots }
}

/// The cost of placing a value in a slot: zero if the widths are equal, then by the memory added,
/// then by the memory unused. Widths that only the compiler knows come last.
fn misfit(slot: &[Size], width: &Size) -> (u64, u64) {
    if slot.iter().any(|other| other.is_same(width)) {
        return (0, 0);
    }
    let largest = slot.iter().map(|size| size.value).max().flatten();
    let unknown = slot.iter().any(|size| size.value.is_none());
    match (largest, width.value) {
        (Some(largest), Some(width)) if !unknown => {
            (width.saturating_sub(largest), largest.saturating_sub(width))
        }
        _ => (u64::MAX, 0),
    }
}

/// For each value, whether it is still in its place after the last step. The buffer for the
/// gradient of the input does not count: the caller may overwrite it.
fn is_last(lifetimes: &[Lifetime], places: &[Place]) -> Vec<bool> {
    let mut last_births = HashMap::new();
    for (Lifetime { birth, .. }, place) in lifetimes.iter().zip(places) {
        let last = last_births.entry(place).or_insert(*birth);
        *last = (*last).max(*birth);
    }
    let is_last = |(Lifetime { birth, .. }, place): (&Lifetime, &Place)| match place {
        Place::Slot(_) => last_births[place] == *birth,
        Place::Output => true,
        Place::Input => false,
    };
    lifetimes.iter().zip(places).map(is_last).collect()
}

/// For each layer that is used once, whether its input and the gradient of its output are intact
/// after the backward pass.
pub(super) fn survives_backward(
    nodes: &[Node],
    is_last: &[bool],
    outputs: &[usize],
    gradients: &[Option<usize>],
) -> Vec<bool> {
    let survives = nodes.iter().zip(gradients).map(|(node, gradient)| {
        let input_survives = match node.sources[..] {
            [Source::Input] => true,
            [Source::Node(source)] => is_last[outputs[source]],
            _ => false,
        };
        let is_used_once =
            || nodes.iter().filter(|other| other.layer() == node.layer()).count() == 1;
        node.is_layer()
            && input_survives
            && gradient.is_some_and(|gradient| is_last[gradient])
            && is_used_once()
    });
    survives.collect()
}
