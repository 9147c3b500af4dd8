//! The networks of images as files, for the contenders in `benches/speed`.

use std::error::Error;
use std::fs;
use std::path::Path;

use chainrule::saving::{self, Layout};
use chainrule::{Init, Rng, onnx};
use ndarray::Array2;

use crate::works::{DeepConv, SimpleConv};

/// Writes the networks as `W6.onnx` and `W6.safetensors`, 100 images as `W6.x` and their scores as
/// `W6.scores`.
pub(crate) fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    macro_rules! write {
        ($network:ident, $name:literal) => {
            let mut rng = Rng::seed(0);
            let net = $network::new(Init::He, &mut rng);
            let x = Array2::from_shape_simple_fn((100, $network::INPUTS), || rng.normal() as f32);
            let path = folder.join($name);
            onnx::export(&net, path.with_extension("onnx"))?;
            saving::save(&net, path.with_extension("safetensors"), Layout::PyTorch)?;
            fs::write(path.with_extension("x"), bytes(&x))?;
            fs::write(path.with_extension("scores"), bytes(&net.predict(&x)?))?;
        };
    }
    write!(SimpleConv, "W6");
    write!(DeepConv, "W7");
    Ok(())
}

fn bytes(numbers: &Array2<f32>) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}
