//! Methods of one's own with the names that networks, losses and optimizers have in other libraries.

use chainrule::{Adam, Error, Init, Rng, network};

network! {
    struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss;
}

network! {
    struct Number = Affine(4, 8) -> Relu -> Affine(8, 1) => IdentityWithLoss;
}

trait Learner {
    fn fit(&mut self, x: &[[f32; 4]], t: &[u8]) -> Result<f32, Error>;

    fn evaluate(&self) -> usize;
}

impl Learner for Net {
    fn fit(&mut self, x: &[[f32; 4]], t: &[u8]) -> Result<f32, Error> {
        let grads = self.gradient(x, t)?;
        self.update(&mut Adam::new(0.01)?, &grads);
        self.loss(x, t)
    }

    fn evaluate(&self) -> usize {
        Net::PARAMS
    }
}

impl Number {
    fn accuracy(&self, within: f32) -> f32 {
        within
    }
}

trait Backward {
    fn backward(self) -> f32;
}

impl Backward for f32 {
    fn backward(self) -> f32 {
        -self
    }
}

fn main() {
    let mut net = Net::new(Init::Auto, &mut Rng::seed(0));
    let loss = net.fit(&[[0.0; 4]], &[1]).unwrap();
    assert_eq!(loss.backward(), -loss);
    assert_eq!(net.evaluate(), 67);
    assert_eq!(Number::zeros().accuracy(0.5), 0.5);
}
