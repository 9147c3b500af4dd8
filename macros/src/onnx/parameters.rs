//! The parameters of a network in the format `safetensors`, which the runtime reads in a constant.

/// A tensor with its name, in the layout of the library.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f64>,
}

/// The contents of a file with these tensors.
pub(super) fn file(parameters: &[Parameter]) -> Vec<u8> {
    let mut from = 0;
    let entries = parameters.iter().map(|Parameter { name, shape, values }| {
        let to = from + 4 * values.len();
        let entry =
            format!(r#""{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{from},{to}]}}"#);
        from = to;
        entry
    });
    let mut header = format!("{{{}}}", entries.collect::<Vec<_>>().join(","));
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.into_bytes());
    let values = parameters.iter().flat_map(|parameter| &parameter.values);
    file.extend(values.flat_map(|&value| (value as f32).to_le_bytes()));
    file
}

/// The transpose of a matrix, and its shape.
pub(super) fn transposed(values: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    let places = (0..columns).flat_map(|column| (0..rows).map(move |row| row * columns + column));
    places.map(|place| values[place]).collect()
}

/// The product of sizes; of absurd ones, the largest number.
pub(super) fn product(sizes: &[usize]) -> usize {
    sizes.iter().fold(1, |product, &size| product.saturating_mul(size))
}
