//! Output sizes of layers with a kernel that moves over an image, or over a signal: an image of height
//! 1.

use proc_macro2::TokenStream;
use quote::quote;

use crate::common::report::Report;
use crate::network::checks::{Check, DeferredCheck};
use crate::network::known::divisor;
use crate::network::model::{Layer, Padding, Window};
use crate::network::registry::{Role, WindowKind};
use crate::network::size::{Depends, Size};

/// The padding of one dimension: before and after.
pub(crate) type Pads = [Size; 2];

impl Window {
    /// The padding of each dimension.
    pub(crate) fn pads(&self) -> [Pads; 2] {
        let pads = |dim: usize| match &self.padding {
            Padding::Pair(pair) => [pair[dim].clone(), pair[dim].clone()],
            Padding::Same => {
                let (kernel, dilation) = (&self.kernel[dim], &self.dilation[dim]);
                let span = computed(
                    [kernel, dilation],
                    |[kernel, dilation]| dilation.checked_mul(kernel - 1),
                    || quote!(#dilation * (#kernel - 1)),
                    || format!("{dilation} * ({kernel} - 1)"),
                );
                let before = computed(
                    [&span],
                    |[span]| Some(span / 2),
                    || quote!(#span / 2),
                    || format!("({span}) / 2"),
                );
                let after = computed(
                    [&span],
                    |[span]| Some(span - span / 2),
                    || quote!((#span + 1) / 2),
                    || format!("(({span}) + 1) / 2"),
                );
                [before, after]
            }
        };
        [pads(0), pads(1)]
    }

    /// The channels that each filter reads.
    pub(crate) fn group_channels(&self, channels: &Size) -> Size {
        let groups = &self.groups;
        if groups.value == Some(1) {
            return channels.clone();
        }
        computed(
            [channels, groups],
            |[channels, groups]| channels.checked_div(groups),
            || quote!(#channels / #groups),
            || format!("{channels} / {groups}"),
        )
    }
}

/// The output of a layer on an image of `channels × height × width`. Reports a kernel that does not
/// fit, and groups that do not divide the channels.
pub(crate) fn outputs(
    runtime: &TokenStream,
    layer: &Layer,
    window: &Window,
    input: &Size,
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> Option<Size> {
    let (Some([channels, height, width]), Role::Window(kind, axes)) =
        (input.as_image(), layer.spec.role)
    else {
        return None;
    };
    let across = if axes == 1 { "long" } else { "wide" };
    let pads = window.pads();
    let mut fits = check_pool_padding(layer, window, report);
    let dims =
        [("high", &height), (across, &width)].into_iter().enumerate().map(|(dim, (word, size))| {
            if kind == WindowKind::ConvTranspose {
                return enlarged(runtime, size, layer, window, dim, report);
            }
            let output = output(runtime, size, window, dim, &pads[dim]);
            match &output {
                None if fits => {
                    fits = false;
                    does_not_fit(layer, window, dim, input, &pads[dim], report);
                }
                Some(output) if output.value.is_none() => {
                    links.push(must_fit(layer, window, dim, (word, size), &pads[dim]));
                }
                _ => {}
            }
            output
        });
    let dims: Vec<Option<Size>> = dims.collect();
    let filters = window.filters.as_ref().unwrap_or(&channels);
    let (one, other) = ([&channels, filters], [filters, &channels]);
    let divide = divides(layer, &window.groups, ("channels", one), links, report)
        && divides(layer, &window.groups, ("filters", other), links, report);
    let [Some(height), Some(width)] = &dims[..] else { return None };
    let mut shape = vec![filters.clone()];
    shape.extend((axes == 2).then(|| height.clone()));
    shape.push(width.clone());
    (fits && divide).then(|| Size::shaped(shape).into_signal())
}

/// The size of one dimension of the output of a transposed convolution. Reports one that is not
/// positive, and an output padding as large as the stride.
fn enlarged(
    runtime: &TokenStream,
    size: &Size,
    layer: &Layer,
    window: &Window,
    dim: usize,
    report: &mut Report,
) -> Option<Size> {
    let Padding::Pair(padding) = &window.padding else { return None };
    let (kernel, stride, dilation, padding, more) = (
        &window.kernel[dim],
        &window.stride[dim],
        &window.dilation[dim],
        &padding[dim],
        &window.output_padding[dim],
    );
    if let (Some(more), Some(stride)) = (more.value, stride.value)
        && more >= stride
    {
        let message = format!(
            "`{}` has {more} of output padding, but a stride of {stride}\n\
             help: write an `output_padding` below the stride",
            layer.describe()
        );
        report.error(&layer.call.tokens, message);
        return None;
    }
    let sizes = [size, kernel, stride, dilation, padding, more];
    if sizes.iter().any(|size| size.value.is_none()) {
        let tokens = quote! {
            #runtime::__private::enlarged_output(
                #size, #kernel, #stride, #dilation, #padding, #more
            )
        };
        let words = format!(
            "({size} - 1) * {stride} + {dilation} * ({kernel} - 1) + {more} + 1 - 2 * {padding}"
        );
        return Some(Size::evaluated(tokens, words, Depends::of(sizes)));
    }
    let value = |size: &Size| size.value.unwrap_or_default();
    let span = value(dilation).checked_mul(value(kernel) - 1)?;
    let places = (value(size) - 1).checked_mul(value(stride))?.checked_add(span)?;
    let places = places.checked_add(value(more))?.checked_add(1)?;
    let removed = value(padding).checked_mul(2)?;
    if places <= removed {
        let message = format!(
            "`{}` removes 2 · {padding} of padding from {places}, which leaves nothing\n\
             help: use less padding, or a larger kernel",
            layer.describe()
        );
        report.error(&layer.call.tokens, message);
        return None;
    }
    Some(Size::known(places - removed))
}

/// The size of one dimension of the output, rounded down; `None` if the kernel does not fit.
fn output(
    runtime: &TokenStream,
    size: &Size,
    window: &Window,
    dim: usize,
    [before, after]: &Pads,
) -> Option<Size> {
    let (kernel, stride, dilation) =
        (&window.kernel[dim], &window.stride[dim], &window.dilation[dim]);
    let sizes = [size, kernel, stride, dilation, before, after];
    if keeps_size(window, dim, [before, after]) {
        return Some(size.clone());
    }
    if sizes.iter().any(|size| size.value.is_none()) {
        let tokens = quote! {
            #runtime::__private::window_output(#size, #kernel, #stride, #dilation, #before + #after)
        };
        let words = format!(
            "({size} + {before} + {after} - {dilation} * ({kernel} - 1) - 1) / {stride} + 1"
        );
        return Some(Size::evaluated(tokens, words, Depends::of(sizes)));
    }
    let value = |size: &Size| size.value.unwrap_or_default();
    let padded = value(size).checked_add(value(before))?.checked_add(value(after))?;
    let span = value(dilation).checked_mul(value(kernel) - 1)?.checked_add(1)?;
    Some(Size::known(padded.checked_sub(span)? / value(stride) + 1))
}

/// Returns whether the output has certainly the size of the input: at stride 1, if the padding is the
/// span of the kernel less 1.
fn keeps_size(window: &Window, dim: usize, [before, after]: [&Size; 2]) -> bool {
    let (kernel, dilation) = (window.kernel[dim].value, window.dilation[dim].value);
    let span = kernel.zip(dilation).and_then(|(kernel, dilation)| dilation.checked_mul(kernel - 1));
    let padding = before.value.zip(after.value).and_then(|(one, other)| one.checked_add(other));
    window.stride[dim].value == Some(1) && span.is_some() && span == padding
}

/// Returns whether the padding of a pooling is at most half a window, as in PyTorch; reports if it is
/// not.
fn check_pool_padding(layer: &Layer, window: &Window, report: &mut Report) -> bool {
    let Padding::Pair(padding) = &window.padding else { return true };
    for (padding, kernel) in padding.iter().zip(&window.kernel) {
        let (Some(padding), Some(kernel)) = (padding.value, kernel.value) else { continue };
        if window.filters.is_none() && padding > kernel / 2 {
            let message = format!(
                "`{}` has {padding} of padding, more than half of its windows of {kernel}\n\
                 help: write `padding = {}` or less",
                layer.describe(),
                kernel / 2
            );
            report.error(&layer.call.tokens, message);
            return false;
        }
    }
    true
}

/// Reports a kernel that does not fit, at the layer; at the sizes of the input, if these have the channels last.
fn does_not_fit(
    layer: &Layer,
    window: &Window,
    dim: usize,
    input: &Size,
    [before, after]: &Pads,
    report: &mut Report,
) {
    let Some([_, height, width]) = input.as_image() else { return };
    let (word, size) = match (dim, layer.spec.role) {
        (0, _) => ("high", &height),
        (_, Role::Window(_, 1)) => ("long", &width),
        _ => ("wide", &width),
    };
    let kernel = &window.kernel[dim];
    let padded = match (before.value, after.value) {
        (Some(0), Some(0)) => String::new(),
        _ => format!(" with {before} + {after} of padding"),
    };
    let [begin, middle, end, help] = fit_words(layer, window, dim, word);
    let message = format!("{begin}{kernel}{middle}{size}{end}{padded}");
    if let ([high, wide, channels @ Size { value: Some(1 | 3 | 4), .. }], "wide") =
        (input.dims(), word)
    {
        let help = format!("\nhelp: write the channels first: `{channels}, {high}, {wide}`");
        if [high, wide, channels].iter().all(|size| size.is_literal()) {
            let sizes = [high, wide, channels].map(Size::shown);
            return report.error(quote!(#(#sizes),*), message + &help);
        }
    }
    report.error(&layer.call.tokens, message + &help);
}

/// The same for sizes that only the compiler knows.
fn must_fit(
    layer: &Layer,
    window: &Window,
    dim: usize,
    (word, size): (&str, &Size),
    pads: &Pads,
) -> DeferredCheck {
    let check = Check::Fits {
        words: fit_words(layer, window, dim, word),
        size: size.clone(),
        kernel: Box::new([window.kernel[dim].clone(), window.dilation[dim].clone()]),
        padding: Box::new(pads.clone()),
    };
    DeferredCheck { place: layer.call.tokens.clone(), check }
}

/// The parts of a message about a kernel: before, between and after the sizes of the kernel and of
/// the input, and the help.
fn fit_words(layer: &Layer, window: &Window, dim: usize, word: &str) -> [String; 4] {
    let dilated = match window.dilation[dim].value {
        Some(1) => String::new(),
        _ => format!(", dilated by {}", window.dilation[dim]),
    };
    let what = if word == "long" { "signal" } else { "image" };
    [
        format!("`{}` has a kernel ", layer.describe()),
        format!(" {word}{dilated}, but its input is only "),
        format!(" {word}"),
        format!(
            "\nhelp: use a smaller kernel, more padding, or fewer layers that shrink the {what}"
        ),
    ]
}

/// Returns whether the groups divide a number of channels, the first of `sizes`; reports if they do
/// not. They have to divide the second one too.
pub(crate) fn divides(
    layer: &Layer,
    groups: &Size,
    (what, sizes): (&str, [&Size; 2]),
    links: &mut Vec<DeferredCheck>,
    report: &mut Report,
) -> bool {
    let begin = format!("`{}` has ", layer.describe());
    let middle = " groups, which do not divide its ".to_owned();
    let [size, other] = sizes;
    let fitting = groups
        .value
        .zip(size.value.zip(other.value))
        .map(|(most, (one, other))| divisor(most, [one, other]));
    let repair = match (layer.spec.role, fitting) {
        (Role::Window(..), Some(fitting)) => {
            format!("write `groups = {fitting}`, which divides both the channels and the filters")
        }
        (Role::Window(..), None) => {
            "let `groups` divide both the channels and the filters".to_owned()
        }
        (_, Some(fitting)) => format!("write `{}({fitting})`", layer.spec.name),
        (_, None) => "write a number of groups that divides them".to_owned(),
    };
    let end = format!(" {what}\nhelp: {repair}");
    match (size.value, groups.value) {
        (_, Some(1)) => {}
        (Some(value), Some(groups)) if value.is_multiple_of(groups) => {}
        (Some(value), Some(groups)) => {
            report.error(&layer.call.tokens, format!("{begin}{groups}{middle}{value}{end}"));
            return false;
        }
        _ => {
            let (groups, size) = (groups.clone(), size.clone());
            let check = Check::Divides { words: [begin, middle, end], groups, size };
            links.push(DeferredCheck { place: layer.call.tokens.clone(), check });
        }
    }
    true
}

/// A size computed from others: by the macro if all are known, otherwise by the compiler.
pub(crate) fn computed<const N: usize>(
    sizes: [&Size; N],
    value: impl Fn([u64; N]) -> Option<u64>,
    tokens: impl Fn() -> TokenStream,
    words: impl Fn() -> String,
) -> Size {
    let mut values = [0; N];
    for (value, size) in values.iter_mut().zip(sizes) {
        match size.value {
            Some(known) => *value = known,
            None => return Size::evaluated(tokens(), words(), Depends::of(sizes)),
        }
    }
    match value(values) {
        Some(value) => Size::known(value),
        None => Size::evaluated(tokens(), words(), Depends::of(sizes)),
    }
}
