"""PyTorch: eager, or torch.compile with `compiled` as second argument."""

import sys

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from contender import RATE, draw, run_chapter, serve

torch.set_num_threads(1)
COMPILED = sys.argv[2:] == ["compiled"]


def network(material):
    modules = []
    for weight, bias in material.layers():
        linear = nn.Linear(*weight.shape)
        linear.weight.data = torch.from_numpy(weight.T.copy())
        linear.bias.data = torch.from_numpy(bias)
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


def loss_of(net, x, t):
    return cross_entropy(net(x), t)


def scores_of(net, x):
    return net(x)


if COMPILED:
    # All batches of a workload have the same size.
    loss_of = torch.compile(loss_of, dynamic=False)
    scores_of = torch.compile(scores_of, dynamic=False)


def trainer(net):
    sgd = torch.optim.SGD(net.parameters(), RATE)
    update = torch.compile(sgd.step) if COMPILED else sgd.step

    def step(x, t):
        sgd.zero_grad()
        loss = loss_of(net, x, t)
        loss.backward()
        update()
        return loss

    return step


# Networks and their steps, cached because the compiled code belongs to them.
made = {}


def fresh(material):
    """Returns a network with the weights of the material, and its step."""
    sizes = tuple(material.sizes)
    if sizes not in made:
        net = network(material)
        made[sizes] = net, trainer(net)
    net, step = made[sizes]
    net.load_state_dict(network(material).state_dict())
    return net, step


def works(kind, material):
    net, step = fresh(material)
    x, t = torch.from_numpy(material.x), torch.from_numpy(material.t)
    if kind == "train":

        def train(steps):
            for _ in range(steps):
                loss = step(x, t)
            return loss.item()

        return train
    if kind == "predict":

        @torch.inference_mode()
        def predict(times):
            for _ in range(times):
                scores = scores_of(net, x)
            return scores[0, 0].item()

        return predict
    images, labels = torch.from_numpy(material.images), torch.from_numpy(material.labels)
    random = np.random.default_rng(0)

    def chapter_step(_):
        drawn = torch.from_numpy(draw(random, material.batch))
        step(images[drawn], labels[drawn])

    @torch.inference_mode()
    def scores(batch):
        return scores_of(net, images[batch]).numpy()

    return lambda _: run_chapter(len(labels), chapter_step, scores, material.labels)


serve(works)
