"""Compares single convolutions with PyTorch: 20 shapes with one sample and with 32.

    cargo build --release -p chainrule-bench
    python3 benches/speed/python/shapes.py target/release/chainrule-bench [--rounds 5]

Both run on one thread, and take turns in short bursts. PyTorch computes each pass in both
layouts, NCHW and channels-last, with everything already in that layout; the faster one counts.
A backward pass computes the gradients of input, weights and bias."""

import argparse
import os
import statistics
import subprocess
import time

import torch
import torch.nn.functional as functional

BURST = 0.02
CORE = max(os.sched_getaffinity(0))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="chainrule-bench, built in release mode")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", type=int, nargs="*", help="numbers of shapes")
    return parser.parse_args()


class Chainrule:
    """The program, which times a pass over a shape for each line that it reads."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "--shapes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"RAYON_NUM_THREADS": "1"},
        )
        # The shapes, one on a line, and an empty line.
        self.shapes = []
        while line := self.process.stdout.readline().strip():
            self.shapes.append([int(number) for number in line.split()])

    def seconds(self, shape, batch, backward, times):
        self.process.stdin.write(f"{shape} {batch} {int(backward)} {times}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline()) / times


class Torch:
    """A shape in one of the two layouts."""

    def __init__(self, shape, batch, layout):
        channels, size, filters, kernel, stride, padding, groups = shape
        normal = lambda *sizes: torch.randn(sizes).to(memory_format=layout)
        self.x = normal(batch, channels, size, size)
        self.weight = normal(filters, channels // groups, kernel, kernel)
        self.bias = torch.zeros(filters)
        self.options = stride, padding, groups
        with torch.no_grad():
            self.dout = torch.randn_like(self.pass_over(False))

    def pass_over(self, backward):
        stride, padding, groups = self.options
        if not backward:
            return functional.conv2d(
                self.x, self.weight, self.bias, stride, padding, 1, groups
            )
        pair = lambda number: [number, number]
        return torch.ops.aten.convolution_backward(
            self.dout, self.x, self.weight, [len(self.bias)], pair(stride), pair(padding),
            [1, 1], False, [0, 0], groups, [True, True, True],
        )  # fmt: skip

    def seconds(self, backward, times):
        with torch.no_grad():
            start = time.perf_counter()
            for _ in range(times):
                self.pass_over(backward)
            return (time.perf_counter() - start) / times


def in_turns(contenders, rounds):
    """The fastest time of each contender, a function of a number of times."""
    counts = []
    for seconds in contenders:
        seconds(1)
        counts.append(max(1, round(BURST / max(seconds(1), 1e-7))))
    best = [float("inf")] * len(contenders)
    for _ in range(rounds):
        for at, (seconds, times) in enumerate(zip(contenders, counts)):
            best[at] = min(best[at], seconds(times))
    return best


def main():
    given = arguments()
    torch.set_num_threads(1)
    os.sched_setaffinity(0, {CORE})
    ours = Chainrule(given.program)
    layouts = torch.contiguous_format, torch.channels_last
    ratios = {False: [], True: []}
    print("| shape | batch | forward | PyTorch | ratio | backward | PyTorch | ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for index, shape in enumerate(ours.shapes):
        if given.only and index not in given.only:
            continue
        channels, size, filters, kernel, stride, padding, groups = shape
        name = f"{channels}×{size}×{size}, Conv2d({filters}, {kernel}"
        for option, value, default in (
            ("stride", stride, 1), ("padding", padding, 0), ("groups", groups, 1)
        ):  # fmt: skip
            name += f", {option} = {value}" if value != default else ""
        for batch in (1, 32):
            cells = []
            both = [Torch(shape, batch, layout) for layout in layouts]
            for backward in (False, True):
                contenders = [lambda times: ours.seconds(index, batch, backward, times)]
                contenders += [
                    lambda times, torch=torch: torch.seconds(backward, times)
                    for torch in both
                ]
                mine, *others = in_turns(contenders, given.rounds)
                other = min(others)
                ratios[backward].append(other / mine)
                cells += [f"{mine * 1e3:.3f}", f"{other * 1e3:.3f}", f"{other / mine:.2f}"]
            print(f"| {name}) | {batch} | {' | '.join(cells)} |", flush=True)
    for backward, values in ratios.items():
        name = "backward" if backward else "forward"
        median = statistics.median(values)
        print(f"{name}: PyTorch takes {median:.2f} times as long (median), least {min(values):.2f}")


main()
