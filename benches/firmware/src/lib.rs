//! What all binaries have in common: they classify the digits of `firmware/`, and write how many are right.

#![no_std]

use core::fmt::Write;
use core::panic::PanicInfo;

use cortex_m_semihosting::debug::{self, EXIT_FAILURE, EXIT_SUCCESS};
use cortex_m_semihosting::hio;
pub use digits::{DIGITS, Digits, PIXELS, TRAINED};

/// The probabilities of an image.
pub type Probabilities = [f32; 10];

/// Classifies all digits. The sum of the probabilities of their classes shows that all binaries compute the
/// same.
pub fn run(mut classify: impl FnMut(&[f32; PIXELS]) -> Option<Probabilities>) -> ! {
    let is_done = write(|image| classify(image)).is_some();
    debug::exit(if is_done { EXIT_SUCCESS } else { EXIT_FAILURE });
    loop {}
}

fn write(mut classify: impl FnMut(&[f32; PIXELS]) -> Option<Probabilities>) -> Option<()> {
    let mut host = hio::hstdout().ok()?;
    let (mut right, mut sum) = (0, 0.0);
    for digit in DIGITS {
        let (image, class) = digits::sample(digit);
        let probabilities = classify(&image)?;
        let of_class = *probabilities.get(usize::from(class))?;
        right += usize::from(probabilities.iter().all(|&other| other <= of_class));
        sum += of_class;
    }
    let (count, millionths) = (DIGITS.len(), (sum * 1e6) as u32);
    writeln!(host, "right {right} of {count} sum {millionths} stack {}", used_stack()).ok()
}

/// Writes what a binary has measured itself.
pub fn note(what: &str, bytes: usize) {
    if let Ok(mut host) = hio::hstdout() {
        let _ = writeln!(host, "{what} {bytes}");
    }
}

/// The bytes of stack that were used so far: those that are no longer painted.
fn used_stack() -> usize {
    unsafe extern "C" {
        static mut _stack_start: u32;
        static mut _stack_end: u32;
    }
    /// What cortex-m-rt paints the stack with.
    const PAINT: u32 = 0xcccc_cccc;
    let (top, end) = (&raw const _stack_start, &raw const _stack_end);
    let mut lowest = end;
    // SAFETY: both are symbols of the linker script, around the stack, which is readable memory. It is
    // read without a reference, since functions write to it.
    while lowest < top && unsafe { lowest.read_volatile() } == PAINT {
        lowest = lowest.wrapping_add(1);
    }
    top.addr() - lowest.addr()
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    if let Ok(mut host) = hio::hstdout() {
        let _ = writeln!(host, "{info}");
    }
    debug::exit(EXIT_FAILURE);
    loop {}
}
