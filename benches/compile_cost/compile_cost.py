#!/usr/bin/env python3
"""Measures what `network!` costs at compile time, and prints the tables of
docs/performance.md. Unless stated otherwise, times are the processor time of all
processes together, which other programs affect least.

    python3 benches/compile_cost/compile_cost.py [macro] [programs] [edit] [peers]

Without arguments, runs all four, which takes about half an hour. Builds in a
temporary folder (see TMPDIR), which needs some gigabytes and is removed.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LENGTHS = [1, 10, 100, 1000]
ROUNDS = 11
EDITS = 9
PEERS = ["chainrule", "burn", "candle", "dfdx"]

# The Cargo commands by their names in the tables.
COMMANDS = {
    "check": ["check"],
    "build": ["build"],
    "build --release": ["build", "--release"],
}

MANIFEST = """
[package]
name = "measured"
version = "0.0.0"
edition = "2024"

[dependencies]
chainrule = {{ path = "{runtime}" }}

# As the README recommends.
[profile.dev.package."*"]
opt-level = 3

[workspace]
"""

PROGRAM = """
use chainrule::{{Error, Init, Rng, Sgd, network}};

network! {{
    struct Net = {chain} => SoftmaxWithLoss;
}}

fn main() -> Result<(), Error> {{
    let mut net = Net::new(Init::He, &mut Rng::seed(0));
    let grads = net.gradient(&[[0.5; {inputs}]], &[3])?;
    net.update(&mut Sgd::new(0.1)?, &grads);
    println!("{{}}", net.predict(&[[0.5; {inputs}]])?);
    Ok(())
}}
"""


def program(chain, inputs):
    return PROGRAM.format(chain=chain, inputs=inputs)


def long_chain(layers):
    """`Affine(64, 64) -> Relu -> …`, where `layers` counts both."""
    return " -> ".join(["Affine(64, 64)", "Relu"][place % 2] for place in range(layers))


def mnist(hidden):
    return program(f"Affine(784, {hidden}) -> Relu -> Affine({hidden}, 10)", 784)


def timed(command, **options):
    """Runs a command; returns the process, wall time and processor time in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, **options)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done, wall, processor


def cargo(arguments, package, target, incremental=True):
    """Runs Cargo on a package; returns the same as `timed`."""
    environment = os.environ | {
        "CARGO_TARGET_DIR": str(target),
        "CARGO_INCREMENTAL": "1" if incremental else "0",
        "CARGO_TERM_COLOR": "never",
    }
    return timed(["cargo", *arguments], cwd=package, env=environment)


def new_package(folder, sources):
    """Creates a package with the given binaries."""
    (folder / "src/bin").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(MANIFEST.format(runtime=ROOT / "runtime"))
    for name, source in sources.items():
        (folder / "src/bin" / f"{name}.rs").write_text(source)
    return folder


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|---|" + "---:|" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def growth(times):
    """Returns the time ratio for ten times the layers, less the time of one layer."""
    return (times[1000] - times[1]) / (times[100] - times[1])


def measure_macro(scratch):
    """Measures the macro itself, outside of a compiler."""
    tokens, milliseconds = {}, {}
    for profile, flags in {"debug": [], "release": ["--release"]}.items():
        cargo(["build", *flags], HERE / "expansion", scratch)
        binary = scratch / profile / "expansion"
        for layers in LENGTHS:
            times = max(4, 4000 // layers)
            done, _, once = timed([binary, str(layers), "0"])
            _, _, often = timed([binary, str(layers), str(times)])
            tokens[layers] = int(done.stdout)
            milliseconds[profile, layers] = 1e3 * (often - once) / times
    rows = [
        (
            f"{layers:,}",
            f"{tokens[layers]:,}",
            f"{(tokens[layers] - tokens[1]) / (layers - 1):.0f}" if layers > 1 else "",
            f"{milliseconds['debug', layers]:.1f} ms",
            f"{milliseconds['release', layers]:.1f} ms",
        )
        for layers in LENGTHS
    ]
    growths = [
        growth({layers: milliseconds[profile, layers] for layers in LENGTHS})
        for profile in ("debug", "release")
    ]
    rows.append(("1,000 relative to 100", "", "", *(f"× {times:.1f}" for times in growths)))
    head = ["layers", "tokens", "per further layer", "macro, debug", "macro, release"]
    table(head, rows)


def measure_programs(scratch):
    """Measures Cargo on a program with one long network, dependencies built."""
    names = {layers: f"layers_{layers}" for layers in LENGTHS}
    sources = {name: program(long_chain(layers), 64) for layers, name in names.items()}
    package = new_package(scratch / "programs", sources)
    times = {(layers, command): [] for layers in LENGTHS for command in COMMANDS}
    for round in range(ROUNDS + 1):
        for layers, command in times:
            (package / "src/bin" / f"{names[layers]}.rs").touch()
            arguments = [*COMMANDS[command], "--bin", names[layers]]
            _, _, processor = cargo(arguments, package, scratch / "target", incremental=False)
            # The first round builds the dependencies.
            if round > 0:
                times[layers, command].append(processor)
    fastest = {key: min(values) for key, values in times.items()}
    rows = [
        (f"{layers:,}", *(f"{fastest[layers, command]:.2f} s" for command in COMMANDS))
        for layers in LENGTHS
    ]
    growths = [
        growth({layers: fastest[layers, command] for layers in LENGTHS}) for command in COMMANDS
    ]
    rows.append(("1,000 relative to 100", *(f"× {times:.1f}" for times in growths)))
    table(["layers", *(f"`cargo {command}`" for command in COMMANDS)], rows)


def measure_edit(scratch):
    """Measures Cargo after one size of the chapter's network has changed."""
    package = new_package(scratch / "edit", {"mnist": mnist(50)})
    commands = ["check", "build"]
    times = {command: [] for command in commands}
    for command in commands:
        cargo(COMMANDS[command], package, scratch / "target")
    for _ in range(EDITS):
        for command in commands:
            (package / "src/bin/mnist.rs").write_text(mnist(51))
            _, *measured = cargo(COMMANDS[command], package, scratch / "target")
            times[command].append(measured)
            (package / "src/bin/mnist.rs").write_text(mnist(50))
            cargo(COMMANDS[command], package, scratch / "target")
    rows = []
    for command, measured in times.items():
        walls, processor = zip(*measured)
        medians = statistics.median(walls), statistics.median(processor)
        seconds = (f"{time:.2f} s" for time in (*medians, min(processor)))
        rows.append((f"`cargo {command}`", *seconds))
    head = ["after a change of one size", "wall time", "processor time", "fastest"]
    table(head, rows)


def measure_peers(scratch):
    """Measures a clean release build of the chapter's network with each library."""
    rows = []
    for peer in PEERS:
        package, target = HERE / "peers" / peer, scratch / peer
        cargo(["fetch"], package, target)
        done, wall, processor = cargo(["build", "--release"], package, target, incremental=False)
        crates = set(re.findall(r"Compiling (\S+) v(\S+)", done.stderr))
        binary = target / "release" / f"{peer}-program"
        trained = subprocess.run([binary], capture_output=True, text=True, check=True)
        print(f"{peer}: {trained.stdout.splitlines()[0]}", file=sys.stderr)
        stripped = scratch / f"{peer}-stripped"
        subprocess.run(["strip", "-o", stripped, binary], check=True)
        sizes = [f"{file.stat().st_size / 1e6:.2f} MB" for file in (binary, stripped)]
        # The program itself is not one of the library's crates.
        rows.append((version(package, peer), f"{wall:.0f} s", f"{processor:.0f} s",
                     len(crates) - 1, *sizes))
        shutil.rmtree(target)
    head = ["library", "wall time", "processor time", "crates", "program", "stripped"]
    table(head, rows)


def version(package, peer):
    """Returns name and version from the lock file, such as `burn 0.22.1`."""
    library = {"candle": "candle-core"}.get(peer, peer)
    lock = (package / "Cargo.lock").read_text()
    return f"{library} " + re.search(rf'name = "{library}"\nversion = "(.+)"', lock)[1]


MEASUREMENTS = {
    "macro": measure_macro,
    "programs": measure_programs,
    "edit": measure_edit,
    "peers": measure_peers,
}


def main():
    wanted = sys.argv[1:] or list(MEASUREMENTS)
    unknown = [name for name in wanted if name not in MEASUREMENTS]
    if unknown:
        sys.exit(__doc__)
    for name in wanted:
        with tempfile.TemporaryDirectory() as scratch:
            MEASUREMENTS[name](Path(scratch))


if __name__ == "__main__":
    main()
