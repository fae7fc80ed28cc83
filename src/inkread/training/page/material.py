"""What the page file's network learns from: glyphs of made pages, as the trained finder and refiner find them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from inkread.training.chance import seeded
from inkread.training.finder import as_uint8
from inkread.training.material import Glyphs
from inkread.training.page.compose import Page, Writer
from inkread.training.page.finder import batch_of, written
from inkread.training.page.graph import PageGraph, seen_of
from inkread.training.page.refine import IS_GLYPH, IS_NONE, goals

SINGLE = 128  # px, side of a page with one character
SINGLES = 3  # one batch in so many is of such pages; crops made directly teach single characters too
PAGES = 60  # most pages of a batch


def glyphs_off_pages(
    graph: PageGraph, writer: Writer, count: int, seed: int, watch: Callable[[int, int], None] = lambda done, of: None
) -> Glyphs:
    """At least ``count`` glyphs (n, 28, 28) uint8 with their class indices; ``watch``: how many of how many.

    What is found where there is no glyph is labelled as none; what overlaps one only a little is left out.
    """
    pictures, targets, done, step = [], [], 0, 0
    while done < count:
        random = np.random.default_rng((seed, 1, step))
        if step % SINGLES == 0:
            pages = [writer.page(SINGLE, SINGLE, random, one=True) for _ in range(PAGES)]
        else:
            pages = written(writer, random)
        batch = batch_of(pages, seeded(int(random.integers(2**62))))
        with torch.no_grad():
            answers = graph.finder(seen_of(batch.pictures)[0])
            for i, page in enumerate(pages):
                found, classes = _found(graph, batch.pictures[i], batch.polarity[i][None], answers[i], page)
                pictures.append(as_uint8(found))
                targets.append(classes)
                done += len(classes)
        step += 1
        watch(min(done, count), count)
    return Glyphs(torch.cat(pictures), torch.cat(targets))


def _found(graph: PageGraph, picture: Tensor, polarity: Tensor, answer: Tensor, page: Page) -> tuple[Tensor, Tensor]:
    """The glyphs (g, 1, 28, 28) 0-1 found on one page (h, w), and their class indices (g,)."""
    whole = torch.ones(2)
    boxes, _ = graph.near(picture, answer, whole, polarity)
    glyphs, own = graph.geometry.glyphs(picture, boxes, whole, polarity, torch.sigmoid(answer[5]))
    true = torch.as_tensor(page.boxes)
    _, overlaps, which = goals(boxes, true)
    labels = torch.as_tensor(np.append(page.targets, graph.reject))  # the last where there is no glyph at all
    classes = torch.where(overlaps >= IS_GLYPH, labels[which], graph.reject)
    clear = ((overlaps >= IS_GLYPH) | (overlaps <= IS_NONE)) & (own[:, 2] > 0)
    return glyphs[clear], classes[clear]
