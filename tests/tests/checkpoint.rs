//! An interrupted training resumes bit for bit, wherever it was killed. A failed write keeps the
//! previous checkpoint. Whatever a file contains, reading it reports the error, allocates no memory
//! for it and changes nothing.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use chainrule::saving::{self, Difference, Layout, State, Visitor};
use chainrule::schedule::{Cosine, Plateau};
use chainrule::trainer::Error;
use chainrule::{
    AdaGrad, Adam, AdamW, Batch, Init, Kind, LearningRate, Momentum, Nesterov, Network, Optimizer,
    RmsProp, Rng, Sgd, Trainer, network,
};
use chainrule_tests::allocations::{Recording, largest_in};

#[global_allocator]
static ALLOCATOR: Recording = Recording;

network! {
    struct Net = Affine(2, 8) -> BatchNorm -> Relu -> Dropout(0.25) -> Affine(8, 3)
        => SoftmaxWithLoss;
}
network! {
    struct Smooth = Affine(2, 8) -> BatchNorm -> Sigmoid -> Dropout(0.25) -> Affine(8, 3)
        => SoftmaxWithLoss;
}
network! { struct Wide = Affine(2, 4000) -> Relu -> Affine(4000, 3) => SoftmaxWithLoss; }

/// Points in the plane, labeled with one of three rings.
fn rings() -> (Vec<[f32; 2]>, Vec<u8>) {
    let mut rng = Rng::seed(1);
    let x: Vec<_> = (0..60).map(|_| [0; 2].map(|_| rng.normal() as f32)).collect();
    let ring = |[a, b]: &[f32; 2]| ((a * a + b * b) as u8).min(2);
    let t = x.iter().map(ring).collect();
    (x, t)
}

fn net() -> Box<Net> {
    Net::new(Init::He, &mut Rng::seed(0))
}

fn bits<N: Network<Scalar = f32>>(net: &N) -> Vec<u32> {
    net.parameters().iter().map(|w| w.to_bits()).collect()
}

/// A trainer with every kind of state: random choices, the best network, metrics.
fn trainer<'a, O: Optimizer<Net> + LearningRate>(optimizer: O) -> Trainer<'a, Net, O> {
    Trainer::new(net(), optimizer)
        .batch_size(9)
        .epochs(4)
        .seed(5)
        .validation_split(0.25)
        .early_stopping(10)
        .augment(|sample, rng| sample[1] += 0.1 * rng.normal() as f32)
}

/// Interrupts a training after each of its steps, and resumes it in another trainer.
fn goes_on<O: Optimizer<Net> + LearningRate + State<Net>>(make: impl Fn() -> O) {
    let data = rings();
    let data = (&data.0, &data.1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let rate = || Cosine::new(0.1, 0.01, 20).unwrap();

    let mut whole = trainer(make()).schedule(rate());
    whole.fit(data).unwrap();
    assert_eq!(whole.history().last().unwrap().steps, 20);

    for stop in [1, 2, 4, 5, 6, 11, 19, 20] {
        let mut first =
            trainer(make()).schedule(rate()).checkpoint(&path).checkpoint_every(1).on_step(
                |step, _| match step.step == stop {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                },
            );
        first.fit(data).unwrap();

        let other = Net::new(Init::He, &mut Rng::seed(77));
        let mut second = Trainer::new(other, make())
            .batch_size(9)
            .epochs(4)
            .seed(5)
            .validation_split(0.25)
            .early_stopping(10)
            .augment(|sample, rng| sample[1] += 0.1 * rng.normal() as f32)
            .schedule(rate());
        second.resume(&path).unwrap();
        second.fit(data).unwrap();
        assert_eq!(second.history(), whole.history(), "interrupted after {stop} steps");
        assert_eq!(bits(second.network()), bits(whole.network()), "interrupted after {stop} steps");
    }
}

#[test]
fn all_optimizers_go_on() {
    goes_on(|| Sgd::new(0.1).unwrap());
    goes_on(|| Momentum::new(0.1, 0.9).unwrap());
    goes_on(|| Nesterov::new(0.1, 0.9).unwrap());
    goes_on(|| AdaGrad::new(0.1).unwrap());
    goes_on(|| RmsProp::new(0.1, 0.99).unwrap());
    goes_on(|| Adam::new(0.1).unwrap());
    goes_on(|| AdamW::new(0.1).unwrap());
}

/// A user-defined optimizer with state.
struct Signum {
    rate: f64,
    mean: Box<Net>,
}

impl Optimizer<Net> for Signum {
    fn update(&mut self, network: &mut Net, grads: &Net) {
        for tensor in Net::TENSORS.iter().filter(|tensor| tensor.kind != Kind::Buffer) {
            let mean = tensor.of_mut(self.mean.parameters_mut()).iter_mut();
            let weights = tensor.of_mut(network.parameters_mut());
            for ((m, w), g) in mean.zip(weights).zip(tensor.of(grads.parameters())) {
                *m = 0.9 * *m + 0.1 * g;
                *w -= self.rate as f32 * m.signum();
            }
        }
    }
}

impl LearningRate for Signum {
    fn learning_rate(&self) -> f64 {
        self.rate
    }

    fn set_learning_rate(&mut self, rate: f64) -> Result<(), chainrule::Error> {
        self.rate = rate;
        Ok(())
    }
}

impl State<Net> for Signum {
    fn visit(&mut self, visitor: &mut dyn Visitor<Net>) {
        visitor.network("mean", &mut self.mean);
    }
}

#[test]
fn an_optimizer_of_ones_own_goes_on() {
    goes_on(|| Signum { rate: 0.01, mean: Net::zeros() });
}

#[test]
fn a_plateau_goes_on() {
    let data = rings();
    let data = (&data.0, &data.1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let plateau = || Plateau::new(0.5, 0.5, 0).unwrap().with_threshold(0.1).unwrap();
    let mut whole = trainer(Sgd::new(0.5).unwrap()).plateau(plateau()).epochs(9);
    whole.fit(data).unwrap();
    assert!(whole.history().last().unwrap().learning_rate < 0.2);

    let mut first = trainer(Sgd::new(0.5).unwrap()).plateau(plateau()).epochs(5).checkpoint(&path);
    first.fit(data).unwrap();
    let mut second = trainer(Sgd::new(0.5).unwrap()).plateau(plateau()).epochs(9);
    second.resume(&path).unwrap();
    second.fit(data).unwrap();
    assert_eq!(second.history(), whole.history());
    assert_eq!(bits(second.network()), bits(whole.network()));
}

#[test]
fn batches_of_an_iterator_go_on() {
    let (x, t) = rings();
    let batches = |epoch: u64| {
        x.chunks(10).zip(t.chunks(10)).map(move |(x, t)| {
            let mut batch = Batch::<Net>::new();
            batch.features_mut().extend(x.as_flattened().iter().map(|x| x + epoch as f32));
            t.iter().for_each(|label| batch.push_label(*label).unwrap());
            batch
        })
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let make = || Trainer::new(net(), Adam::new(0.1).unwrap()).epochs(3);
    let mut whole = make();
    whole.fit_batches(batches).unwrap();

    let mut first =
        make().checkpoint(&path).checkpoint_every(4).on_step(|step, _| match step.step {
            10 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
    first.fit_batches(batches).unwrap();
    let mut second = make();
    second.resume(&path).unwrap();
    second.fit_batches(batches).unwrap();
    assert_eq!(bits(second.network()), bits(whole.network()));

    let mut third = make();
    third.resume(&path).unwrap();
    let error = third.fit_batches(|epoch| batches(epoch).take(1)).unwrap_err();
    let expected = "expected at least 2 batches in epoch 2, where the training was interrupted, \
                    found 1";
    assert_eq!(error.to_string(), expected);
}

/// The work of the killed process and of the uninterrupted one. Both resume from the checkpoint, if
/// there is one.
fn work(path: &Path) -> Vec<u32> {
    let (x, t) = rings();
    let mut trainer = trainer(Adam::new(0.01).unwrap())
        .epochs(60)
        .early_stopping(1000)
        .checkpoint(path)
        .checkpoint_every(1);
    if path.exists() {
        trainer.resume(path).unwrap();
    }
    trainer.fit((&x, &t)).unwrap();
    bits(trainer.network())
}

/// The environment variable with the checkpoint's path, which this program sets when it runs
/// itself.
const WORK: &str = "CHAINRULE_TEST_CHECKPOINT";

/// The command that runs this program with `test` alone.
fn this_program(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn a_process_to_be_killed() {
    if let Some(path) = env::var_os(WORK) {
        work(Path::new(&path));
    }
}

#[test]
fn a_run_that_is_killed_twenty_times_ends_like_one_that_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let undisturbed = work(&folder.path().join("undisturbed"));

    let path = folder.path().join("killed");
    let (mut rng, mut killed, mut started) = (Rng::seed(2), 0, 0);
    while killed < 20 {
        started += 1;
        assert!(started < 1000, "the runs are over before they can be killed");
        let command = &mut this_program("a_process_to_be_killed");
        let mut process = command.env(WORK, &path).spawn().unwrap();
        thread::sleep(Duration::from_micros(rng.below(60_000) as u64));
        let over = process.try_wait().unwrap().is_some();
        process.kill().unwrap();
        process.wait().unwrap();
        match over {
            // The process had already finished: start again.
            true => fs::remove_file(&path).unwrap(),
            false => killed += 1,
        }
    }
    assert_eq!(work(&path), undisturbed);
}

/// Simulates a full disk with a limit on the file size.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_checkpoint_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    if let Some(path) = env::var_os("CHAINRULE_TEST_FULL") {
        let (x, t) = rings();
        let wide = Wide::new(Init::He, &mut Rng::seed(0));
        let mut trainer = Trainer::new(wide, Sgd::new(0.1).unwrap()).epochs(1).checkpoint(path);
        let error = trainer.fit((&x, &t)).unwrap_err();
        assert!(matches!(error, Error::Checkpoint { .. }));
        assert!(error.to_string().contains("run`: failed to write: "), "{error}");
        return;
    }
    let (x, t) = rings();
    let mut trainer = trainer(Sgd::new(0.1).unwrap()).checkpoint(&path);
    trainer.fit((&x, &t)).unwrap();
    let before = fs::read(&path).unwrap();

    let program = this_program("a_full_disk_leaves_the_checkpoint_before");
    let mut shell = Command::new("sh");
    // The signal is ignored, so that the write returns an error.
    shell.args(["-c", r#"trap '' XFSZ; ulimit -f 16; exec "$0" "$@""#]);
    shell.arg(program.get_program()).args(program.get_args());
    let output = shell.env("CHAINRULE_TEST_FULL", &path).output().unwrap();
    let found = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{found}");

    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_without_write_permission() {
    // Not even root can create files there.
    let (x, t) = rings();
    let mut trainer = trainer(Sgd::new(0.1).unwrap()).checkpoint("/proc/run");
    let error = trainer.fit((&x, &t)).unwrap_err();
    assert!(error.to_string().starts_with("`/proc/run`: failed to write: "), "{error}");
}

#[test]
fn a_diverged_training_leaves_the_checkpoint_before() {
    let (x, t) = rings();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let mut trainer = Trainer::new(net(), Sgd::new(0.1).unwrap())
        .batch_size(10)
        .epochs(3)
        .schedule(Steep)
        .checkpoint(&path)
        .checkpoint_every(1);
    let error = trainer.fit((&x, &t)).unwrap_err();
    let Error::Diverged { checkpoint: Some(saved), .. } = &error else { panic!("{error}") };
    assert_eq!(*saved, path);
    assert!(error.to_string().ends_with("run` is from before that step"), "{error}");
    let mut net = Net::zeros();
    saving::load(&mut *net, &path, Layout::Chainrule).unwrap();
    assert!(net.loss(&x, &t).unwrap().is_finite());
}

/// A schedule that diverges after eight steps.
struct Steep;

impl chainrule::schedule::Schedule for Steep {
    fn rate(&self, step: u64) -> f64 {
        if step < 8 { 0.1 } else { 1e39 }
    }
}

#[test]
fn batches_and_a_data_set_are_not_exchanged() {
    let (x, t) = rings();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let batches = |_| {
        let mut batch = Batch::<Net>::new();
        batch.features_mut().extend([1.0, 2.0]);
        batch.push_label(0).unwrap();
        std::iter::once(batch)
    };
    let make = || Trainer::new(net(), Adam::new(0.1).unwrap()).epochs(2);
    make().epochs(1).checkpoint(&path).fit_batches(batches).unwrap();
    let mut resumed = make();
    resumed.resume(&path).unwrap();
    assert_eq!(
        resumed.fit((&x, &t)).unwrap_err().to_string(),
        "expected batches of an iterator, as before the interruption, found a data set of 60 \
         training samples; continue with `fit_batches`"
    );
    resumed.fit_batches(batches).unwrap();

    make().epochs(1).checkpoint(&path).fit((&x[..1], &t[..1])).unwrap();
    let mut resumed = make();
    resumed.resume(&path).unwrap();
    assert_eq!(
        resumed.fit_batches(batches).unwrap_err().to_string(),
        "expected a data set of 1 training sample, as before the interruption, found batches of an \
         iterator; continue with `fit`"
    );
}

/// Files of earlier versions do not contain the type of the optimizer.
#[test]
fn a_checkpoint_without_the_type_of_its_optimizer() {
    struct Plain(Box<Net>, Adam<Net>);
    impl State<Net> for Plain {
        fn visit(&mut self, visitor: &mut dyn Visitor<Net>) {
            self.1.visit(&mut Untyped(visitor));
            visitor.network("", &mut self.0);
        }
    }
    /// Passes on everything but types.
    struct Untyped<'v>(&'v mut dyn Visitor<Net>);
    impl Visitor<Net> for Untyped<'_> {
        fn network(&mut self, name: &str, network: &mut Net) {
            self.0.network(name, network);
        }
        fn float(&mut self, name: &str, value: &mut f64) {
            self.0.float(name, value);
        }
        fn integer(&mut self, name: &str, value: &mut u64) {
            self.0.integer(name, value);
        }
        fn floats(&mut self, name: &str, values: &mut Vec<f64>) {
            self.0.floats(name, values);
        }
        fn setting(&mut self, name: &str, value: u64) {
            self.0.setting(name, value);
        }
    }
    struct Typed(Box<Net>, Adam<Net>);
    impl State<Net> for Typed {
        fn visit(&mut self, visitor: &mut dyn Visitor<Net>) {
            self.1.visit(visitor);
            visitor.network("", &mut self.0);
        }
    }
    let mut file = Vec::new();
    saving::write_state(&mut Plain(net(), Adam::new(0.5).unwrap()), &mut file).unwrap();
    let mut typed = Typed(net(), Adam::new(0.25).unwrap());
    saving::read_state(&mut typed, &file[..]).unwrap();
    assert_eq!(typed.1.learning_rate(), 0.5);
}

#[test]
fn a_checkpoint_of_another_run() {
    let (x, t) = rings();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let make = || trainer(Adam::new(0.1).unwrap());
    make().checkpoint(&path).fit((&x, &t)).unwrap();

    let mut other = make().seed(6).batch_size(8);
    let before = bits(other.network());
    let error = other.resume(&path).unwrap_err().to_string();
    let expected = "the checkpoint does not match this training:\n  \
                    setting \"trainer/seed\": expected 6, found 5\n  \
                    setting \"trainer/batch size\": expected 8, found 9";
    assert!(error.ends_with(expected), "{error}");
    assert_eq!(bits(other.network()), before);
    let mut fewer = make().epochs(10);
    fewer.resume(&path).unwrap();
    let error = fewer.fit((&x[1..], &t[1..])).unwrap_err().to_string();
    assert_eq!(error, "expected 45 training samples, as before the interruption, found 44");

    let error = trainer(Sgd::new(0.1).unwrap()).resume(&path).unwrap_err().to_string();
    let message = |ours: &str| {
        format!(
            "`{}`: the checkpoint does not match this training:\n  expected the optimizer `{ours}`, \
             found that of `Adam`",
            path.display()
        )
    };
    assert_eq!(error, message("Sgd"));
    let error = trainer(Momentum::new(0.1, 0.9).unwrap()).resume(&path).unwrap_err().to_string();
    assert_eq!(error, message("Momentum"));
    // The same tensors and numbers, with another meaning.
    let error = trainer(AdamW::new(0.1).unwrap()).resume(&path).unwrap_err().to_string();
    assert_eq!(error, message("AdamW"));

    let smooth = Smooth::new(Init::He, &mut Rng::seed(0));
    let mut other = Trainer::new(smooth, Adam::new(0.1).unwrap()).batch_size(9).seed(5).keep_best();
    let before = bits(other.network());
    let error = other.resume(&path).unwrap_err();
    let Error::Checkpoint { cause: saving::Error::File { cause, .. } } = &error else {
        panic!("{error}");
    };
    let saving::Error::State { differences } = &**cause else { panic!("{error}") };
    assert!(matches!(differences[..], [Difference::Signature { .. }]), "{error}");
    assert_eq!(bits(other.network()), before);

    saving::save(&*net(), &path, Layout::Chainrule).unwrap();
    let error = make().resume(&path).unwrap_err().to_string();
    assert!(
        error.ends_with(
            "expected a checkpoint, found a file without the state of a training; load parameters \
             with `saving::load`"
        ),
        "{error}"
    );
    let error = make().resume(folder.path().join("none")).unwrap_err().to_string();
    assert!(error.contains("none`: failed to read: "), "{error}");
}

#[test]
fn the_network_of_a_checkpoint_loads_by_itself() {
    let (x, t) = rings();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let mut trainer = Trainer::new(net(), Adam::new(0.1).unwrap()).checkpoint(&path);
    trainer.fit((&x, &t)).unwrap();
    let mut same = Net::zeros();
    saving::load(&mut *same, &path, Layout::Chainrule).unwrap();
    assert_eq!(bits(&*same), bits(trainer.network()));
}

/// A state with every kind of part.
struct Everything {
    net: Box<Net>,
    real: f64,
    whole: u64,
    reals: Vec<f64>,
    rng: Rng,
}

impl State<Net> for Everything {
    fn visit(&mut self, visitor: &mut dyn Visitor<Net>) {
        visitor.network("", &mut self.net);
        visitor.float("a \"real\"\n\u{e9}", &mut self.real);
        visitor.integer("whole", &mut self.whole);
        visitor.floats("reals", &mut self.reals);
        State::<Net>::visit(&mut self.rng, &mut saving::Prefixed::new("rng", visitor));
    }
}

fn everything(seed: u64) -> Everything {
    let mut rng = Rng::seed(seed);
    let net = Net::new(Init::He, &mut rng);
    Everything { net, real: 0.1 + seed as f64, whole: seed, reals: vec![1.5; seed as usize], rng }
}

fn written(state: &mut Everything) -> Vec<u8> {
    let mut file = Vec::new();
    saving::write_state(state, &mut file).unwrap();
    file
}

#[test]
fn numbers_are_read_as_they_were_written() {
    for (real, whole) in [
        (0.1, 0),
        (-0.0, 1),
        (f64::MAX, u64::MAX),
        (5e-324, 1 << 53 | 1),
        (f64::INFINITY, 7),
        (f64::NEG_INFINITY, 7),
        (f64::NAN, 7),
    ] {
        let mut state = everything(3);
        (state.real, state.whole, state.reals) = (real, whole, vec![real, 1.0 / 3.0]);
        let file = written(&mut state);
        let mut same = everything(0);
        saving::read_state(&mut same, &file[..]).unwrap();
        assert_eq!((same.real.to_bits(), same.whole), (real.to_bits(), whole));
        assert_eq!(same.reals[0].to_bits(), real.to_bits());
        assert_eq!((same.reals[1], same.rng), (1.0 / 3.0, state.rng));
        assert_eq!(bits(&*same.net), bits(&*state.net));
    }
}

#[test]
fn names_that_come_twice_are_rejected() {
    struct Twice(Box<Net>);
    impl State<Net> for Twice {
        fn visit(&mut self, visitor: &mut dyn Visitor<Net>) {
            visitor.network("velocity", &mut self.0);
            visitor.network("velocity", &mut self.0);
        }
    }
    let error = saving::write_state(&mut Twice(net()), Vec::new()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("duplicate name \"velocity/affine"));
}

/// The error from reading a file. Asserts that reading allocates at most a few times the file's
/// length, and changes nothing.
fn complaint(bytes: &[u8]) -> String {
    let mut state = everything(1);
    let before = written(&mut state);
    let (largest, result) = largest_in(|| saving::read_state(&mut state, bytes));
    assert!(largest <= 4096 + 4 * bytes.len(), "{largest} bytes for a file of {}", bytes.len());
    match result {
        Ok(()) => String::new(),
        Err(error) => {
            assert_eq!(written(&mut state), before, "{error}");
            error.to_string()
        }
    }
}

#[test]
fn damaged_files_never_harm() {
    let whole = written(&mut everything(4));
    assert_eq!(complaint(&whole), "");
    let mut rng = Rng::seed(0);
    for length in 0..whole.len() {
        assert_ne!(complaint(&whole[..length]), "", "cut after {length} bytes");
    }
    let mut unnoticed = 0;
    for _ in 0..20_000 {
        let mut bytes = whole.clone();
        for _ in 0..=rng.below(3) {
            let at = rng.below(bytes.len());
            match rng.below(4) {
                0 => bytes[at] ^= 1 << rng.below(8),
                1 => bytes[at] = b"0129{}[],:\"\\u "[rng.below(14)],
                2 => drop(bytes.remove(at)),
                _ => bytes.insert(at, rng.below(256) as u8),
            }
        }
        if bytes != whole && complaint(&bytes).is_empty() {
            // Only padding of the header was changed.
            let mut state = everything(1);
            saving::read_state(&mut state, &bytes[..]).unwrap();
            assert_eq!(written(&mut state), whole);
            unnoticed += 1;
        }
    }
    assert!(unnoticed < 50, "{unnoticed}");
}

#[test]
fn a_changed_number_is_noticed() {
    let whole = written(&mut everything(4));
    let mut bytes = whole.clone();
    *bytes.last_mut().unwrap() ^= 1;
    assert!(complaint(&bytes).starts_with("damaged file: expected the checksum \""));

    let key = br#""whole":"4""#;
    let at = whole.windows(key.len()).position(|window| window == key).unwrap();
    let mut bytes = whole;
    assert_eq!(bytes[at + 9], b'4');
    bytes[at + 9] = b'5';
    assert!(complaint(&bytes).starts_with("damaged file: expected the checksum \""));
    bytes[at + 9] = b'x';
    assert!(complaint(&bytes).contains("\"whole\": expected a number, found \"x\""));
}

/// A disk that is full after this number of bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0 {
            0 => Err(io::ErrorKind::StorageFull.into()),
            scratch => {
                let written = scratch.min(bytes.len());
                self.0 -= written;
                Ok(written)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_is_reported() {
    let length = written(&mut everything(2)).len();
    for scratch in 0..length {
        let error = saving::write_state(&mut everything(2), Full(scratch)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
    saving::write_state(&mut everything(2), Full(length)).unwrap();
}
