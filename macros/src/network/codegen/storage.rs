//! Where the passes store values: the variables that hold them, and the slots that they are slices
//! of.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::network::{Extra, Member, Network, largest, viewed};
use crate::network::plan::{How, Operation, Place, Schedule, Source};
use crate::network::registry::Role;
use crate::network::size::Size;

/// The variables of nodes: the prefix of their names, before the nodes' titles, and the code that
/// binds one again in another method.
pub(super) struct Variables<M> {
    pub(super) prefix: &'static str,
    pub(super) made: M,
}

impl Network<'_> {
    /// The variable for a node's output. The prefix is needed, since a variable cannot share its
    /// name with a constant or static of the user.
    pub(super) fn value(&self, node: usize) -> Ident {
        format_ident!("{VALUE}{}", self.titles[node], span = Span::mixed_site())
    }

    /// The variable for the gradient of a node's output.
    pub(super) fn gradient(&self, node: usize) -> Ident {
        format_ident!("{GRADIENT}{}", self.titles[node], span = Span::mixed_site())
    }

    /// The variable that a node reads.
    pub(super) fn operand(&self, schedule: &Schedule, node: usize, operand: usize) -> TokenStream {
        match schedule.sources[node][operand] {
            Source::Input => quote!(input),
            Source::Node(source) => self.value(source).to_token_stream(),
        }
    }

    /// The columns of a concatenation before one of its operands.
    pub(super) fn columns_before(&self, node: usize, operand: usize) -> TokenStream {
        let sources = self.nodes[node].sources[..operand].iter();
        let before = sources.zip(&self.model.nodes[node].operands).map(|(source, operand)| {
            let size = match source {
                Source::Input => self.input.clone(),
                Source::Node(source) => self.nodes[*source].width.clone(),
            };
            let size = viewed(self.model, size.clone(), operand).unwrap_or(size);
            // Sequences are joined step by step.
            let width = &self.nodes[node].width;
            let is_sequence = width.sequence().is_some() || width.open_shape().is_some();
            if is_sequence { size.of_step() } else { size }
        });
        columns(before)
    }

    /// The columns of the input before one of its parts.
    pub(super) fn columns_before_part(&self, node: usize) -> TokenStream {
        let parts = self.nodes[..node].iter().filter(|node| node.operation == Operation::Part);
        columns(parts.map(|node| node.width.clone()))
    }

    /// The buffer for a node's value.
    pub(super) fn buffer(&self, schedule: &Schedule, place: Place, node: usize) -> TokenStream {
        match place {
            Place::Slot(slot) => {
                let slice = self.slice(schedule, slot, &self.nodes[node].width);
                quote!(&mut #slice)
            }
            Place::Output | Place::Input => quote!(&mut *output),
        }
    }

    /// A node's output after the forward pass.
    pub(super) fn output_of(&self, schedule: &Schedule, node: usize) -> TokenStream {
        match schedule.outputs[node] {
            Place::Slot(slot) => {
                let slice = self.slice(schedule, slot, &self.nodes[node].width);
                quote!(&#slice)
            }
            Place::Output | Place::Input => quote!(&*output),
        }
    }

    /// The values that a layer or an activation saves between the forward and the backward pass.
    pub(super) fn saved(&self, schedule: &Schedule, node: usize) -> TokenStream {
        if let Some(member) = self.member(node).filter(|member| member.is_window()) {
            let length = self.constant_of(member, "SCRATCH");
            return quote!(&mut window[..#length]);
        }
        let (Some(Place::Slot(slot)), Some(saved)) =
            (schedule.saved[node], &self.nodes[node].saved)
        else {
            return quote!(&mut []);
        };
        let (name, is_training) = (slot_name(slot), self.is_training(schedule));
        let width = if is_training { &saved.training } else { &saved.inference };
        let is_layer = self.nodes[node].is_layer();
        let member = self.member(node).filter(|_| is_layer);
        match member.and_then(|member| self.scratch_of(member, is_training)) {
            Some(more) => quote!(&mut #name[..batch * #width + #more]),
            None => {
                let slice = self.slice(schedule, slot, width);
                quote!(&mut #slice)
            }
        }
    }

    fn is_training(&self, schedule: &Schedule) -> bool {
        std::ptr::eq(schedule, &self.plan.training)
    }

    /// The scratch memory of a layer that does not grow with the batch, unless it is certainly 0.
    fn scratch_of(&self, member: &Member<'_>, is_training: bool) -> Option<TokenStream> {
        match (is_training, member.layer.spec.role) {
            (true, _) => Some(self.constant_of(member, "SCRATCH")),
            (false, Role::Custom | Role::Sequence(_)) => {
                Some(self.constant_of(member, "INFERENCE_SCRATCH"))
            }
            (false, _) => None,
        }
    }

    /// The part of a slot that a value occupies.
    pub(super) fn slice(&self, schedule: &Schedule, slot: usize, width: &Size) -> TokenStream {
        let name = slot_name(slot);
        let extra = self.extra(schedule);
        let has_more = extra.iter().any(|(extra, _)| *extra == Extra::Slot(slot));
        match &schedule.slots[slot][..] {
            [only] if only.is_same(width) && !has_more => quote!(#name[..]),
            _ => quote!(#name[..batch * #width]),
        }
    }

    /// Memory of a pass that does not grow with the batch.
    fn extra(&self, schedule: &Schedule) -> &[(Extra, TokenStream)] {
        if self.is_training(schedule) { &self.training_extra } else { &self.inference_extra }
    }

    /// Plans the memory of a pass that does not grow with the batch.
    pub(super) fn plan_extra(&self, schedule: &Schedule) -> Vec<(Extra, TokenStream)> {
        let is_training = self.is_training(schedule);
        let saved = schedule.saved.iter().enumerate();
        let mut extra: Vec<_> = saved
            .filter_map(|(node, place)| match place {
                Some(Place::Slot(slot)) if self.nodes[node].is_layer() => {
                    let length = self.scratch_of(self.member(node)?, is_training)?;
                    Some((Extra::Slot(*slot), length))
                }
                _ => None,
            })
            .collect();
        let runtime = self.runtime;
        let largest = |sizes: &[TokenStream]| quote!(#runtime::__private::largest(&[#(#sizes),*]));
        let shared = schedule.backward.iter().rev();
        let shared = shared.filter(|step| step.parameters == Some(How::Accumulate));
        let sizes: Vec<_> =
            shared.filter_map(|step| Some(self.numbers_of(self.member(step.node)?))).collect();
        if !sizes.is_empty() {
            extra.push((Extra::Gradients, largest(&sizes)));
        }
        let windows = self.layers.iter().filter(|member| member.is_window());
        let sizes: Vec<_> = windows.map(|member| self.constant_of(member, "SCRATCH")).collect();
        if !sizes.is_empty() {
            extra.push((Extra::Windows, largest(&sizes)));
        }
        extra
    }

    /// The slots of a pass with their lengths.
    pub(super) fn slots(&self, schedule: &Schedule) -> Vec<(Ident, TokenStream)> {
        let extra = self.extra(schedule);
        let lengths = schedule.slots.iter().enumerate().map(|(slot, widths)| {
            let width = largest(self.runtime, widths);
            let of_slot = extra.iter().filter(|(of, _)| *of == Extra::Slot(slot));
            let more = of_slot.map(|(_, length)| length);
            (slot_name(slot), quote!(batch * #width #(+ #more)*))
        });
        let apart = extra.iter().filter_map(|(of, length)| match of {
            Extra::Slot(_) => None,
            Extra::Gradients => Some((format_ident!("scratch"), length.clone())),
            Extra::Windows => Some((format_ident!("window"), length.clone())),
        });
        lengths.chain(apart).collect()
    }

    /// The variables of outputs.
    pub(super) fn values(&self, schedule: &Schedule) -> Variables<impl Fn(usize) -> TokenStream> {
        let made = move |node: usize| {
            let name = self.value(node);
            let buffer = self.buffer(schedule, schedule.outputs[node], node);
            quote!(let #name = #buffer;)
        };
        Variables { prefix: VALUE, made }
    }

    /// The variables of gradients; there is none in the caller's buffer.
    pub(super) fn gradients(&self) -> Variables<impl Fn(usize) -> TokenStream> {
        let schedule = &self.plan.training;
        let made = move |node: usize| {
            let name = self.gradient(node);
            match schedule.gradients[node] {
                Some(Place::Slot(slot)) => {
                    let slice = self.slice(schedule, slot, &self.nodes[node].width);
                    quote!(let #name = &mut #slice;)
                }
                Some(Place::Output) => quote!(let #name = &mut *dout;),
                Some(Place::Input) | None => TokenStream::new(),
            }
        };
        Variables { prefix: GRADIENT, made }
    }
}

/// The prefixes of the variables of values and of gradients.
const VALUE: &str = "y_";
const GRADIENT: &str = "d_";

/// The sum of widths.
fn columns(widths: impl Iterator<Item = Size>) -> TokenStream {
    let widths: Vec<Size> = widths.collect();
    if widths.is_empty() { quote!(0) } else { Size::sum(widths).to_token_stream() }
}

fn slot_name(slot: usize) -> Ident {
    format_ident!("slot{slot}", span = Span::mixed_site())
}
