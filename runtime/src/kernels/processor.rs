//! What this processor can do.

/// The instruction sets that there are kernels for, the better ones behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Processor {
    /// What every processor of the target can do.
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
    /// The best that this processor has. With `--cfg chainrule_mask="avx512"` or
    /// `"avx2"` among the flags of the compiler it is taken for one without.
    #[inline]
    pub(super) fn detect() -> Processor {
        #[cfg(test)]
        return Processor::detected().min(tests::LIMIT.get());
        #[cfg(not(test))]
        Processor::detected()
    }

    #[cfg(target_arch = "x86_64")]
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

    #[cfg(target_arch = "aarch64")]
    #[inline]
    fn detected() -> Processor {
        let has_neon = std::arch::is_aarch64_feature_detected!("neon");
        if has_neon && !cfg!(miri) { Processor::Neon } else { Processor::Portable }
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    #[inline]
    fn detected() -> Processor {
        Processor::Portable
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::Cell;

    use super::Processor;

    /// Those that the target knows, as they are ordered.
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
        /// What kernels of this thread may use at most.
        pub(super) static LIMIT: Cell<Processor> = const { Cell::new(BEST) };
    }

    /// Runs `check` on each processor that this one can be taken for.
    pub(in crate::kernels) fn on_each(mut check: impl FnMut(Processor)) {
        for &processor in ALL.iter().filter(|this| **this <= Processor::detected()) {
            LIMIT.set(processor);
            check(processor);
        }
        LIMIT.set(BEST);
    }
}
