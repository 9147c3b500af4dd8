/// Compiles a generic kernel in this crate for both scalar types, `T`.
///
/// Otherwise generic functions are compiled in the user's crate, slowly and without optimization in
/// a debug build. A kernel that is `#[inline(never)]` and compiled here is linked as it is, with
/// the optimization of this crate's profile. Such a function must be generic: others are always
/// compiled here.
///
/// Few programs compute in `f64`, which would double the time of a build. So a release build compiles
/// these kernels where they are used, optimised like everything else. `debug_assertions` are on in the
/// profiles of debug builds, whatever their optimization.
///
/// Without the feature `precompiled`, nothing is compiled here, and a program compiles and contains
/// only the kernels that it uses.
macro_rules! instantiate {
    ($kernel:ty = $value:expr) => {
        #[allow(clippy::type_complexity, reason = "the types of kernels are what they are")]
        const _: () = {
            type T = f32;
            #[cfg(feature = "precompiled")]
            #[used]
            static KERNEL: $kernel = $value;
            #[cfg(not(feature = "precompiled"))]
            const _: $kernel = $value;
        };
        #[allow(clippy::type_complexity, reason = "as above")]
        const _: () = {
            type T = f64;
            #[cfg(any(
                feature = "precompiled-f64",
                all(feature = "precompiled", debug_assertions)
            ))]
            #[used]
            static KERNEL: $kernel = $value;
            #[cfg(not(any(
                feature = "precompiled-f64",
                all(feature = "precompiled", debug_assertions)
            )))]
            const _: $kernel = $value;
        };
    };
}

pub(crate) use instantiate;
