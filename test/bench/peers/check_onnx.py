"""Checks an ONNX file by the onnx package, and runs it in its reference evaluator.

    python check_onnx.py policy.onnx < rows.json > outputs.json

Reads rows of observations; writes the outputs by name.
"""

import json
import sys

import numpy
import onnx
from onnx.reference import ReferenceEvaluator


def main() -> None:
    model = onnx.load(sys.argv[1])
    onnx.checker.check_model(model, full_check=True)
    rows = numpy.array(json.load(sys.stdin), dtype=numpy.float32)
    outputs = ReferenceEvaluator(model).run(None, {model.graph.input[0].name: rows})
    names = [output.name for output in model.graph.output]
    json.dump({name: output.tolist() for name, output in zip(names, outputs)}, sys.stdout)


if __name__ == "__main__":
    main()
