"""Compares the networks of sequences with PyTorch and JAX: training steps and generation.

    cargo build --release -p chainrule-bench
    python3 benches/speed/python/sequences.py target/release/chainrule-bench [--rounds 5]

W8 is an LSTM and W9 a small GPT; see `chainrule-bench --help`. All run on one thread of the same
core, and take turns in short bursts. The fastest burst of each counts. The peak is measured in the
same turns. PyTorch generates with a cache of keys and values."""

import argparse
import math
import os

os.environ |= {
    "OMP_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bursts import program_line, timed

BURST = 0.2
CORE = max(os.sched_getaffinity(0))
TIME, VOCABULARY = 64, 65
WIDTH, HEADS, BLOCKS = 128, 4, 4
FLOPS = {"W8": 1.31e9, "W9": 3.96e9}


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 64)
        self.lstm = nn.LSTM(64, 128, batch_first=True)
        self.head = nn.Linear(128, VOCABULARY)

    def forward(self, text):
        return self.head(self.lstm(self.embedding(text))[0])


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(2))
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x, cache=None, at=0):
        heads = lambda y: y.unflatten(-1, (HEADS, -1)).transpose(1, 2)
        q, k, v = map(heads, self.qkv(self.norms[0](x)).chunk(3, -1))
        if cache is not None:
            cache[0][:, :, at], cache[1][:, :, at] = k[:, :, 0], v[:, :, 0]
            k, v = (part[:, :, : at + 1] for part in cache)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=cache is None)
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        return x + self.down(functional.gelu(self.up(self.norms[1](x))))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Parameter(torch.randn(TIME, WIDTH) * 0.02)
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY)

    def forward(self, text):
        x = self.embedding(text) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))

    def step(self, index, caches, at):
        x = self.embedding(index) + self.positions[at]
        for block, cache in zip(self.blocks, caches):
            x = block(x, cache, at)
        return self.head(self.norm(x))


def torch_training(work, compiled):
    torch.manual_seed(0)
    net, batch = (Recurrent(), 32) if work == "W8" else (Gpt(), 12)
    x, t = (torch.randint(VOCABULARY, (batch, TIME)) for _ in range(2))
    if work == "W8":
        optimizer = torch.optim.SGD(net.parameters(), 0.1)
    else:
        optimizer = torch.optim.AdamW(
            net.parameters(), 1e-3, betas=(0.9, 0.99), weight_decay=0.1, fused=True
        )

    def loss(x, t):
        return functional.cross_entropy(net(x).flatten(0, 1), t.flatten())

    if compiled:
        loss = torch.compile(loss, dynamic=False)

    def run(times):
        for _ in range(times):
            optimizer.zero_grad()
            loss(x, t).backward()
            optimizer.step()

    return run


def torch_generation():
    net, index = Gpt().eval(), torch.zeros(1, 1, dtype=torch.long)
    caches = [torch.zeros(2, 1, HEADS, TIME, WIDTH // HEADS) for _ in range(BLOCKS)]

    @torch.inference_mode()
    def run(times):
        for _ in range(times):
            for at in range(TIME):
                net.step(index, caches, at)

    return run


def jax_training(work):
    random = np.random.default_rng(0)
    normal = lambda *sizes: jnp.asarray(random.normal(0, 0.02, sizes), jnp.float32)
    batch = 32 if work == "W8" else 12
    x, t = (jnp.asarray(random.integers(0, VOCABULARY, (batch, TIME))) for _ in range(2))
    affine = lambda inputs, outputs: (normal(inputs, outputs), normal(outputs))

    def norm(x, scale):
        x = x - x.mean(-1, keepdims=True)
        return x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-5) * scale[0] + scale[1]

    def recurrent(p, x):
        # The products with all inputs are one product before the loop.
        gates = (p["embedding"][x] @ p["input"][0] + p["input"][1]).swapaxes(0, 1)

        def step(state, gates):
            h, c = state
            i, f, g, o = jnp.split(gates + h @ p["hidden"], 4, -1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        zeros = jnp.zeros((batch, 128))
        hidden = jax.lax.scan(step, (zeros, zeros), gates)[1].swapaxes(0, 1)
        return hidden @ p["head"][0] + p["head"][1]

    def gpt(p, x):
        mask = jnp.where(jnp.tril(jnp.ones((TIME, TIME))), 0, -jnp.inf)
        x = p["embedding"][x] + p["positions"]
        heads = lambda y: y.reshape(batch, TIME, HEADS, -1).swapaxes(1, 2)
        for block in p["blocks"]:
            both = norm(x, block["norm"][0]) @ block["qkv"][0] + block["qkv"][1]
            q, k, v = map(heads, jnp.split(both, 3, -1))
            scores = q @ k.swapaxes(2, 3) / math.sqrt(WIDTH / HEADS) + mask
            mixed = (jax.nn.softmax(scores) @ v).swapaxes(1, 2).reshape(batch, TIME, WIDTH)
            x = x + mixed @ block["out"][0] + block["out"][1]
            hidden = norm(x, block["norm"][1]) @ block["up"][0] + block["up"][1]
            hidden = jax.nn.gelu(hidden, approximate=False)
            x = x + hidden @ block["down"][0] + block["down"][1]
        return norm(x, p["norm"]) @ p["head"][0] + p["head"][1]

    if work == "W8":
        scores = recurrent
        parameters = {
            "embedding": normal(VOCABULARY, 64), "input": affine(64, 512),
            "hidden": normal(128, 512), "head": affine(128, VOCABULARY),
        }  # fmt: skip
    else:
        scores = gpt
        scale = lambda: (jnp.ones(WIDTH), jnp.zeros(WIDTH))
        block = lambda: {
            "norm": [scale(), scale()], "qkv": affine(WIDTH, 3 * WIDTH),
            "out": affine(WIDTH, WIDTH), "up": affine(WIDTH, 4 * WIDTH),
            "down": affine(4 * WIDTH, WIDTH),
        }  # fmt: skip
        parameters = {
            "embedding": normal(VOCABULARY, WIDTH), "positions": normal(TIME, WIDTH),
            "blocks": [block() for _ in range(BLOCKS)], "norm": scale(),
            "head": affine(WIDTH, VOCABULARY),
        }  # fmt: skip

    def loss(p):
        logarithms = jax.nn.log_softmax(scores(p, x))
        return -jnp.take_along_axis(logarithms, t[..., None], -1).mean()

    tree = jax.tree.map

    def sgd(p, state):
        return tree(lambda number, grad: number - 0.1 * grad, p, jax.grad(loss)(p)), state

    def adam(p, state):
        first, second, at = state
        grads, at = jax.grad(loss)(p), at + 1
        first = tree(lambda m, grad: 0.9 * m + 0.1 * grad, first, grads)
        second = tree(lambda v, grad: 0.99 * v + 0.01 * grad * grad, second, grads)
        rate, scale = 1e-3 / (1 - 0.9**at), 1 / (1 - 0.99**at)
        change = lambda number, m, v: (
            number * (1 - 1e-4) - rate * m / (jnp.sqrt(v * scale) + 1e-8)
        )
        return tree(change, p, first, second), (first, second, at)

    zeros = tree(jnp.zeros_like, parameters)
    step = jax.jit(sgd if work == "W8" else adam)

    def run(times):
        p, state = parameters, (zeros, zeros, 0.0)
        for _ in range(times):
            p, state = step(p, state)
        jax.block_until_ready(p)

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="chainrule-bench, built in release mode")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--works", nargs="*", default=["W8", "W9", "generate"])
    given = parser.parse_args()
    torch.set_num_threads(1)
    os.sched_setaffinity(0, {CORE})
    peak = 0
    for work in given.works:
        if work == "generate":
            others = {"PyTorch": torch_generation()}
        else:
            others = {
                "PyTorch": torch_training(work, False),
                "PyTorch, compiled": torch_training(work, True),
                "JAX": jax_training(work),
            }
        contenders = {other: timed(run, BURST) for other, run in others.items()}
        contenders["chainrule"] = lambda: float(program_line(given.program, work, BURST)[3])
        best = {}
        for _ in range(given.rounds):
            peak = max(peak, float(program_line(given.program, "peak", BURST)[1]))
            for contender, burst in contenders.items():
                best[contender] = min(best.get(contender, float("inf")), burst())
        ours = best["chainrule"]
        for contender, micros in best.items():
            print(f"{work}: {contender} {micros:.1f} µs, × {micros / ours:.2f}", flush=True)
        if work in FLOPS:
            share = FLOPS[work] / ours / 1e3 / peak
            print(f"{work}: {share:.1%} of a peak of {peak:.1f} GFLOP/s", flush=True)


main()
