//! Checks and sums of sizes that only the compiler knows.
//!
//! A check of a network is a constant of its own. In a layer with parameters, the checks are part of a
//! constant that depends on them: a function returns the message, and `check_in` adds the name of the
//! layer and its parameters.

use super::faults;
use crate::layers::{Conv2dShape, Shape};
use crate::params::const_message::Message;

/// Rejects a layer whose number of inputs differs from the number of features it receives. The
/// macro supplies the text before, between and after the two numbers. A size of 0 is left to
/// `check_size`.
#[track_caller]
pub const fn check_link(words: [&str; 3], takes: usize, produces: usize) {
    check(faults::link(words, takes, produces));
}

/// Rejects a value whose shape is not that of a layer's input. The macro supplies the text before
/// and between the shapes. A layer that states no shape takes any with its number of features.
#[track_caller]
pub const fn check_takes(words: [&str; 2], takes: Shape, produces: Shape) {
    check(faults::takes(words, takes, produces));
}

/// Rejects operands of different shapes, for example of a sum. The macro supplies the text before,
/// between and after the shapes.
#[track_caller]
pub const fn check_same(words: [&str; 3], one: Shape, other: Shape) {
    check(faults::same(words, one, other));
}

/// Rejects a value without the number of sizes that a layer needs. The macro supplies the text
/// before and after the shape.
#[track_caller]
pub const fn check_rank(words: [&str; 2], expected: usize, produces: Shape) {
    check(faults::rank(words, expected, produces));
}

/// Rejects an image, or a signal, before a layer that acts on flat features, or on each step of a
/// sequence. The macro supplies the text before and after the shape.
#[track_caller]
pub const fn check_per_step(words: [&str; 2], produces: Shape) {
    check(faults::per_step(words, produces));
}

/// Rejects a value that is not a sequence. The macro supplies the text before and after the shape.
#[track_caller]
pub const fn check_sequence(words: [&str; 2], produces: Shape) {
    check(faults::sequence(words, produces));
}

/// Rejects a kernel that does not fit its padded input. The macro supplies the text before, between
/// and after the sizes of the kernel and of the input, and the help.
#[track_caller]
pub const fn check_fits(words: [&str; 4], size: usize, kernel: [usize; 2], padding: [usize; 2]) {
    check(faults::fits(words, size, kernel, padding));
}

/// Rejects values that cannot be concatenated.
#[track_caller]
pub const fn check_joins(shapes: &[Shape]) {
    check(faults::joins(shapes));
}

/// The shape of concatenated values: the sum of the first dimensions, and the other dimensions. That of
/// sequences: the sum of their features.
pub const fn joined(shapes: &[Shape]) -> Shape {
    let is_sequence = shapes[0].is_sequence();
    let (mut sum, mut at) = (0, 0);
    while at < shapes.len() {
        sum += shapes[at].size(if is_sequence { 1 } else { 0 });
        at += 1;
    }
    if is_sequence { shapes[0].with_last(sum) } else { shapes[0].with_first(sum) }
}

/// Rejects groups that do not divide the channels or filters. The macro supplies the text before,
/// between and after the numbers.
#[track_caller]
pub const fn check_divides(words: [&str; 3], groups: usize, size: usize) {
    check(faults::divides(words, groups, size));
}

/// Reports the message of a check in a layer with parameters, with its name and their values.
#[track_caller]
pub const fn check_in(name: &str, parameters: &[usize], fault: Option<Message>) {
    let Some(fault) = fault else { return };
    let message = Message::<1024>::new().text("in `").text(name).arguments(parameters);
    let message = message.text("`: ").text(fault.as_str());
    panic!("{}", message.as_str());
}

/// Rejects the type of a layer with parameters whose further parameters do not have the values that
/// follow: its sizes were written in parentheses.
#[track_caller]
pub const fn check_filled(name: &str, parameters: &[usize], given: &[usize], computed: &[usize]) {
    let mut at = 0;
    while at < given.len() {
        if given[at] != computed[at] {
            let message = Message::<1024>::new().text("the sizes of the layer `").text(name);
            let message = message.text("` are in parentheses\nhelp: write `").text(name);
            check(Some(message.arguments(parameters).text("`")));
        }
        at += 1;
    }
}

#[track_caller]
const fn check(fault: Option<Message>) {
    if let Some(message) = fault {
        panic!("{}", message.as_str());
    }
}

/// Rejects a type whose input is not any numbers, that carries its state, or whose shapes do not have its numbers of features.
/// The macro supplies the description of the layer.
#[track_caller]
pub const fn check_stated(
    layer: &str,
    properties: [bool; 2],
    features: [usize; 2],
    shapes: [Shape; 2],
) {
    check(faults::stated(layer, properties, features, shapes));
}

/// Rejects invalid sizes: 0 for any layer, and 1 before a softmax. The macro supplies the message.
#[track_caller]
pub const fn check_size(message: &str, rejected: usize, size: usize) {
    check(faults::size(message, rejected, size));
}

/// Rejects a network whose struct is not exactly its fields: `Numbers` would read the padding. Sizes
/// are in bytes; `is_aligned` reports whether the alignment is that of the scalar.
#[track_caller]
pub const fn check_layout(message: &str, size: usize, fields: &[usize], is_aligned: bool) {
    if size != total(fields) || !is_aligned {
        panic!("{}", message);
    }
}

/// Rejects a name that is not one of a network's values.
#[track_caller]
pub(super) const fn unknown_value(network: &str, name: &str) -> ! {
    let message =
        Message::<1024>::new().text("the network `").text(network).text("` has no value `");
    let message = message
        .text(name)
        .text("`\nhelp: give the name of a `let`, or of a layer, as printing the network shows it");
    panic!("{}", message.as_str());
}

/// The size of one dimension of a layer's output, whose kernel moves over a padded input: rounded
/// down, as in PyTorch. 0 if the kernel does not fit, which `check_fits` reports.
pub const fn window_output(
    size: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    padding: usize,
) -> usize {
    if kernel == 0 || stride == 0 || size + padding <= dilation * (kernel - 1) {
        return 0;
    }
    (size + padding - dilation * (kernel - 1) - 1) / stride + 1
}

/// The size of one dimension of the output of a transposed convolution, as in PyTorch.
#[track_caller]
pub const fn enlarged_output(
    size: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    padding: usize,
    output_padding: usize,
) -> usize {
    if output_padding >= stride {
        let message = Message::<1024>::new().text("an output padding of ").number(output_padding);
        let message = message.text(" is not below the stride, ").number(stride);
        panic!("{}", message.text("\nhelp: write a smaller `output_padding`").as_str());
    }
    let places = (size - 1) * stride + dilation * (kernel - 1) + output_padding + 1;
    if places <= 2 * padding {
        let message = Message::<1024>::new().text("2 · ").number(padding);
        let message = message.text(" of padding removes all of ").number(places);
        panic!("{}", message.text("\nhelp: use less padding, or a larger kernel").as_str());
    }
    places - 2 * padding
}

/// The sizes of a layer whose kernel moves over an image. If they do not fit, which other checks
/// report, the image is replaced by one that fits.
pub const fn checked_window(shape: Conv2dShape) -> Conv2dShape {
    if shape.is_valid() || shape.groups == 0 {
        return shape;
    }
    let channels = shape.channels / shape.groups;
    let (height, width) = shape.kernel;
    Conv2dShape::new((channels, height, width), shape.filters, shape.kernel)
}

/// The maximum of several sizes that share a slot of memory.
pub const fn largest(sizes: &[usize]) -> usize {
    let mut largest = 0;
    let mut place = 0;
    while place < sizes.len() {
        if sizes[place] > largest {
            largest = sizes[place];
        }
        place += 1;
    }
    largest
}

/// The minimum of several numbers; the largest number of all if there are none.
pub const fn smallest(numbers: &[usize]) -> usize {
    let (mut smallest, mut place) = (usize::MAX, 0);
    while place < numbers.len() {
        if numbers[place] < smallest {
            smallest = numbers[place];
        }
        place += 1;
    }
    smallest
}

/// The sum of the numbers.
pub const fn total(numbers: &[usize]) -> usize {
    let (mut total, mut place) = (0, 0);
    while place < numbers.len() {
        total += numbers[place];
        place += 1;
    }
    total
}
