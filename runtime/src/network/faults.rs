//! Messages of checks that the compiler evaluates: `None` if the check succeeds.

use crate::layers::Shape;
use crate::params::const_message::Message;

/// The message of `check_link`.
pub const fn link(words: [&str; 3], takes: usize, produces: usize) -> Option<Message> {
    if takes == produces || takes == 0 || produces == 0 {
        return None;
    }
    let message = Message::new().text(words[0]).number(takes).text(words[1]);
    Some(message.number(produces).text(words[2]))
}

/// The message of `check_takes`.
pub const fn takes(words: [&str; 2], takes: Shape, produces: Shape) -> Option<Message> {
    let (features, given) = (takes.features(), produces.features());
    let is_same = if takes.is_any() { features == given } else { takes.is_same(&produces) };
    if is_same || features == 0 || given == 0 {
        return None;
    }
    let (rank, rank_before) = (takes.sizes().len(), produces.sizes().len());
    let unit = if rank == 1 { " inputs" } else { "" };
    let message = Message::new().text(words[0]).sizes(takes.sizes(), "×").text(unit);
    let message = message.text(words[1]).sizes(produces.sizes(), "×");
    Some(if rank == 1 && rank_before > 1 && features == given {
        message.text("\nhelp: write `Flatten ->` before it")
    } else if rank > 1 && features == given {
        message.text("\nhelp: write `Reshape(").sizes(takes.sizes(), ", ").text(") ->` before it")
    } else {
        message.text("\nhelp: change one of the two")
    })
}

/// The message of `check_same`.
pub const fn same(words: [&str; 3], one: Shape, other: Shape) -> Option<Message> {
    if one.is_any() || other.is_any() {
        return link(words, one.features(), other.features());
    }
    if one.is_same(&other) || one.features() == 0 || other.features() == 0 {
        return None;
    }
    let message = Message::new().text(words[0]).sizes(one.sizes(), "×").text(words[1]);
    Some(message.sizes(other.sizes(), "×").text(words[2]))
}

/// The message of `check_rank`.
pub const fn rank(words: [&str; 2], expected: usize, produces: Shape) -> Option<Message> {
    if produces.sizes().len() == expected {
        return None;
    }
    Some(Message::new().text(words[0]).sizes(produces.sizes(), "×").text(words[1]))
}

/// The message of `check_per_step`.
pub const fn per_step(words: [&str; 2], produces: Shape) -> Option<Message> {
    if produces.is_sequence() { None } else { rank(words, 1, produces) }
}

/// The message of `check_sequence`.
pub const fn sequence(words: [&str; 2], produces: Shape) -> Option<Message> {
    if produces.is_sequence() {
        return None;
    }
    Some(Message::new().text(words[0]).sizes(produces.sizes(), "×").text(words[1]))
}

/// The message of `check_fits`; `kernel` are its size and its dilation.
pub const fn fits(
    words: [&str; 4],
    size: usize,
    kernel: [usize; 2],
    padding: [usize; 2],
) -> Option<Message> {
    let [kernel, dilation] = kernel;
    if size == 0 || kernel == 0 || dilation * (kernel - 1) < size + padding[0] + padding[1] {
        return None;
    }
    let message = Message::new().text(words[0]).number(kernel).text(words[1]).number(size);
    let mut message = message.text(words[2]);
    if padding[0] + padding[1] > 0 {
        message = message.text(" with ").number(padding[0]).text(" + ").number(padding[1]);
        message = message.text(" of padding");
    }
    Some(message.text(words[3]))
}

/// The message of `check_joins`: all dimensions but the first must be the same; of sequences, all but
/// the last.
pub const fn joins(shapes: &[Shape]) -> Option<Message> {
    let mut at = 1;
    while at < shapes.len() {
        let (first, other) = (&shapes[0], &shapes[at]);
        if first.is_sequence() {
            if !first.is_same(&other.with_last(first.size(1))) || !other.is_sequence() {
                let message = Message::new().text("cannot concatenate ").sizes(first.sizes(), "×");
                return Some(message.text(" and ").sizes(other.sizes(), "×").text(
                    ": sequences need the same number of steps\n\
                     help: write `Flatten` after each sequence to concatenate their features",
                ));
            }
        } else if !first.is_same(&other.with_first(first.size(0))) {
            let message =
                Message::new().text("cannot concatenate ").sizes(first.sizes(), "×").text(" and ");
            return Some(message.sizes(other.sizes(), "×").text(
                ": images need the same height and width\n\
                 help: write `Flatten` after each image to concatenate their features",
            ));
        }
        at += 1;
    }
    None
}

/// The message of `check_divides`.
pub const fn divides(words: [&str; 3], groups: usize, size: usize) -> Option<Message> {
    if groups == 0 || size.is_multiple_of(groups) {
        return None;
    }
    let message = Message::new().text(words[0]).number(groups).text(words[1]);
    Some(message.number(size).text(words[2]))
}

/// The message for an invalid size: 0 for any layer. The macro supplies it.
pub const fn size(message: &str, rejected: usize, size: usize) -> Option<Message> {
    if size == rejected { Some(Message::new().text(message)) } else { None }
}

/// The message of `check_stated`.
pub const fn stated(
    layer: &str,
    [takes_numbers, carries]: [bool; 2],
    features: [usize; 2],
    shapes: [Shape; 2],
) -> Option<Message> {
    if !takes_numbers {
        let message = Message::new().text("`").text(layer);
        let message = message.text("` has an input of indices or lengths, found as a layer");
        return Some(
            message.text("\nhelp: write its layers in this network, whose inputs are checked"),
        );
    }
    if carries {
        let message = Message::new().text("`").text(layer);
        let message = message.text("` carries its state from batch to batch, found as a layer");
        return Some(message.text("\nhelp: write its layers in this network"));
    }
    let mut at = 0;
    while at < 2 {
        let name = if at == 0 { "INPUT" } else { "OUTPUT" };
        if features[at] != shapes[at].features() {
            let message = Message::new().text("`").text(layer).text("` has `").text(name);
            let message = message.text("S` = ").number(features[at]).text(", but its `").text(name);
            return Some(
                message
                    .text("_SHAPE` is ")
                    .sizes(shapes[at].sizes(), "×")
                    .text("\nhelp: let the product of the sizes be the number of features"),
            );
        }
        at += 1;
    }
    None
}
