"""The networks: glyph (n, 1, 28, 28) 0-1 -> logits (n, classes). Ours, and the classics it is compared with.

inkread      six 3x3 convolutions, flattened, batch norm on the logits
small        Conv32-pool-Dense64, the first example of many a course
medium       Conv32-pool-Conv64-pool-Conv64-Dense64, the TensorFlow tutorial's
wide         Conv32-Conv64-Conv128, each pooled, Dense128, dropout
deep         2xConv32, 2xConv64, Conv128 with batch norm, global average pooling, Dense256
lenet5       LeCun et al. 1998
resnet20     He et al. 2015
mobile       inverted residuals, Sandler et al. 2018
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional as F


class Network(nn.Sequential):
    """Layers in a row, so that a figure can list them."""


def convolution(
    inputs: int, outputs: int, kernel: int = 3, *, stride: int = 1, padding: int | None = None
) -> nn.Module:
    """Convolution, batch norm, ReLU; same size unless padding or stride say otherwise."""
    padding = kernel // 2 if padding is None else padding
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def inkread(classes: int, a: int = 32, b: int = 48, c: int = 96, dropout: float = 0.2, stride: int = 1) -> Network:
    """Ours: two convolutions each at 28, 14 and 7 px, the last one unpadded.

    A flattened head with batch norm on the logits reads MNIST better than a pooled one. Widths are multiples of
    16, the block in which ONNX Runtime computes convolutions: 24 channels cost as much as 32. ``stride`` 2: the second
    convolution halves what is pooled otherwise, which saves 50 of 290 µs (a, b, c = 32, 32, 128; 2026-11-27).
    """
    return Network(
        convolution(1, a // 2),
        convolution(a // 2, a, stride=stride),
        nn.MaxPool2d(2) if stride == 1 else nn.Identity(),  # 14x14
        convolution(a, b),
        convolution(b, b),
        nn.MaxPool2d(2),  # 7x7
        convolution(b, c),
        convolution(c, c, padding=0),  # 5x5
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(c * 25, classes, bias=False),
        nn.BatchNorm1d(classes),
    )


def small(classes: int) -> Network:
    """Conv32, pool, Dense64."""
    return Network(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 13 * 13, 64), nn.ReLU(), nn.Linear(64, classes),
    )  # fmt: skip


def medium(classes: int) -> Network:
    """Conv32, pool, Conv64, pool, Conv64, Dense64."""
    return Network(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(64 * 9, 64), nn.ReLU(), nn.Linear(64, classes),
    )  # fmt: skip


def wide(classes: int, dropout: float = 0.5) -> Network:
    """Conv32, Conv64, Conv128, each pooled, then Dense128 and dropout."""
    return Network(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 128, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(128, 128), nn.ReLU(), nn.Dropout(dropout), nn.Linear(128, classes),
    )  # fmt: skip


def deep(classes: int) -> Network:
    """2xConv32, 2xConv64, Conv128 with batch norm, dropout 25 % and 50 %, global average pooling, Dense256."""
    return Network(
        convolution(1, 32), convolution(32, 32), nn.MaxPool2d(2), nn.Dropout(0.25),
        convolution(32, 64), convolution(64, 64), nn.MaxPool2d(2), nn.Dropout(0.25),
        convolution(64, 128), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(128, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, classes),
    )  # fmt: skip


def lenet5(classes: int) -> Network:
    """LeNet-5 on 28x28 padded to 32x32, with plain pooling and a linear head, as it is taught today."""
    return Network(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, classes),
    )  # fmt: skip


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut that pads missing channels with 0 (option A, He et al. 2015)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = convolution(inputs, outputs, stride=stride)
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.stride, self.missing = stride, outputs - inputs

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs, h, w) -> (n, outputs, h / stride, w / stride)."""
        shortcut = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.missing))
        return F.relu(self.second(self.first(x)) + shortcut)


def resnet20(classes: int) -> Network:
    """ResNet-20 of He et al. 2015 (arXiv 1512.03385, section 4.2), on 28x28 instead of 32x32; 0.27 M."""
    layers: list[nn.Module] = [convolution(1, 16)]
    for inputs, outputs, stride in ((16, 16, 1), (16, 32, 2), (32, 64, 2)):
        layers += [
            Residual(inputs, outputs, stride),
            Residual(outputs, outputs, 1),
            Residual(outputs, outputs, 1),
        ]
    return Network(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))


class InvertedResidual(nn.Module):
    """Widen 1x1, depthwise 3x3, narrow 1x1; a shortcut where the shape stays (Sandler et al. 2018, figure 3)."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int = 4) -> None:
        super().__init__()
        wide_ = inputs * expansion
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, wide_, 1, bias=False), nn.BatchNorm2d(wide_), nn.ReLU6(),
            nn.Conv2d(wide_, wide_, 3, stride, 1, groups=wide_, bias=False), nn.BatchNorm2d(wide_), nn.ReLU6(),
            nn.Conv2d(wide_, outputs, 1, bias=False), nn.BatchNorm2d(outputs),
        )  # fmt: skip
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs, h, w) -> (n, outputs, h / stride, w / stride)."""
        y: Tensor = self.layers(x)
        return x + y if self.shortcut else y


def mobile(classes: int) -> Network:
    """A small MobileNetV2 (arXiv 1801.04381) for 28x28."""
    return Network(
        convolution(1, 16),
        InvertedResidual(16, 16, 1), InvertedResidual(16, 24, 2), InvertedResidual(24, 24, 1),
        InvertedResidual(24, 40, 2), InvertedResidual(40, 40, 1), InvertedResidual(40, 64, 1),
        convolution(64, 128, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(128, classes),
    )  # fmt: skip


NETWORKS: dict[str, Callable[..., Network]] = {
    build.__name__: build for build in (inkread, small, medium, wide, deep, lenet5, resnet20, mobile)
}
"""Every network by the name a recipe calls it."""
