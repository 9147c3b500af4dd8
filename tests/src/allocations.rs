//! A global allocator that records the allocations of each thread, since tests run in parallel:
//!
//! ```text
//! #[global_allocator]
//! static ALLOCATOR: Recording = Recording;
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system allocator, with records.
pub struct Recording;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

/// The number of allocations of this thread so far.
pub fn count() -> usize {
    COUNT.get()
}

/// The bytes of the largest allocation that `run` makes on this thread, and its result.
pub fn largest_in<R>(run: impl FnOnce() -> R) -> (usize, R) {
    LARGEST.set(0);
    let result = run();
    (LARGEST.get(), result)
}

fn record(size: usize) {
    // The cells are not accessible while a thread exits; they are not read then either.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
    let _ = LARGEST.try_with(|largest| largest.set(largest.get().max(size)));
}

// SAFETY: forwards to the system allocator. Recording does not allocate, since the cells are
// const-initialized and have no destructor.
unsafe impl GlobalAlloc for Recording {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        record(layout.size());
        // SAFETY: required of the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        record(layout.size());
        // SAFETY: required of the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        record(size);
        // SAFETY: required of the caller.
        unsafe { System.realloc(place, layout, size) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: required of the caller.
        unsafe { System.dealloc(place, layout) }
    }
}
