"""The protocol of every contender. It reads a workload and a number of iterations from
standard input, and writes the seconds and a number to compare with the other
contenders: the last loss, or the first score."""

import sys
import time
from pathlib import Path

import numpy as np

# Same values as in the Rust contenders, except for the batch of an accuracy pass.
TRAINING_IMAGES = 60_000
ACCURACY_BATCH = 1000
STEPS = 10_000
EPOCH = 600
RATE = 0.1


class Material:
    """The sizes, weights and data of a workload."""

    def __init__(self, folder, kind, sizes, batch):
        self.sizes = [int(size) for size in sizes.split("-")]
        self.batch = int(batch)
        self.weights = np.fromfile(folder / f"{sizes}.weights", np.float32)
        features, classes = self.sizes[0], self.sizes[-1]
        x = np.fromfile(folder / f"{features}.x", np.float32)
        self.x = x.reshape(-1, features)[: self.batch]
        self.t = np.fromfile(folder / f"{classes}.t", np.uint8)[: self.batch].astype(np.int64)
        if kind == "mnist":
            images = np.fromfile(folder / "mnist.x", np.uint8).reshape(-1, features)
            self.images = images.astype(np.float32) / 255
            self.labels = np.fromfile(folder / "mnist.t", np.uint8).astype(np.int64)

    def layers(self):
        """Returns weights (inputs × outputs) and biases of each layer."""
        layers, start = [], 0
        for inputs, outputs in zip(self.sizes, self.sizes[1:]):
            middle, end = start + inputs * outputs, start + (inputs + 1) * outputs
            weight = self.weights[start:middle].reshape(inputs, outputs).copy()
            layers.append((weight, self.weights[middle:end].copy()))
            start = end
        return layers


def draw(random, batch):
    """Draws indices of training images, with replacement."""
    return random.integers(0, TRAINING_IMAGES, batch)


def run_chapter(images, step, scores, labels, stride=1):
    """The chapter's run: `step(stride)` trains for some steps, `scores(range)`
    returns arrays. Returns the last accuracy on the held-out images."""

    def accuracy(start, end):
        right = 0
        for first in range(start, end, ACCURACY_BATCH):
            batch = slice(first, first + ACCURACY_BATCH)
            right += int((scores(batch).argmax(1) == labels[batch]).sum())
        return right / (end - start)

    result = float("nan")
    done = 0
    while done < STEPS:
        step(stride)
        if done % EPOCH == 0:
            accuracy(0, TRAINING_IMAGES)
            result = accuracy(TRAINING_IMAGES, images)
        done += stride
    return result


def serve(works):
    """Serves lines such as `train 784-50-10 100 1000`: kind, layer sizes, batch size,
    iterations. `works` returns None for a workload that is not supported."""
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        kind, sizes, batch, iterations = line.split()
        work = works(kind, Material(folder, kind, sizes, batch))
        if work is None:
            print("none", flush=True)
            continue
        start = time.perf_counter()
        number = work(int(iterations))
        print(time.perf_counter() - start, float(number), flush=True)
