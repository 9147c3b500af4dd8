//! Networks whose parameters are in the binary: files read at compile time, for `weights!`.

use core::mem::MaybeUninit;

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
    let header = match Header::read(file) {
        Ok(header) => header,
        Err(problem) => panic!("{}", unreadable(file, path, problem).as_str()),
    };
    let report = differences::<N>(&header, layout);
    if !report.is_empty() {
        let message = Report::new().text("the file `").text(path).text("` does not match `");
        let message = message.text(N::NAME).text("`:").text(report.as_str()).text(
            "\nhelp: save the parameters of this network again, or give the layout of the file: \
             `weights!(Net, \"file\", PyTorch)`",
        );
        panic!("{}", message.as_str());
    }
    let mut network = MaybeUninit::<N>::zeroed();
    // SAFETY: `Numbers` guarantees that `N` consists only of `Scalar`s, here `f32`, and that all
    // bytes zero are a valid value.
    let parameters = unsafe {
        core::slice::from_raw_parts_mut(network.as_mut_ptr().cast::<f32>(), count::<f32, N>())
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

/// The error for a file that is not in the format `safetensors`.
const fn unreadable(file: &[u8], path: &str, problem: Problem) -> Report {
    let report = Report::new().text("the file `").text(path);
    let report = report.text("`: expected a safetensors file, found ");
    // The first bytes of another format are read as a length, so that the file seems to end early.
    match format_of(file) {
        Some((found, help)) => report.text(found).text("\nhelp: ").text(help),
        None => report
            .text(problem.problem)
            .text(" at byte ")
            .number(problem.at)
            .text("\nhelp: write the file with `net.save` or `saving::save`"),
    }
}

/// All differences between a file and the network, a line each, as
/// [`Difference`](super::Difference) has them.
const fn differences<N: Network>(header: &Header<'_>, layout: Layout) -> Report {
    let (mut report, mut at) = (Report::new(), 0);
    while at < N::TENSORS.len() {
        let tensor = &N::TENSORS[at];
        report = match find::<N>(header, tensor, layout) {
            Some(place) => compare::<N>(header, place, tensor, layout, report),
            None => {
                let name = layout.last_field::<N>(tensor);
                let report = tensor.append(name, report.text("\n  missing tensor `"));
                let shape = layout.shape::<N>(tensor);
                report.text("` of shape [").sizes(shape.as_slice(), ", ").text("]")
            }
        };
        at += 1;
    }
    let mut place = 0;
    while place < header.count {
        if !is_known::<N>(header.name(place), layout) {
            report = report.text("\n  unknown tensor `").bytes(header.name(place));
            report = report.text("` of shape [").sizes(header.shape(place), ", ").text("]");
        }
        place += 1;
    }
    // Differences of tensors are more specific.
    if report.is_empty()
        && let Some(found) = header.signature()
    {
        let expected = N::SIGNATURE.digits();
        if !is_same(&expected, found) {
            report = report.text("\n  expected the signature ").bytes(&expected);
            report = report.text(", found ").bytes(found);
            report = report.text(": the layers or their connections differ");
        }
    }
    report
}

/// Appends how the type or shape of a tensor of the file differs.
const fn compare<N: Network>(
    header: &Header<'_>,
    place: usize,
    tensor: &TensorInfo,
    layout: Layout,
    mut report: Report,
) -> Report {
    let name = layout.last_field::<N>(tensor);
    let counter = layout.counter::<N>(tensor);
    let fits = matches!(
        (Dtype::named(header.dtype(place)), counter),
        (Some(Dtype::I64), Some(_)) | (Some(Dtype::F16 | Dtype::Bf16 | Dtype::F32), None)
    );
    if !fits {
        report = tensor.append(name, report.text("\n  `"));
        report = report.text("`: expected numbers that fit into f32, found `");
        report = report.bytes(header.dtype(place)).text("`");
    }
    let (found, shape) = (header.shape(place), layout.shape::<N>(tensor));
    if !shape.is(found) {
        report = tensor.append(name, report.text("\n  `")).text("`: expected shape [");
        report = report.sizes(shape.as_slice(), ", ").text("], found [");
        report = report.sizes(found, ", ").text("]");
    }
    report
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
    let is_plain = matches!(dtype, Dtype::F32) && !layout.is_reordered(tensor);
    if is_plain && cfg!(target_endian = "little") {
        let bytes = bytes.split_at(size_of_val::<[f32]>(values)).0;
        // SAFETY: both have as many bytes, and any four bytes are an `f32`. `values` is borrowed
        // mutably, so they do not overlap.
        unsafe {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), values.as_mut_ptr().cast(), bytes.len());
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
