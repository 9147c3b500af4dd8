//! The decision table: which kernel a product takes on each instruction set.

use super::*;
use crate::kernels::gemm::dispatch::Kernels;
use crate::kernels::simd::processor::Processor;
use crate::kernels::simd::processor::tests::on_each;

const AVX512: Machine = Machine { lanes: 16, registers: 32, block_registers: 4, number_bytes: 4 };
const AVX2: Machine = Machine { lanes: 8, registers: 16, block_registers: 4, number_bytes: 4 };
const NEON: Machine = Machine { lanes: 4, registers: 32, block_registers: 4, number_bytes: 4 };
const PORTABLE: Machine = Machine { lanes: 4, registers: 16, block_registers: 2, number_bytes: 4 };

/// The instruction sets of the columns below, with `f32`.
const MACHINES: [Machine; 4] = [AVX512, AVX2, NEON, PORTABLE];

/// `Y = X·W + b`. Weights begin 16 bytes after the beginning of a line, where the allocator
/// puts what is large.
fn forward(batch: usize, inputs: usize, outputs: usize) -> Product {
    Product {
        m: batch,
        k: inputs,
        n: outputs,
        a_strides: (inputs, 1),
        b_strides: (outputs, 1),
        has_bias: true,
        b_line_offset: 16,
    }
}

/// `dW = Xᵀ·dY`.
fn weight_gradient(batch: usize, inputs: usize, outputs: usize) -> Product {
    Product {
        m: inputs,
        k: batch,
        n: outputs,
        a_strides: (1, inputs),
        b_strides: (outputs, 1),
        has_bias: false,
        b_line_offset: 16,
    }
}

/// `dX = dY·Wᵀ`.
fn input_gradient(batch: usize, inputs: usize, outputs: usize) -> Product {
    Product {
        m: batch,
        k: outputs,
        n: inputs,
        a_strides: (outputs, 1),
        b_strides: (1, outputs),
        has_bias: false,
        b_line_offset: 16,
    }
}

/// A strategy in a few words; `× 4` for four accumulators.
fn name(Strategy { is_transposed, kernel }: Strategy) -> String {
    let times = |accumulators| match accumulators {
        Accumulators::One => "",
        Accumulators::Four => " × 4",
    };
    let kernel = match kernel {
        Kernel::Row(accumulators) => format!("row{}", times(accumulators)),
        Kernel::Dots => "dots".to_owned(),
        Kernel::RowsAndDots { dots } => format!("rows, {dots} dots"),
        Kernel::Tiles(Tiles { is_packed, accumulators, remainder }) => {
            let packed = if is_packed { "packed" } else { "tiles" };
            let remainder = match remainder {
                Remainder::InTiles => String::new(),
                Remainder::Dots(columns) => format!(", {columns} dots"),
                Remainder::Narrow(columns) => format!(", {columns} narrow"),
            };
            format!("{packed}{}{remainder}", times(accumulators))
        }
    };
    if is_transposed { format!("Cᵀ: {kernel}") } else { kernel }
}

/// Compares each row with the choice for each machine, and names all that differ.
fn assert_table(rows: &[(&str, Product, [&str; 4])]) {
    let names = |product| MACHINES.map(|machine| name(select(product, machine)));
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(_, product, want)| names(product) != *want)
        .map(|(row, product, want)| format!("{row}: {:?} for {want:?}", names(product)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_products_of_training_steps() {
    let w1 = |product: fn(usize, usize, usize) -> Product, i, o| product(100, i, o);
    let w3 = |product: fn(usize, usize, usize) -> Product, i, o| product(128, i, o);
    let w4 = |product: fn(usize, usize, usize) -> Product, i, o| product(32, i, o);
    assert_table(&[
        (
            "784-50-10, batch 100: layer 1",
            w1(forward, 784, 50),
            ["packed, 2 dots", "packed, 2 dots", "packed", "packed"],
        ),
        (
            "its dW",
            w1(weight_gradient, 784, 50),
            ["tiles, 2 narrow", "tiles, 2 narrow", "tiles", "tiles"],
        ),
        ("layer 2", w1(forward, 50, 10), ["packed × 4", "packed, 2 dots", "packed", "packed"]),
        ("its dW", w1(weight_gradient, 50, 10), ["tiles", "tiles, 2 narrow", "tiles", "tiles"]),
        ("its dX", w1(input_gradient, 50, 10), ["packed", "packed", "packed", "packed"]),
        (
            "784-512-512-10, batch 128: layer 1",
            w3(forward, 784, 512),
            ["packed", "packed", "packed", "packed"],
        ),
        ("its dW", w3(weight_gradient, 784, 512), ["packed", "packed", "packed", "packed"]),
        ("layer 2", w3(forward, 512, 512), ["packed", "packed", "packed", "packed"]),
        ("its dW", w3(weight_gradient, 512, 512), ["packed", "packed", "packed", "packed"]),
        ("its dX", w3(input_gradient, 512, 512), ["packed", "packed", "packed", "packed"]),
        ("layer 3", w3(forward, 512, 10), ["packed × 4", "packed, 2 dots", "packed", "packed"]),
        ("its dW", w3(weight_gradient, 512, 10), ["tiles", "tiles, 2 narrow", "tiles", "tiles"]),
        ("its dX", w3(input_gradient, 512, 10), ["packed", "packed", "packed", "packed"]),
        ("4-64-64-2, batch 32: layer 1", w4(forward, 4, 64), ["tiles", "tiles", "tiles", "tiles"]),
        ("its dW", w4(weight_gradient, 4, 64), ["tiles", "tiles", "tiles", "tiles"]),
        ("layer 2", w4(forward, 64, 64), ["tiles", "tiles", "tiles", "tiles"]),
        ("its dW", w4(weight_gradient, 64, 64), ["tiles", "tiles", "tiles", "tiles"]),
        ("its dX", w4(input_gradient, 64, 64), ["packed", "packed", "packed", "packed"]),
        (
            "layer 3",
            w4(forward, 64, 2),
            ["packed, 2 dots", "packed, 2 dots", "packed × 4", "packed × 4"],
        ),
        (
            "its dW",
            w4(weight_gradient, 64, 2),
            ["tiles, 2 narrow", "tiles, 2 narrow", "tiles", "tiles"],
        ),
        ("its dX", w4(input_gradient, 64, 2), ["packed", "packed", "packed", "packed"]),
    ]);
}

#[test]
fn single_rows_and_columns() {
    assert_table(&[
        ("784-50, one sample", forward(1, 784, 50), ["rows, 2 dots", "rows, 2 dots", "row", "row"]),
        ("50-10, one sample", forward(1, 50, 10), ["row × 4", "rows, 2 dots", "row", "row"]),
        ("64-64, one sample", forward(1, 64, 64), ["row", "row", "row", "row"]),
        ("2000-10, one sample", forward(1, 2000, 10), ["tiles × 4", "rows, 2 dots", "row", "row"]),
        (
            "its dX, 64-64",
            input_gradient(1, 64, 64),
            ["Cᵀ: dots", "Cᵀ: dots", "Cᵀ: dots", "Cᵀ: dots"],
        ),
        (
            "its dX, 64-10",
            input_gradient(1, 64, 10),
            ["packed", "Cᵀ: dots", "Cᵀ: dots", "Cᵀ: dots"],
        ),
        ("its dX, 64-2", input_gradient(1, 64, 2), ["packed", "packed", "packed", "packed"]),
        ("its dW, 64-64", weight_gradient(1, 64, 64), ["tiles", "tiles", "tiles", "tiles"]),
        ("one output", forward(100, 64, 1), ["dots", "dots", "dots", "dots"]),
        (
            "one output of few inputs",
            forward(100, 3, 1),
            ["tiles × 4", "tiles × 4", "tiles × 4", "tiles × 4"],
        ),
        (
            "its dW",
            weight_gradient(100, 64, 1),
            ["tiles, 1 narrow", "tiles, 1 narrow", "tiles, 1 narrow", "tiles, 1 narrow"],
        ),
        ("its dX", input_gradient(100, 64, 1), ["tiles", "tiles", "tiles", "tiles"]),
        ("one input", forward(100, 1, 64), ["tiles", "tiles", "tiles", "tiles"]),
    ]);
}

#[test]
fn rows_that_packing_pays_off_for() {
    let aligned = |product| Product { b_line_offset: 0, ..product };
    assert_table(&[
        (
            "three rows of 257 columns",
            forward(3, 256, 257),
            ["tiles, 1 dots", "tiles, 1 dots", "tiles, 1 dots", "tiles, 1 dots"],
        ),
        (
            "two rows of 10 columns",
            forward(2, 512, 10),
            ["tiles × 4", "rows, 2 dots", "tiles", "tiles"],
        ),
        ("17 rows of 512", forward(17, 256, 512), ["tiles", "packed", "tiles", "tiles"]),
        ("24 rows", forward(24, 256, 512), ["packed", "packed", "tiles", "tiles"]),
        ("24 rows, aligned", aligned(forward(24, 256, 512)), ["tiles", "packed", "tiles", "tiles"]),
        (
            "64 rows, aligned",
            aligned(forward(64, 256, 512)),
            ["packed", "packed", "packed", "packed"],
        ),
        ("two rows of 1024", forward(2, 1024, 1024), ["tiles", "tiles", "tiles", "tiles"]),
        ("three rows of 1024", forward(3, 1024, 1024), ["tiles", "packed", "tiles", "tiles"]),
        ("six rows of 1024", forward(6, 1024, 1024), ["tiles", "packed", "tiles", "tiles"]),
        ("seven rows of 1024", forward(7, 1024, 1024), ["packed", "packed", "packed", "packed"]),
        (
            "17 rows of 1024, dW",
            weight_gradient(17, 1024, 1024),
            ["packed", "packed", "packed", "packed"],
        ),
        (
            "17 rows of 1024, dX",
            input_gradient(17, 1024, 1024),
            ["packed", "packed", "packed", "packed"],
        ),
        (
            "32 rows of 50",
            forward(32, 784, 50),
            ["packed, 2 dots", "packed, 2 dots", "packed", "packed"],
        ),
        (
            "17 rows of 50",
            forward(17, 784, 50),
            ["tiles, 2 dots", "tiles, 2 dots", "tiles", "tiles"],
        ),
        (
            "17 rows of 17",
            forward(17, 17, 17),
            ["tiles", "tiles", "tiles, 1 dots", "tiles, 1 dots"],
        ),
        (
            "17 samples of 17, dW",
            weight_gradient(17, 17, 17),
            ["tiles, 1 narrow", "tiles, 1 narrow", "tiles, 1 narrow", "tiles, 1 narrow"],
        ),
    ]);
}

#[test]
fn the_order_of_blocks_and_what_is_prefetched() {
    let loops = |product: Product, is_packed| {
        let Loops { order, prefetch } = loops(&product, is_packed, AVX512);
        (order, prefetch)
    };
    let w3 = weight_gradient(128, 784, 512);
    assert_eq!(loops(w3, true), (Order::Down, Prefetch::C));
    assert_eq!(loops(forward(128, 784, 512), true), (Order::Down, Prefetch::NextBlock));
    assert_eq!(loops(forward(128, 784, 512), false), (Order::Down, Prefetch::Nothing));
    assert_eq!(loops(forward(100, 784, 50), true), (Order::Down, Prefetch::Nothing));
    assert_eq!(loops(forward(512, 784, 512), true), (Order::Right, Prefetch::NextBlock));
    // 334 × 784 numbers fill a megabyte.
    assert_eq!(loops(forward(334, 784, 10), true), (Order::Down, Prefetch::Nothing));
    assert_eq!(loops(forward(335, 784, 10), true), (Order::Right, Prefetch::Nothing));
}

#[test]
fn what_is_divided_among_threads() {
    assert_eq!(divide(128, 512, 2), Division::Columns(2));
    assert_eq!(divide(128, 512, 4), Division::Columns(4));
    assert_eq!(divide(128, 512, 5), Division::Rows(5));
    assert_eq!(divide(100, 50, 2), Division::Rows(2));
    assert_eq!(divide(7, 50, 2), Division::Rows(1));
    assert_eq!(divide(1, 50, 8), Division::Rows(1));
}

/// `f32` as in [`MACHINES`], and twice the bytes in registers of the same length.
#[test]
fn the_machines_are_those_of_the_kernels() {
    on_each(|processor| {
        let machine = match processor {
            Processor::Portable => PORTABLE,
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2 => AVX2,
            #[cfg(target_arch = "x86_64")]
            Processor::Avx512 => AVX512,
            #[cfg(target_arch = "aarch64")]
            Processor::Neon => NEON,
        };
        assert_eq!(f32::machine(), machine);
        let lanes = if machine == PORTABLE { 4 } else { machine.lanes / 2 };
        assert_eq!(f64::machine(), Machine { lanes, number_bytes: 8, ..machine });
    });
}

#[test]
fn the_sizes_of_tiles_and_blocks() {
    let sizes = MACHINES.map(|m| (m.max_tile_rows(), m.has_half_tiles(), m.max_block_k()));
    assert_eq!(sizes, [(6, false, 128), (6, true, 256), (6, false, 512), (6, false, 1024)]);
}

#[test]
fn a_small_row_takes_the_kernel_that_select_would() {
    for machine in MACHINES {
        for inputs in [1, 2, 3, 4, 6, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 129, 200] {
            for outputs in 1..=70 {
                let registers = small_row_registers(inputs, outputs, machine);
                let kernel = select(&forward(1, inputs, outputs), machine).kernel;
                let shape = format!("{inputs} × {outputs}, {machine:?}");
                match registers {
                    0 => {}
                    1 => assert_eq!(kernel, Kernel::Row(Accumulators::Four), "{shape}"),
                    _ => assert_eq!(kernel, Kernel::Row(Accumulators::One), "{shape}"),
                }
            }
        }
    }
}
