//! Networks whose parameters are in the binary: files read at compile time, for `weights!`.

use std::mem::MaybeUninit;

use super::const_header::{Header, Problem};
use super::foreign::format_of;
use super::layout::Layout;
use super::number::Dtype;
use crate::network::declared::Network;
use crate::params::const_message::Message;
use crate::params::tensor::{TensorInfo, count, is_same};

/// Room for the differences of some hundred tensors.
type Report = Message<16384>;

/// The network `N` with the parameters in `file`, the contents of the file at `path`. What does not
/// match is a panic, which is a compile error where this is evaluated.
#[track_caller]
pub const fn embedded<N: Network<Scalar = f32>>(file: &[u8], path: &str, layout: Layout) -> N {
    let mut report = Report::new();
    let header = match Header::read(file) {
        Ok(header) => header,
        Err(problem) => {
            unreadable(file, path, problem, &mut report);
            panic!("{}", report.as_str("the file is not a safetensors file"));
        }
    };
    differences::<N>(&header, layout, &mut report);
    if !report.is_empty() {
        let mut message = Report::new();
        message.text("the file `");
        message.text(path);
        message.text("` does not match `");
        message.text(N::NAME);
        message.text("`:");
        message.text(report.as_str("its names are not UTF-8"));
        message.text(
            "\nhelp: save the parameters of this network again, or give the layout of the file: \
             `weights!(Net, \"file\", PyTorch)`",
        );
        panic!("{}", message.as_str("the file does not match the network"));
    }
    let mut network = MaybeUninit::<N>::zeroed();
    // SAFETY: `Numbers` guarantees that `N` consists only of `Scalar`s, here `f32`, and that all
    // bytes zero are a valid value.
    let parameters = unsafe {
        std::slice::from_raw_parts_mut(network.as_mut_ptr().cast::<f32>(), count::<f32, N>())
    };
    let mut at = 0;
    while at < N::TENSORS.len() {
        let tensor = &N::TENSORS[at];
        if let Some(place) = find::<N>(&header, tensor, layout) {
            let values = parameters.split_at_mut(tensor.offset).1.split_at_mut(tensor.len()).0;
            fill(tensor, values, header.dtype(place), header.numbers(place), layout);
        }
        at += 1;
    }
    // SAFETY: all bytes zero are a valid value, and so is any `f32` that was written.
    unsafe { network.assume_init() }
}

/// Reports a file that is not in the format `safetensors`.
const fn unreadable(file: &[u8], path: &str, problem: Problem, report: &mut Report) {
    report.text("the file `");
    report.text(path);
    // The first bytes of another format are read as a length, so that the file seems to end early.
    if let Some((found, help)) = format_of(file) {
        report.text("`: expected a safetensors file, found ");
        report.text(found);
        report.text("\nhelp: ");
        report.text(help);
        return;
    }
    report.text("`: expected a safetensors file, found ");
    report.text(problem.problem);
    report.text(" at byte ");
    report.number(problem.at);
    report.text("\nhelp: write the file with `net.save` or `saving::save`");
}

/// Reports all differences between a file and the network, a line each, as
/// [`Difference`](super::Difference) does.
const fn differences<N: Network>(header: &Header<'_>, layout: Layout, report: &mut Report) {
    let mut at = 0;
    while at < N::TENSORS.len() {
        let tensor = &N::TENSORS[at];
        match find::<N>(header, tensor, layout) {
            Some(place) => compare::<N>(header, place, tensor, layout, report),
            None => {
                report.text("\n  missing tensor `");
                tensor.append(layout.last_field::<N>(tensor), report);
                report.text("` of shape ");
                append_shape::<N>(tensor, layout, report);
            }
        }
        at += 1;
    }
    let mut place = 0;
    while place < header.count {
        if !is_known::<N>(header.name(place), layout) {
            report.text("\n  unknown tensor `");
            report.bytes(header.name(place));
            report.text("` of shape ");
            report.numbers(header.shape(place));
        }
        place += 1;
    }
    // Differences of tensors are more specific.
    if report.is_empty()
        && let Some(found) = header.signature()
    {
        let expected = N::SIGNATURE.digits();
        if !is_same(&expected, found) {
            report.text("\n  expected the signature ");
            report.bytes(&expected);
            report.text(", found ");
            report.bytes(found);
            report.text(": the layers or their connections differ");
        }
    }
}

/// Reports a tensor of the file whose type or shape differs.
const fn compare<N: Network>(
    header: &Header<'_>,
    place: usize,
    tensor: &TensorInfo,
    layout: Layout,
    report: &mut Report,
) {
    let name = layout.last_field::<N>(tensor);
    let counter = layout.counter::<N>(tensor);
    let fits = match (Dtype::named(header.dtype(place)), counter) {
        (Some(Dtype::I64), Some(_)) => true,
        (Some(Dtype::F16 | Dtype::Bf16 | Dtype::F32), None) => true,
        _ => false,
    };
    if !fits {
        report.text("\n  `");
        tensor.append(name, report);
        report.text("`: expected numbers that fit into f32, found `");
        report.bytes(header.dtype(place));
        report.text("`");
    }
    let found = header.shape(place);
    if !has_shape(found, tensor, layout, counter.is_some()) {
        report.text("\n  `");
        tensor.append(name, report);
        report.text("`: expected shape ");
        append_shape::<N>(tensor, layout, report);
        report.text(", found ");
        report.numbers(found);
    }
}

/// Whether `found` is the shape of `tensor` in a file.
const fn has_shape(found: &[usize], tensor: &TensorInfo, layout: Layout, is_counter: bool) -> bool {
    if is_counter {
        return found.is_empty();
    }
    let shape = tensor.shape;
    let mut axis = 0;
    while axis < shape.len() && axis < found.len() {
        let expected = match layout.is_transposed(tensor) {
            true => shape[shape.len() - 1 - axis],
            false => shape[axis],
        };
        if found[axis] != expected {
            return false;
        }
        axis += 1;
    }
    shape.len() == found.len()
}

/// Appends the shape of `tensor` in a file.
const fn append_shape<N: Network>(tensor: &TensorInfo, layout: Layout, report: &mut Report) {
    match tensor.shape {
        _ if layout.counter::<N>(tensor).is_some() => report.numbers(&[]),
        &[inputs, outputs] if layout.is_transposed(tensor) => report.numbers(&[outputs, inputs]),
        shape => report.numbers(shape),
    }
}

/// The place in the file of a tensor of the network.
const fn find<N: Network>(
    header: &Header<'_>,
    tensor: &TensorInfo,
    layout: Layout,
) -> Option<usize> {
    let last = layout.last_field::<N>(tensor);
    let mut place = 0;
    while place < header.count {
        if tensor.has_name(header.name(place), last) {
            return Some(place);
        }
        place += 1;
    }
    None
}

/// Whether a tensor of the file is one of the network's.
const fn is_known<N: Network>(name: &[u8], layout: Layout) -> bool {
    let mut at = 0;
    while at < N::TENSORS.len() {
        let tensor = &N::TENSORS[at];
        if tensor.has_name(name, layout.last_field::<N>(tensor)) {
            return true;
        }
        at += 1;
    }
    false
}

/// Sets the numbers of `tensor` to those of a file, whose type and shape have been checked.
const fn fill(tensor: &TensorInfo, values: &mut [f32], dtype: &[u8], bytes: &[u8], layout: Layout) {
    let Some(dtype) = Dtype::named(dtype) else { return };
    let is_plain = matches!(dtype, Dtype::F32) && !layout.is_transposed(tensor);
    if is_plain && cfg!(target_endian = "little") {
        let bytes = bytes.split_at(size_of_val::<[f32]>(values)).0;
        // SAFETY: both have as many bytes, and any four bytes are an `f32`. `values` is borrowed
        // mutably, so they do not overlap.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), values.as_mut_ptr().cast(), bytes.len());
        }
        return;
    }
    let mut place = 0;
    while place < values.len() {
        let number = bytes.split_at(place * dtype.bytes()).1;
        values[layout.place(tensor, place)] = dtype.decode(number) as f32;
        place += 1;
    }
}
