"""Scores of a classifier, each one function of plain arrays.

    labels and answers      -> accuracy with interval, confusion matrix
    confidences and hits    -> reliability bins -> expected calibration error
    confidences and hits    -> risk over coverage -> risk at one coverage, area under the curve
    hits of two models      -> McNemar's exact test, interval of the difference

``confidence`` is a model's probability of its own answer, 0-1; ``correct``, whether that answer was right.
All shares are 0-1, never percent. Every function raises ValueError where there is nothing to score.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Z95 = 1.959963984540054  # 97.5 % quantile of the normal distribution: a two-sided 95 % interval


@dataclass(frozen=True)
class ReliabilityBin:
    """Answers with a confidence in (low, high], the first bin with 0 too.

    ``confidence`` and ``accuracy`` are their means, 0-1, and NaN-free: both 0 where ``count`` is 0.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def wilson_interval(correct: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share, ``correct`` of ``n``.

    Unlike the textbook p +- 2 s it stays within 0-1 and keeps its width when nothing, or all, is right.
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA, 1927.
    """
    if not 0 <= correct <= n or n < 1:
        raise ValueError(f"expected 0 <= correct <= n and n >= 1, got {correct} of {n}")
    share, z2 = correct / n, _Z95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # at 0 and n of n the bound is exactly 0 or 1; rounding may miss it by 1e-17
    return (0.0 if correct == 0 else centre - half), (1.0 if correct == n else centre + half)


def confusion_matrix(actual: ArrayLike, predicted: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Counts (classes, classes): row = actual class index, column = predicted class index."""
    a, p = np.asarray(actual, dtype=np.int64), np.asarray(predicted, dtype=np.int64)
    if a.shape != p.shape or a.ndim != 1:
        raise ValueError(f"expected two equally long lists of class indices, got shapes {a.shape} and {p.shape}")
    if a.size and not 0 <= min(a.min(), p.min()) <= max(a.max(), p.max()) < classes:
        raise ValueError(f"expected class indices 0 to {classes - 1}, got one outside")
    return np.bincount(a * classes + p, minlength=classes * classes).reshape(classes, classes)


def per_class_accuracy(confusion: NDArray[np.int64]) -> tuple[float | None, ...]:
    """Share of each actual class that was read right; None for a class without samples."""
    totals = confusion.sum(axis=1)
    return tuple(
        float(right / total) if total else None for right, total in zip(confusion.diagonal(), totals, strict=True)
    )


def reliability_bins(confidence: ArrayLike, correct: ArrayLike, bins: int = 15) -> tuple[ReliabilityBin, ...]:
    """The answers sorted into ``bins`` equally wide ranges of confidence.

    Source: M. P. Naeini, G. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    binning", AAAI 2015; 15 bins as in C. Guo et al., "On calibration of modern neural networks", ICML 2017.
    """
    sure, right = _scored(confidence, correct)
    edges = np.linspace(0, 1, bins + 1)
    which = np.clip(np.searchsorted(edges, sure, side="left") - 1, 0, bins - 1)
    counts = np.bincount(which, minlength=bins)
    filled = np.maximum(counts, 1)  # an empty bin divides 0 by 1
    confidences = np.bincount(which, weights=sure, minlength=bins) / filled
    accuracies = np.bincount(which, weights=right, minlength=bins) / filled
    return tuple(
        ReliabilityBin(
            float(edges[i]), float(edges[i + 1]), int(counts[i]), float(confidences[i]), float(accuracies[i])
        )
        for i in range(bins)
    )


def expected_calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Mean gap between confidence and accuracy over the bins, weighted by their counts, 0-1 (Naeini 2015)."""
    total = sum(b.count for b in bins)
    if not total:
        raise ValueError("expected at least one answer in the bins, got none")
    return sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / total


def risk_coverage(confidence: ArrayLike, correct: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The selective risk curve: coverage (n,) rising to 1, and risk (n,) = share wrong among the surest.

    Equal confidences have no order of their own (a float32 softmax gives exactly 1 to many), so each group of
    equals counts with its mean error: the expectation over all orders, and independent of the data's order.
    Source: Y. Geifman, R. El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017.
    """
    sure, right = _scored(confidence, correct)
    _, group = np.unique(-sure, return_inverse=True)  # group 0 = the surest
    sizes = np.bincount(group)
    errors = np.repeat(np.bincount(group, weights=1 - right) / sizes, sizes)
    answered = np.arange(1, len(sure) + 1)
    return answered / len(sure), np.cumsum(errors) / answered


def risk_at_coverage(confidence: ArrayLike, correct: ArrayLike, coverage: float) -> float:
    """Share wrong among the surest answers, as few of them as make up ``coverage``, 0 < coverage <= 1.

    It is the error at a reject rate of 1 - ``coverage``, by which readers of cheques are judged.
    """
    if not 0 < coverage <= 1:
        raise ValueError(f"expected 0 < coverage <= 1, got {coverage}")
    _, risk = risk_coverage(confidence, correct)
    answered = math.ceil(coverage * len(risk) - 1e-9)  # 0.9 of 10 is 9, though 0.9 * 10 may round upwards
    return float(risk[answered - 1])


def area_under_risk_coverage(confidence: ArrayLike, correct: ArrayLike) -> float:
    """AURC: mean of the selective risk over all coverages, 0 (no error) to 1 (Geifman & El-Yaniv)."""
    return float(np.mean(risk_coverage(confidence, correct)[1]))


def mcnemar(only_first_wrong: int, only_second_wrong: int) -> float:
    """Two-sided exact p-value that two models, scored on the same items, err equally often.

    Only items that one of them misreads count; under equality each falls to either side like a fair coin.
    Source: Q. McNemar, Psychometrika 12, 1947, with the binomial distribution in place of its approximation.
    """
    if min(only_first_wrong, only_second_wrong) < 0:
        raise ValueError(f"expected counts >= 0, got {only_first_wrong} and {only_second_wrong}")
    n = only_first_wrong + only_second_wrong
    tail, term = 0, 1  # whole numbers: exact at any n
    for i in range(min(only_first_wrong, only_second_wrong) + 1):
        tail += term
        term = term * (n - i) // (i + 1)
    return min(1.0, float(2 * tail / 2**n))


def paired_interval(only_first_wrong: int, only_second_wrong: int, n: int) -> tuple[float, float]:
    """The 95 % interval of how much more often the first of two models errs than the second, on the same ``n`` items.

    A share, -1 to 1. Wald's interval with half an item added to each cell of the 2x2 table, which keeps its width
    where no item tells the models apart. Source: A. Agresti, Y. Min, "Simple improved confidence intervals for
    comparing matched proportions", Statistics in Medicine 24, 2005.
    """
    if min(only_first_wrong, only_second_wrong) < 0 or not 0 < n >= only_first_wrong + only_second_wrong:
        raise ValueError(f"expected counts >= 0 of n >= 1 items, got {only_first_wrong}, {only_second_wrong} of {n}")
    total = n + 2
    difference = (only_first_wrong - only_second_wrong) / total
    apart = (only_first_wrong + only_second_wrong + 1) / total
    half = _Z95 * math.sqrt((apart - difference**2) / total)
    return max(-1.0, difference - half), min(1.0, difference + half)


def _scored(confidence: ArrayLike, correct: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    sure, right = np.asarray(confidence, dtype=np.float64), np.asarray(correct, dtype=np.float64)
    if sure.shape != right.shape or sure.ndim != 1 or not sure.size:
        raise ValueError(f"expected two equally long lists, not empty; got shapes {sure.shape} and {right.shape}")
    if not (sure.min() >= 0 and sure.max() <= 1 + 1e-6):  # a float32 softmax may sum to a little over 1
        raise ValueError(f"expected confidences 0-1, got {sure.min()} to {sure.max()}")
    return sure, right
