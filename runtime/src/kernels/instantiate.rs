/// Has a generic kernel compiled in this crate for both scalar types, `T`.
///
/// Users compile generic functions themselves, slowly in a debug build. A
/// kernel that is `#[inline(never)]` and was compiled here is used as it is:
/// as fast as the profile makes this crate.
macro_rules! compiled_here {
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

pub(crate) use compiled_here;
