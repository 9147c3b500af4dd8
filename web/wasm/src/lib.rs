//! The page's computations for JavaScript.

use chainrule::{NetworkExt, weights};
use model::image::PIXELS;
use model::network::Digits;
use model::shopping::Shopping;
use model::{NETWORK_SOURCE, SHOPPING_SOURCE, drawing, training};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// The network that the page begins with: `web/build` trains it first.
static TRAINED: Digits = weights!(Digits, "../../target/digits.safetensors");

/// The 28 × 28 pixels that the network sees of a drawing, from 0 to 1.
///
/// `points` has the coordinates x, y of each point, from 0 to 1; `lengths` the points in each stroke.
#[wasm_bindgen]
pub fn image(points: &[f32], lengths: &[u32]) -> Result<Vec<f32>, JsError> {
    Ok(drawing::image(points, lengths)?.to_vec())
}

/// The probability of each digit, by the network that the page begins with.
#[wasm_bindgen]
pub fn classify(image: &[f32]) -> Result<Vec<f32>, JsError> {
    probabilities(&TRAINED, image)
}

fn probabilities(net: &Digits, image: &[f32]) -> Result<Vec<f32>, JsError> {
    let image: &[f32; PIXELS] =
        image.try_into().map_err(|_| JsError::new("expected an image of 784 pixels"))?;
    Ok(net.probabilities_of(image)?.to_vec())
}

/// A network in training.
#[wasm_bindgen]
pub struct Training(training::Training);

#[wasm_bindgen]
impl Training {
    /// Begins with random weights. Throws if the learning rate is not positive.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u32, learning_rate: f64) -> Result<Training, JsError> {
        Ok(Training(training::Training::new(seed.into(), learning_rate)?))
    }

    /// Changes the learning rate.
    pub fn set_learning_rate(&mut self, learning_rate: f64) -> Result<(), JsError> {
        Ok(self.0.set_learning_rate(learning_rate)?)
    }

    /// Number of steps in an epoch.
    pub fn steps_per_epoch(&self) -> usize {
        self.0.steps_per_epoch()
    }

    /// Trains on one batch, and returns its loss.
    pub fn step(&mut self) -> Result<f32, JsError> {
        Ok(self.0.step()?)
    }

    /// The part of the held-out digits that is classified correctly.
    pub fn accuracy(&mut self) -> Result<f64, JsError> {
        Ok(self.0.accuracy()?)
    }

    /// The probability of each digit.
    pub fn classify(&self, image: &[f32]) -> Result<Vec<f32>, JsError> {
        probabilities(self.0.network(), image)
    }

    /// The weights of the first layer: for each of the 784 pixels, those of the 50 units.
    pub fn weights(&self) -> Vec<f32> {
        self.0.network().affine1.weight.as_flattened().to_vec()
    }
}

/// A shopping list, with the derivatives of what it costs.
#[wasm_bindgen]
pub struct Receipt {
    values: Shopping,
    derivatives: Vec<f64>,
    picture: String,
}

#[wasm_bindgen]
impl Receipt {
    /// Computes the graph forwards and backwards.
    #[wasm_bindgen(constructor)]
    pub fn new(apple: f64, apples: f64, orange: f64, oranges: f64, tax: f64) -> Receipt {
        let values = Shopping::forward(apple, apples, orange, oranges, tax);
        let grads = values.backward(1.0);
        let picture = values.drawing_with(&grads).svg();
        let derivatives = vec![grads.apple, grads.apples, grads.orange, grads.oranges, grads.tax];
        Receipt { values, derivatives, picture }
    }

    /// What the list costs.
    pub fn total(&self) -> f64 {
        self.values.output
    }

    /// The derivatives with respect to the arguments of the constructor, in their order.
    pub fn derivatives(&self) -> Vec<f64> {
        self.derivatives.clone()
    }

    /// The graph as SVG, with values above the arrows and derivatives below them.
    pub fn picture(&self) -> String {
        self.picture.clone()
    }
}

/// The file that declares the network.
#[wasm_bindgen]
pub fn network_source() -> String {
    NETWORK_SOURCE.to_owned()
}

/// The file that declares the graph.
#[wasm_bindgen]
pub fn shopping_source() -> String {
    SHOPPING_SOURCE.to_owned()
}

/// The layers of the network with their parameters, as the library prints them.
#[wasm_bindgen]
pub fn summary() -> String {
    TRAINED.to_string()
}
