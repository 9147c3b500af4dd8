//! Detection of the processor's instruction set.

/// The instruction sets with kernels, from the least to the most capable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Processor {
    /// The baseline of the target.
    Portable,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// NEON, or Advanced SIMD.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Processor {
    /// Returns the best instruction set of this processor. The compiler flags
    /// `--cfg chainrule_mask="avx512"` and `"avx2"` hide that set and the better ones.
    #[inline]
    pub(crate) fn detect() -> Processor {
        #[cfg(test)]
        return Processor::detected().min(tests::LIMIT.get());
        #[cfg(not(test))]
        Processor::detected()
    }

    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline]
    fn detected() -> Processor {
        if cfg!(chainrule_mask = "avx2") {
            Processor::Portable
        } else if !cfg!(chainrule_mask = "avx512") && is_x86_feature_detected!("avx512f") {
            Processor::Avx512
        } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            Processor::Avx2
        } else {
            Processor::Portable
        }
    }

    #[cfg(all(target_arch = "aarch64", feature = "std"))]
    #[inline]
    fn detected() -> Processor {
        let has_neon = std::arch::is_aarch64_feature_detected!("neon");
        if has_neon && !cfg!(miri) { Processor::Neon } else { Processor::Portable }
    }

    /// Without `std`, the instruction set for which the program is compiled.
    #[cfg(all(target_arch = "x86_64", not(feature = "std")))]
    #[inline]
    fn detected() -> Processor {
        if cfg!(target_feature = "avx512f") {
            Processor::Avx512
        } else if cfg!(all(target_feature = "avx2", target_feature = "fma")) {
            Processor::Avx2
        } else {
            Processor::Portable
        }
    }

    #[cfg(all(target_arch = "aarch64", not(feature = "std")))]
    #[inline]
    fn detected() -> Processor {
        let has_neon = cfg!(target_feature = "neon");
        if has_neon && !cfg!(miri) { Processor::Neon } else { Processor::Portable }
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    #[inline]
    fn detected() -> Processor {
        Processor::Portable
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use core::cell::Cell;

    use super::Processor;

    /// The instruction sets of the target, in order.
    const ALL: &[Processor] = &[
        Processor::Portable,
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2,
        #[cfg(target_arch = "x86_64")]
        Processor::Avx512,
        #[cfg(target_arch = "aarch64")]
        Processor::Neon,
    ];
    const BEST: Processor = ALL[ALL.len() - 1];

    thread_local! {
        /// The best instruction set that kernels may use on this thread.
        pub(super) static LIMIT: Cell<Processor> = const { Cell::new(BEST) };
    }

    /// Runs `check` with each instruction set that this processor has.
    pub(crate) fn on_each(mut check: impl FnMut(Processor)) {
        for &processor in ALL.iter().filter(|this| **this <= Processor::detected()) {
            LIMIT.set(processor);
            check(processor);
        }
        LIMIT.set(BEST);
    }
}
