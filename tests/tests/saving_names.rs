//! Files for and from other programs: renamed tensors, metadata, PyTorch's counter of batches, and
//! the methods `save` and `load` of a network.

use std::collections::BTreeMap;

use chainrule::layers::Layer;
use chainrule::saving::{self, Difference, Error, Layout, Loader, Saver};
use chainrule::{Init, Network, NetworkExt, Numbers, Rng, Scalar, Tensors, network};

network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
network! { struct Normalised = Input(2) -> bn: BatchNorm => IdentityWithLoss; }
network! { struct Outer = Normalised -> Affine(2, 1) => IdentityWithLoss; }
network! { struct Custom = Input(2) -> Counting(2) => IdentityWithLoss; }

/// A layer of one's own with a buffer that is called like a counter of batches.
#[derive(Tensors)]
#[repr(C)]
pub struct Counting<const N: usize, T = f32> {
    weight: [T; N],
    #[tensors(buffer)]
    batches: [T; 1],
}

impl<const N: usize, T: Scalar> Layer<T> for Counting<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;

    fn forward(&self, input: &[T], output: &mut [T], _: &mut [T], _: &mut Rng) {
        output.copy_from_slice(input);
    }

    fn backward(
        &self,
        _: &[T],
        _: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        grads.weight = [T::zero(); N];
        if let Some(dinput) = dinput {
            dinput.copy_from_slice(dout);
        }
    }
}

fn drawn(seed: u64) -> Box<Net> {
    Net::new(Init::Normal(1.0), &mut Rng::seed(seed))
}

fn renamed() -> Saver {
    Saver::new(Layout::PyTorch).renamed("affine1", "fc1").renamed("affine2.bias", "b")
}

fn written(saver: &Saver, net: &impl Network) -> Vec<u8> {
    let mut bytes = Vec::new();
    saver.write(net, &mut bytes).unwrap();
    bytes
}

fn header(bytes: &[u8]) -> &str {
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    std::str::from_utf8(&bytes[8..8 + length]).unwrap()
}

#[test]
fn a_network_saves_and_loads_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net");
    drawn(1).save(&path).unwrap();
    assert_eq!(Net::load(&path).unwrap().parameters(), drawn(1).parameters());
    assert_eq!(Net::<f64>::load(&path).unwrap().cast::<f32>().parameters(), drawn(1).parameters());
    let error = Normalised::load(&path).unwrap_err().to_string();
    assert!(error.contains("the file does not match `Normalised`"), "{error}");
    assert!(matches!(Net::load(folder.path().join("other")), Err(Error::File { .. })));
}

#[test]
fn renamed_tensors_are_read_under_the_same_names() {
    let net = drawn(2);
    let bytes = written(&renamed(), &*net);
    let names = ["\"fc1.weight\"", "\"fc1.bias\"", "\"affine2.weight\"", "\"b\"", "\"affine1"];
    assert_eq!(names.map(|name| header(&bytes).contains(name)), [true, true, true, true, false]);
    let mut same = Net::zeros();
    let loader =
        Loader::new(Layout::PyTorch).renamed("affine1", "fc1").renamed("affine2.bias", "b");
    loader.read(&mut *same, &bytes[..]).unwrap();
    assert_eq!(same.parameters(), net.parameters());
    // A signature is of the network's own names.
    let bytes = written(&Saver::new(Layout::Chainrule).renamed("affine1", "a"), &*net);
    assert!(!header(&bytes).contains("signature"));
}

#[test]
fn names_that_cannot_be_are_rejected() {
    let write = |saver: &Saver| saver.write(&*drawn(1), &mut Vec::new()).unwrap_err().to_string();
    assert_eq!(
        write(&renamed().renamed("affine3", "fc3")),
        "cannot be written: the name \"affine3\" is not one of the network's\n\
         help: `Saver::renamed` takes a name of the network first, and a new one for it"
    );
    let twice =
        write(&Saver::new(Layout::Chainrule).renamed("affine2", "affine1").renamed("x", "y"));
    assert!(twice.contains("\"x\" is not one of the network's"), "{twice}");
    let saver = Saver::new(Layout::Chainrule).renamed("affine1.bias", "affine2.bias");
    assert!(write(&saver).contains("\"affine2.bias\" would be that of two tensors"));
    let reserved = write(&renamed().metadata("chainrule.signature", "0"));
    assert_eq!(
        reserved,
        "cannot be written: the metadata key \"chainrule.signature\" is reserved\n\
         help: choose a key that does not begin with `chainrule.`"
    );
    // An existing file remains.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net");
    drawn(1).save(&path).unwrap();
    assert!(renamed().renamed("x", "y").save(&*drawn(2), &path).is_err());
    assert_eq!(Net::load(&path).unwrap().parameters(), drawn(1).parameters());
}

#[test]
fn metadata_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net");
    let texts = [("classes", "cat,\"dog\",\n鳥"), ("", "empty"), ("note", "")];
    let mut saver = Saver::new(Layout::Chainrule).metadata("note", "replaced");
    for (key, value) in texts {
        saver = saver.metadata(key, value);
    }
    saver.save(&*drawn(1), &path).unwrap();
    let expected: BTreeMap<_, _> =
        texts.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect();
    assert_eq!(saving::metadata(&path).unwrap(), expected);
    assert_eq!(Net::load(&path).unwrap().parameters(), drawn(1).parameters());
    drawn(1).save(&path).unwrap();
    assert!(saving::metadata(&path).unwrap().is_empty(), "the signature is not the user's");
    assert!(matches!(saving::metadata(folder.path().join("other")), Err(Error::File { .. })));
}

// import numpy as np; from safetensors.numpy import save
// f = np.float32
// save({'bn.weight': np.array([2, 3], f), 'bn.bias': np.array([.5, -.5], f),
//       'bn.running_mean': np.array([1, 2], f), 'bn.running_var': np.array([4, 5], f),
//       'bn.num_batches_tracked': np.array(7, np.int64)}, metadata={'format': 'pt'})
const HEADER: &str = "{\"__metadata__\":{\"format\":\"pt\"},\
    \"bn.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},\
    \"bn.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]},\
    \"bn.running_mean\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]},\
    \"bn.running_var\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]},\
    \"bn.weight\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[32,40]}}   ";
const DATA: [u8; 40] = [
    7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x3f, 0, 0, 0, 0xbf, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0,
    0x80, 0x40, 0, 0, 0xa0, 0x40, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40,
];

fn of_pytorch(header: &str) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &DATA].concat()
}

#[test]
fn the_batches_of_a_batch_norm_are_pytorchs_counter() {
    let mut net = Normalised::zeros();
    saving::read(&mut *net, &of_pytorch(HEADER)[..], Layout::PyTorch).unwrap();
    assert_eq!((net.bn.batches, net.bn.running_var, net.bn.bias), ([7.0], [4.0, 5.0], [0.5, -0.5]));
    // It is also written byte for byte.
    let saver = Saver::new(Layout::PyTorch).metadata("format", "pt");
    assert_eq!(written(&saver, &*net), of_pytorch(HEADER));
    // The layout of this crate has neither the name nor the type.
    let bytes = written(&Saver::new(Layout::Chainrule), &*net);
    assert!(header(&bytes).contains("\"bn.batches\":{\"dtype\":\"F32\",\"shape\":[1]"));
    let wide = net.cast::<f64>();
    let bytes = written(&Saver::new(Layout::PyTorch), &*wide);
    assert!(header(&bytes).starts_with("{\"bn.num_batches_tracked\":{\"dtype\":\"I64\""));
    let mut same = Normalised::<f64>::zeros();
    saving::read(&mut *same, &bytes[..], Layout::PyTorch).unwrap();
    assert_eq!(same.parameters(), wide.parameters());
}

#[test]
fn the_counter_is_renamed_with_its_layer() {
    let mut net = Outer::zeros();
    net.normalised.bn.batches = [3.0];
    for (ours, theirs, expected) in [
        ("normalised.bn", "norm", "\"norm.num_batches_tracked\""),
        ("normalised", "a", "\"a.bn.num_batches_tracked\""),
        ("normalised.bn.batches", "count", "\"count\""),
        ("affine1", "fc", "\"normalised.bn.num_batches_tracked\""),
    ] {
        let bytes = written(&Saver::new(Layout::PyTorch).renamed(ours, theirs), &*net);
        assert!(header(&bytes).contains(expected), "{}", header(&bytes));
        let mut same = Outer::zeros();
        let loader = Loader::new(Layout::PyTorch).renamed(ours, theirs);
        loader.read(&mut *same, &bytes[..]).unwrap();
        assert_eq!(same.parameters(), net.parameters());
    }
}

#[test]
fn a_counter_of_another_type_or_shape_is_reported() {
    let differences = |header: &str| {
        let mut net = Normalised::zeros();
        match saving::read(&mut *net, &of_pytorch(header)[..], Layout::PyTorch).unwrap_err() {
            Error::Differences { differences, .. } => differences,
            error => panic!("{error}"),
        }
    };
    let tensor = || "bn.num_batches_tracked".to_owned();
    let (expected, found) = (vec![], vec![1]);
    assert_eq!(
        differences(&HEADER.replacen("\"shape\":[]", "\"shape\":[1]", 1)),
        [Difference::Shape { tensor: tensor(), expected, found }]
    );
    assert_eq!(
        differences(&HEADER.replacen("I64", "F64", 1)),
        [Difference::Dtype { tensor: tensor(), found: "F64".to_owned(), scalar: "f32" }]
    );
    // Integers are no weights.
    let weights = HEADER.replace(
        "\"F32\",\"shape\":[2],\"data_offsets\":[8,16]",
        "\"I64\",\"shape\":[1],\"data_offsets\":[8,16]",
    );
    let found = differences(&weights);
    assert!(
        matches!(&found[0], Difference::Dtype { tensor, .. } if tensor == "bn.bias"),
        "{found:?}"
    );
}

#[test]
fn a_buffer_of_a_layer_of_ones_own_is_left_as_it_is() {
    let net = Custom::zeros();
    let bytes = written(&Saver::new(Layout::PyTorch), &*net);
    assert!(header(&bytes).contains("\"counting1.batches\":{\"dtype\":\"F32\",\"shape\":[1]"));
}
