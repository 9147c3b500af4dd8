"""NumPy, layer by layer as in the chapter."""

import sys

import numpy as np

from contender import RATE, draw, run_chapter, serve

# As in the book's program: weights are drawn in double precision, and the loss of each
# batch is computed again after the step.
BOOK = sys.argv[2:] == ["book"]


class Affine:
    def __init__(self, weight, bias):
        self.weight, self.bias = weight, bias

    def forward(self, x):
        self.x = x
        return x @ self.weight + self.bias

    def backward(self, dout):
        self.dweight = self.x.T @ dout
        self.dbias = dout.sum(axis=0)
        return dout @ self.weight.T

    def update(self):
        self.weight -= RATE * self.dweight
        self.bias -= RATE * self.dbias


class Relu:
    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        return dout

    def update(self):
        pass


class SoftmaxWithLoss:
    def forward(self, scores, t):
        scores = scores - scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores)
        self.y = exponentials / exponentials.sum(axis=1, keepdims=True)
        self.t = t
        return -np.log(self.y[np.arange(len(t)), t] + 1e-7).mean()

    def backward(self):
        dout = self.y.copy()
        dout[np.arange(len(self.t)), self.t] -= 1
        return dout / len(self.t)


class Net:
    def __init__(self, material):
        self.layers = []
        number = np.float64 if BOOK else np.float32
        for weight, bias in material.layers():
            self.layers += [Affine(weight.astype(number), bias.astype(number)), Relu()]
        self.layers.pop()
        self.loss = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss_of(self, x, t):
        return self.loss.forward(self.predict(x), t)

    def step(self, x, t):
        loss = self.loss_of(x, t)
        dout = self.loss.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        for layer in self.layers:
            layer.update()
        return loss


def works(kind, material):
    net, x, t = Net(material), material.x, material.t
    if kind == "train":
        return lambda steps: [net.step(x, t) for _ in range(steps)][-1]
    if kind == "predict":
        return lambda times: [net.predict(x) for _ in range(times)][-1][0, 0]
    images, labels, random = material.images, material.labels, np.random.default_rng(0)

    def step(_):
        drawn = draw(random, material.batch)
        x, t = images[drawn], labels[drawn]
        net.step(x, t)
        if BOOK:
            net.loss_of(x, t)

    scores = lambda batch: net.predict(images[batch])
    return lambda _: run_chapter(len(labels), step, scores, labels)


serve(works)
