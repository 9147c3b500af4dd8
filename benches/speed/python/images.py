"""Compares the two networks on images with PyTorch and JAX: training steps and predictions.

    cargo build --release -p chainrule-bench
    python3 benches/speed/python/images.py target/release/chainrule-bench [--rounds 5]
        [--program tract=PATH/speed-tract] [--program candle=PATH/candle-images]

W6 is the network of the book's chapter 7, W7 that of chapter 8 without dropout; see
`chainrule-bench --help`. All run on one thread of the same core, and take turns in short bursts.
The fastest burst of each counts. The peak is measured in the same turns. The optional programs,
which are in benches/speed, predict with the weights of chainrule-bench. They fail if their scores
differ from its own by more than 1e-4."""

import argparse
import os
import subprocess
import tempfile

os.environ |= {
    "OMP_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch import nn

from bursts import program_line, timed

BURST = 0.1
RATE = 0.1
CORE = max(os.sched_getaffinity(0))
# Filters, kernel and padding of convolutions, each with a ReLU; "pool"; outputs of layers.
WORKS = {
    "W6": [(30, 5, 0), "pool", 100, 10],
    "W7": [
        (16, 3, 1), (16, 3, 1), "pool", (32, 3, 1), (32, 3, 2), "pool",
        (64, 3, 1), (64, 3, 1), "pool", 50, 10,
    ],
}  # fmt: skip
FLOPS = {"W6": 0.43e9, "W7": 5.24e9}


class Torch:
    """PyTorch in eager mode."""

    def __init__(self, layers, batch, layout):
        modules, channels, size, features = [], 1, 28, None
        for layer in layers:
            if layer == "pool":
                modules.append(nn.MaxPool2d(2))
                size //= 2
            elif isinstance(layer, tuple):
                filters, kernel, padding = layer
                modules += [nn.Conv2d(channels, filters, kernel, padding=padding), nn.ReLU()]
                channels, size = filters, size + 2 * padding - kernel + 1
            else:
                if features is None:
                    modules.append(nn.Flatten())
                    features = channels * size * size
                modules += [nn.Linear(features, layer), nn.ReLU()]
                features = layer
        self.net = nn.Sequential(*modules[:-1]).to(memory_format=layout)
        self.x = torch.randn(batch, 1, 28, 28).to(memory_format=layout)
        self.t = torch.randint(10, (batch,))
        self.sgd = torch.optim.SGD(self.net.parameters(), RATE)

    def train(self, times):
        for _ in range(times):
            self.sgd.zero_grad()
            nn.functional.cross_entropy(self.net(self.x), self.t).backward()
            self.sgd.step()

    @torch.inference_mode()
    def predict(self, times):
        for _ in range(times):
            self.net(self.x)


class Jax:
    """JAX, one jitted step for each call."""

    def __init__(self, layers, batch):
        random = np.random.default_rng(0)
        normal = lambda *sizes: jnp.asarray(random.normal(0, 0.05, sizes), jnp.float32)
        self.parameters, channels, size, features = [], 1, 28, None
        for layer in layers:
            if layer == "pool":
                size //= 2
            elif isinstance(layer, tuple):
                filters, kernel, padding = layer
                self.parameters.append((normal(filters, channels, kernel, kernel), normal(filters)))
                channels, size = filters, size + 2 * padding - kernel + 1
            else:
                features = features or channels * size * size
                self.parameters.append((normal(features, layer), normal(layer)))
                features = layer
        self.x = normal(batch, 1, 28, 28)
        self.t = jnp.asarray(random.integers(0, 10, batch))

        def scores(parameters, x):
            rest = iter(parameters)
            for layer in layers:
                if layer == "pool":
                    window = (1, 1, 2, 2)
                    x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, window, "VALID")
                    continue
                weight, bias = next(rest)
                if isinstance(layer, tuple):
                    pad = [(layer[2],) * 2] * 2
                    x = jax.lax.conv_general_dilated(x, weight, (1, 1), pad) + bias[:, None, None]
                else:
                    x = x.reshape(len(x), -1) @ weight + bias
                x = x if layer == layers[-1] else jax.nn.relu(x)
            return x

        def loss(parameters, x, t):
            logarithms = jax.nn.log_softmax(scores(parameters, x))
            return -jnp.take_along_axis(logarithms, t[:, None], axis=1).mean()

        def step(parameters, x, t):
            grads = jax.grad(loss)(parameters, x, t)
            return jax.tree.map(lambda number, grad: number - RATE * grad, parameters, grads)

        self.step, self.scores = jax.jit(step), jax.jit(scores)

    def train(self, times):
        parameters = self.parameters
        for _ in range(times):
            parameters = self.step(parameters, self.x, self.t)
        jax.block_until_ready(parameters)

    def predict(self, times):
        for _ in range(times):
            scores = self.scores(self.parameters, self.x)
        scores.block_until_ready()


def reported(program, work, *arguments):
    """A function that returns the µs that the program measures."""
    return lambda: float(program_line(program, work, BURST, *arguments)[3])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="chainrule-bench, built in release mode")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--program", action="append", default=[], metavar="NAME=PATH", dest="programs",
        help="a contender of benches/speed, for predictions",
    )  # fmt: skip
    given = parser.parse_args()
    programs = dict(program.split("=", 1) for program in given.programs)
    networks = tempfile.TemporaryDirectory()
    subprocess.run([given.program, "--write", networks.name], check=True)
    torch.set_num_threads(1)
    os.sched_setaffinity(0, {CORE})
    peak = 0
    for work, layers in WORKS.items():
        for batch, predicts in ((100, False), (1, True), (100, True)):
            name = f"{work}b{batch}" if predicts else work
            others = {
                "PyTorch": Torch(layers, batch, torch.contiguous_format),
                "PyTorch, channels-last": Torch(layers, batch, torch.channels_last),
                "JAX": Jax(layers, batch),
            }
            contenders = {
                other: timed(it.predict if predicts else it.train, BURST) for other, it in others.items()
            }
            contenders["chainrule"] = reported(given.program, name)
            for other, path in programs.items() if predicts else ():
                contenders[other] = reported(path, name, networks.name)
            best = {}
            for _ in range(given.rounds):
                peak = max(peak, float(program_line(given.program, "peak", BURST)[1]))
                for contender, burst in contenders.items():
                    best[contender] = min(best.get(contender, float("inf")), burst())
            ours = best["chainrule"]
            for contender, micros in best.items():
                print(f"{name}: {contender} {micros:.1f} µs, × {micros / ours:.2f}", flush=True)
            if not predicts:
                share = FLOPS[work] / ours / 1e3 / peak
                print(f"{name}: {share:.1%} of a peak of {peak:.1f} GFLOP/s", flush=True)


main()
