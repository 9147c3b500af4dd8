/// Compiles a generic kernel in this crate for both scalar types, `T`.
///
/// Otherwise generic functions are compiled in the user's crate, slowly and without optimization in
/// a debug build. A kernel that is `#[inline(never)]` and compiled here is linked as it is, with
/// the optimization of this crate's profile.
///
/// Without the feature `precompiled`, nothing is compiled here, and a program compiles and contains
/// only the kernels that it uses. Functions that are not generic are then `#[inline]` to the same end.
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
            #[cfg(feature = "precompiled")]
            #[used]
            static KERNEL: $kernel = $value;
            #[cfg(not(feature = "precompiled"))]
            const _: $kernel = $value;
        };
    };
}

pub(crate) use instantiate;
