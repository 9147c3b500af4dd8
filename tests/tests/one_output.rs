//! Targets of a single output: a number for each sample, or with a binary loss a label.

use chainrule::ndarray::{Array1, ArrayView1, array};
use chainrule::{Error, Init, NetworkExt, Rng, Sgd, Trainer, Weighted, network};

network! { struct Number = Affine(2, 3) -> Tanh -> Affine(3, 1) => IdentityWithLoss; }
network! { struct Answer = Affine(2, 3) -> Tanh -> Affine(3, 1) => BinaryCrossEntropy; }
network! {
    struct Weighed = Affine(2, 3) -> Tanh -> Affine(3, 1) => BinaryCrossEntropy(pos_weight = 3.0);
}
network! {
    struct Both {
        input x: [2];
        let h = x -> Affine(3) -> Tanh;
        (h -> Affine(1), h -> Affine(1)) => (Huber, BinaryCrossEntropy)
    }
}

const X: [[f32; 2]; 3] = [[0.5, -1.0], [2.0, 0.25], [-0.5, 1.5]];

#[test]
fn a_number_is_a_row() -> Result<(), Error> {
    let net = Number::new(Init::Auto, &mut Rng::seed(0));
    let (numbers, rows) = ([0.5_f32, -1.0, 2.0], [[0.5_f32], [-1.0], [2.0]]);
    let expected = net.loss(&X, &rows)?;
    assert_eq!(net.loss(&X, &numbers)?, expected);
    assert_eq!(net.loss(&X, &numbers[..])?, expected);
    assert_eq!(net.loss(&X, &numbers.to_vec())?, expected);
    assert_eq!(net.loss(&X, &Array1::from_iter(numbers))?, expected);
    assert_eq!(net.loss(&X, ArrayView1::from(&numbers))?, expected);
    assert_eq!(net.loss(&X, Weighted::new(&numbers, &[1.0; 3]))?, expected);

    let every_second = array![0.5, 9.0, -1.0, 9.0, 2.0, 9.0];
    assert_eq!(net.loss(&X, every_second.slice(ndarray::s![..; 2]))?, expected);

    let (one, other) = (net.gradient(&X, &numbers)?, net.gradient(&X, &rows)?);
    assert_eq!(one.parameters(), other.parameters());
    assert_eq!(net.input_gradient(&X, &numbers)?, net.input_gradient(&X, &rows)?);

    let wide = net.cast::<f64>();
    let x = X.map(|row| row.map(f64::from));
    assert_eq!(wide.loss(&x, &[0.5, -1.0, 2.0])?, wide.loss(&x, &[[0.5], [-1.0], [2.0]])?);

    let error = net.loss(&X, &[0.5, f32::NAN, 2.0]).unwrap_err();
    assert!(matches!(error, Error::NotFinite { sample: 1, .. }), "{error}");
    let error = net.loss(&X, &[0.5, 2.0]).unwrap_err();
    assert_eq!(error, Error::BatchSizes { samples: 3, targets: 2 });
    Ok(())
}

#[test]
fn a_label_is_a_row() -> Result<(), Error> {
    let net = Answer::new(Init::Auto, &mut Rng::seed(0));
    let rows = [[1.0_f32], [0.0], [1.0]];
    let expected = net.loss(&X, &rows)?;
    assert_eq!(net.loss(&X, &[1_u8, 0, 1])?, expected);
    assert_eq!(net.loss(&X, &vec![1_usize, 0, 1])?, expected);
    assert_eq!(net.loss(&X, &[true, false, true])?, expected);
    assert_eq!(net.loss(&X, &array![1_i64, 0, 1])?, expected);
    assert_eq!(net.loss(&X, &[1.0, 0.0, 1.0])?, expected);
    assert_eq!(net.accuracy(&X, &[true, false, true])?, net.accuracy(&X, &rows)?);

    let error = net.loss(&X, &[1_u8, 0, 2]).unwrap_err();
    assert_eq!(error, Error::Label { sample: 2, label: 2, classes: 2 });

    let weighed = Weighed::new(Init::Auto, &mut Rng::seed(0));
    assert_eq!(weighed.loss(&X, &[1_u8, 0, 1])?, weighed.loss(&X, &rows)?);
    Ok(())
}

#[test]
fn of_several_outputs() -> Result<(), Error> {
    let net = Both::new(Init::Auto, &mut Rng::seed(0));
    let rows = (&[[0.5_f32], [-1.0], [2.0]], &[[1.0_f32], [0.0], [1.0]]);
    let expected = net.loss(&X, rows)?;
    assert_eq!(net.loss(&X, (&[0.5_f32, -1.0, 2.0], &[true, false, true]))?, expected);
    let error = net.loss(&X, (&[0.5_f32, -1.0, 2.0], &[1_u8, 7, 1])).unwrap_err();
    assert_eq!(error, Error::Label { sample: 1, label: 7, classes: 2 });
    Ok(())
}

#[test]
fn in_a_data_set() -> Result<(), Box<dyn std::error::Error>> {
    fn trained<N: chainrule::Network<Scalar = f32>>(
        net: &N,
        fit: impl FnOnce(&mut Trainer<'_, N, Sgd>) -> Result<(), chainrule::trainer::Error>,
    ) -> Result<Vec<f32>, Box<dyn std::error::Error>> {
        let mut copy = N::zeros();
        copy.parameters_mut().copy_from_slice(net.parameters());
        let mut trainer = Trainer::new(copy, Sgd::new(0.1)?).batch_size(2).epochs(3);
        fit(&mut trainer)?;
        Ok(trainer.into_network().parameters().to_vec())
    }
    let net = Number::new(Init::Auto, &mut Rng::seed(0));
    let expected = trained(&*net, |t| t.fit((&X, &[[0.5], [-1.0], [2.0]])).map(drop))?;
    assert_eq!(trained(&*net, |t| t.fit((&X, &vec![0.5_f32, -1.0, 2.0])).map(drop))?, expected);
    assert_eq!(trained(&*net, |t| t.fit((&X, &array![0.5_f32, -1.0, 2.0])).map(drop))?, expected);

    let net = Answer::new(Init::Auto, &mut Rng::seed(0));
    let expected = trained(&*net, |t| t.fit((&X, &[[1.0], [0.0], [1.0]])).map(drop))?;
    assert_eq!(trained(&*net, |t| t.fit((&X, &[1_u8, 0, 1])).map(drop))?, expected);
    assert_eq!(trained(&*net, |t| t.fit((&X, &vec![true, false, true])).map(drop))?, expected);

    let error = Trainer::new(net, Sgd::new(0.1)?).fit((&X, &[1_u8, 0, 2])).map(drop).unwrap_err();
    let cause = "expected a label from 0 to 1 for sample 2, found 2";
    assert!(error.to_string().contains(cause), "{error}");
    Ok(())
}
