#!/usr/bin/env python3
"""Fits the cost model of docs/scaling.md, and prints its tables.

    for network in chapter wide best narrow deep gpt; do for batch in 32 128 512; do
        for ranks in 1 2; do mpirun -np $ranks target/release/examples/measure $network $batch; done
    done; done | python3 scaling.py

The model, for B samples on each of p ranks, F FLOP per sample and P parameters of 4 bytes:

    step   = gradient + update + small + reduce
    gradient = B F / R + P g + B a,  update = P u
    small  = 2 log2(p) alpha
    reduce = 2 log2(p) alpha + 2 (p - 1) / p (4 P) / beta + P c        (Rabenseifner's algorithm)
"""
import math
import sys

import numpy as np

rows = []
for line in sys.stdin:
    words = line.split()
    if len(words) > 10 and words[1] == "ranks":
        row = {key: float(value) for key, value in zip(words[1::2], words[2::2])}
        rows.append(dict(row, name=words[0]))

print("| network | batch of a rank | ranks | gradient | sum | step | overlapped |")
print("|---|---:|---:|---:|---:|---:|---:|")
for r in rows:
    ms = [f"{1e3 * r[key]:.3f} ms" for key in ("gradient", "reduce", "step", "overlapped")]
    print(f"| {r['name']} | {r['batch']:.0f} | {r['ranks']:.0f} | {' | '.join(ms)} |")

# Fitted on two networks of affine layers, by relative errors.
fitted = [r for r in rows if r["name"] in ("chapter", "wide") and r["ranks"] == 1]
A = np.array([[r["flop"], r["parameters"], r["batch"]] for r in fitted])
t = np.array([r["gradient"] for r in fitted])
(per_flop, per_parameter, per_sample), *_ = np.linalg.lstsq(A / t[:, None], np.ones(len(t)), rcond=None)
update = np.median([r["update"] / r["parameters"] for r in fitted])
two = [r for r in rows if r["name"] in ("chapter", "wide") and r["ranks"] == 2]
small = np.median([r["small"] for r in two]) / 2
A = np.array([[1, r["parameters"]] for r in two])
t = np.array([r["reduce"] for r in two])
(_, per_sum), *_ = np.linalg.lstsq(A / t[:, None], np.ones(len(t)), rcond=None)
print(f"\nR = {1e-9 / per_flop:.1f} GFLOP/s, g = {1e9 * per_parameter:.2f} ns, a = {1e9 * per_sample:.0f} ns,")
print(f"u = {1e9 * update:.2f} ns, alpha = {1e6 * small:.1f} us, sum of two = {1e9 * per_sum:.2f} ns per parameter\n")


def gradient(r):
    return r["flop"] * per_flop + r["parameters"] * per_parameter + r["batch"] * per_sample


print("| network | batch | gradient | model | | sum of two | model | |")
print("|---|---:|---:|---:|---:|---:|---:|---:|")
for r in rows:
    if r["name"] in ("deep", "gpt") or r["ranks"] != 1:
        continue
    both = [o for o in rows if (o["name"], o["batch"], o["ranks"]) == (r["name"], r["batch"], 2)][0]
    cells = []
    for found, model in ((r["gradient"], gradient(r)), (both["reduce"], 2 * small + both["parameters"] * per_sum)):
        cells += [f"{1e3 * found:.3f} ms", f"{1e3 * model:.3f} ms", f"{100 * (model / found - 1):+.0f} %"]
    print(f"| {r['name']} | {r['batch']:.0f} | {' | '.join(cells)} |")


def predicted(compute, parameters, ranks, gbit, alpha=20e-6, cpu=1e-9):
    """The step on machines with latency `alpha`; adding and copying takes `cpu` per parameter."""
    if ranks == 1:
        return compute
    rounds = math.ceil(math.log2(ranks))
    moved = 2 * (ranks - 1) / ranks * 4 * parameters / (gbit * 1e9 / 8)
    return compute + 2 * rounds * alpha + 2 * rounds * alpha + moved + parameters * cpu


def measured(name, batch):
    found = [r for r in rows if (r["name"], r["batch"], r["ranks"]) == (name, batch, 1)]
    return found[0]["step"], found[0]["parameters"]


networks = {
    "chapter, 128 samples": measured("chapter", 128),
    "wide, 128 samples": measured("wide", 128),
    "deep, 128 samples": measured("deep", 128),
    "GPT, 32 × 64 tokens": measured("gpt", 32),
}
print("\n| network, share of a rank | machines | one step alone | 10 Gbit/s | efficiency | 100 Gbit/s | efficiency |")
print("|---|---:|---:|---:|---:|---:|---:|")
for name, (compute, parameters) in networks.items():
    for ranks in (8, 64, 1024):
        t10, t100 = (predicted(compute, parameters, ranks, gbit) for gbit in (10, 100))
        print(f"| {name} | {ranks:,} | {1e3 * compute:.2f} ms | {1e3 * t10:.2f} ms | {100 * compute / t10:.0f} % | "
              f"{1e3 * t100:.2f} ms | {100 * compute / t100:.0f} % |")

print("\n| network, batch of all ranks | machines | samples of a rank | 10 Gbit/s | faster by | 100 Gbit/s | faster by |")
print("|---|---:|---:|---:|---:|---:|---:|")
for name, total in (("chapter", 128), ("wide", 512), ("deep", 128), ("gpt", 128)):
    batches = sorted(r["batch"] for r in rows if r["name"] == name and r["ranks"] == 1)
    if len(batches) < 2:
        continue
    (low, p), (high, _) = measured(name, batches[0]), measured(name, batches[-1])
    slope = (high - low) / (batches[-1] - batches[0])
    fixed = max(low - slope * batches[0], 0)
    alone = fixed + slope * total
    for ranks in (2, 8, 64):
        compute = fixed + slope * total / ranks
        t10, t100 = (predicted(compute, p, ranks, gbit) for gbit in (10, 100))
        print(f"| {name}, {total} | {ranks} | {total / ranks:g} | {1e3 * t10:.2f} ms | {alone / t10:.1f} | {1e3 * t100:.2f} ms | {alone / t100:.1f} |")
