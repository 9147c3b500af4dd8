"""Writes the models that tests/tests/onnx.rs reads, each with inputs and predictions of onnxruntime.

Needs numpy, onnx and onnxruntime.
"""

from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper

HERE = Path(__file__).parent
rng = np.random.default_rng(0)


def drawn(name, *shape):
    return numpy_helper.from_array(rng.normal(0, 0.5, shape).astype(np.float32), name)


def positive(name, *shape):
    return numpy_helper.from_array(rng.uniform(0.5, 2, shape).astype(np.float32), name)


def write(name, shape, nodes, initializers, outputs, check=True):
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", *shape])]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size])
        for name, size in outputs.items()
    ]
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = HERE / f"{name}.onnx"
    path.write_bytes(model.SerializeToString())
    if not check:
        return
    checker.check_model(str(path), full_check=True)
    x = rng.normal(0, 1, (2, *shape)).astype(np.float32)
    session = onnxruntime.InferenceSession(str(path))
    found = [y.reshape(2, -1) for y in session.run(None, {"input": x})]
    rows = np.hstack([x.reshape(2, -1), *found])
    np.savetxt(HERE / f"{name}.csv", rows, delimiter=",", fmt="%.9g")


node = helper.make_node

# As `torch.onnx.export` writes `nn.Sequential` of Linear, ReLU, Linear, Softmax.
write(
    "mlp",
    [4],
    [
        node("Gemm", ["input", "0.weight", "0.bias"], ["/0/out"], "/0/Gemm", transB=1),
        node("Relu", ["/0/out"], ["/1/out"], "/1/Relu"),
        node("Dropout", ["/1/out"], ["/d/out"], "/2/Dropout"),
        node("Gemm", ["/d/out", "head.weight", "head.bias"], ["/2/out"], "/2/Gemm", transB=1, alpha=0.5),
        node("Softmax", ["/2/out"], ["output"], "/3/Softmax", axis=-1),
    ],
    [drawn("0.weight", 8, 4), drawn("0.bias", 8), drawn("head.weight", 3, 8), drawn("head.bias", 3)],
    {"output": 3},
)

# Images with BatchNormalization, a residual sum, poolings, and several channels per group.
write(
    "conv",
    [2, 9, 8],
    [
        node("Conv", ["input", "conv1.weight"], ["c1"], "conv1", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("BatchNormalization", ["c1", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"], ["b1"], "bn1", epsilon=1e-3),
        node("LeakyRelu", ["b1"], ["r1"], "act", alpha=0.1),
        node("Conv", ["r1", "conv2.weight", "conv2.bias"], ["c2"], "conv2", kernel_shape=[3, 3], pads=[1, 1, 1, 1], group=2),
        node("Add", ["c2", "r1"], ["sum"], "add"),
        node("MaxPool", ["sum"], ["p"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", ["p", "conv3.weight", "conv3.bias"], ["c3"], "conv3", kernel_shape=[3, 2], strides=[2, 1], dilations=[1, 2]),
        node("Flatten", ["c3"], ["f"], "flatten", axis=1),
        node("MatMul", ["f", "onnx::MatMul_7"], ["m"], "fc/MatMul"),
        node("Add", ["fc.bias", "m"], ["output"], "fc/Add"),
    ],
    [
        drawn("conv1.weight", 4, 2, 3, 3),
        positive("bn1.weight", 4),
        drawn("bn1.bias", 4),
        drawn("bn1.running_mean", 4),
        positive("bn1.running_var", 4),
        drawn("conv2.weight", 4, 2, 3, 3),
        drawn("conv2.bias", 4),
        drawn("conv3.weight", 3, 4, 3, 2),
        drawn("conv3.bias", 3),
        drawn("onnx::MatMul_7", 6, 5),
        drawn("fc.bias", 5),
    ],
    {"output": 5},
)

# Two outputs, a product and a concatenation.
write(
    "heads",
    [6],
    [
        node("Gemm", ["input", "a.weight", "a.bias"], ["a"], "a", transB=1),
        node("Sigmoid", ["a"], ["gate"], "gate"),
        node("Tanh", ["a"], ["tanh"], "tanh"),
        node("Mul", ["gate", "tanh"], ["gated"], "mul"),
        node("Concat", ["gated", "tanh"], ["both"], "concat", axis=1),
        node("Gemm", ["both", "policy.weight"], ["policy"], "policy", transB=1),
        node("MatMul", ["both", "value.weight"], ["value"], "value"),
    ],
    [drawn("a.weight", 4, 6), drawn("a.bias", 4), drawn("policy.weight", 3, 8), drawn("value.weight", 8, 2)],
    {"policy": 3, "value": 2},
)

# Operators that are not read.
write(
    "unknown",
    [4],
    [
        node("Gemm", ["input", "w"], ["a"], "first", transB=1),
        node("Erf", ["a"], ["b"], "odd"),
        node("Einsum", ["b", "b"], ["output"], equation="bi,bi->b"),
    ],
    [drawn("w", 3, 4)],
    {"output": 1},
    check=False,
)
