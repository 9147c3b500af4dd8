use chainrule::layers::Activation;
use chainrule::{Init, Rng, Scalar, network};

mod my {
    /// A number times a constant.
    pub struct Scale(pub f64);

    pub const HALF: Scale = Scale(0.5);
}

impl<T: Scalar> Activation<T> for my::Scale {
    fn forward(&self, values: &mut [T]) {
        values.iter_mut().for_each(|x| *x *= T::from_f64(self.0));
    }

    fn backward(&self, _output: &[T], dout: &mut [T]) {
        dout.iter_mut().for_each(|d| *d *= T::from_f64(self.0));
    }
}

network! { struct Net = Affine(2, 4) -> map my::HALF -> half: map my::HALF -> Affine(2) => SoftmaxWithLoss; }

fn main() {
    let net = Net::<f64>::new(Init::Xavier, &mut Rng::seed(0));
    let check = net.gradient_check(&[[0.5, -1.0]], &[1]).unwrap();
    assert!(check.max_relative() < 1e-7, "{check}");
    assert!(net.to_string().contains("map my::HALF"), "{net}");
}
