//! The firmware: classifies the digits, and trains a new network for some steps. It writes what it
//! computes to the host, by semihosting. Numbers are written as their bits, in hexadecimal, so that
//! nothing is lost.

#![no_std]
#![no_main]

use core::fmt::Write;
use core::panic::PanicInfo;

use chainrule::{FixedWorkspace, Numbers};
use cortex_m_rt::entry;
use cortex_m_semihosting::debug::{self, EXIT_FAILURE, EXIT_SUCCESS};
use cortex_m_semihosting::hio;
use digits::{BATCH, DIGITS, Digits, WORKSPACE, classify, train};

#[entry]
fn main() -> ! {
    // The memory of everything that changes. The attribute passes each as `&mut`.
    static mut NET: Digits = Digits::ZEROS;
    static mut GRADS: Digits = Digits::ZEROS;
    static mut NUMBERS: [f32; WORKSPACE] = [0.0; WORKSPACE];
    static mut LABELS: [usize; BATCH] = [0; BATCH];

    let mut workspace = FixedWorkspace::new(NUMBERS, LABELS);
    let is_done = run(NET, GRADS, &mut workspace);
    debug::exit(if is_done.is_some() { EXIT_SUCCESS } else { EXIT_FAILURE });
    loop {}
}

/// `None` if something failed, which has been written.
fn run(
    net: &mut Digits,
    grads: &mut Digits,
    workspace: &mut FixedWorkspace<'_, f32>,
) -> Option<()> {
    let mut host = hio::hstdout().ok()?;
    for (place, digit) in DIGITS.iter().enumerate() {
        match classify(digit, workspace) {
            Ok((class, probabilities)) => {
                write!(host, "digit {place} class {class} probabilities").ok()?;
                for probability in probabilities {
                    write!(host, " {:08x}", probability.to_bits()).ok()?;
                }
                writeln!(host).ok()?;
            }
            Err(error) => {
                writeln!(host, "error: {error}").ok()?;
                return None;
            }
        }
    }
    let trained = train(net, grads, workspace, |step, loss| {
        let _ = writeln!(host, "step {step} loss {:08x}", loss.to_bits());
    });
    if let Err(error) = trained {
        writeln!(host, "error: {error}").ok()?;
        return None;
    }
    writeln!(host, "stack {}", used_stack()).ok()
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
