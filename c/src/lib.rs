//! A network that classifies handwritten digits, as a library for C.
//!
//! Every function returns a [`DigitsStatus`], and writes a message for any other than
//! `DIGITS_STATUS_OK`. A panic does not leave the library. A loaded network is not changed by
//! predictions, so any number of threads can share it without a lock.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use chainrule::{NetworkExt, Workspace, network};

/// Numbers in an image: the ink in 8 × 8 cells, from 0 to 1, row by row.
pub const DIGITS_PIXELS: usize = 64;

/// Classes, the digits 0 to 9.
pub const DIGITS_CLASSES: usize = 10;

network! {
    pub struct Net = Affine(DIGITS_PIXELS, 32) -> Relu -> Affine(DIGITS_CLASSES) => SoftmaxWithLoss;
}

/// A trained network.
pub struct Digits(Box<Net>);

/// The result of a call.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigitsStatus {
    /// The call has done its work.
    Ok = 0,
    /// A pointer that must not be null is null.
    NullPointer = 1,
    /// The file cannot be read, or is not of this network.
    InvalidFile = 2,
    /// The images contain NaN or infinite numbers, or there are none.
    InvalidInput = 3,
    /// An error of the library itself.
    Internal = 4,
}

thread_local! {
    /// Each thread reuses its own, so that predictions after the first do not allocate.
    static WORKSPACE: RefCell<Workspace<f32>> = RefCell::new(Workspace::new());
}

/// Loads a network from a file in the format `safetensors`, and stores it in `*digits`. Release it
/// with `digits_free`.
///
/// `message` receives the text of an error, ended by a zero and truncated to `capacity` bytes. It may
/// be null.
///
/// # Safety
///
/// `path` must be null or a text that ends with a zero, `digits` null or a place for a pointer,
/// `message` null or memory of `capacity` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn digits_load(
    path: *const c_char,
    digits: *mut *mut Digits,
    message: *mut c_char,
    capacity: usize,
) -> DigitsStatus {
    let load = || {
        if path.is_null() || digits.is_null() {
            return Err(null("path or digits"));
        }
        // SAFETY: the caller passes a text that ends with a zero.
        let path = unsafe { CStr::from_ptr(path) };
        let invalid = |error: &dyn ToString| Failure(DigitsStatus::InvalidFile, error.to_string());
        let path = path.to_str().map_err(|error| invalid(&error))?;
        let network = Net::load(path).map_err(|error| invalid(&error))?;
        // SAFETY: the caller passes a place for a pointer.
        unsafe { digits.write(Box::into_raw(Box::new(Digits(network)))) };
        Ok(())
    };
    // SAFETY: the caller passes memory of `capacity` bytes, or null.
    unsafe { guarded(load, message, capacity) }
}

/// Releases a network. Null is ignored.
///
/// # Safety
///
/// `digits` must be null or a network of `digits_load` that is not used anymore.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn digits_free(digits: *mut Digits) {
    if !digits.is_null() {
        // SAFETY: `digits_load` made it from a box, and the caller does not use it anymore.
        drop(unsafe { Box::from_raw(digits) });
    }
}

/// Classifies `count` images of `DIGITS_PIXELS` numbers. Stores the probabilities of the classes,
/// `DIGITS_CLASSES` for each image, in `probabilities`, and the most probable class of each image in
/// `classes`. Either may be null. After an error, both are unchanged.
///
/// # Safety
///
/// `digits` must be null or a network of `digits_load`; `images`, `probabilities`, `classes` and
/// `message` null or memory of the given sizes, which do not overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn digits_predict(
    digits: *const Digits,
    images: *const f32,
    count: usize,
    probabilities: *mut f32,
    classes: *mut u8,
    message: *mut c_char,
    capacity: usize,
) -> DigitsStatus {
    let predict = || {
        if digits.is_null() || images.is_null() {
            return Err(null("digits or images"));
        }
        // SAFETY: the caller passes a network, and `count` images. An array of numbers is laid out
        // like the numbers.
        let (Digits(network), images) = unsafe {
            (&*digits, slice::from_raw_parts(images.cast::<[f32; DIGITS_PIXELS]>(), count))
        };
        WORKSPACE.with_borrow_mut(|workspace| {
            let rows = network
                .predict_proba_in(images, workspace)
                .map_err(|error| Failure(DigitsStatus::InvalidInput, error.to_string()))?;
            for (sample, row) in rows.outer_iter().enumerate() {
                let first = sample * DIGITS_CLASSES;
                let class = (0..DIGITS_CLASSES)
                    .max_by(|one, other| row[*one].total_cmp(&row[*other]))
                    .unwrap_or(0);
                // SAFETY: the caller passes memory for all samples, or null.
                unsafe {
                    for (place, probability) in row.iter().enumerate() {
                        if !probabilities.is_null() {
                            probabilities.add(first + place).write(*probability);
                        }
                    }
                    if !classes.is_null() {
                        classes.add(sample).write(class as u8);
                    }
                }
            }
            Ok(())
        })
    };
    // SAFETY: the caller passes memory of `capacity` bytes, or null.
    unsafe { guarded(predict, message, capacity) }
}

/// A status other than `Ok`, and its message.
struct Failure(DigitsStatus, String);

fn null(what: &str) -> Failure {
    Failure(DigitsStatus::NullPointer, format!("expected {what} that is not null"))
}

/// Runs `work`, and writes the message of an error or a panic.
///
/// # Safety
///
/// `message` must be null or memory of `capacity` bytes.
unsafe fn guarded(
    work: impl FnOnce() -> Result<(), Failure>,
    message: *mut c_char,
    capacity: usize,
) -> DigitsStatus {
    // After a panic only the workspace may be inconsistent, and its contents are always overwritten.
    let result = catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(Failure(DigitsStatus::Internal, text_of(&*panic).to_owned())));
    let Err(Failure(status, text)) = result else { return DigitsStatus::Ok };
    if !message.is_null() && capacity > 0 {
        let mut length = text.len().min(capacity - 1);
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        // SAFETY: the text and the zero after it fit into `capacity` bytes.
        unsafe {
            message.cast::<u8>().copy_from_nonoverlapping(text.as_ptr(), length);
            message.add(length).write(0);
        }
    }
    status
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic")
}
