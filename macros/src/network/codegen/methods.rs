//! The methods of the declared type, as in the book. Each forwards to the runtime, where it is
//! implemented once for all networks.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::network::Network;
use crate::network::model::Losses;

impl Network<'_> {
    /// Functions without an argument that determines the scalar type. They are defined for `f32`,
    /// so that `Name::new` needs no annotation.
    pub(super) fn inherent_f32(&self) -> TokenStream {
        let Network { runtime, name, visibility, .. } = self;
        let network = quote!(#runtime::Network);
        let layer = quote!(#runtime::layers::Layer<f32>);
        let constants = [
            (&layer, "INPUTS", "Features per sample."),
            (&layer, "OUTPUTS", "Outputs per sample."),
            (&network, "PARAMS", "How many numbers are trained."),
            (
                &layer,
                "FLOPS",
                "Floating-point operations in the matrix products of a forward pass per sample, 2 \
                 for a multiply-add.",
            ),
            (
                &layer,
                "TRAINING_FLOPS",
                "Floating-point operations in the matrix products of a training step per sample, 2 \
                 for a multiply-add.",
            ),
            (
                &network,
                "WORKSPACE_PER_SAMPLE",
                "Numbers of workspace that training needs per sample.",
            ),
            (
                &network,
                "INFERENCE_WORKSPACE_PER_SAMPLE",
                "Numbers of workspace that a prediction needs per sample.",
            ),
        ];
        let constants = constants.iter().map(|(of, constant, documentation)| {
            let constant = quote::format_ident!("{constant}");
            quote! {
                #[doc = #documentation]
                #visibility const #constant: usize = <Self as #of>::#constant;
            }
        });
        quote! {
            impl #name<f32> {
                #(#constants)*
                /// The tensors, in the order of `parameters`.
                #visibility const TENSORS: &'static [#runtime::TensorInfo] =
                    <Self as #runtime::Tensors<f32>>::TENSORS;
            }
        }
    }

    /// What allocates: the functions that create networks in a box, and methods with owned results
    /// or arrays. A program without the feature `std` of the runtime does not have them.
    pub(super) fn allocating(&self) -> TokenStream {
        let Network { runtime, name, visibility, .. } = self;
        let network = quote!(#runtime::Network);
        let methods = [self.allocating_forward_methods(), self.allocating_gradient_methods()];
        let (accuracies, clone, steps) =
            (self.accuracies_method(), self.boxed_clone(), self.steps());
        quote! {
            #runtime::__if_std! {
                // Boxed on purpose: a large network would overflow the stack.
                #[allow(clippy::unnecessary_box_returns)]
                impl #name<f32> {
                    /// Creates a network with randomly initialized parameters. It is boxed, since a
                    /// large network would overflow the stack; the box implements `Clone`.
                    #[must_use]
                    #[doc(alias = "default")]
                    #visibility fn new(
                        init: #runtime::Init,
                        rng: &mut #runtime::Rng,
                    ) -> #runtime::__private::Box<Self> {
                        <Self as #network>::new(init, rng)
                    }

                    /// Creates a network with all parameters zero, for example to hold gradients.
                    #[must_use]
                    #visibility fn zeros() -> #runtime::__private::Box<Self> {
                        <Self as #runtime::Numbers<f32>>::zeros()
                    }

                    /// Creates a network with the parameters in a file that `save` has written.
                    ///
                    /// # Errors
                    ///
                    /// If the file cannot be read or is not of this network.
                    #visibility fn load(
                        path: impl ::core::convert::AsRef<#runtime::__private::Path>,
                    ) -> ::core::result::Result<#runtime::__private::Box<Self>, #runtime::saving::Error>
                    {
                        <Self as #runtime::NetworkExt>::load(path)
                    }
                }

                #[allow(clippy::unnecessary_box_returns)]
                impl<__T: #runtime::Scalar> #name<__T> {
                    #(#methods)*

                    #accuracies

                    /// Returns the same network with parameters of type `U`, each rounded to it.
                    #[must_use]
                    #visibility fn cast<__U: #runtime::Scalar>(
                        &self,
                    ) -> #runtime::__private::Box<#name<__U>> {
                        #runtime::Network::cast(self)
                    }
                }

                #clone

                #steps
            }
        }
    }

    /// The methods for any scalar type that need no heap.
    pub(super) fn inherent(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let methods = [self.forward_methods(), self.parameter_methods()];
        quote! {
            impl<__T: #runtime::Scalar> #name<__T> {
                #(#methods)*
            }
        }
    }

    /// `predict`, `loss` and `accuracy`.
    fn allocating_forward_methods(&self) -> TokenStream {
        let Network { runtime, visibility, .. } = self;
        let (x, t, error) = (self.input_bound(), self.target_bound(), quote!(#runtime::Error));
        let predict = self.predict_methods();
        let accuracy = self.has_accuracy().then(|| quote! {
            /// Returns the fraction of a batch that is classified correctly, from 0 to 1: samples
            /// whose argmax matches the target's or, for binary outputs, outputs on the correct
            /// side of the threshold. Allocates a workspace; see `accuracy_in`.
            ///
            /// # Errors
            ///
            /// As `loss`, and if the network has a single output.
            #visibility fn accuracy(&self, x: #x, t: #t) -> ::core::result::Result<f64, #error> {
                self.accuracy_in(x, t, &mut #runtime::Workspace::new())
            }
        });
        quote! {
            #predict

            /// Computes the mean loss over a batch. Allocates a workspace; see `loss_in`.
            ///
            /// # Errors
            ///
            /// As `predict`, and if the targets do not match the batch or the network, or the loss
            /// is not finite.
            #visibility fn loss(&self, x: #x, t: #t) -> ::core::result::Result<__T, #error> {
                self.loss_in(x, t, &mut #runtime::Workspace::new())
            }

            #accuracy
        }
    }

    /// Returns whether there is an `accuracy`: a single number is of no class. Where only the compiler knows
    /// the number of outputs, or the loss is one's own, the method exists and returns an error.
    fn has_accuracy(&self) -> bool {
        let is_of_numbers = |losses: &Losses| match &losses.heads[..] {
            [loss] => loss.spec.traits.is_of_numbers,
            _ => false,
        };
        self.output().value != Some(1) || !self.losses.is_some_and(is_of_numbers)
    }

    /// `loss_in`, `accuracy_in` and `gradient_in`.
    fn forward_methods(&self) -> TokenStream {
        let Network { runtime, visibility, .. } = self;
        let private = quote!(#runtime::__private);
        let (x, t, error) = (self.input_bound(), self.target_bound(), quote!(#runtime::Error));
        let samples = self.samples();
        let workspace = quote!(&mut impl #runtime::Memory<__T>);
        let accuracy = self.has_accuracy().then(|| {
            quote! {
                /// Like `accuracy`, without allocating.
                ///
                /// # Errors
                ///
                /// As `accuracy`.
                #visibility fn accuracy_in(
                    &self,
                    x: #x,
                    t: #t,
                    workspace: #workspace,
                ) -> ::core::result::Result<f64, #error> {
                    #private::accuracy_in(self, #samples, &t, workspace)
                }
            }
        });
        quote! {
            /// Like `loss`, without allocating.
            ///
            /// # Errors
            ///
            /// As `loss`.
            #visibility fn loss_in(
                &self,
                x: #x,
                t: #t,
                workspace: #workspace,
            ) -> ::core::result::Result<__T, #error> {
                #private::loss_in(self, #samples, &t, workspace)
            }

            #accuracy

            /// Like `gradient`, without allocating: replaces the contents of `grads`, and returns
            /// the loss.
            ///
            /// # Errors
            ///
            /// As `loss`; `grads` are then unchanged. `Error::Gradient` if a gradient is not
            /// finite.
            #visibility fn gradient_in(
                &self,
                x: #x,
                t: #t,
                workspace: #workspace,
                grads: &mut Self,
            ) -> ::core::result::Result<__T, #error> {
                #private::gradient_in(self, #samples, &t, workspace, grads)
            }
        }
    }

    /// `accuracies`, for a network with a loss for each output.
    fn accuracies_method(&self) -> Option<TokenStream> {
        let Network { runtime, visibility, .. } = self;
        let private = quote!(#runtime::__private);
        let (x, t, samples) = (self.input_bound(), self.target_bound(), self.samples());
        let heads = Literal::usize_unsuffixed(self.outputs.len());
        self.has_loss_for_each().then(|| quote! {
            /// Returns the accuracy of each output, as `accuracy` for a network with that output
            /// alone. `None` for an output with a single number, unless it is a binary one.
            /// Allocates a workspace.
            ///
            /// # Errors
            ///
            /// As `loss`.
            #visibility fn accuracies(
                &self,
                x: #x,
                t: #t,
            ) -> ::core::result::Result<[::core::option::Option<f64>; #heads], #runtime::Error> {
                #private::accuracies_in(self, #samples, &t, &mut #runtime::Workspace::new())
            }
        })
    }

    /// `predict` and `predict_in`. For a network with several outputs they return a tuple.
    fn predict_methods(&self) -> TokenStream {
        let Network { runtime, visibility, .. } = self;
        let private = quote!(#runtime::__private);
        let (x, error, samples) = (self.input_bound(), quote!(#runtime::Error), self.samples());
        let widths: Vec<String> =
            self.outputs.iter().map(|size| format!("`batch × {size}`")).collect();
        let shapes = widths.join(" and ");
        let array = format!(
            "The scores of a batch, {shapes}: the outputs of the last layer, before the loss. \
             Allocates them; see `predict_in`."
        );
        let view = format!(
            "As `predict`, without allocating: the scores, {shapes}, are stored in the workspace."
        );
        let (owned, borrowed) =
            (quote!(#private::Array2<__T>), quote!(#private::ArrayView2<'w, __T>));
        let count = self.outputs.len();
        let (array_type, view_type, owned_parts, parts) = if count == 1 {
            (owned, borrowed, quote!(), quote!())
        } else {
            let (arrays, views) = (vec![owned; count], vec![borrowed; count]);
            let names: Vec<_> = (0..count).map(|part| quote::format_ident!("y{part}")).collect();
            let split = quote!(let [#(#names),*] = #private::parts::<Self, #count>(scores););
            (
                quote!((#(#arrays),*)),
                quote!((#(#views),*)),
                quote!(let scores = scores.view(); #split
                    ::core::result::Result::Ok((#(#names.to_owned()),*))),
                quote!(#split ::core::result::Result::Ok((#(#names),*))),
            )
        };
        let (predict, predict_in) = if count == 1 {
            (
                quote!(#private::predict(self, #samples)),
                quote!(#private::predict_in(self, #samples, workspace)),
            )
        } else {
            (
                quote!(let scores = #private::predict(self, #samples)?; #owned_parts),
                quote!(let scores = #private::predict_in(self, #samples, workspace)?; #parts),
            )
        };
        quote! {
            #[doc = #array]
            ///
            /// # Errors
            ///
            /// Returns an error if the batch is empty, has the wrong width or is not finite, or if
            /// the outputs are not finite.
            // `net.forward` is the method of `Layer`, with other arguments.
            #[doc(alias("forward", "eval", "evaluate"))]
            #visibility fn predict(&self, x: #x) -> ::core::result::Result<#array_type, #error> {
                #predict
            }

            #[doc = #view]
            ///
            /// # Errors
            ///
            /// As `predict`.
            #visibility fn predict_in<'w>(
                &self,
                x: #x,
                workspace: &'w mut #runtime::Workspace<__T>,
            ) -> ::core::result::Result<#view_type, #error> {
                #predict_in
            }
        }
    }

    /// `gradient`, and the methods that check it.
    fn allocating_gradient_methods(&self) -> TokenStream {
        let Network { runtime, visibility, .. } = self;
        let private = quote!(#runtime::__private);
        let (x, t, error) = (self.input_bound(), self.target_bound(), quote!(#runtime::Error));
        let samples = self.samples();
        let workspace = quote!(&mut #runtime::Workspace<__T>);
        quote! {
            /// Computes the gradient of the mean loss over a batch with respect to every parameter,
            /// by back-propagation. Allocates the result and a workspace; see `gradient_in`.
            ///
            /// # Errors
            ///
            /// As `loss`.
            #visibility fn gradient(
                &self,
                x: #x,
                t: #t,
            ) -> ::core::result::Result<#private::Box<Self>, #error> {
                let mut grads = <Self as #runtime::Numbers<__T>>::zeros();
                self.gradient_in(x, t, &mut #runtime::__private::workspace_for(self), &mut grads)?;
                ::core::result::Result::Ok(grads)
            }

            /// Like `gradient_in`, with a custom loss instead of the declared one. `loss` receives
            /// the scores (`batch × outputs`, as returned by `predict`), replaces each with the
            /// derivative of the loss with respect to it, and returns the loss. To average over the
            /// batch, divide by its size in `loss`. See `chainrule::network!` for an example.
            ///
            /// # Errors
            ///
            /// As `predict`, and if the loss or a derivative is not finite; `grads` are then
            /// unchanged. `Error::Gradient` if a gradient is not finite.
            #visibility fn gradient_of(
                &self,
                x: #x,
                loss: impl ::core::ops::FnOnce(#private::ArrayViewMut2<'_, __T>) -> __T,
                workspace: #workspace,
                grads: &mut Self,
            ) -> ::core::result::Result<__T, #error> {
                #private::gradient_of(self, #samples, loss, workspace, grads)
            }

            /// Measures the magnitudes of each layer's outputs and of the gradients with respect to
            /// them, as `gradient` computes them. Allocates; changes neither parameters nor
            /// buffers.
            ///
            /// # Errors
            ///
            /// As `predict`, and if the targets do not match. Values that are not finite are not
            /// errors: the trace reports them.
            #visibility fn trace(
                &self,
                x: #x,
                t: #t,
            ) -> ::core::result::Result<#runtime::Trace, #error> {
                #private::trace(self, #samples, &t)
            }

            /// Like `gradient`, by numerical differentiation. Slow: use it to check `gradient`.
            ///
            /// # Errors
            ///
            /// As `loss`.
            #visibility fn numerical_gradient(
                &self,
                x: #x,
                t: #t,
            ) -> ::core::result::Result<#private::Box<Self>, #error> {
                #private::numerical_gradient(self, #samples, &t)
            }

            /// Compares `gradient` with numerical differentiation, tensor by tensor.
            ///
            /// # Errors
            ///
            /// As `loss`.
            #visibility fn gradient_check(
                &self,
                x: #x,
                t: #t,
            ) -> ::core::result::Result<#runtime::GradientCheck, #error> {
                #private::gradient_check(self, #samples, &t)
            }
        }
    }

    /// Methods for the parameters as a whole.
    fn parameter_methods(&self) -> TokenStream {
        let Network { runtime, visibility, .. } = self;
        let private = quote!(#runtime::__private);
        let (x, t, samples) = (self.input_bound(), self.target_bound(), self.samples());
        quote! {
            /// Takes one training step: computes the gradient of a batch and updates the parameters
            /// with an optimizer. Bitwise equal to `gradient_in` and `update`, but faster with
            /// `Sgd`, since large gradients are not stored. The contents of `grads` afterwards are
            /// unspecified. Returns the loss before the step.
            ///
            /// # Errors
            ///
            /// As `gradient_in`; the parameters are then unchanged.
            #[doc(alias("fit", "train", "train_on_batch"))]
            #visibility fn train_step(
                &mut self,
                x: #x,
                t: #t,
                optimizer: &mut impl #runtime::Optimizer<Self>,
                workspace: &mut impl #runtime::Memory<__T>,
                grads: &mut Self,
            ) -> ::core::result::Result<__T, #runtime::Error> {
                #private::train_step(self, #samples, &t, optimizer, workspace, grads)
            }

            /// Takes one step of an optimizer along `grads`, and replaces the buffers (such as
            /// running statistics) with those in `grads`.
            #visibility fn update(
                &mut self,
                optimizer: &mut impl #runtime::Optimizer<Self>,
                grads: &Self,
            ) {
                #runtime::Optimizer::step(optimizer, self, grads);
            }

            /// Initializes all parameters again.
            #visibility fn init(&mut self, init: #runtime::Init, rng: &mut #runtime::Rng) {
                #runtime::layers::Layer::init(self, init, rng);
            }

            /// All parameters as one slice, in the order of `TENSORS`.
            #[must_use]
            #visibility fn parameters(&self) -> &[__T] {
                #runtime::Network::parameters(self)
            }

            /// All parameters as one mutable slice.
            #[must_use]
            #visibility fn parameters_mut(&mut self) -> &mut [__T] {
                #runtime::Network::parameters_mut(self)
            }
        }
    }

    /// The type of a batch; a tuple if there are several inputs. A size that a layer's type defines
    /// is the network's constant, since documentation shows other paths as `_`.
    fn input_bound(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        if let Some(widths) = self.input_widths() {
            return quote!(impl #runtime::Batches<__T, #widths>);
        }
        let features = match self.input.is_written() {
            true => self.input.as_argument(),
            false => quote!({ #name::<f32>::INPUTS }),
        };
        match self.input.below() {
            Some(_) => quote!(impl #runtime::Indices<#features>),
            None => quote!(impl #runtime::Input<__T, #features>),
        }
    }

    /// The batches in `x`.
    fn samples(&self) -> TokenStream {
        let runtime = self.runtime;
        match self.input.below() {
            _ if self.input_widths().is_some() => quote!(&#runtime::Batches::each(&x)),
            Some(_) => quote!(&[#runtime::Indices::indices(&x)]),
            None => quote!(&[#runtime::Input::samples(&x)]),
        }
    }

    /// The type of targets.
    fn target_bound(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let outputs = match self.output().is_written() {
            true => self.output().as_argument(),
            false => quote!({ #name::<f32>::OUTPUTS }),
        };
        let (loss, _) = self.loss();
        quote!(impl #runtime::Target<__T, #outputs, #loss>)
    }

    /// The marker trait of plain data.
    pub(super) fn numbers(&self) -> TokenStream {
        let runtime = self.runtime;
        let (generics, ty) = (self.impl_generics(), self.self_type(&quote!(__T)));
        quote! {
            // SAFETY: the struct is `repr(C)`, and each of its fields consists of `T`s only.
            unsafe impl #generics #runtime::Numbers<__T> for #ty {}
        }
    }

    /// `Clone` for the box, which copies directly to the heap.
    pub(super) fn boxed_clone(&self) -> TokenStream {
        let Network { runtime, name, .. } = self;
        let private = quote!(#runtime::__private);
        quote! {
            impl<__T: #runtime::Scalar> ::core::clone::Clone for #private::Box<#name<__T>> {
                fn clone(&self) -> Self {
                    #private::boxed_clone(&**self)
                }
            }
        }
    }

    /// The layer table.
    pub(super) fn display(&self) -> TokenStream {
        self.formatted(&quote!(Display))
    }

    /// Also the layer table, since a million numbers would be unreadable.
    pub(super) fn debug(&self) -> TokenStream {
        self.formatted(&quote!(Debug))
    }

    fn formatted(&self, style: &TokenStream) -> TokenStream {
        let Network { runtime, name, .. } = self;
        quote! {
            impl<__T: #runtime::Scalar> ::core::fmt::#style for #name<__T> {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    #runtime::__private::summary::<Self>(f)
                }
            }
        }
    }
}
