//! tract, which runs models that chainrule exported.

use std::error::Error;
use std::hint::black_box;

use speed_contender::predict_images;
use tract_onnx::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    predict_images("tract", |images| {
        // All shapes are given before the optimisation.
        let net = tract_onnx::onnx()
            .model_for_path(images.network.with_extension("onnx"))?
            .with_input_fact(0, f32::fact(images.shape).into())?
            .into_optimized()?
            .into_runnable()?;
        let mut net = net.spawn()?;
        let x = Tensor::from_shape(&images.shape, &images.x)?.into_tvalue();
        Ok(move |times| {
            let mut scores = TVec::new();
            for _ in 0..times {
                scores = net.run(tvec![black_box(&x).clone()]).expect("shapes fit");
            }
            let numbers =
                |scores: &TValue| Ok(scores.to_plain_array_view()?.iter().copied().collect());
            let numbers: TractResult<Vec<f32>> = numbers(&scores[0]);
            numbers.expect("scores are f32")
        })
    })
}
