//! Shapes of layers that see the channels of an image, or of a signal: two dimensions that are channels
//! and length, as `Conv1d` reads and produces them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::common::report::Report;
use crate::common::tokens::source;
use crate::network::checks::{Check, DeferredCheck};
use crate::network::known::{Before, Shape, reshaped};
use crate::network::model::Layer;
use crate::network::registry::{self, ChannelKind, Role};
use crate::network::size::Size;
use crate::network::window;

/// The shape of a layer with a kernel that moves over an image or a signal.
pub(crate) fn windowed(
    runtime: &TokenStream,
    layer: &Layer,
    (before, axes): (&Before, usize),
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    let Some(window) = &layer.window else { return Shape::default() };
    let takes = if axes == 1 { Takes::Signal } else { Takes::Image };
    let Some(image) = image(layer, before, takes, links, report) else { return Shape::default() };
    let outputs = window::outputs(runtime, layer, window, &image, links, report);
    Shape { inputs: Some(image), outputs }
}

/// The shape of a layer that computes something of channels.
pub(crate) fn shape(
    kind: ChannelKind,
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    if let (ChannelKind::GroupNorm, Before::Known(size, _)) = (kind, before)
        && size.is_flat()
    {
        return grouped(layer, size, size, links, report);
    }
    let Some(image) = image(layer, before, Takes::Either, links, report) else {
        return Shape::default();
    };
    let [channels, area @ ..] = image.dims() else { return Shape::default() };
    let outputs = match kind {
        ChannelKind::GroupNorm => return grouped(layer, &image, channels, links, report),
        ChannelKind::Average => Some(channels.clone()),
        ChannelKind::Upsample => enlarged(layer, channels, area, report),
    };
    Shape { inputs: Some(image), outputs }
}

/// The shape of a `GroupNorm`, whose groups have to divide the channels.
fn grouped(
    layer: &Layer,
    size: &Size,
    channels: &Size,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Shape {
    match &layer.sizes[..] {
        [Some(groups)]
            if window::divides(layer, groups, ("channels", [channels; 2]), links, report) =>
        {
            Shape { inputs: Some(size.clone()), outputs: Some(size.clone()) }
        }
        _ => Shape::default(),
    }
}

/// The output of `Upsample`: each dimension but the channels, times its factor.
fn enlarged(layer: &Layer, channels: &Size, area: &[Size], report: &mut Report) -> Option<Size> {
    let factors: Vec<&Size> = layer.sizes.iter().flatten().collect();
    let factors = match (area, &factors[..]) {
        ([_], [_, _]) => {
            let message = format!(
                "`{}` has factors for height and width, but its input is channels × length\n\
                 help: write one factor",
                layer.describe()
            );
            report.error(&layer.call.tokens, message);
            return None;
        }
        (area, [factor]) => vec![*factor; area.len()],
        (_, factors) => factors.to_vec(),
    };
    if factors.is_empty() {
        return None;
    }
    let times = |(size, factor): (&Size, &Size)| {
        window::computed(
            [size, factor],
            |[size, factor]| size.checked_mul(factor),
            || quote!(#size * #factor),
            || format!("{size} * {factor}"),
        )
    };
    let area = area.iter().zip(factors).map(times);
    Some(Size::shaped([channels.clone()].into_iter().chain(area).collect()).into_signal())
}

/// Returns whether a dropout of channels has some, and reports if not. Leaves it to the compiler to
/// check that a normalization of features has no image, if only that knows the shape.
pub(crate) fn fit(
    layer: &Layer,
    before: &Before,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> bool {
    let (Before::Known(size, producer), true) = (before, layer.spec.traits.is_per_channel) else {
        return true;
    };
    match layer.spec.role {
        Role::TrainOnly if size.as_image().is_none() || size.sequence().is_some() => {
            let ratio = layer.number.as_ref().map_or("0.5".to_owned(), source);
            let message = format!(
                "`{}` drops channels of an image, but {producer} {size}\n\
                 help: write `Dropout({ratio})`, which drops features",
                layer.describe()
            );
            report.error(&layer.call.tokens, message);
            false
        }
        Role::ShapePreserving { .. } if size.open_shape().is_some() => {
            let words = [
                format!("`{}` normalizes flat features here, but {producer} ", layer.describe()),
                "\nhelp: write `Reshape(…) ->` with these sizes before it, to normalize channels"
                    .to_owned(),
            ];
            let check = Check::Rank { words, rank: 1, size: size.clone() };
            links.push(DeferredCheck { place: layer.call.tokens.clone(), check });
            true
        }
        _ => true,
    }
}

/// How two images or signals can be made equal.
pub(crate) fn equalised(left: &Size, right: &Size) -> String {
    match (left.dims(), right.dims()) {
        ([channels, area @ ..], [_, other @ ..]) if area.len() == other.len() => {
            let is_equal = area.iter().zip(other).all(|(one, other)| one.is_same(other));
            let name = if area.len() == 1 { "Conv1d" } else { "Conv2d" };
            match is_equal {
                true => format!(", for example by `{name}({channels}, 1)`"),
                false => format!(
                    ", for example by `padding = {}` in convolutions of stride 1",
                    if area.len() == 1 { "1" } else { "same" }
                ),
            }
        }
        _ => ", for example by `Flatten`".to_owned(),
    }
}

/// What a layer takes.
#[derive(Clone, Copy, PartialEq)]
enum Takes {
    Image,
    /// Any two dimensions, as channels and length.
    Signal,
    /// An image, or what a layer along one axis produced.
    Either,
}

impl Takes {
    fn accepts(self, size: &Size) -> bool {
        match (self, size.dims().len()) {
            (Takes::Image | Takes::Either, 3) | (Takes::Signal, 2) => true,
            (Takes::Either, 2) => size.is_signal(),
            _ => false,
        }
    }
}

/// The image or signal before a layer; reports another value.
fn image(
    layer: &Layer,
    before: &Before,
    takes: Takes,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Option<Size> {
    let (what, names, example, rank) = match takes {
        Takes::Signal => ("a signal", "channels × length", "8, 64", 2),
        Takes::Image | Takes::Either => ("an image", "channels × height × width", "1, 28, 28", 3),
    };
    let message = match before {
        Before::Mistake => return None,
        Before::Known(size, producer) => {
            let begin = format!("`{}` takes {what}, {names}, but {producer} ", layer.describe());
            let help =
                other_axes(layer, size).unwrap_or_else(|| reshaped(size, producer, rank, example));
            let help = format!("\nhelp: {help}");
            if size.open_shape().is_some() {
                let check = Check::Rank { words: [begin, help], rank, size: size.clone() };
                links.push(DeferredCheck { place: layer.call.tokens.clone(), check });
                let dims = (0..rank).map(|at| size.open_dim(at)).collect();
                return Some(Size::shaped(dims).into_signal());
            }
            if takes.accepts(size) {
                return Some(size.clone().into_signal());
            }
            format!("{begin}{size}{help}")
        }
        Before::Nothing => format!(
            "the {} that `{}` takes is unknown\n\
             help: begin with `Input({example}) ->`, for {}",
            what.split_once(' ').map_or(what, |(_, noun)| noun),
            layer.call.source(),
            if rank == 2 { "channels and length" } else { "channels, height and width" },
        ),
    };
    report.error(&layer.call.tokens, message);
    None
}

/// The repair of a layer along two axes that reads two dimensions, or along one that reads an image.
fn other_axes(layer: &Layer, size: &Size) -> Option<String> {
    let (from, to) = if size.dims().len() == 2 { ("2d", "1d") } else { ("1d", "2d") };
    let other = registry::find(&layer.spec.name.replace(from, to))?;
    if !matches!(size.dims().len(), 2 | 3) || other.name == layer.spec.name {
        return None;
    }
    let dims: Vec<String> = size.dims().iter().map(Size::to_string).collect();
    Some(match from {
        "1d" => format!("write `{}` for an image", other.name),
        _ => format!(
            "write `Reshape(1, {}) ->` before it for an image, or `{}` for a signal",
            dims.join(", "),
            other.name
        ),
    })
}
