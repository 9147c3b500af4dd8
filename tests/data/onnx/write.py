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


def write(name, inputs, nodes, initializers, outputs, opset=17, check=True, tables=False):
    """A model of samples. `inputs` are the shape of one, or the shapes of several by name; a number after
    a shape is that of the rows in which its indices choose."""
    inputs = inputs if isinstance(inputs, dict) else {"input": (inputs, None)}
    values = [
        helper.make_tensor_value_info(name, TensorProto.INT64 if below else TensorProto.FLOAT, ["batch", *shape])
        for name, (shape, below) in inputs.items()
    ]
    results = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *(size if isinstance(size, tuple) else (size,))])
        for name, size in outputs.items()
    ]
    graph = helper.make_graph(nodes, name, values, results, initializers)
    sets = [helper.make_opsetid("", opset)]
    if tables:
        sets.append(helper.make_opsetid("ai.onnx.ml", 3))
    model = helper.make_model(graph, opset_imports=sets, ir_version=8)
    path = HERE / f"{name}.onnx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(model.SerializeToString())
    if not check:
        return
    checker.check_model(str(path), full_check=True)
    x = {
        name: rng.integers(0, below, (2, *shape)) if below else rng.normal(0, 1, (2, *shape)).astype(np.float32)
        for name, (shape, below) in inputs.items()
    }
    session = onnxruntime.InferenceSession(str(path))
    found = [y.reshape(2, -1) for y in session.run(None, x)]
    rows = np.hstack([*(x.reshape(2, -1) for x in x.values()), *found])
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


# What follows is written as the exporters of PyTorch do: sizes are nodes, axes are moved.


def number(name, values, dtype=np.int64):
    return node("Constant", [], [name], f"/{name}", value=numpy_helper.from_array(np.array(values, dtype)))


# A weight that is not transposed, `ReLU6`, and a product with a sum; a weight by another name.
write(
    "exported/dense",
    [5],
    [
        number("low", 0, np.float32),
        number("high", 6, np.float32),
        node("Identity", ["fc2.weight"], ["shared"], "/Identity"),
        node("Gemm", ["input", "fc1.weight", "fc1.bias"], ["a"], "/fc1/Gemm", alpha=3.0, beta=0.5),
        node("Clip", ["a", "low", "high"], ["b"], "/act/Clip"),
        node("MatMul", ["b", "shared"], ["c"], "/fc2/MatMul"),
        node("Add", ["fc2.bias", "c"], ["output"], "/fc2/Add"),
    ],
    [drawn("fc1.weight", 5, 6), drawn("fc1.bias", 6), drawn("fc2.weight", 6, 3), drawn("fc2.bias", 3)],
    {"output": 3},
)

# Two branches of channels, and a `view(x.size(0), -1)`.
write(
    "exported/flatten",
    [2, 4, 4],
    [
        number("zero", 0),
        number("axes", [0]),
        number("rest", [-1]),
        node("Conv", ["input", "conv1.weight", "conv1.bias"], ["c1"], "/conv1/Conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("BatchNormalization", ["c1", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"], ["b1"], "/bn1/BatchNormalization", epsilon=1e-5, momentum=0.9),
        node("Relu", ["b1"], ["r1"], "/Relu"),
        node("Conv", ["input", "conv2.weight"], ["c2"], "/conv2/Conv", kernel_shape=[1, 1]),
        node("Concat", ["r1", "c2"], ["both"], "/Concat", axis=1),
        node("MaxPool", ["both"], ["pooled"], "/pool/MaxPool", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=0),
        node("Shape", ["pooled"], ["shape"], "/Shape"),
        node("Gather", ["shape", "zero"], ["size"], "/Gather", axis=0),
        node("Unsqueeze", ["size", "axes"], ["sizes"], "/Unsqueeze"),
        node("Concat", ["sizes", "rest"], ["wanted"], "/Concat_1", axis=0),
        node("Reshape", ["pooled", "wanted"], ["flat"], "/Reshape", allowzero=0),
        node("Gemm", ["flat", "fc.weight", "fc.bias"], ["output"], "/fc/Gemm", transB=1),
    ],
    [
        drawn("conv1.weight", 3, 2, 3, 3),
        drawn("conv1.bias", 3),
        positive("bn1.weight", 3),
        drawn("bn1.bias", 3),
        drawn("bn1.running_mean", 3),
        positive("bn1.running_var", 3),
        drawn("conv2.weight", 2, 2, 1, 1),
        drawn("fc.weight", 3, 20),
        drawn("fc.bias", 3),
    ],
    {"output": 3},
)

# `nn.LSTM(3, 4, batch_first=True)`, whose initial states of 0 have as many rows as there are samples.
write(
    "exported/lstm",
    [5, 3],
    [
        number("one", 1),
        number("axes", [0]),
        number("directions", [1]),
        number("hidden", [4]),
        number("last", -1),
        node("Transpose", ["input"], ["steps"], "/lstm/Transpose", perm=[1, 0, 2]),
        node("Shape", ["steps"], ["shape"], "/lstm/Shape"),
        node("Gather", ["shape", "one"], ["batch_size"], "/lstm/Gather", axis=0),
        node("Unsqueeze", ["batch_size", "axes"], ["batch_sizes"], "/lstm/Unsqueeze"),
        node("Concat", ["directions", "batch_sizes", "hidden"], ["of_state"], "/lstm/Concat", axis=0),
        node("ConstantOfShape", ["of_state"], ["state"], "/lstm/ConstantOfShape"),
        node("LSTM", ["steps", "lstm.w", "lstm.r", "lstm.b", "", "state", "state"], ["y", "", ""], "/lstm/LSTM", hidden_size=4),
        node("Squeeze", ["y", "directions"], ["squeezed"], "/lstm/Squeeze"),
        node("Transpose", ["squeezed"], ["samples"], "/lstm/Transpose_1", perm=[1, 0, 2]),
        node("Gather", ["samples", "last"], ["at_end"], "/Gather", axis=1),
        node("Gemm", ["at_end", "fc.weight", "fc.bias"], ["output"], "/fc/Gemm", transB=1),
    ],
    [drawn("lstm.w", 1, 16, 3), drawn("lstm.r", 1, 16, 4), drawn("lstm.b", 1, 32), drawn("fc.weight", 2, 4), drawn("fc.bias", 2)],
    {"output": 2},
)

# `nn.GRU(3, 4, bidirectional=True)`, a layer of each step, and the mean of the steps.
write(
    "exported/gru",
    [5, 3],
    [
        number("order", [0, 0, -1]),
        node("Transpose", ["input"], ["steps"], "/gru/Transpose", perm=[1, 0, 2]),
        node("GRU", ["steps", "gru.w", "gru.r", "gru.b"], ["y", ""], "/gru/GRU", hidden_size=4, direction="bidirectional", linear_before_reset=1),
        node("Transpose", ["y"], ["moved"], "/gru/Transpose_1", perm=[0, 2, 1, 3]),
        node("Reshape", ["moved", "order"], ["joined"], "/gru/Reshape"),
        node("Transpose", ["joined"], ["samples"], "/gru/Transpose_2", perm=[1, 0, 2]),
        node("MatMul", ["samples", "onnx::MatMul_61"], ["product"], "/fc/MatMul"),
        node("Add", ["fc.bias", "product"], ["each"], "/fc/Add"),
        node("ReduceMean", ["each"], ["output"], "/ReduceMean", axes=[1], keepdims=0),
    ],
    [drawn("gru.w", 2, 12, 3), drawn("gru.r", 2, 12, 4), drawn("gru.b", 2, 24), drawn("onnx::MatMul_61", 8, 3), drawn("fc.bias", 3)],
    {"output": 3},
)

# `nn.Embedding(7, 3)`, and the flat features of all steps.
write(
    "exported/embedding",
    {"input": ([4], 7)},
    [
        node("Gather", ["emb.weight", "input"], ["rows"], "/emb/Gather"),
        node("Flatten", ["rows"], ["flat"], "/Flatten", axis=1),
        node("Gemm", ["flat", "fc.weight", "fc.bias"], ["output"], "/fc/Gemm", transB=1),
    ],
    [drawn("emb.weight", 7, 3), drawn("fc.weight", 2, 12), drawn("fc.bias", 2)],
    {"output": 2},
)


def attention(name, mask):
    """A layer of a transformer, with a normalization and a `GELU` written out."""
    nodes = [number("heads", [0, 0, 2, 3]), number("features", [0, 0, 6]), number("root", 3**0.5, np.float32)]
    nodes += [number("two", 2, np.float32), number("epsilon", 1e-5, np.float32)]
    nodes += [number("root2", 2**0.5, np.float32), number("one", 1, np.float32), number("half", 0.5, np.float32)]
    for part, order in [("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])]:
        nodes += [
            node("MatMul", ["input", f"onnx::MatMul_{part}"], [f"{part}1"], f"/{part}/MatMul"),
            node("Add", [f"att.{part}.bias", f"{part}1"], [f"{part}2"], f"/{part}/Add"),
            node("Reshape", [f"{part}2", "heads"], [f"{part}3"], f"/{part}/Reshape"),
            node("Transpose", [f"{part}3"], [part], f"/{part}/Transpose", perm=order),
        ]
    nodes += [
        node("MatMul", ["q", "k"], ["products"], "/MatMul"),
        node("Div", ["products", "root"], ["scores"], "/Div"),
    ]
    if mask:
        nodes += [node("Add", ["scores", "mask"], ["masked"], "/Add_mask")]
    nodes += [
        node("Softmax", ["masked" if mask else "scores"], ["weights"], "/Softmax", axis=-1),
        node("MatMul", ["weights", "v"], ["context"], "/MatMul_1"),
        node("Transpose", ["context"], ["moved"], "/Transpose", perm=[0, 2, 1, 3]),
        node("Reshape", ["moved", "features"], ["joined"], "/Reshape"),
        node("MatMul", ["joined", "onnx::MatMul_o"], ["projected"], "/out/MatMul"),
        node("Add", ["att.out.bias", "projected"], ["attended"], "/out/Add"),
        node("Add", ["input", "attended"], ["sum"], "/Add"),
        node("ReduceMean", ["sum"], ["mean"], "/norm/ReduceMean", axes=[-1]),
        node("Sub", ["sum", "mean"], ["centred"], "/norm/Sub"),
        node("Pow", ["centred", "two"], ["square"], "/norm/Pow"),
        node("ReduceMean", ["square"], ["variance"], "/norm/ReduceMean_1", axes=[-1]),
        node("Add", ["variance", "epsilon"], ["above"], "/norm/Add"),
        node("Sqrt", ["above"], ["deviation"], "/norm/Sqrt"),
        node("Div", ["centred", "deviation"], ["unit"], "/norm/Div"),
        node("Mul", ["unit", "norm.weight"], ["scaled"], "/norm/Mul"),
        node("Add", ["scaled", "norm.bias"], ["normal"], "/norm/Add_1"),
        node("Div", ["normal", "root2"], ["g1"], "/act/Div"),
        node("Erf", ["g1"], ["g2"], "/act/Erf"),
        node("Add", ["g2", "one"], ["g3"], "/act/Add"),
        node("Mul", ["normal", "g3"], ["g4"], "/act/Mul"),
        node("Mul", ["g4", "half"], ["output"], "/act/Mul_1"),
    ]
    parameters = [drawn(f"onnx::MatMul_{part}", 6, 6) for part in "qkvo"]
    parameters += [drawn(f"att.{part}.bias", 6) for part in ["q", "k", "v", "out"]]
    parameters += [positive("norm.weight", 6), drawn("norm.bias", 6)]
    if mask:
        values = np.triu(np.full((4, 4), -np.inf, np.float32), 1)
        parameters += [numpy_helper.from_array(values, "mask")]
    write(name, [4, 6], nodes, parameters, {"output": (4, 6)}, opset=13)


attention("exported/attention", False)
attention("exported/causal", True)

# Two inputs and two outputs.
write(
    "exported/two",
    {"left": ([3], None), "right": ([2], None)},
    [
        node("Concat", ["left", "right"], ["both"], "/Concat", axis=-1),
        node("Gemm", ["both", "body.weight", "body.bias"], ["a"], "/body/Gemm", transB=1),
        node("Tanh", ["a"], ["b"], "/Tanh"),
        node("Gemm", ["b", "first.weight", "first.bias"], ["first"], "/first/Gemm", transB=1),
        node("Gemm", ["b", "second.weight"], ["second"], "/second/Gemm", transB=1),
    ],
    [drawn("body.weight", 4, 5), drawn("body.bias", 4), drawn("first.weight", 3, 4), drawn("first.bias", 3), drawn("second.weight", 2, 4)],
    {"first": 3, "second": 2},
)


# Models that no layers of the library compute, one node each.


def refused(name, shape, operator, parameters, outputs=1, opset=17, **settings):
    names = [parameter.name if parameter else "" for parameter in parameters]
    results = ["output", *(f"other{at}" for at in range(1, outputs))]
    nodes = [node(operator, ["input", *names], results, name, **settings)]
    parameters = [parameter for parameter in parameters if parameter]
    write(f"refused/{name}", shape, nodes, parameters, {"output": 1}, opset, check=False)


def ints(name, *values):
    return numpy_helper.from_array(np.array(values, np.int64), name)


def floats(name, *values):
    return numpy_helper.from_array(np.array(values, np.float32), name)


norm = [positive(name, 2) for name in ["weight", "bias", "mean", "var"]]
refused("batch_statistics", [2, 3, 3], "BatchNormalization", norm, outputs=5, opset=13)
refused("training_mode", [2, 3, 3], "BatchNormalization", norm, outputs=3, training_mode=1)
refused("rounded_up", [2, 4, 4], "MaxPool", [], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
refused("one_side", [2, 4, 4], "Conv", [drawn("weight", 1, 2, 3, 3)], pads=[0, 0, 1, 1], dilations=[2, 2])
refused("interpolated", [2, 4, 4], "Resize", [None, floats("scales", 1, 1, 2, 2)], mode="linear")
refused("kept_ratio", [2, 4, 4], "Resize", [None, None, ints("sizes", 1, 2, 8, 12)], opset=18, axes=[0, 1, 2, 3], keep_aspect_ratio_policy="not_larger")
refused("transposed", [3], "Gemm", [drawn("weight", 3, 2)], transA=1)
refused("mixed_samples", [4], "Reshape", [ints("shape", -1, 3)])
refused("mean_of_samples", [4], "ReduceMean", [], axes=[0])
refused("every_other", [6], "Slice", [ints("starts", 0), ints("ends", 6), ints("axes", 1), ints("steps", 2)])
refused("rounded", [4], "Cast", [], to=TensorProto.INT64)
refused("aligned", [2, 3, 3], "Add", [drawn("bias", 2)], opset=6, broadcast=1, axis=1)
refused("root", [4], "Pow", [floats("exponent", 0.5)])
refused("slopes", [2, 3, 3], "PRelu", [drawn("slope", 2, 1, 1)])
recurrent = [drawn("w", 1, 6, 3), drawn("r", 1, 6, 2)]
refused("reset_before", [4, 3], "GRU", recurrent, hidden_size=2, layout=1)
recurrent = [drawn("w", 1, 2, 3), drawn("r", 1, 2, 2), None, None, drawn("state", 1, 1, 2)]
refused("initial_state", [4, 3], "RNN", recurrent, hidden_size=2, layout=1)
recurrent = [drawn("w", 1, 2, 3), drawn("r", 1, 2, 2)]
refused("activations", [4, 3], "RNN", recurrent, hidden_size=2, layout=1, activations=["Relu"])
refused("time_second", [4, 3], "RNN", recurrent, hidden_size=2)
write(
    "refused/softmax_inside",
    [3],
    [node("Softmax", ["input"], ["a"], "softmax_inside", axis=-1), node("Relu", ["a"], ["output"], "relu")],
    [],
    {"output": 3},
    check=False,
)
write(
    "refused/no_attention",
    [3, 3],
    [node("MatMul", ["input", "input"], ["output"], "no_attention")],
    [],
    {"output": (3, 3)},
    check=False,
)
write(
    "refused/channels_last",
    [4, 5, 2],
    [
        node("Transpose", ["input"], ["image"], "transpose", perm=[0, 3, 1, 2]),
        node("Conv", ["image", "weight"], ["output"], "channels_last"),
    ],
    [drawn("weight", 3, 2, 3, 3)],
    {"output": (3, 2, 3)},
    check=False,
)


def table(name, *nodes, outputs, check=True):
    nodes = [node(operator, *names, domain="ai.onnx.ml", **settings) for operator, *names, settings in nodes]
    write(name, [4], nodes, [], outputs, check=check, tables=True)


classes = {
    "classlabels_ints": [0, 1, 2],
    "coefficients": rng.normal(0, 0.5, 12).astype(np.float32).tolist(),
    "intercepts": [0.1, -0.2, 0.3],
    "multi_class": 1,
}
decision = rng.normal(0, 0.5, 4).astype(np.float32)
yes_or_no = {
    "classlabels_strings": ["no", "yes"],
    "coefficients": [*(-decision).tolist(), *decision.tolist()],
    "intercepts": [-0.25, 0.25],
    "post_transform": "LOGISTIC",
}
refused_table = {"outputs": {"output": 3}, "check": False}
table("refused/length_of_sample", ("Normalizer", ["input"], ["output"], "length_of_sample", {"norm": "L2"}), **refused_table)
table(
    "refused/labels",
    ("LinearClassifier", ["input"], ["labels", "scores"], "labels", classes),
    ("Scaler", ["labels"], ["output"], "scaler", {"offset": [0.0], "scale": [1.0]}),
    **refused_table,
)
table(
    "refused/function_inside",
    ("LinearClassifier", ["input"], ["labels", "scores"], "function_inside", {**classes, "post_transform": "SOFTMAX"}),
    ("Scaler", ["scores"], ["output"], "scaler", {"offset": [0.0], "scale": [2.0]}),
    **refused_table,
)
table(
    "refused/probit",
    ("LinearClassifier", ["input"], ["labels", "output"], "probit", {**classes, "post_transform": "PROBIT"}),
    **refused_table,
)

# Linear models as scikit-learn has them: the softmax of scores, whose sum is 1 already, a decision, and numbers.
table(
    "exported/classes",
    ("LinearClassifier", ["input"], ["labels", "scores"], "classifier", {**classes, "post_transform": "SOFTMAX"}),
    ("Normalizer", ["scores"], ["output"], "normalizer", {"norm": "L1"}),
    outputs={"output": 3},
)
table("exported/decision", ("LinearClassifier", ["input"], ["labels", "output"], "decision", yes_or_no), outputs={"output": 2})
table(
    "exported/numbers",
    ("Scaler", ["input"], ["scaled"], "scaler", {"offset": [0.5, 1.0, 0.0, -1.0], "scale": [2.0, 0.5, 1.0, 3.0]}),
    ("LinearRegressor", ["scaled"], ["output"], "regressor", {"coefficients": classes["coefficients"], "targets": 3, "intercepts": [0.5, 0.0, 1.0]}),
    outputs={"output": 3},
)

# Padding that differs between the sides, as TensorFlow has it, and means without the zeros around an image.
write(
    "exported/padding",
    [2, 7, 6],
    [
        node("Conv", ["input", "a.weight", "a.bias"], ["a"], "/a/Conv", strides=[2, 2], auto_pad="SAME_UPPER"),
        node("Conv", ["a", "b.weight"], ["b"], "/b/Conv", pads=[1, 1, 2, 2]),
        node("Relu", ["b"], ["r"], "/Relu"),
        node("AveragePool", ["r"], ["p"], "/AveragePool", kernel_shape=[3, 2], strides=[2, 1], pads=[1, 1, 1, 1]),
        node("ConvTranspose", ["p", "c.weight", "c.bias"], ["c"], "/c/ConvTranspose", strides=[2, 2], auto_pad="SAME_UPPER"),
        node("Pad", ["c", "pads"], ["wide"], "/Pad"),
        node("Conv", ["wide", "d.weight", "d.bias"], ["d"], "/d/Conv", group=3, dilations=[2, 1], pads=[1, 0, 0, 0]),
        node("Flatten", ["d"], ["output"], "/Flatten"),
    ],
    [
        drawn("a.weight", 3, 2, 3, 4),
        drawn("a.bias", 3),
        drawn("b.weight", 4, 3, 4, 4),
        drawn("c.weight", 4, 3, 3, 3),
        drawn("c.bias", 3),
        ints("pads", 0, 0, 3, 1, 0, 0, 0, 0),
        drawn("d.weight", 3, 1, 3, 2),
        drawn("d.bias", 3),
    ],
    {"output": 3 * 4 * 8},
)

# Images whose channels are last, as in Keras: a layer of the channels of each place, and flat features.
write(
    "exported/channels_last",
    [5, 6, 1],
    [
        node("Transpose", ["input"], ["image"], "/Transpose", perm=[0, 3, 1, 2]),
        node("Conv", ["image", "conv.weight", "conv.bias"], ["c"], "/Conv"),
        node("Relu", ["c"], ["r"], "/Relu"),
        node("Transpose", ["r"], ["last"], "/Transpose_1", perm=[0, 2, 3, 1]),
        node("MatMul", ["last", "each.weight"], ["e"], "/each/MatMul"),
        node("Add", ["e", "each.bias"], ["each"], "/each/Add"),
        node("Tanh", ["each"], ["t"], "/Tanh"),
        node("Flatten", ["t"], ["flat"], "/Flatten"),
        node("Gemm", ["flat", "fc.weight", "fc.bias"], ["output"], "/fc/Gemm", transB=1),
    ],
    [
        drawn("conv.weight", 3, 1, 3, 3),
        drawn("conv.bias", 3),
        drawn("each.weight", 3, 2),
        drawn("each.bias", 2),
        drawn("fc.weight", 4, 24),
        drawn("fc.bias", 4),
    ],
    {"output": 4},
)

# The values and advantages of a dueling network: one number is added to several.
write(
    "exported/dueling",
    [5],
    [
        node("Gemm", ["input", "body.weight", "body.bias"], ["h"], "/body/Gemm", transB=1),
        node("Relu", ["h"], ["r"], "/Relu"),
        node("Gemm", ["r", "value.weight", "value.bias"], ["value"], "/value/Gemm", transB=1),
        node("Gemm", ["r", "advantage.weight", "advantage.bias"], ["advantage"], "/advantage/Gemm", transB=1),
        node("ReduceMean", ["advantage"], ["mean"], "/ReduceMean", axes=[1], keepdims=1),
        node("Sub", ["advantage", "mean"], ["centred"], "/Sub"),
        node("Add", ["value", "centred"], ["output"], "/Add"),
    ],
    [
        drawn("body.weight", 6, 5),
        drawn("body.bias", 6),
        drawn("value.weight", 1, 6),
        drawn("value.bias", 1),
        drawn("advantage.weight", 3, 6),
        drawn("advantage.bias", 3),
    ],
    {"output": 3},
)

# A sequence times one number for each step, and the mean of the steps taken from each.
write(
    "exported/steps",
    [4, 3],
    [
        node("MatMul", ["input", "gate.weight"], ["g"], "/gate/MatMul"),
        node("Sigmoid", ["g"], ["gate"], "/Sigmoid"),
        node("Mul", ["input", "gate"], ["gated"], "/Mul"),
        node("ReduceMean", ["gated"], ["mean"], "/ReduceMean", axes=[1], keepdims=1),
        node("Sub", ["gated", "mean"], ["output"], "/Sub"),
    ],
    [drawn("gate.weight", 3, 1)],
    {"output": (4, 3)},
)


# An attention whose sizes follow from transposed keys that nothing else reads.
nodes = [number("heads", [0, 0, 2, 3]), number("features", [0, 0, 6]), number("last", -1), number("one", 1, np.float32)]
for part in "qkv":
    nodes += [
        node("MatMul", ["input", f"{part}.weight"], [f"{part}1"], f"/{part}/MatMul"),
        node("Reshape", [f"{part}1", "heads"], [f"{part}2"], f"/{part}/Reshape"),
        node("Transpose", [f"{part}2"], [part], f"/{part}/Transpose", perm=[0, 2, 1, 3]),
    ]
nodes += [
    node("Shape", ["k"], ["shape"], "/Shape"),
    node("Gather", ["shape", "last"], ["width"], "/Gather"),
    node("Cast", ["width"], ["w1"], "/Cast", to=TensorProto.FLOAT),
    node("Sqrt", ["w1"], ["w2"], "/Sqrt"),
    node("Div", ["one", "w2"], ["w3"], "/Div"),
    node("Sqrt", ["w3"], ["scale"], "/Sqrt_1"),
    node("Transpose", ["k2"], ["columns"], "/Transpose", perm=[0, 2, 3, 1]),
    node("Mul", ["q", "scale"], ["scaled_q"], "/Mul"),
    node("Mul", ["columns", "scale"], ["scaled_k"], "/Mul_1"),
    node("MatMul", ["scaled_q", "scaled_k"], ["scores"], "/MatMul"),
    node("Softmax", ["scores"], ["weights"], "/Softmax", axis=-1),
    node("MatMul", ["weights", "v"], ["context"], "/MatMul_1"),
    node("Transpose", ["context"], ["moved"], "/Transpose_1", perm=[0, 2, 1, 3]),
    node("Reshape", ["moved", "features"], ["joined"], "/Reshape"),
    node("MatMul", ["joined", "o.weight"], ["output"], "/o/MatMul"),
]
write("exported/sizes", [4, 6], nodes, [drawn(f"{part}.weight", 6, 6) for part in "qkvo"], {"output": (4, 6)}, opset=14)

# An embedding of Keras, whose indices may count from the end.
write(
    "exported/from_the_end",
    {"input": ([4], 7)},
    [
        number("zero", 0),
        number("rows", 7),
        node("Less", ["input", "zero"], ["below"], "/Less"),
        node("Add", ["input", "rows"], ["sum"], "/Add"),
        node("Where", ["below", "sum", "input"], ["indices"], "/Where"),
        node("Gather", ["emb.weight", "indices"], ["table"], "/Gather"),
        node("ReduceMean", ["table"], ["output"], "/ReduceMean", axes=[1], keepdims=0),
    ],
    [drawn("emb.weight", 7, 3)],
    {"output": 3},
)
