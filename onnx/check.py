"""Checks the models in a folder, and compares their predictions with those of the library."""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-5


def difference(path):
    """The largest difference, relative to 1 or to the number."""
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    largest = 0.0
    for file in sorted(path.parent.glob(f"{path.stem}.*.inputs")):
        batch = int(file.suffixes[0][1:])
        rows = np.fromfile(file, "<f4").reshape(batch, -1)
        feed, column = {}, 0
        for value in session.get_inputs():
            size = int(np.prod(value.shape[1:]))
            part = rows[:, column : column + size].reshape(batch, *value.shape[1:])
            feed[value.name] = part.astype(np.int64) if value.type == "tensor(int64)" else part
            column += size
        assert column == rows.shape[1], "inputs are missing"
        found = []
        for value, output in zip(session.get_outputs(), session.run(None, feed)):
            assert list(output.shape) == [batch, *value.shape[1:]], f"{value.name}: {output.shape}"
            found.append(output.reshape(batch, -1))
        expected = np.fromfile(file.with_suffix(".outputs"), "<f4").reshape(batch, -1)
        errors = np.abs(np.hstack(found) - expected) / np.maximum(1, np.abs(expected))
        assert np.isfinite(errors).all(), "not a number"
        largest = max(largest, float(errors.max()))
    return largest


def main():
    passed = failed = 0
    for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
        try:
            found = difference(path)
            is_same = found <= TOLERANCE
            line = f"{path.stem:26} {found:.1e}"
        except Exception as error:
            is_same, line = False, f"{path.stem:26} {str(error).splitlines()[0]}"
        print("ok  " if is_same else "FAIL", line)
        passed, failed = passed + is_same, failed + (not is_same)
    # A folder without models proves nothing.
    failed += passed < 20
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
