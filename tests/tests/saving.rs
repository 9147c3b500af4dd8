//! Parameters are saved and loaded bit for bit, and PyTorch's files load. Whatever a file contains,
//! loading reports the error, allocates no memory for it and leaves the network unchanged.

use chainrule::saving::{self, Difference, Error, Layout, Loader};
use chainrule::{Init, Network, Numbers, Rng, Sgd, network};
use chainrule_tests::allocations::{Recording, largest_in};

#[global_allocator]
static ALLOCATOR: Recording = Recording;

network! { struct Net = Affine(3, 4) -> Relu -> Affine(4, 2) => IdentityWithLoss; }
network! { struct Wider = Affine(3, 5) -> Relu -> last: Affine(5, 2) => IdentityWithLoss; }
network! { struct Nothing = Input(2) -> Relu => IdentityWithLoss; }

const FLOAT32: &[u8] = include_bytes!("../data/linear_float32.safetensors");
const FLOAT16: &[u8] = include_bytes!("../data/linear_float16.safetensors");
const BFLOAT16: &[u8] = include_bytes!("../data/linear_bfloat16.safetensors");

fn drawn(seed: u64) -> Box<Net> {
    Net::new(Init::Normal(1.0), &mut Rng::seed(seed))
}

fn written(net: &impl Network, layout: Layout) -> Vec<u8> {
    let mut bytes = Vec::new();
    saving::write(net, &mut bytes, layout).unwrap();
    bytes
}

#[test]
fn what_was_written_is_read_bit_for_bit() {
    let mut net = drawn(1);
    net.affine1.weight[0] = [f32::MIN_POSITIVE / 4.0, -0.0, f32::MAX, f32::NEG_INFINITY];
    let wide = Net::<f64>::new(Init::He, &mut Rng::seed(2));
    for layout in [Layout::Chainrule, Layout::PyTorch] {
        let mut same = Net::zeros();
        saving::read(&mut *same, &written(&*net, layout)[..], layout).unwrap();
        let bits = |net: &Net| net.parameters().iter().map(|w| w.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&same), bits(&net));

        let mut same = Net::<f64>::zeros();
        saving::read(&mut *same, &written(&*wide, layout)[..], layout).unwrap();
        assert_eq!(same.parameters(), wide.parameters());
    }
}

network! { struct Normalised = Affine(2, 3) -> BatchNorm -> Affine(1) => IdentityWithLoss; }

/// A network whose running statistics differ from their initial values.
fn normalised() -> Box<Normalised<f64>> {
    let mut net = Normalised::<f64>::new(Init::Auto, &mut Rng::seed(3));
    let mut sgd = Sgd::new(0.1).unwrap();
    for step in 0..5 {
        let x: Vec<[f64; 2]> = (0..8).map(|i| [f64::from(i * step % 5), f64::from(i)]).collect();
        let grads = net.gradient(&x, &[[1.0]; 8]).unwrap();
        net.update(&mut sgd, &grads);
    }
    assert_eq!(net.batch_norm1.batches, [5.0]);
    assert!(net.batch_norm1.running_mean.iter().all(|&mean| mean != 0.0));
    net
}

#[test]
fn running_statistics_are_saved_and_cast_with_the_rest() {
    let net = normalised();
    for layout in [Layout::Chainrule, Layout::PyTorch] {
        let bytes = written(&*net, layout);
        let text = String::from_utf8_lossy(&bytes);
        let batches = match layout {
            Layout::Chainrule => "batches",
            Layout::PyTorch => "num_batches_tracked",
        };
        for name in ["weight", "bias", "running_mean", "running_var", batches] {
            assert!(text.contains(&format!("\"batch_norm1.{name}\"")), "{name}");
        }
        let mut same = Normalised::<f64>::zeros();
        saving::read(&mut *same, &bytes[..], layout).unwrap();
        assert_eq!(same.parameters(), net.parameters());
        let x = [[0.5, -1.0], [2.0, 3.0]];
        assert_eq!(same.predict(&x).unwrap(), net.predict(&x).unwrap());
    }
    let cast = net.cast::<f32>();
    assert_eq!(cast.batch_norm1.running_mean, net.batch_norm1.running_mean.map(|x| x as f32));
    assert_eq!(cast.batch_norm1.running_var, net.batch_norm1.running_var.map(|x| x as f32));
    assert_eq!(cast.batch_norm1.batches, [5.0]);
}

#[test]
fn a_network_without_parameters() {
    let bytes = written(&*Nothing::zeros(), Layout::Chainrule);
    let header = format!(
        "{{\"__metadata__\":{{\"chainrule.signature\":\"{}\"}}}}",
        Nothing::<f32>::SIGNATURE
    );
    assert_eq!(bytes, file(&format!("{header:<64}"), 0));
    saving::read(&mut *Nothing::zeros(), &b"\x02\0\0\0\0\0\0\0{}"[..], Layout::Chainrule).unwrap();
    saving::read(&mut *Nothing::zeros(), &bytes[..], Layout::Chainrule).unwrap();
}

// The Python lines in tests/data/README.md generate the file and the values here.
#[test]
fn a_file_of_pytorch_computes_what_it_does_there() {
    let mut net = Net::zeros();
    saving::read(&mut *net, FLOAT32, Layout::PyTorch).unwrap();
    let column = net.affine1.weight.map(|row| f64::from(row[3]));
    assert_eq!(column, [0.1527741253376007, -0.1744827926158905, -0.11348707973957062]);
    let y = net.predict(&[[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]).unwrap();
    let expected =
        [-0.09045116603374481, 0.0698498785495758, -0.1441785991191864, 0.16217662394046783];
    for (y, expected) in y.iter().zip(expected) {
        assert!((f64::from(*y) - expected).abs() < 1e-7, "{y} instead of {expected}");
    }
    // It is also written byte for byte as PyTorch writes it.
    assert_eq!(written(&*net, Layout::PyTorch), FLOAT32);
}

#[test]
fn half_precision_loads_too() {
    let mut net = Net::zeros();
    saving::read(&mut *net, FLOAT32, Layout::PyTorch).unwrap();
    // Half a unit in the last of 11 and 8 binary digits.
    for (file, relative) in [(FLOAT16, 2.0_f32.powi(-11)), (BFLOAT16, 2.0_f32.powi(-8))] {
        let mut rounded = Net::zeros();
        saving::read(&mut *rounded, file, Layout::PyTorch).unwrap();
        assert_ne!(rounded.parameters(), net.parameters());
        for (rounded, w) in rounded.parameters().iter().zip(net.parameters()) {
            assert!((rounded - w).abs() <= relative * w.abs(), "{rounded} instead of {w}");
        }
    }
    saving::read(&mut *Net::<f64>::zeros(), FLOAT16, Layout::PyTorch).unwrap();
}

#[test]
fn all_differences_are_reported_at_once() {
    let bytes = written(&*Net::<f64>::zeros(), Layout::Chainrule);
    let mut wider = Wider::new(Init::He, &mut Rng::seed(0));
    let before = wider.parameters().to_vec();
    let error = saving::read(&mut *wider, &bytes[..], Layout::Chainrule).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file does not match `Wider`:\n  \
         `affine1.weight`: expected numbers that fit into f32, found \"F64\"\n  \
         `affine1.weight`: expected shape [3, 5], found [3, 4]\n  \
         `affine1.bias`: expected numbers that fit into f32, found \"F64\"\n  \
         `affine1.bias`: expected shape [5], found [4]\n  \
         missing tensor `last.weight` of shape [5, 2]\n  \
         missing tensor `last.bias` of shape [2]\n  \
         unknown tensor \"affine2.bias\" of shape [2]\n  \
         unknown tensor \"affine2.weight\" of shape [4, 2]"
    );
    let Error::Differences { network: "Wider", differences } = error else {
        panic!("{error}");
    };
    assert_eq!(differences.len(), 8);
    let missing = Difference::Missing { tensor: "last.bias".to_owned(), shape: vec![2] };
    assert!(differences.contains(&missing));
    assert_eq!(wider.parameters(), before);
}

#[test]
fn the_other_layout_is_thought_of() {
    let error = saving::read(&mut *Net::zeros(), FLOAT32, Layout::Chainrule).unwrap_err();
    let message = "`affine1.weight`: expected shape [3, 4], found [4, 3], transposed; the file may \
                   have the other `Layout`";
    assert!(error.to_string().contains(message), "{error}");
}

#[test]
fn the_signature_distinguishes_architectures() {
    network! { struct Same = Affine(3, 2 + 2) -> Relu -> Affine(4, 2) => IdentityWithLoss; }
    network! { struct Smooth = Affine(3, 4) -> Sigmoid -> Affine(4, 2) => IdentityWithLoss; }
    network! { struct Sharp = Affine(3, 4) -> Relu -> Affine(4, 2) => SoftmaxWithLoss; }
    network! { struct Called = Affine(3, 4) -> Relu -> last: Affine(4, 2) => IdentityWithLoss; }
    network! {
        struct Summed { input x: [2]; let h = x -> Affine(2); (h + x) -> Relu => IdentityWithLoss }
    }
    network! {
        struct Multiplied {
            input x: [2];
            let h = x -> Affine(2);
            (h * x) -> Relu => IdentityWithLoss
        }
    }
    // Fixed, so that older files remain valid. Python:
    // h = 0xcbf29ce484222325
    // def b(x):
    //     global h
    //     for c in x: h = ((h ^ c) * 0x100000001b3) % 2**64
    // text, num = lambda s: b(s.encode() + b"\0"), lambda n: b(n.to_bytes(8, "little"))
    // for name, kind, outputs, fro in [("affine1", "Affine", 4, "input"),
    //         ("relu1", "Relu", 4, "affine1"), ("affine2", "Affine", 2, "relu1"),
    //         ("loss", "IdentityWithLoss", 2, "affine2")]:
    //     text(name), text(kind), num(outputs), text(fro), num(1)
    // for fields, shape in [("affine1 weight", [3, 4]), ("affine1 bias", [4]),
    //         ("affine2 weight", [4, 2]), ("affine2 bias", [2])]:
    //     for f in fields.split() + [""] * 6: text(f)
    //     for n in shape: num(n)
    // print("%016x" % h)
    assert_eq!(Net::<f32>::SIGNATURE.to_string(), "e271aa4ec1e4d98a");
    assert_eq!(Net::<f32>::SIGNATURE, Net::<f64>::SIGNATURE);
    assert_eq!(Net::<f32>::SIGNATURE, Same::<f32>::SIGNATURE);
    let others = [
        Wider::<f32>::SIGNATURE,
        Smooth::<f32>::SIGNATURE,
        Sharp::<f32>::SIGNATURE,
        Called::<f32>::SIGNATURE,
        Nothing::<f32>::SIGNATURE,
        Summed::<f32>::SIGNATURE,
        Multiplied::<f32>::SIGNATURE,
    ];
    for (at, other) in others.iter().enumerate() {
        assert_ne!(*other, Net::<f32>::SIGNATURE);
        assert!(!others[..at].contains(other));
    }

    let bytes = written(&*drawn(1), Layout::Chainrule);
    let mut smooth = Smooth::zeros();
    let error = saving::read(&mut *smooth, &bytes[..], Layout::Chainrule).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the file does not match `Smooth`:\n  expected the signature {}, found \"{}\": the \
             layers or their connections differ; `Loader::fitting` ignores that",
            Smooth::<f32>::SIGNATURE,
            Net::<f32>::SIGNATURE
        )
    );
    assert_eq!(smooth.parameters(), Smooth::zeros().parameters());
    let loader = Loader::new(Layout::Chainrule).fitting();
    let differences = loader.read(&mut *smooth, &bytes[..]).unwrap();
    assert!(matches!(differences[..], [Difference::Signature { .. }]));
    assert_eq!(smooth.parameters(), drawn(1).parameters());
}

#[test]
fn tensors_of_other_names() {
    network! {
        struct Named = fc1: Affine(3, 4) -> Relu -> fc2: Affine(4, 2) => IdentityWithLoss;
    }
    let (mut net, mut named) = (Net::zeros(), Named::zeros());
    saving::read(&mut *net, FLOAT32, Layout::PyTorch).unwrap();
    let loader = Loader::new(Layout::PyTorch).renamed("fc1", "affine1").renamed("fc2", "affine2");
    assert_eq!(loader.read(&mut *named, FLOAT32).unwrap(), []);
    assert_eq!(named.parameters(), net.parameters());

    // By tensor, and from a file with a signature.
    let loader = Loader::new(Layout::Chainrule)
        .renamed("fc1.weight", "affine1.weight")
        .renamed("fc1.bias", "affine1.bias")
        .renamed("fc2", "affine2");
    let mut same = Named::zeros();
    loader.read(&mut *same, &written(&*net, Layout::Chainrule)[..]).unwrap();
    assert_eq!(same.parameters(), net.parameters());

    let loader = Loader::new(Layout::PyTorch).renamed("fc", "affine1").renamed("fc1", "affine1");
    let error = loader.read(&mut *same, FLOAT32).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file does not match `Named`:\n  \
         renamed tensor \"fc\" is not part of the network\n  \
         missing tensor `fc2.weight` of shape [2, 4]\n  \
         missing tensor `fc2.bias` of shape [2]\n  \
         unknown tensor \"affine2.bias\" of shape [2]\n  \
         unknown tensor \"affine2.weight\" of shape [2, 4]"
    );
    assert_eq!(same.parameters(), net.parameters());
}

#[test]
fn what_fits_is_taken() {
    let bytes = written(&*drawn(1), Layout::Chainrule);
    let mut wider = Wider::new(Init::He, &mut Rng::seed(0));
    let before = wider.parameters().to_vec();
    let loader = Loader::new(Layout::Chainrule).fitting().renamed("last", "affine2");
    let differences = loader.read(&mut *wider, &bytes[..]).unwrap();
    assert_eq!(differences.len(), 3, "{differences:?}");
    // Only the last bias matches.
    assert_eq!(wider.last.bias, drawn(1).affine2.bias);
    wider.last.bias = [0.0; 2];
    assert_eq!(wider.parameters(), before);
    // A damaged file is still rejected.
    assert!(loader.read(&mut *wider, &bytes[..bytes.len() - 1]).is_err());
    assert_eq!(wider.parameters(), before);
}

/// A file with this header, followed by `data` zero bytes.
fn file(header: &str, data: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    bytes.resize(bytes.len() + data, 0);
    bytes
}

/// The error from loading a file. Asserts that loading allocates at most a few times the file's
/// length.
fn complaint(bytes: &[u8]) -> String {
    let mut net = drawn(3);
    let before = net.parameters().to_vec();
    let (largest, result) = largest_in(|| saving::read(&mut *net, bytes, Layout::Chainrule));
    assert!(largest <= 4096 + 4 * bytes.len(), "{largest} bytes for a file of {}", bytes.len());
    match result {
        Ok(()) => String::new(),
        Err(error) => {
            assert_eq!(net.parameters(), before, "{error}");
            error.to_string()
        }
    }
}

#[test]
fn lying_headers() {
    let most = u64::MAX;
    let giant = (1_u64 << 61) - 1;
    let giants: Vec<_> = (0..8)
        .map(|at| {
            let (start, end) = (at * giant, (at + 1) * giant);
            format!(r#""{at}":{{"dtype":"U8","shape":[{giant}],"data_offsets":[{start},{end}]}}"#)
        })
        .collect();
    let tensor = |dtype: &str, shape: &str, offsets: &str| {
        format!(
            r#"{{"affine1.bias":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}}}"#
        )
    };
    for (header, message) in [
        (
            tensor("F32", "[4]", "[0,8]"),
            "damaged file: `affine1.bias` has a byte length that does not match its shape",
        ),
        (tensor("F32", "[4]", "[8,24]"), "does not start at the end of the previous tensor"),
        (tensor("F32", "[4]", "[0,16,32]"), "expected two offsets at byte 67"),
        (tensor("F32", "[4]", "[0]"), "expected two offsets"),
        (tensor("F32", "[-4]", "[0,16]"), "expected a nonnegative integer"),
        (tensor("F32", "[4.0]", "[0,16]"), "expected `,` or `]`"),
        (
            tensor("F32", &format!("[{most}]"), &format!("[0,{most}]")),
            "has a byte length that does not match",
        ),
        (
            tensor("F32", &format!("[{most},{most}]"), "[0,16]"),
            "has a byte length that does not match",
        ),
        (tensor("F32", &format!("[{most}0]"), "[0,16]"), "number too large"),
        (tensor("Q9", &format!("[{most}]"), &format!("[0,{most}]")), "found \"Q9\""),
        (format!("{{{}}}", giants.join(",")), "unknown tensor"),
        (r#"{"a":{"dtype":"F32","shape":[1]}}"#.to_owned(), "expected a tensor with"),
        (r#"{"a":{"dtype":"F32","dtype":"F32"}}"#.to_owned(), "duplicate key"),
        (r#"{"a":{"kind":"F32"}}"#.to_owned(), "expected a tensor with"),
        (r#"{"a":{"kind":F32}}"#.to_owned(), "expected a value"),
        (r#"{"__metadata__":{},"__metadata__":{}}"#.to_owned(), "duplicate tensor name"),
        (r#"{"__metadata__":null,"__metadata__":{}}"#.to_owned(), "duplicate tensor name"),
        (r#"{"__metadata__":{"a":1}}"#.to_owned(), "expected a string"),
        (r#"{"a"}"#.to_owned(), "expected `:`"),
        ("{} {}".to_owned(), "expected the end of the header"),
        ("[".repeat(100_000), "expected `{`"),
        (r#"{"a":"#.repeat(100_000), "nesting too deep"),
        (format!(r#"{{"a":{{"b":{}"#, "[".repeat(1_000_000)), "nesting too deep"),
        (String::new(), "expected `{`"),
    ] {
        let found = complaint(&file(&header, 16));
        assert!(found.contains(message), "{found}\n{message}");
    }
    let entry = r#""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
    let found = complaint(&file(&format!("{{{entry},{entry}}}"), 4));
    assert!(found.contains("duplicate tensor name"), "{found}");
}

#[test]
fn other_formats_are_recognized() {
    let torch = "convert it in Python with `safetensors.torch.save_file`";
    let numpy = "convert it in Python with `safetensors.numpy.save_file`";
    let pickle = "a Python pickle, as written by `torch.save` or `pickle.dump`";
    let download = "download it again, with a link to the file itself";
    for (bytes, found, help) in [
        // python3 -c "import zipfile; zipfile.ZipFile('a', 'w').writestr('b', 'c')"; xxd a
        (&b"PK\x03\x04\x14\0\0\0\0\0"[..], "a zip archive, as written by `torch.save`", torch),
        // The version and flags of `torch.save`. The length would be 578712552184433488.
        (b"PK\x03\x04\0\0\x08\x08\0\0", "a zip archive, as written by `torch.save`", torch),
        (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.", pickle, torch),
        (b"\x80\x04\x95\x0b\0\0\0\0\0\0\0", pickle, torch),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a",
            "a Git LFS pointer",
            "download the file itself with `git lfs pull`",
        ),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "a gzip file", "decompress it first"),
        (b"\x89HDF\r\n\x1a\n\0", "an HDF5 file, as written by Keras", numpy),
        (b"\x93NUMPY\x01\0v\0", "a NumPy array", numpy),
        (b"GGUF\x03\0\0\0\0", "a GGUF file", "download the safetensors file of the model"),
        (b"<!doctype html><html>", "an HTML page", download),
        (b"<html><head>", "an HTML page", download),
        (b"{\"metadata\": {}}", "a JSON text", "pass a file that contains tensors"),
    ] {
        let expected = format!("expected a safetensors file, found {found}; {help}");
        assert_eq!(complaint(bytes), expected);
    }
}

/// A header may be as long as `PK\x03\x04` with four zeros says.
#[test]
fn a_valid_file_is_not_taken_for_another_format() {
    let header = text_of_length(0x0403_4b50);
    let mut net = Net::<f32>::zeros();
    let bytes = file(&header, 104);
    assert!(bytes.starts_with(b"PK\x03\x04\0\0\0\0"));
    saving::read(&mut net, &bytes[..], Layout::Chainrule).unwrap();
}

/// The header of a file of `Net`, padded with spaces.
fn text_of_length(length: usize) -> String {
    let written = written(&*drawn(1), Layout::Chainrule);
    let end = 8 + u64::from_le_bytes(written[..8].try_into().unwrap()) as usize;
    let header = String::from_utf8(written[8..end].to_vec()).unwrap();
    let spaces = " ".repeat(length - header.len());
    header + &spaces
}

/// `\x80\x02` and a header of 640 bytes begin alike.
#[test]
fn a_damaged_header_is_not_taken_for_another_format() {
    let bytes = file(&format!("{:640}", "{"), 16);
    assert!(bytes.starts_with(b"\x80\x02"));
    assert!(complaint(&bytes).starts_with("invalid safetensors header: expected"));
}

/// Constructors return boxes: they are accepted in place of the networks in them.
#[test]
fn boxes_and_networks_are_accepted() {
    let (boxed, mut read) = (drawn(1), Net::<f32>::zeros());
    let bytes = written(&*boxed, Layout::Chainrule);
    let mut same = Vec::new();
    saving::write(&boxed, &mut same, Layout::Chainrule).unwrap();
    assert_eq!(same, bytes);
    saving::read(&mut read, &bytes[..], Layout::Chainrule).unwrap();
    assert_eq!(read.parameters(), boxed.parameters());
    let mut read: Net = *Net::zeros();
    saving::read(&mut read, &bytes[..], Layout::Chainrule).unwrap();
    assert_eq!(read.parameters(), boxed.parameters());
    let shared = std::sync::Arc::new(read);
    let mut same = Vec::new();
    saving::write(&shared, &mut same, Layout::Chainrule).unwrap();
    assert_eq!(same, bytes);

    /// Generic code keeps its references.
    fn generic<N: Network>(net: &mut Box<N>, bytes: &[u8]) -> Vec<u8> {
        saving::read(net, bytes, Layout::Chainrule).unwrap();
        let mut same = Vec::new();
        saving::write(&**net, &mut same, Layout::Chainrule).unwrap();
        saving::read(&mut **net, bytes, Layout::Chainrule).unwrap();
        same
    }
    assert_eq!(generic(&mut Net::<f32>::zeros(), &bytes), bytes);
}

#[test]
fn lengths_that_are_not_so() {
    assert_eq!(complaint(b""), "incomplete file: expected 8 bytes where it ends, found 0");
    assert!(complaint(&[255; 8]).contains("found a header of 18446744073709551615 bytes"));
    let found = complaint(&99_999_999_u64.to_le_bytes());
    assert!(found.contains("expected 99999999 bytes where it ends, found 0"), "{found}");

    let mut bytes = written(&*drawn(1), Layout::Chainrule);
    bytes.push(0);
    assert_eq!(
        complaint(&bytes),
        "expected the end of the file after 104 bytes of tensors, found more"
    );
    bytes.truncate(bytes.len() - 2);
    assert_eq!(complaint(&bytes), "incomplete file: expected 104 bytes where it ends, found 103");
}

/// Files that the format's own library also reads, with Python's `safetensors.numpy.load`.
#[test]
fn what_says_nothing_of_the_numbers_is_passed_over() {
    let header_end = 8 + u64::from_le_bytes(FLOAT32[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&FLOAT32[8..header_end]).unwrap();
    let entry = r#""shape":["#;
    assert!(header.contains(entry));
    let other = r#""note":{"a":[1.5,-2e3,null,true,"\u00e9"],"dtype":"F64"},"note":[],"shape":["#;
    for header in [
        header.replacen('{', r#"{"__metadata__":{"format":"pt","a\"b":"\u00e9"},"#, 1),
        header.replacen('{', r#"{"__metadata__": null ,"#, 1),
        header.replacen('{', r#"{"__metadata__":{},"#, 1),
        header.replace(entry, other),
    ] {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.bytes());
        bytes.extend(&FLOAT32[header_end..]);
        let (mut net, mut plain) = (Net::zeros(), Net::zeros());
        saving::read(&mut *net, &bytes[..], Layout::PyTorch).unwrap();
        saving::read(&mut *plain, FLOAT32, Layout::PyTorch).unwrap();
        assert_eq!(net.parameters(), plain.parameters());
    }
}

#[test]
fn damaged_files_never_harm() {
    let whole = written(&*drawn(1), Layout::Chainrule);
    let header = whole.len() - 104;
    let mut rng = Rng::seed(0);
    let mut rejected = 0;
    for _ in 0..20_000 {
        let mut bytes = whole.clone();
        for _ in 0..=rng.below(4) {
            if bytes.is_empty() {
                break;
            }
            let at = rng.below(header.min(bytes.len()));
            match rng.below(4) {
                0 => bytes[at] = rng.below(256) as u8,
                1 => bytes[at] = b"0129{}[],:\"\\u "[rng.below(14)],
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at + 1),
            }
        }
        rejected += usize::from(!complaint(&bytes).is_empty());
    }
    // Only spaces, and digits replaced by equal ones, are harmless.
    assert!(rejected > 19_000, "{rejected}");
}
