"""JAX: one jitted step per call, or 100 steps with `scan` as second argument."""

import sys
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from contender import RATE, draw, run_chapter, serve

SCAN = sys.argv[2:] == ["scan"]
SCANNED = 100


@jax.jit
def predict(layers, x):
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = layers[-1]
    return x @ weight + bias


def loss_of(layers, x, t):
    logarithms = jax.nn.log_softmax(predict(layers, x))
    return -jnp.take_along_axis(logarithms, t[:, None], axis=1).mean()


def descend(layers, x, t):
    loss, grads = jax.value_and_grad(loss_of)(layers, x, t)
    return jax.tree.map(lambda number, grad: number - RATE * grad, layers, grads), loss


step = jax.jit(descend, donate_argnums=0)


@partial(jax.jit, static_argnums=3, donate_argnums=0)
def scanned(layers, x, t, steps):
    layers, losses = jax.lax.scan(lambda net, _: descend(net, x, t), layers, length=steps)
    return layers, losses[-1]


@partial(jax.jit, donate_argnums=0)
def drawn_step(layers, images, labels, drawn):
    return descend(layers, images[drawn], labels[drawn])


@partial(jax.jit, donate_argnums=0)
def drawn_scan(layers, images, labels, drawn):
    body = lambda net, drawn: descend(net, images[drawn], labels[drawn])
    layers, losses = jax.lax.scan(body, layers, drawn)
    return layers, losses[-1]


def works(kind, material):
    layers = jax.tree.map(jnp.asarray, material.layers())
    x, t = jnp.asarray(material.x), jnp.asarray(material.t)
    if kind == "train":

        def train(steps):
            net = layers
            if SCAN:
                at_once = min(steps, SCANNED)
                for _ in range(steps // at_once):
                    net, loss = scanned(net, x, t, at_once)
            else:
                for _ in range(steps):
                    net, loss = step(net, x, t)
            return loss.block_until_ready()

        return train
    if kind == "predict":
        if SCAN:
            return None

        def predictions(times):
            for _ in range(times):
                scores = predict(layers, x)
            return scores.block_until_ready()[0, 0]

        return predictions
    images, labels = jnp.asarray(material.images), jnp.asarray(material.labels)
    random = np.random.default_rng(0)
    state = [layers]

    def chapter_step(stride):
        if SCAN:
            drawn = draw(random, (stride, material.batch))
            state[0], _ = drawn_scan(state[0], images, labels, drawn)
        else:
            drawn = draw(random, material.batch)
            state[0], _ = drawn_step(state[0], images, labels, drawn)

    scores = lambda batch: np.asarray(predict(state[0], images[batch]))
    stride = SCANNED if SCAN else 1
    return lambda _: run_chapter(len(labels), chapter_step, scores, material.labels, stride)


serve(works)
