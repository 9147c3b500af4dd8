//! Networks as tokens encoded in bytes.

#![no_main]

use chainrule_fuzz::{check, words};
use front_end::network_expansion;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| check(network_expansion, &words::spelt(bytes)));
