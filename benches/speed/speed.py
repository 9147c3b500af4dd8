#!/usr/bin/env python3
"""Compares training and inference with other libraries, and prints a table for
each workload.

    python3 benches/speed/speed.py [--python PYTHON] [--mnist FOLDER] [--write]
        [--rounds 15] [--works WORD] [--contenders 'WORD;WORD'] [--curves]

All contenders stay alive on one core (the one with two threads on two). They take
turns in short bursts, so that other load on the machine affects all of them.
`--python` is an interpreter with NumPy, and with PyTorch and JAX for those two;
without it only the Rust contenders run. Without MNIST the images are noise.
`--write` writes the tables to docs/performance.md, between the two marker lines.
`--curves` also measures other batch sizes and widths, and draws docs/speed-*.svg.
The OpenBLAS contender needs that library (`libopenblas-dev`). The contenders are
built in CARGO_TARGET_DIR, or in a temporary folder.
"""

import argparse
import datetime
import gzip
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path

import plot

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[1] / "docs"
BURST = 0.2
SAMPLES = 1024
PIXELS = 784

# Kind, layer sizes, batch size.
WORKS = [
    "train 784-50-10 100",
    "train 784-512-512-10 128",
    "train 4-64-64-2 32",
    "predict 784-50-10 100",
    "predict 784-50-10 1",
    "predict 6-64-8-4 1",
    "mnist 784-50-10 100",
]

# For the curves: a training step of 784-50-10 with these batch sizes, and one of
# 784-N-10 with batch size 100.
BATCHES = [1, 4, 16, 64, 256, 1024]
WIDTHS = [16, 64, 256, 1024]

# Package and features of the Rust contenders; script and arguments of the others.
RUST = {
    "chainrule": ["speed-chainrule"],
    "chainrule, 2 threads": ["speed-chainrule"],
    "burn": ["speed-burn"],
    "candle": ["speed-candle"],
    "dfdx": ["speed-dfdx"],
    "ndarray": ["speed-ndarray"],
    "ndarray, OpenBLAS": ["speed-ndarray", "--features", "openblas"],
    "plain loops": ["speed-loops"],
}
PYTHON = {
    "NumPy": ["numpy_contender.py"],
    "NumPy, as in the book": ["numpy_contender.py", "book"],
    "PyTorch": ["torch_contender.py"],
    "PyTorch, compiled": ["torch_contender.py", "compiled"],
    "JAX": ["jax_contender.py"],
    "JAX, scan": ["jax_contender.py", "scan"],
}

# Placeholder in a command for the folder of the shared weights and data.
MATERIAL = object()

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}

TWO_THREADS = {"RAYON_NUM_THREADS": "2"}
ALL_CORES = os.sched_getaffinity(0)


def write_material(folder, mnist):
    """The same weights, batches and images for all contenders."""
    generator = random.Random(0)
    for work in [*WORKS, *curve_works()]:
        sizes = [int(size) for size in work.split()[1].split("-")]
        weights = array("f")
        for inputs, outputs in zip(sizes, sizes[1:]):
            deviation = (2 / inputs) ** 0.5
            count = inputs * outputs
            weights.extend(generator.gauss(0, deviation) for _ in range(count))
            weights.extend([0.0] * outputs)
        (folder / f"{work.split()[1]}.weights").write_bytes(weights.tobytes())
        x = array("f", (generator.random() for _ in range(SAMPLES * sizes[0])))
        (folder / f"{sizes[0]}.x").write_bytes(x.tobytes())
        t = bytes(generator.randrange(sizes[-1]) for _ in range(SAMPLES))
        (folder / f"{sizes[-1]}.t").write_bytes(t)
    images, labels = read_mnist(mnist) if mnist else noise(generator)
    (folder / "mnist.x").write_bytes(images)
    (folder / "mnist.t").write_bytes(labels)


def curve_works():
    by_batch = [f"train 784-50-10 {batch}" for batch in BATCHES]
    return by_batch + [f"train 784-{width}-10 100" for width in WIDTHS]


def read_mnist(folder):
    """Pixels and labels of the four files, without their headers."""
    read = lambda name: gzip.decompress((folder / f"{name}.gz").read_bytes())
    images = [read(f"{part}-images-idx3-ubyte")[16:] for part in ("train", "t10k")]
    labels = [read(f"{part}-labels-idx1-ubyte")[8:] for part in ("train", "t10k")]
    return b"".join(images), b"".join(labels)


def noise(generator):
    count = 70_000
    return generator.randbytes(count * PIXELS), bytes(place % 10 for place in range(count))


class Contender:
    """A process that runs workloads in bursts."""

    def __init__(self, name, command, material, core):
        self.name = name
        self.bursts = {}
        two = "2 threads" in name
        threads, cores = (TWO_THREADS, ALL_CORES) if two else (ONE_THREAD, {core})
        self.process = subprocess.Popen(
            [str(material) if word is MATERIAL else word for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | threads,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )

    def run(self, work, iterations):
        """Returns seconds and the number to compare; None for an unsupported workload."""
        self.process.stdin.write(f"{work} {iterations}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            sys.exit(f"{self.name} failed at {work}")
        return None if answer == ["none"] else (float(answer[0]), float(answer[1]))

    def calibrate(self, work):
        """Returns the iterations per burst. Also triggers compilation at first use."""
        iterations = 100
        self.run(work, iterations)
        while (seconds := self.run(work, iterations)[0]) < BURST / 4:
            iterations *= 2
        return max(100, round(iterations * BURST / seconds / 100) * 100)


def build(target, wanted):
    """Builds the Rust contenders and returns their commands."""
    commands = {}
    for name, (package, *features) in RUST.items():
        if name not in wanted:
            continue
        # Separate folders: Cargo would unify the features of two contenders.
        folder = target / "-".join([package.removeprefix("speed-"), *features[1:]])
        environment = os.environ | {"CARGO_TARGET_DIR": str(folder)}
        command = ["cargo", "build", "--release", "-p", package, *features]
        if subprocess.run(command, cwd=HERE, env=environment).returncode == 0:
            commands[name] = [str(folder / "release" / package), MATERIAL]
        else:
            print(f"{name} was not built", file=sys.stderr)
    return commands


def measure(contenders, work, rounds):
    """Returns the seconds per iteration, for each contender and round."""
    chapter = work.startswith("mnist")
    able = {}
    for contender in contenders:
        checked = contender.run(work, 1 if chapter else 20)
        if checked is not None:
            print(f"{work}: {contender.name} gives {checked[1]:.6f}", file=sys.stderr)
            able[contender] = checked
    compare(work, {contender.name: number for contender, (_, number) in able.items()})
    bursts = {contender: 1 if chapter else contender.calibrate(work) for contender in able}
    # For the chapter's run, the check was the first round.
    times = {contender: [able[contender][0]] if chapter else [] for contender in able}
    for _ in range(2 if chapter else rounds):
        for contender, iterations in bursts.items():
            times[contender].append(contender.run(work, iterations)[0] / iterations)
    return {contender.name: seconds for contender, seconds in times.items()}


def compare(work, numbers):
    """Warns of a contender whose result differs."""
    expected = numbers.get("chainrule", next(iter(numbers.values())))
    for name, number in numbers.items():
        # The chapter's runs draw different batches, so only accuracies are compared.
        most = 0.02 if work.startswith("mnist") else 1e-3 * max(1, abs(expected))
        if not abs(number - expected) <= most:
            print(f"{work}: {name} gives {number}, not {expected}", file=sys.stderr)


def shown(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def table(work, times):
    """Returns the table of a workload."""
    kind, sizes, batch = work.split()
    ours = statistics.median(times["chainrule"]) if "chainrule" in times else float("nan")
    rows = [
        f"| {kind} {sizes}, batch {batch} | median | fastest | relative to chainrule |",
        "|---|---:|---:|---:|",
    ]
    for name, seconds in times.items():
        median = statistics.median(seconds)
        rows.append(f"| {name} | {shown(median)} | {shown(min(seconds))} | × {median / ours:.2f} |")
    return "\n".join(rows) + "\n"


def conditions(arguments, peak):
    """Describes when, where and how the times were measured."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.split()[1]
    locked = (HERE / "Cargo.lock").read_text()
    version = lambda name: re.search(rf'name = "{name}"\nversion = "(.*)"', locked).group(1)
    crates = [f"{name} {version(name)}" for name in ("burn", "candle-core", "dfdx", "ndarray")]
    script = "import importlib.metadata as m; print(*(n + ' ' + m.version(n) for n in "
    script += "('numpy', 'torch', 'jax')), sep=', ')"
    command = [arguments.python, "-c", script]
    python = ""
    if arguments.python:
        python = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return (
        f"Measured on {datetime.date.today()}, {arguments.rounds} rounds, on "
        f"{model.group(1) if model else platform.machine()} with {os.cpu_count()} cores, "
        f"{peak:.0f} GFLOP/s of multiply-adds per core, {platform.system()}, Rust {rust}; "
        f"{', '.join(crates)}; {python}.\n"
    )


def measured_peak(target):
    """Returns the GFLOP/s of multiply-adds alone, on one core."""
    command = ["cargo", "run", "--release", "-q", "-p", "chainrule-bench", "--", "--work", "peak"]
    environment = os.environ | {"CARGO_TARGET_DIR": str(target / "program")}
    run = subprocess.run(command, cwd=DOCS.parent, env=environment, capture_output=True, text=True)
    return float(run.stdout.split()[1])


def draw_curves(contenders, rounds, peak):
    """Draws time by batch size and by width, and the share of the peak."""
    times = {work: measure(contenders, work, rounds) for work in curve_works()}
    median = lambda work, name: statistics.median(times[work][name])
    names = [contender.name for contender in contenders]
    # The peak is that of one core, so two threads have no share of it.
    alone = [name for name in names if "threads" not in name]

    def series(works, number, names=names):
        return {
            name: [
                (x, number(work, name)) for x, work in works.items() if name in times[work]
            ]
            for name in names
        }

    batches = {batch: f"train 784-50-10 {batch}" for batch in BATCHES}
    widths = {width: f"train 784-{width}-10 100" for width in WIDTHS}
    micros = lambda work, name: median(work, name) * 1e6
    share = lambda work, name: 100 * flops(work) / median(work, name) / 1e9 / peak
    pictures = {
        "batch": ("Training step, 784-50-10", "batch", "µs", series(batches, micros)),
        "width": ("Training step, 784-N-10, batch 100", "N", "µs", series(widths, micros)),
        "peak": ("Share of the peak of one core, 784-N-10", "N", "%", series(widths, share, alone)),
    }
    for name, picture in pictures.items():
        drawn = plot.lines(*picture, is_share=name == "peak")
        (DOCS / f"speed-{name}.svg").write_text(drawn)


def flops(work):
    """Returns the FLOP of a training step, which computes no gradient of its input."""
    _, sizes, batch = work.split()
    sizes = [int(size) for size in sizes.split("-")]
    weights = [inputs * outputs for inputs, outputs in zip(sizes, sizes[1:])]
    return 2 * int(batch) * (3 * sum(weights) - weights[0])


BEGIN = "<!-- generated by benches/speed/speed.py -->"
END = "<!-- end of the generated part -->"


def write_page(parts):
    """Replaces the part of the page between the two marker lines."""
    page = DOCS / "performance.md"
    before, rest = page.read_text().split(BEGIN)
    after = rest.split(END)[1]
    page.write_text("\n".join([before + BEGIN + "\n", *parts, END + after]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--python", help="an interpreter with NumPy, PyTorch and JAX")
    parser.add_argument("--mnist", type=Path, help="the folder with the four MNIST files")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--works", default="", help="only workloads whose name contains this")
    parser.add_argument("--contenders", help="only these contenders, separated by semicolons")
    parser.add_argument("--write", action="store_true", help="write the tables to docs/performance.md")
    parser.add_argument("--curves", action="store_true", help="also draw docs/speed-*.svg")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    names = [*RUST, *(PYTHON if arguments.python else [])]
    wanted = arguments.contenders.split(";") if arguments.contenders else names
    with tempfile.TemporaryDirectory() as scratch:
        material = Path(scratch) / "material"
        material.mkdir()
        write_material(material, arguments.mnist)
        target = Path(os.environ.get("CARGO_TARGET_DIR", Path(scratch) / "target"))
        commands = build(target, wanted)
        for name, (script, *words) in PYTHON.items():
            if arguments.python and name in wanted:
                script = str(HERE / "python" / script)
                commands[name] = [arguments.python, script, MATERIAL, *words]
        contenders = [
            Contender(name, command, material, arguments.core)
            for name, command in commands.items()
        ]
        peak = measured_peak(target)
        parts = [conditions(arguments, peak)]
        for work in WORKS:
            if arguments.works in work:
                parts.append(table(work, measure(contenders, work, arguments.rounds)))
                print(parts[-1], flush=True)
        if arguments.curves:
            draw_curves(contenders, arguments.rounds // 2 + 1, peak)
        if arguments.write:
            write_page(parts)
        for contender in contenders:
            contender.process.stdin.close()
            contender.process.wait()


if __name__ == "__main__":
    main()
