#!/usr/bin/env python3
"""Measures training and inference beside other libraries, and prints a table
for each work.

    python3 benches/speed/speed.py [--python PYTHON] [--mnist FOLDER]
        [--rounds 15] [--works WORD] [--contenders 'WORD;WORD']

All contenders are kept alive on one core and are asked in turns for a short
burst, so that what else the machine does meets all of them. `--python` is an
interpreter with NumPy, and with PyTorch and JAX for those; without it only the
Rust contenders run. Without MNIST its images are noise. The OpenBLAS contender
needs that library (`libopenblas-dev`). The contenders are built in
CARGO_TARGET_DIR, or in a temporary folder.
"""

import argparse
import gzip
import os
import random
import statistics
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path

HERE = Path(__file__).resolve().parent
BURST = 0.2
SAMPLES = 1000
PIXELS = 784

# Kind, sizes, batch.
WORKS = [
    "train 784-50-10 100",
    "train 784-512-512-10 128",
    "train 4-64-64-2 32",
    "predict 784-50-10 100",
    "predict 784-50-10 1",
    "predict 6-64-8-4 1",
    "mnist 784-50-10 100",
]

# The package and features of those in Rust, script and arguments of the others.
RUST = {
    "chainrule": ["speed-chainrule"],
    "burn": ["speed-burn"],
    "candle": ["speed-candle"],
    "dfdx": ["speed-dfdx"],
    "ndarray": ["speed-ndarray"],
    "ndarray, OpenBLAS": ["speed-ndarray", "--features", "openblas"],
    "plain loops": ["speed-loops"],
}
PYTHON = {
    "NumPy": ["numpy_contender.py"],
    "PyTorch": ["torch_contender.py"],
    "PyTorch, compiled": ["torch_contender.py", "compiled"],
    "JAX": ["jax_contender.py"],
    "JAX, scan": ["jax_contender.py", "scan"],
}

# Stands in a command for the folder of the material.
MATERIAL = object()

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def write_material(folder, mnist):
    """The same weights, batches and images for all contenders."""
    generator = random.Random(0)
    for work in WORKS:
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
    """A process that is asked to work in bursts."""

    def __init__(self, name, command, material, core):
        self.name = name
        self.bursts = {}
        self.process = subprocess.Popen(
            [str(material) if word is MATERIAL else word for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | ONE_THREAD,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )

    def run(self, work, iterations):
        """Seconds and the number to compare; None if it does not do the work."""
        self.process.stdin.write(f"{work} {iterations}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            sys.exit(f"{self.name} failed at {work}")
        return None if answer == ["none"] else (float(answer[0]), float(answer[1]))

    def calibrate(self, work):
        """How many iterations make a burst. What is compiled at first use is."""
        iterations = 100
        self.run(work, iterations)
        while (seconds := self.run(work, iterations)[0]) < BURST / 4:
            iterations *= 2
        return max(100, round(iterations * BURST / seconds / 100) * 100)


def build(target, wanted):
    """Builds the contenders in Rust; their commands."""
    commands = {}
    for name, (package, *features) in RUST.items():
        if name not in wanted:
            continue
        # Features of one contender are not to be those of another.
        folder = target / name.replace(", ", "-").replace(" ", "-")
        environment = os.environ | {"CARGO_TARGET_DIR": str(folder)}
        command = ["cargo", "build", "--release", "-p", package, *features]
        if subprocess.run(command, cwd=HERE, env=environment).returncode == 0:
            commands[name] = [str(folder / "release" / package), MATERIAL]
        else:
            print(f"{name} was not built", file=sys.stderr)
    return commands


def measure(contenders, work, rounds):
    """Seconds for one iteration, in each round, of each contender."""
    chapter = work.startswith("mnist")
    able = {}
    for contender in contenders:
        checked = contender.run(work, 1 if chapter else 20)
        if checked is not None:
            print(f"{work}: {contender.name} gives {checked[1]:.6f}", file=sys.stderr)
            able[contender] = checked
    compare(work, {contender.name: number for contender, (_, number) in able.items()})
    bursts = {contender: 1 if chapter else contender.calibrate(work) for contender in able}
    # The check of the chapter's run was one already.
    times = {contender: [able[contender][0]] if chapter else [] for contender in able}
    for _ in range(2 if chapter else rounds):
        for contender, iterations in bursts.items():
            times[contender].append(contender.run(work, iterations)[0] / iterations)
    return {contender.name: seconds for contender, seconds in times.items()}


def compare(work, numbers):
    """Warns of a contender that computes something else."""
    expected = numbers.get("chainrule", next(iter(numbers.values())))
    for name, number in numbers.items():
        # The chapter's runs draw other batches: only accuracies are compared.
        most = 0.02 if work.startswith("mnist") else 1e-3 * max(1, abs(expected))
        if not abs(number - expected) <= most:
            print(f"{work}: {name} gives {number}, not {expected}", file=sys.stderr)


def shown(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def print_table(work, times):
    kind, sizes, batch = work.split()
    print(f"| {kind} {sizes}, batch {batch} | median | fastest | median beside chainrule |")
    print("|---|---:|---:|---:|")
    ours = statistics.median(times["chainrule"]) if "chainrule" in times else float("nan")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"| {name} | {shown(median)} | {shown(min(seconds))} | × {median / ours:.2f} |")
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--python", help="an interpreter with NumPy, PyTorch and JAX")
    parser.add_argument("--mnist", type=Path, help="the folder of the four files of MNIST")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--works", default="", help="only works with this word in them")
    parser.add_argument("--contenders", help="only these, separated by semicolons")
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
        for work in WORKS:
            if arguments.works in work:
                print_table(work, measure(contenders, work, arguments.rounds))
        for contender in contenders:
            contender.process.stdin.close()
            contender.process.wait()


if __name__ == "__main__":
    main()
