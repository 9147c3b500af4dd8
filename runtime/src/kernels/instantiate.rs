/// Compiles a generic kernel in this crate for both scalar types, `T`.
///
/// Otherwise generic functions are compiled in the user's crate, slowly and without optimization in
/// a debug build. A kernel that is `#[inline(never)]` and compiled here is linked as it is, with
/// the optimization of this crate's profile.
macro_rules! instantiate {
    ($kernel:ty = $value:expr) => {
        #[allow(clippy::type_complexity, reason = "the types of kernels are what they are")]
        const _: () = {
            type T = f32;
            #[used]
            static KERNEL: $kernel = $value;
        };
        #[allow(clippy::type_complexity, reason = "as above")]
        const _: () = {
            type T = f64;
            #[used]
            static KERNEL: $kernel = $value;
        };
    };
}

pub(crate) use instantiate;
