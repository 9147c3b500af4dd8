//! `#[derive(Tensors)]`: a struct of tensors as plain data.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Field, Fields, GenericParam, Path, Result};

/// Expands the derive.
pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let runtime = runtime(&input.attrs)?;
    check_layout(input)?;
    let fields = fields(input)?;
    let scalar = scalar(input)?;
    let name = &input.ident;
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#runtime::Scalar));
    }
    let (parameters, arguments, conditions) = generics.split_for_impl();
    let entries = fields.iter().map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        let title = ident.as_ref().map(ToString::to_string).unwrap_or_default();
        // Reported at the field's type, but resolved at the call site: in edition 2015, `::core`
        // could be a module of the user's crate.
        let place = ty.span().resolved_at(Span::call_site());
        let tensors = quote_spanned!(place=> <#ty as #runtime::Tensors<#scalar>>::TENSORS);
        let kind = kind(field)?;
        Ok(quote_spanned! {place=>
            (#title, ::core::mem::offset_of!(Self, #ident), #tensors, #runtime::__private::Field::#kind)
        })
    });
    let entries = entries.collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        // SAFETY: the struct is `repr(C)`, and each of its fields is `Numbers`, as the table below
        // requires.
        unsafe impl #parameters #runtime::Numbers<#scalar> for #name #arguments #conditions {}

        impl #parameters #name #arguments #conditions {
            #[doc(hidden)]
            const __TENSOR_TABLE: &'static #runtime::__private::TensorTable =
                &#runtime::__private::TensorTable::new::<#scalar>(&[#(#entries),*]);
        }

        impl #parameters #runtime::Tensors<#scalar> for #name #arguments #conditions {
            const TENSORS: &'static [#runtime::TensorInfo] = Self::__TENSOR_TABLE.as_slice();
        }
    })
}

/// The path of the runtime crate: `chainrule`, or the value of `#[tensors(crate = …)]`.
fn runtime(attributes: &[Attribute]) -> Result<Path> {
    let mut runtime: Path = syn::parse_quote!(::chainrule);
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("tensors")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error(
                    "expected `crate = path`\n\
                     help: write the path of chainrule, for example `crate = ::chainrule`",
                ));
            }
            runtime = meta.value()?.call(Path::parse_mod_style)?;
            Ok(())
        })?;
    }
    Ok(runtime)
}

/// The attributes of fields, and the kinds that they are.
const KINDS: [(&str, &str); 3] = [("buffer", "Buffer"), ("table", "Table"), ("gates", "Gates")];

/// The kind of a field: that of its attribute, such as `#[tensors(buffer)]`.
fn kind(field: &Field) -> Result<Ident> {
    let mut kind = "Trained";
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("tensors")) {
        attribute.parse_nested_meta(|meta| {
            match KINDS.iter().find(|(name, _)| meta.path.is_ident(name)) {
                Some((_, of_attribute)) => {
                    kind = of_attribute;
                    Ok(())
                }
                None => Err(meta.error(
                    "expected `buffer`\n\
                     help: write `#[tensors(buffer)]` on a tensor that is not trained",
                )),
            }
        })?;
    }
    Ok(Ident::new(kind, Span::call_site()))
}

/// Rejects a struct whose layout is not fixed by `repr(C)`.
fn check_layout(input: &DeriveInput) -> Result<()> {
    let mut is_c = false;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        attribute.parse_nested_meta(|meta| {
            is_c |= meta.path.is_ident("C");
            if meta.path.is_ident("C") || meta.path.is_ident("transparent") {
                return Ok(());
            }
            Err(meta.error(
                "expected `repr(C)` only: the fields are read as one slice\nhelp: write `#[repr(C)]`",
            ))
        })?;
    }
    if is_c {
        return Ok(());
    }
    let message = format!(
        "missing `#[repr(C)]`: the fields are read as one slice, in their order\n\
         help: write `#[repr(C)]` above `struct {}`",
        input.ident
    );
    Err(Error::new_spanned(&input.ident, message))
}

/// The named fields of a struct.
fn fields(input: &DeriveInput) -> Result<Vec<&Field>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields.named.iter().collect()),
            Fields::Unnamed(_) | Fields::Unit => Err(Error::new_spanned(
                &input.ident,
                "expected named fields: tensors are named after them\n\
                 help: write `{ weight: … }`, with a name for each field",
            )),
        },
        Data::Enum(_) => Err(Error::new_spanned(&input.ident, expected_struct("an enum"))),
        Data::Union(_) => Err(Error::new_spanned(&input.ident, expected_struct("a union"))),
    }
}

fn expected_struct(found: &str) -> String {
    format!("expected a struct of tensors, found {found}\nhelp: write `struct`, with named fields")
}

/// The one type parameter.
fn scalar(input: &DeriveInput) -> Result<&syn::Ident> {
    let mut scalar = None;
    for parameter in &input.generics.params {
        match parameter {
            GenericParam::Type(parameter) if scalar.is_none() => scalar = Some(&parameter.ident),
            GenericParam::Const(_) => {}
            parameter => {
                let message = "expected one type parameter, the scalar type, and const parameters\n\
                               help: remove this parameter";
                return Err(Error::new_spanned(parameter, message));
            }
        }
    }
    scalar.ok_or_else(|| {
        let message = format!(
            "missing type parameter for the scalar type\nhelp: write `struct {}<…, T = f32>`",
            input.ident
        );
        Error::new_spanned(&input.ident, message)
    })
}
