//! Single convolutions, timed for `benches/speed/python/shapes.py`.

use std::hint::black_box;
use std::io::{BufRead, Write, stdin, stdout};
use std::time::Instant;

use chainrule::layers::{Conv2d, Conv2dShape, Layer, Padding, Window};
use chainrule::{Init, Numbers, Rng};

/// Forward or backward passes over a batch. Returns the seconds that they take.
type Passes = Box<dyn FnMut(bool, u32) -> f64>;

/// A row of the table.
struct Shape {
    /// Channels, height and width, filters, kernel, stride, padding, groups.
    sizes: [usize; 7],
    with_batch: fn(usize) -> Passes,
}

/// Declares the shapes, from lines as in [`Shape::sizes`].
macro_rules! shapes {
    ($($name:ident: $channels:literal $size:literal $filters:literal $kernel:literal
       $stride:literal $padding:literal $groups:literal;)*) => {
        $(struct $name;

        impl Window for $name {
            const SHAPE: Conv2dShape =
                Conv2dShape::new(($channels, $size, $size), $filters, ($kernel, $kernel))
                    .strided($stride, $stride)
                    .padded(Padding::new($padding, $padding))
                    .grouped($groups);
        })*

        const SHAPES: &[Shape] = &[$(Shape {
            sizes: [$channels, $size, $filters, $kernel, $stride, $padding, $groups],
            with_batch: passes::<
                Conv2d<$filters, { $channels / $groups }, $kernel, $kernel, $name>,
            >,
        }),*];
    };
}

shapes! {
    A: 1 28 30 5 1 0 1;
    B: 3 112 32 7 2 3 1;
    C: 3 32 16 3 1 1 1;
    D: 16 28 16 3 1 1 1;
    E: 32 14 32 3 1 1 1;
    F: 64 56 64 1 1 0 1;
    G: 64 56 64 3 1 1 1;
    H: 64 56 128 3 2 1 1;
    I: 64 56 128 1 2 0 1;
    J: 128 28 128 3 1 1 1;
    K: 256 14 256 3 1 1 1;
    L: 256 14 512 1 1 0 1;
    M: 512 7 512 3 1 1 1;
    N: 512 7 128 1 1 0 1;
    O: 32 28 32 5 1 2 1;
    P: 64 28 32 7 1 3 1;
    Q: 32 112 32 3 1 1 32;
    R: 128 28 128 3 2 1 128;
    S: 128 14 128 5 1 2 128;
    T: 128 28 128 3 1 1 4;
}

/// The passes of a layer over a drawn batch.
fn passes<L: Layer<f32> + Numbers<f32> + 'static>(batch: usize) -> Passes {
    let rng = &mut Rng::seed(0);
    let mut normal =
        |count: usize| -> Vec<f32> { (0..count).map(|_| rng.normal() as f32).collect() };
    let (input, mut dinput) = (normal(batch * L::INPUTS), vec![0.0; batch * L::INPUTS]);
    let (mut output, mut dout) = (vec![0.0; batch * L::OUTPUTS], normal(batch * L::OUTPUTS));
    let mut scratch = vec![0.0; L::SCRATCH];
    let (mut layer, mut grads) = (L::zeros(), L::zeros());
    layer.init(Init::He, rng);
    Box::new(move |is_backward, times| {
        let start = Instant::now();
        for _ in 0..times {
            if is_backward {
                layer.backward(&input, &mut scratch, &mut dout, &mut grads, Some(&mut dinput));
                black_box((&dinput, &grads));
            } else {
                layer.infer(&input, &mut output, &mut scratch);
                black_box(&output);
            }
        }
        start.elapsed().as_secs_f64()
    })
}

/// Prints the shapes, a line for each, and an empty line. Then reads lines such as `0 32 1 100`,
/// for 100 backward passes over 32 samples of the first shape, and prints the seconds that they
/// take.
pub(crate) fn serve() -> Result<(), String> {
    for shape in SHAPES {
        println!("{}", shape.sizes.map(|size| size.to_string()).join(" "));
    }
    println!();
    let mut last: Option<([usize; 2], Passes)> = None;
    for line in stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let numbers: Vec<usize> =
            line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [shape, batch, is_backward, times] = numbers[..] else {
            return Err(format!("expected four numbers, found `{line}`"));
        };
        if last.as_ref().is_none_or(|(key, _)| *key != [shape, batch]) {
            let shape_of = SHAPES.get(shape).ok_or("expected the number of a shape")?;
            last = Some(([shape, batch], (shape_of.with_batch)(batch)));
        }
        if let Some((_, passes)) = &mut last {
            println!("{}", passes(is_backward == 1, times as u32));
            stdout().flush().map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}
