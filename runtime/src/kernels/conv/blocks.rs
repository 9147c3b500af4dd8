//! Blocks of the inner dimension of a [`Correlation`], in order.

use super::correlation::Correlation;
use super::plan::Plan;

/// Some channels with all taps, or one channel with some taps.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) channel: usize,
    pub(super) channels: usize,
    /// The first tap, and their number.
    pub(super) taps: (usize, usize),
    pub(super) is_first: bool,
    pub(super) is_last: bool,
}

pub(super) struct Blocks {
    all: (usize, usize),
    at_once: (usize, usize),
    next: Option<(usize, usize)>,
}

impl Blocks {
    pub(super) fn new(correlation: &Correlation, plan: &Plan) -> Blocks {
        Blocks {
            all: (correlation.channels, correlation.taps_len()),
            at_once: (plan.channels, plan.taps),
            next: Some((0, 0)),
        }
    }
}

impl Iterator for Blocks {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let (channel, tap) = self.next?;
        let channels = self.at_once.0.min(self.all.0 - channel);
        let taps = self.at_once.1.min(self.all.1 - tap);
        self.next = if tap + taps < self.all.1 {
            Some((channel, tap + taps))
        } else if channel + channels < self.all.0 && self.all.1 > 0 {
            Some((channel + channels, 0))
        } else {
            None
        };
        Some(Block {
            channel,
            channels,
            taps: (tap, taps),
            is_first: (channel, tap) == (0, 0),
            is_last: self.next.is_none(),
        })
    }
}
