//! This library.

#![no_std]
#![no_main]

use chainrule::{FixedWorkspace, NetworkExt};
use cortex_m_rt::entry;
use firmware_size::{Digits, TRAINED, run};

const NUMBERS: usize = FixedWorkspace::for_prediction::<Digits>(1);

#[entry]
fn main() -> ! {
    static mut MEMORY: [f32; NUMBERS] = [0.0; NUMBERS];
    let mut workspace = FixedWorkspace::new(MEMORY, &mut []);
    run(|image| {
        let probabilities = TRAINED.probabilities_in(&[*image], &mut workspace).ok()?;
        probabilities.try_into().ok()
    })
}
