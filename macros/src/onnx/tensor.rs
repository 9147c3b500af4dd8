//! Tensors whose numbers are known when the model is read.

use std::path::{Component, Path, PathBuf};

use chainrule_onnx::TensorProto;

use super::parameters::product;

/// The most numbers of a constant that is computed.
const MOST: usize = 1 << 28;

/// A tensor whose numbers are known.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    pub(super) shape: Vec<usize>,
    /// The numbers; a single one if all are equal.
    values: Vec<f64>,
    pub(super) is_integer: bool,
}

impl Tensor {
    /// Numbers, row by row; `None` if they are not as many as the shape has.
    pub(super) fn new(shape: Vec<usize>, values: Vec<f64>, is_integer: bool) -> Option<Tensor> {
        let fits = values.len() == product(&shape) || values.len() == 1;
        fits.then_some(Tensor { shape, values, is_integer })
    }

    /// A list of integers.
    pub(super) fn list(values: impl IntoIterator<Item = usize>) -> Tensor {
        let values: Vec<f64> = values.into_iter().map(|value| value as f64).collect();
        Tensor { shape: vec![values.len()], values, is_integer: true }
    }

    /// One number in a tensor without axes.
    pub(super) fn scalar(value: f64, is_integer: bool) -> Tensor {
        Tensor { shape: Vec::new(), values: vec![value], is_integer }
    }

    pub(super) fn count(&self) -> usize {
        product(&self.shape)
    }

    pub(super) fn at(&self, place: usize) -> f64 {
        if let [one] = self.values[..] { one } else { self.values[place] }
    }

    /// The number, if it is one or all are equal.
    pub(super) fn only(&self) -> Option<f64> {
        let first = *self.values.first()?;
        self.values.iter().all(|&value| value == first).then_some(first)
    }

    /// All numbers; `None` if they are absurdly many.
    pub(super) fn all(&self) -> Option<Vec<f64>> {
        let count = self.count();
        (count <= MOST).then(|| (0..count).map(|place| self.at(place)).collect())
    }

    /// The numbers as integers, those that are equal once for a tensor of many.
    pub(super) fn integers(&self) -> Vec<i64> {
        (0..self.count().min(MOST)).map(|place| self.at(place) as i64).collect()
    }

    /// The same numbers in another shape.
    pub(super) fn reshaped(&self, shape: Vec<usize>) -> Option<Tensor> {
        (product(&shape) == self.count()).then(|| Tensor { shape, ..self.clone() })
    }

    /// A function of each number.
    pub(super) fn map(&self, function: impl Fn(f64) -> f64, is_integer: bool) -> Tensor {
        let values = self.values.iter().map(|&value| function(value)).collect();
        Tensor { shape: self.shape.clone(), values, is_integer }
    }

    /// A tensor of another shape, each of whose numbers is that at a place of this one.
    pub(super) fn picked(
        &self,
        shape: Vec<usize>,
        place: impl Fn(&[usize]) -> usize,
    ) -> Option<Tensor> {
        if self.values.len() == 1 {
            return Some(Tensor { shape, ..self.clone() });
        }
        let count = product(&shape);
        if count > MOST {
            return None;
        }
        let values = (0..count).map(|at| self.at(place(&places(&shape, at)))).collect();
        Some(Tensor { shape, values, is_integer: self.is_integer })
    }

    /// The number at the place of a larger shape with which it is broadcast.
    pub(super) fn broadcast(&self, places: &[usize]) -> f64 {
        if self.values.len() == 1 {
            return self.values[0];
        }
        let places = &places[places.len().saturating_sub(self.shape.len())..];
        let along = |place: usize, (&at, &size): (&usize, &usize)| {
            place * size + if size == 1 { 0 } else { at }
        };
        self.at(places.iter().zip(&self.shape).fold(0, along))
    }

    /// Reads a tensor of a file in a folder; an error if its numbers are of another type.
    pub(super) fn read(tensor: &TensorProto, folder: &Path) -> Result<Tensor, String> {
        let shape: Vec<usize> = tensor.dims.iter().map(|&length| length.max(0) as usize).collect();
        let name = &tensor.name;
        let external = match tensor.data_location {
            1 => Some(external(tensor, folder)?),
            _ => None,
        };
        let raw = external.as_ref().unwrap_or(&tensor.raw_data);
        let values = numbers(tensor, raw).ok_or_else(|| {
            format!(
                "`{name}` has numbers of type {}\nhelp: save the weights as floats of 32 bits",
                tensor.data_type
            )
        })?;
        if values.len() != product(&shape) {
            let found = values.len();
            return Err(format!(
                "`{name}` of shape {shape:?} has {found} numbers\nhelp: export the model again"
            ));
        }
        let is_integer = !matches!(
            tensor.data_type,
            TensorProto::FLOAT | TensorProto::DOUBLE | TensorProto::FLOAT16 | TensorProto::BFLOAT16
        );
        Ok(Tensor { shape, values, is_integer })
    }
}

/// The places on the axes of a shape of a number.
pub(super) fn places(shape: &[usize], mut at: usize) -> Vec<usize> {
    let mut places = vec![0; shape.len()];
    for (place, &size) in places.iter_mut().zip(shape).rev() {
        *place = at % size.max(1);
        at /= size.max(1);
    }
    places
}

/// The place of a number of a shape.
pub(super) fn place(shape: &[usize], places: &[usize]) -> usize {
    places.iter().zip(shape).fold(0, |sum, (place, size)| sum * size + place)
}

/// The shape of two tensors that are computed number by number; `None` if there is none.
pub(super) fn broadcast(one: &[usize], other: &[usize]) -> Option<Vec<usize>> {
    let rank = one.len().max(other.len());
    let size = |shape: &[usize], at: usize| match (at + shape.len()).checked_sub(rank) {
        Some(at) => shape[at],
        None => 1,
    };
    let sizes = (0..rank).map(|at| match (size(one, at), size(other, at)) {
        (one, other) if one == other || other == 1 => Some(one),
        (1, other) => Some(other),
        _ => None,
    });
    sizes.collect()
}

/// The file of a tensor whose numbers are not in the model: beside it.
pub(super) fn external_file(tensor: &TensorProto) -> Option<&str> {
    let entries = tensor.external_data.iter();
    let location = |entry: &&chainrule_onnx::StringStringEntryProto| entry.key == "location";
    entries.clone().find(location).map(|entry| &*entry.value).filter(|_| tensor.data_location == 1)
}

/// The bytes of a tensor in another file.
fn external(tensor: &TensorProto, folder: &Path) -> Result<Vec<u8>, String> {
    let name = &tensor.name;
    let location = external_file(tensor).map(PathBuf::from).unwrap_or_default();
    let is_below = location.components().all(|part| matches!(part, Component::Normal(_)));
    let named = location.display();
    if !is_below || location.as_os_str().is_empty() {
        return Err(format!(
            "the numbers of `{name}` are in the file `{named}`, which is not beside the model\n\
             help: save the model with its weights: `onnx.save(model, path)`"
        ));
    }
    let bytes = std::fs::read(folder.join(&location)).map_err(|error| {
        format!(
            "the numbers of `{name}` are in the file `{named}`, which cannot be read: {error}\n\
             help: copy it to the folder of the model, or export with `external_data=False`"
        )
    })?;
    let entry = |key: &str| {
        let found = tensor.external_data.iter().find(|entry| entry.key == key);
        found.map(|entry| entry.value.parse::<usize>().ok())
    };
    let (offset, length) = (entry("offset").unwrap_or(Some(0)), entry("length"));
    let range = offset.and_then(|offset| {
        let rest = bytes.get(offset..)?;
        match length {
            Some(length) => rest.get(..length?),
            None => Some(rest),
        }
    });
    let range = range.ok_or_else(|| {
        format!(
            "the file `{named}` ends before the numbers of `{name}`\nhelp: export the model again"
        )
    })?;
    Ok(range.to_vec())
}

/// The numbers of a tensor; `None` for another type.
fn numbers(tensor: &TensorProto, raw: &[u8]) -> Option<Vec<f64>> {
    let bits = |bytes: &[u8]| u16::from_le_bytes([bytes[0], bytes[1]]);
    let halves = || -> Vec<u16> {
        match raw.is_empty() {
            true => tensor.int32_data.iter().map(|&bits| bits as u16).collect(),
            false => raw.chunks_exact(2).map(bits).collect(),
        }
    };
    Some(match tensor.data_type {
        TensorProto::FLOAT if raw.is_empty() => {
            tensor.float_data.iter().map(|&value| f64::from(value)).collect()
        }
        TensorProto::FLOAT => words(raw).map(|bits| f64::from(f32::from_bits(bits))).collect(),
        TensorProto::DOUBLE if raw.is_empty() => tensor.double_data.clone(),
        TensorProto::DOUBLE => long_words(raw).map(f64::from_bits).collect(),
        TensorProto::INT64 if raw.is_empty() => {
            tensor.int64_data.iter().map(|&value| value as f64).collect()
        }
        TensorProto::INT64 => long_words(raw).map(|bits| bits as i64 as f64).collect(),
        TensorProto::INT32 | TensorProto::BOOL | TensorProto::UINT8 | TensorProto::INT8
            if raw.is_empty() =>
        {
            tensor.int32_data.iter().map(|&value| f64::from(value)).collect()
        }
        TensorProto::INT32 => words(raw).map(|bits| f64::from(bits as i32)).collect(),
        TensorProto::BOOL | TensorProto::UINT8 => raw.iter().copied().map(f64::from).collect(),
        TensorProto::INT8 => raw.iter().map(|&byte| f64::from(byte as i8)).collect(),
        TensorProto::FLOAT16 => halves().into_iter().map(half).collect(),
        TensorProto::BFLOAT16 => {
            let wide = |bits| f64::from(f32::from_bits(u32::from(bits) << 16));
            halves().into_iter().map(wide).collect()
        }
        _ => return None,
    })
}

fn words(raw: &[u8]) -> impl Iterator<Item = u32> {
    raw.as_chunks::<4>().0.iter().map(|&bytes| u32::from_le_bytes(bytes))
}

fn long_words(raw: &[u8]) -> impl Iterator<Item = u64> {
    raw.as_chunks::<8>().0.iter().map(|&bytes| u64::from_le_bytes(bytes))
}

/// A number of 16 bits: a sign, 5 bits of exponent, 10 of mantissa.
fn half(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    match exponent {
        0 => sign * mantissa * 2.0_f64.powi(-24),
        31 if mantissa == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        _ => sign * (1.0 + mantissa / 1024.0) * 2.0_f64.powi(exponent - 15),
    }
}
