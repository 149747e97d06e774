"""The weights of a model in eight bits, as the compressed-tensors format writes them and vLLM reads them.

W8A8: each row of a matrix is scaled to the integers from -127 to 127; activations are scaled at run time,
token by token. Facts of the format: https://github.com/neuralmagic/compressed-tensors (`int-quantized`).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

LARGEST = 127
PROJECTION = "_proj.weight"
"""How the names of the matrices end that are written in eight bits; embeddings and norms stay as they are."""

CONFIG = {
    "quant_method": "compressed-tensors",
    "format": "int-quantized",
    "quantization_status": "compressed",
    "ignore": ["lm_head"],
    "config_groups": {
        "group_0": {
            "targets": ["Linear"],
            "weights": {
                "num_bits": 8,
                "type": "int",
                "symmetric": True,
                "strategy": "channel",
                "dynamic": False,
            },
            "input_activations": {
                "num_bits": 8,
                "type": "int",
                "symmetric": True,
                "strategy": "token",
                "dynamic": True,
            },
        }
    },
}


def write_int8(source: Path, target: Path) -> None:
    """Write the Hugging Face model in `source` to the new folder `target` with its matrices in eight bits."""
    shutil.copytree(source, target)
    weights = {}
    for name, weight in load_file(source / "model.safetensors").items():
        if not name.endswith(PROJECTION):
            weights[name] = weight
            continue
        scale = weight.abs().amax(dim=1, keepdim=True) / LARGEST
        weights[name] = torch.round(weight / scale).to(torch.int8)
        weights[name.replace(".weight", ".weight_scale")] = scale
    save_file(weights, target / "model.safetensors", {"format": "pt"})
    config = json.loads((target / "config.json").read_text(encoding="utf-8"))
    written = json.dumps({**config, "quantization_config": CONFIG}, indent=2)
    (target / "config.json").write_text(written, encoding="utf-8")
