//! The collective calls of MPI, without waiting: the only unsafe code of this crate.

use mpi::ffi;
use mpi::ffi::{MPI_Datatype, MPI_Request};

/// A number that MPI can add.
pub(crate) trait Number: Copy + Send + 'static {
    /// The type of MPI.
    fn datatype() -> MPI_Datatype;
}

/// Implements [`Number`].
macro_rules! number {
    ($($number:ty => $datatype:ident),*) => {$(
        impl Number for $number {
            fn datatype() -> MPI_Datatype {
                // SAFETY: a constant of the MPI library.
                unsafe { ffi::$datatype }
            }
        }
    )*};
}

number!(f32 => RSMPI_FLOAT, f64 => RSMPI_DOUBLE, u8 => RSMPI_UINT8_T, u64 => RSMPI_UINT64_T);

/// A call that MPI may not have completed. It owns the memory that MPI reads and writes until then.
pub(crate) struct Pending<T> {
    request: MPI_Request,
    sent: Vec<T>,
    received: Vec<T>,
    /// The lengths and offsets of what is received, which MPI reads.
    layout: [Vec<i32>; 2],
    is_complete: bool,
}

// SAFETY: a request is a handle, which any thread may use; `World` makes one call at a time.
unsafe impl<T: Send> Send for Pending<T> {}

/// The error of a call.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) call: &'static str,
    pub(crate) code: i32,
}

fn checked(call: &'static str, code: i32) -> Result<(), Failed> {
    match code {
        0 => Ok(()),
        _ => Err(Failed { call, code }),
    }
}

/// A length as MPI takes it.
fn length(call: &'static str, len: usize) -> Result<i32, Failed> {
    i32::try_from(len).map_err(|_| Failed { call, code: -1 })
}

impl<T: Number> Pending<T> {
    fn new(sent: Vec<T>, received: Vec<T>, layout: [Vec<i32>; 2]) -> Pending<T> {
        // SAFETY: a constant of the MPI library.
        let request = unsafe { ffi::RSMPI_REQUEST_NULL };
        Pending { request, sent, received, layout, is_complete: false }
    }

    /// Begins to add `values` over all ranks. `room` is memory to reuse.
    pub(crate) fn sum(values: &[T], room: [Vec<T>; 2]) -> Result<Pending<T>, Failed> {
        let [mut sent, mut received] = room;
        sent.clear();
        sent.extend_from_slice(values);
        // Memory that is reused has its length already.
        received.truncate(values.len());
        received.extend_from_slice(&values[received.len()..]);
        let mut pending = Pending::new(sent, received, [Vec::new(), Vec::new()]);
        let count = length("MPI_Iallreduce", values.len())?;
        // SAFETY: both buffers have `count` elements of the datatype. `pending` keeps them at their
        // place, and frees them only once the call is complete.
        let code = unsafe {
            ffi::MPI_Iallreduce(
                pending.sent.as_ptr().cast(),
                pending.received.as_mut_ptr().cast(),
                count,
                T::datatype(),
                ffi::RSMPI_SUM,
                ffi::RSMPI_COMM_WORLD,
                &mut pending.request,
            )
        };
        checked("MPI_Iallreduce", code).map(|()| pending)
    }

    /// Begins to gather `values` of every rank, which are `lengths` on each.
    pub(crate) fn gather(values: &[T], lengths: &[usize], zero: T) -> Result<Pending<T>, Failed> {
        let call = "MPI_Iallgatherv";
        let lengths: Vec<_> =
            lengths.iter().map(|&len| length(call, len)).collect::<Result<_, _>>()?;
        let mut total = 0_usize;
        let mut offsets = Vec::new();
        for &len in &lengths {
            offsets.push(length(call, total)?);
            total += len as usize;
        }
        let mut pending = Pending::new(values.to_vec(), vec![zero; total], [lengths, offsets]);
        // SAFETY: the receive buffer has room for all lengths at their offsets. `pending` keeps
        // buffers, lengths and offsets at their place until the call is complete.
        let code = unsafe {
            ffi::MPI_Iallgatherv(
                pending.sent.as_ptr().cast(),
                length(call, values.len())?,
                T::datatype(),
                pending.received.as_mut_ptr().cast(),
                pending.layout[0].as_ptr(),
                pending.layout[1].as_ptr(),
                T::datatype(),
                ffi::RSMPI_COMM_WORLD,
                &mut pending.request,
            )
        };
        checked(call, code).map(|()| pending)
    }

    /// Lets MPI proceed. Returns whether the call is complete.
    pub(crate) fn test(&mut self) -> Result<bool, Failed> {
        let mut flag = 0;
        // SAFETY: the request is of a call that has begun, or null, which is complete.
        let code = unsafe { ffi::MPI_Test(&mut self.request, &mut flag, ffi::RSMPI_STATUS_IGNORE) };
        checked("MPI_Test", code)?;
        self.is_complete = flag != 0;
        Ok(self.is_complete)
    }

    /// What was received. Call it once [`test`](Pending::test) returns true.
    pub(crate) fn received(&self) -> &[T] {
        assert!(self.is_complete, "a call is complete before its result is read");
        &self.received
    }

    /// The memory, for another call.
    pub(crate) fn into_room(mut self) -> [Vec<T>; 2] {
        assert!(self.is_complete, "a call is complete before its memory is reused");
        [&mut self.sent, &mut self.received].map(std::mem::take)
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        if !self.is_complete {
            // MPI may still read and write the memory, so it is never freed.
            std::mem::forget((
                std::mem::take(&mut self.sent),
                std::mem::take(&mut self.received),
                std::mem::take(&mut self.layout),
            ));
        }
    }
}

/// Lets calls return errors, instead of ending the process.
pub(crate) fn return_errors() -> Result<(), Failed> {
    // SAFETY: both are constants of the MPI library, which is initialized.
    let code =
        unsafe { ffi::MPI_Comm_set_errhandler(ffi::RSMPI_COMM_WORLD, ffi::RSMPI_ERRORS_RETURN) };
    checked("MPI_Comm_set_errhandler", code)
}

/// The text of an error code.
pub(crate) fn text(code: i32) -> String {
    // At least `MPI_MAX_ERROR_STRING` of every implementation.
    let (mut text, mut len) = ([0_u8; 2048], 0);
    // SAFETY: the buffer is as long as MPI may write.
    let found = unsafe { ffi::MPI_Error_string(code, text.as_mut_ptr().cast(), &mut len) };
    match (found, usize::try_from(len)) {
        (0, Ok(len)) => String::from_utf8_lossy(&text[..len.min(text.len())]).into_owned(),
        _ => format!("error {code}"),
    }
}

/// Ends all ranks.
pub(crate) fn abort() {
    // SAFETY: MPI is initialized.
    unsafe { ffi::MPI_Abort(ffi::RSMPI_COMM_WORLD, 1) };
    // Some implementations return before the process ends.
    std::process::exit(1);
}
