//! Another call of `fit` continues as if the training had never ended, whatever ended it: its last
//! epoch, the patience, a callback or an error. With `keep_best`, the result is the best network,
//! also after a divergence.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::Path;

use chainrule::saving::{self, Layout};
use chainrule::schedule::Schedule;
use chainrule::trainer::{Error, History, evaluate};
use chainrule::{Adam, Init, Network, Rng, Sgd, Trainer, network};

network! {
    struct Net = Affine(2, 8) -> BatchNorm -> Relu -> Dropout(0.25) -> Affine(8, 3)
        => SoftmaxWithLoss;
}
network! { struct Plain = Affine(2, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss; }

type Data = (Vec<[f32; 2]>, Vec<u8>);

/// Points in the plane, labeled with one of three rings.
fn rings(samples: usize) -> Data {
    let mut rng = Rng::seed(1);
    let x: Vec<_> = (0..samples).map(|_| [0; 2].map(|_| rng.normal() as f32)).collect();
    let ring = |[a, b]: &[f32; 2]| ((a * a + b * b) as u8).min(2);
    let t = x.iter().map(ring).collect();
    (x, t)
}

fn bits<N: Network<Scalar = f32>>(net: &N) -> Vec<u32> {
    net.parameters().iter().map(|w| w.to_bits()).collect()
}

/// A trainer with six steps per epoch, whose best epoch is not the last.
fn trainer<'a>() -> Trainer<'a, Net, Adam<Net>> {
    let net = Net::new(Init::He, &mut Rng::seed(0));
    Trainer::new(net, Adam::new(0.3).unwrap())
        .batch_size(8)
        .seed(5)
        .validation_split(0.2)
        .augment(|sample, rng| sample[1] += 0.1 * rng.normal() as f32)
}

/// The results of a training: the history, the result, and the last network.
type Outcome = (History, Vec<u32>, Vec<u32>);

fn outcome(trainer: &Trainer<'_, Net, Adam<Net>>, path: &Path) -> Outcome {
    let mut last = Net::zeros();
    saving::load(&mut *last, path, Layout::Chainrule).unwrap();
    (trainer.history().clone(), bits(trainer.network()), bits(&*last))
}

/// Eight epochs in one call, as the reference.
fn at_once(path: &Path) -> Outcome {
    let (x, t) = rings(60);
    let mut trainer = trainer().keep_best().checkpoint(path).epochs(8);
    trainer.fit((&x, &t)).unwrap();
    let outcome = outcome(&trainer, path);
    let losses: Vec<_> = outcome.0[..5].iter().map(|epoch| epoch.watched_loss()).collect();
    assert!(losses[4] > losses.iter().copied().fold(f64::MAX, f64::min), "{losses:?}");
    assert_ne!(outcome.1, outcome.2, "the best is not the last");
    outcome
}

#[test]
fn after_the_last_epoch() {
    let (x, t) = rings(60);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let whole = at_once(&path);

    let mut again = trainer().keep_best().checkpoint(&path).epochs(5);
    again.fit((&x, &t)).unwrap();
    let mut resumed = trainer().keep_best().checkpoint(&path).epochs(8);
    resumed.resume(&path).unwrap();
    assert_eq!(bits(resumed.network()), bits(again.network()), "the best, before any step");

    let mut again = again.epochs(8);
    again.fit((&x, &t)).unwrap();
    assert_eq!(outcome(&again, &path), whole);
    resumed.fit((&x, &t)).unwrap();
    assert_eq!(outcome(&resumed, &path), whole);

    // Setting it again keeps the best network so far.
    let mut again = again.keep_best();
    assert_eq!(bits(again.network()), whole.1);
    again.fit((&x, &t)).unwrap();
    assert_eq!(outcome(&again, &path), whole);
    assert_eq!(bits(&*again.into_network()), whole.1);
}

#[test]
fn after_every_step() {
    let (x, t) = rings(60);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let whole = at_once(&path);
    let mut trainer =
        trainer().keep_best().checkpoint(&path).epochs(8).on_step(|_, _| ControlFlow::Break(()));
    for _ in 0..=48 {
        trainer.fit((&x, &t)).unwrap();
    }
    assert_eq!(outcome(&trainer, &path), whole);
}

#[test]
fn after_every_epoch() {
    let (x, t) = rings(60);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let whole = at_once(&path);
    let seen = RefCell::new(Vec::new());
    let mut trainer = trainer().keep_best().checkpoint(&path).epochs(8).on_epoch(|_, net| {
        seen.borrow_mut().push(bits(net));
        ControlFlow::Break(())
    });
    for _ in 0..8 {
        trainer.fit((&x, &t)).unwrap();
    }
    assert_eq!(outcome(&trainer, &path), whole);
    drop(trainer);
    assert_eq!(seen.into_inner().last(), Some(&whole.2), "callbacks see the last network");
}

#[test]
fn after_the_patience() {
    let (x, t) = rings(60);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let whole = at_once(&path);
    let mut again = trainer().early_stopping(0).checkpoint(&path).epochs(8);
    again.fit((&x, &t)).unwrap();
    assert!(again.history().len() < 5, "stops before");
    let mut again = again.early_stopping(100);
    again.fit((&x, &t)).unwrap();
    assert_eq!(outcome(&again, &path), whole);
}

#[test]
fn after_errors() {
    let (x, t) = rings(60);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let whole = at_once(&path);
    let mut trainer = trainer().keep_best().checkpoint(&path).epochs(8);
    // At any position in an epoch, or among the validation samples.
    let mut errors = 0;
    for broken in 0..60 {
        let mut x = x.clone();
        x[broken][0] = f32::NAN;
        let Err(error) = trainer.fit((&x, &t)) else { break };
        let place = format!("expected finite inputs, found NaN in sample {broken}, column 0");
        assert!(error.to_string().contains(&place), "{error}");
        errors += 1;
    }
    assert!(errors >= 8 && trainer.history().len() > 2, "{errors}");
    trainer.fit((&x, &t)).unwrap();
    assert_eq!(outcome(&trainer, &path), whole);
}

#[test]
fn without_the_best() {
    let (x, t) = rings(60);
    let mut whole = trainer().epochs(8);
    whole.fit((&x, &t)).unwrap();
    let mut again = trainer().epochs(5);
    again.fit((&x, &t)).unwrap();
    let mut again = again.epochs(8);
    again.fit((&x, &t)).unwrap();
    assert_eq!(again.history(), whole.history());
    assert_eq!(bits(again.network()), bits(whole.network()));
}

/// A schedule that diverges after this number of steps.
struct Steep(u64);

impl Schedule for Steep {
    fn rate(&self, step: u64) -> f64 {
        if step < self.0 { 0.1 } else { 1e39 }
    }
}

/// A training with five steps per epoch, which diverges after `steps`.
fn diverging<'a>(steps: u64) -> Trainer<'a, Plain, Sgd> {
    let net = Plain::new(Init::He, &mut Rng::seed(0));
    Trainer::new(net, Sgd::new(0.1).unwrap()).batch_size(10).epochs(9).schedule(Steep(steps))
}

#[test]
fn after_a_divergence_the_best_network_is_there() {
    let (x, t) = rings(50);
    let validation = rings(30);
    let validation = (&validation.0, &validation.1);
    // In the middle of an epoch, and at its end.
    for steps in [17, 19] {
        let mut trainer = diverging(steps).validation(validation).early_stopping(50);
        let error = trainer.fit((&x, &t)).unwrap_err();
        assert!(matches!(error, Error::Diverged { epoch: 4, .. }), "{error}");
        let losses = trainer.history().iter().map(|epoch| epoch.watched_loss());
        let best = losses.fold(f64::MAX, f64::min);
        let measured = evaluate(trainer.network(), validation).unwrap();
        assert_eq!(measured.loss, best);
        // Another call fails in the same way, and keeps the result.
        assert!(matches!(trainer.fit((&x, &t)), Err(Error::Diverged { epoch: 4, .. })));
        assert_eq!(evaluate(trainer.network(), validation).unwrap().loss, best);

        // With a lower rate it continues.
        let mut gentle = Trainer::new(trainer.into_network(), Sgd::new(0.01).unwrap()).epochs(2);
        gentle.fit((&x, &t)).unwrap();
        assert!(gentle.history().iter().all(|epoch| epoch.train.loss < 2.0 * best));
    }
}

#[test]
fn after_a_divergence_a_checkpoint_goes_on() {
    let (x, t) = rings(50);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let mut diverged = diverging(17).keep_best().checkpoint(&path);
    let found = |error: Error| match error {
        Error::Diverged { epoch: 4, checkpoint, .. } => checkpoint,
        other => panic!("{other}"),
    };
    // The second call uses the checkpoint that the first one wrote.
    for _ in 0..2 {
        assert_eq!(found(diverged.fit((&x, &t)).unwrap_err()).as_deref(), Some(&*path));
    }
    let best = bits(diverged.network());

    // With a rate that does not diverge, the result equals that of an uninterrupted training.
    let mut whole = diverging(99).keep_best();
    whole.fit((&x, &t)).unwrap();
    let mut resumed = diverging(99).keep_best().checkpoint(&path);
    resumed.resume(&path).unwrap();
    assert_eq!(bits(resumed.network()), best);
    resumed.fit((&x, &t)).unwrap();
    assert_eq!(resumed.history(), whole.history());
    assert_eq!(bits(resumed.network()), bits(whole.network()));

    // A training that diverges before its first checkpoint reports the one that it resumed from.
    diverged.resume(&path).unwrap();
    let mut other = diverging(45).keep_best().checkpoint(&path).checkpoint_every(1);
    other.resume(&path).unwrap();
    other.fit((&x, &t)).unwrap();
    let mut other = diverging(45).keep_best().checkpoint(&path).epochs(12);
    other.resume(&path).unwrap();
    let error = other.fit((&x, &t)).unwrap_err();
    let Error::Diverged { epoch: 10, checkpoint, .. } = error else { panic!("{error}") };
    assert_eq!(checkpoint.as_deref(), Some(&*path));
}
