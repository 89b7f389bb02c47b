"""Writes a dynamically quantized ONNX model with float weights.

Kokoro's 8-bit form collapses on some processors: near-silent speech with a burst at the end. Each integer convolution
or multiplication with constant weights, with its cast, scale and bias, becomes one of floats. Other nodes stay.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.errors_speech import EngineUnavailable

_FLOAT_OF = {"ConvInteger": "Conv", "MatMulInteger": "MatMul"}


def dequantize(source: Path, target: Path) -> int:
    """Rewrites `source` as `target`; gives the number of nodes rewritten.

    Raises:
        EngineUnavailable: the package onnx is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise EngineUnavailable("the package onnx is not installed", "make voice") from error
    model = onnx.load(str(source))
    count = _Rewriting(model.graph).run()
    onnx.save(model, str(target))
    return count


class _Rewriting:
    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._weights = {one.name: one for one in graph.initializer}
        self._producer = {name: node for node in graph.node for name in node.output}
        self._consumers: dict[str, list[Any]] = {}
        for node in graph.node:
            for name in node.input:
                self._consumers.setdefault(name, []).append(node)
        self._floats: dict[tuple[str, str], str] = {}
        self._replaced: dict[int, Any] = {}
        self._dropped: set[int] = set()

    def run(self) -> int:
        for node in self._graph.node:
            if node.op_type in _FLOAT_OF and node.input[1] in self._weights:
                self._rewrite(node)
        nodes = [self._replaced.get(id(n), n) for n in self._graph.node if id(n) not in self._dropped]
        nodes = self._alive(nodes)
        used = {name for node in nodes for name in node.input}
        kept = [one for one in self._graph.initializer if one.name in used]
        del self._graph.node[:], self._graph.initializer[:]
        self._graph.node.extend(nodes)
        self._graph.initializer.extend(kept)
        return len(self._replaced)

    def _alive(self, nodes: list[Any]) -> list[Any]:
        """Leaves out what only fed the integer nodes."""
        outputs = {one.name for one in self._graph.output}
        while True:
            used = {name for node in nodes for name in node.input} | outputs
            kept = [node for node in nodes if any(name in used for name in node.output)]
            if len(kept) == len(nodes):
                return nodes
            nodes = kept

    def _rewrite(self, node: Any) -> None:
        from onnx import helper

        quantize = self._producer.get(node.input[0])
        if quantize is None or quantize.op_type != "DynamicQuantizeLinear":
            return
        after, bias, add = self._consumers[node.output[0]], None, None
        if node.op_type == "ConvInteger" and len(after) == 1 and after[0].op_type == "Add":
            add = after[0]
            step = self._producer[next(name for name in add.input if name != node.output[0])]
            while step.op_type != "Div":
                step = self._producer[step.input[0]]
            bias = step.input[0]
            after = self._consumers[add.output[0]]
        if len(after) != 1 or after[0].op_type != "Cast":
            return
        cast = after[0]
        scaled = self._consumers[cast.output[0]]
        if len(scaled) != 1 or scaled[0].op_type != "Mul":
            return
        multiply = scaled[0]
        scales = self._producer.get(next(name for name in multiply.input if name != cast.output[0]))
        if scales is None or scales.op_type != "Mul":
            return
        scale = next((name for name in scales.input if name != quantize.output[1]), None)
        if scale not in self._weights or (bias is not None and bias not in self._weights):
            return
        weights = self._float(node, str(scale))
        self._replaced[id(node)] = helper.make_node(
            _FLOAT_OF[node.op_type],
            [quantize.input[0], weights, *([bias] if bias else [])],
            [multiply.output[0]],
            name=f"{node.name}_float",
        )
        self._replaced[id(node)].attribute.extend(node.attribute)
        self._dropped |= {id(cast), id(multiply), *([id(add)] if add is not None else [])}

    def _float(self, node: Any, scale_name: str) -> str:
        """Gives the name of the float weights; layers that share weights go on sharing them."""
        from onnx import numpy_helper

        key = (str(node.input[1]), scale_name)
        if key not in self._floats:
            quantized = numpy_helper.to_array(self._weights[node.input[1]]).astype(np.float32)
            scale = numpy_helper.to_array(self._weights[scale_name]).astype(np.float32)
            zero: NDArray[np.float32] = np.zeros((), np.float32)
            if len(node.input) > 3 and node.input[3]:
                zero = numpy_helper.to_array(self._weights[node.input[3]]).astype(np.float32)
            convolution = node.op_type == "ConvInteger"
            values = (quantized - _spread(zero, quantized.ndim, convolution)) * _spread(
                scale, quantized.ndim, convolution
            )
            self._floats[key] = f"{key[0]}_float_{len(self._floats)}"
            tensor = numpy_helper.from_array(values.astype(np.float32), self._floats[key])
            self._graph.initializer.append(tensor)
        return self._floats[key]


def _spread(value: NDArray[np.float32], dimensions: int, convolution: bool) -> NDArray[np.float32]:
    if value.size == 1:
        return value.reshape(())
    return value.reshape(-1, *([1] * (dimensions - 1))) if convolution else value.reshape(1, -1)
