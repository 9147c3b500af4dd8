//! burn, with its CPU backend for programs without `std`, and weights that are not copied to RAM.

#![no_std]
#![no_main]

extern crate alloc;

use core::alloc::{GlobalAlloc, Layout};
use core::mem::MaybeUninit;
use core::slice;
use core::sync::atomic::{AtomicUsize, Ordering};

use burn::module::{Module, Param};
use burn::nn::{Linear, Relu};
use burn::tensor::activation::softmax;
use burn::tensor::{AllocationProperty, Bytes, DType, Device, Tensor, TensorData};
// Its critical section is that of the heap.
use cortex_m as _;
use cortex_m_rt::entry;
use embedded_alloc::LlffHeap;
use firmware_size::{PIXELS, Probabilities, TRAINED, note, run};

/// The heap, and the most bytes of it that were in use.
struct Heap {
    heap: LlffHeap,
    peak: AtomicUsize,
}

// SAFETY: all is left to the inner heap.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller guarantees what the inner heap needs.
        let memory = unsafe { self.heap.alloc(layout) };
        self.peak.fetch_max(self.heap.used(), Ordering::Relaxed);
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the memory is of the inner heap, with this layout, as the caller guarantees.
        unsafe { self.heap.dealloc(memory, layout) }
    }
}

#[global_allocator]
static HEAP: Heap = Heap { heap: LlffHeap::empty(), peak: AtomicUsize::new(0) };

/// More than it needs: `heap at most` is what counts.
const HEAP_BYTES: usize = 64 * 1024;

#[derive(Module, Debug)]
struct Net {
    first: Linear,
    relu: Relu,
    second: Linear,
}

impl Net {
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        softmax(self.second.forward(self.relu.forward(self.first.forward(x))), 1)
    }
}

/// Numbers in flash, which are not copied.
fn in_flash<const N: usize>(numbers: &'static [f32], shape: [usize; N]) -> TensorData {
    // SAFETY: any `f32` is four bytes, and the alignment of a byte is 1.
    let bytes = unsafe { slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers)) };
    let bytes = Bytes::from_shared(bytes::Bytes::from_static(bytes), AllocationProperty::Native);
    TensorData::from_bytes(bytes, shape, DType::F32)
}

fn linear<const I: usize, const O: usize>(
    weight: &'static [[f32; O]; I],
    bias: &'static [f32; O],
    device: &Device,
) -> Linear {
    Linear {
        weight: Param::from_data(in_flash(weight.as_flattened(), [I, O]), device),
        bias: Some(Param::from_data(in_flash(bias, [O]), device)),
    }
}

#[entry]
fn main() -> ! {
    static mut MEMORY: [MaybeUninit<u8>; HEAP_BYTES] = [MaybeUninit::uninit(); HEAP_BYTES];
    // SAFETY: once, with memory that nothing else uses.
    unsafe { HEAP.heap.init(MEMORY.as_mut_ptr().expose_provenance(), HEAP_BYTES) };

    let device = Device::flex();
    let net = Net {
        first: linear(&TRAINED.affine1.weight, &TRAINED.affine1.bias, &device),
        relu: Relu::new(),
        second: linear(&TRAINED.affine2.weight, &TRAINED.affine2.bias, &device),
    };
    note("heap after loading", HEAP.heap.used());
    let classify = |image: &[f32; PIXELS]| -> Option<Probabilities> {
        let x = Tensor::<2>::from_data(TensorData::new(image.to_vec(), [1, PIXELS]), &device);
        let probabilities = net.forward(x).into_data();
        probabilities.as_slice::<f32>().ok()?.try_into().ok()
    };
    // Every prediction needs as much.
    classify(&[0.0; PIXELS]);
    note("heap at most", HEAP.peak.load(Ordering::Relaxed));
    run(classify)
}
