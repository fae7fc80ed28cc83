"""Random numbers on the device that computes."""

from __future__ import annotations

import torch
from torch import Generator


def seeded(seed: int) -> Generator:
    """A generator on the default device, so that ``with torch.device("cuda")`` draws all there."""
    return Generator(torch.get_default_device()).manual_seed(seed)
