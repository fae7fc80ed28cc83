import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tiny_model import flat, save_tiny_model

from inkread.alphabet import DIGITS, NOT_A_DIGIT, Alphabet
from inkread.data.canvas import drawn_anywhere
from inkread.data.samples import Samples
from inkread.errors import DataError, RunError, StrokesError
from inkread.evaluate import (
    Drawing,
    Probabilities,
    Report,
    Speed,
    Subject,
    evaluate,
    open_subject,
    paired_p,
    read_reports,
    speed_of,
    write_reports,
)
from inkread.strokes import Strokes

SEVEN = Strokes.parse([[[0, 0], [10, 0], [4, 20]]])


class Scripted:
    """Answers each picture with the row of probabilities that its first pixel numbers."""

    def __init__(self, rows: Sequence[Sequence[float]]) -> None:
        self.rows = np.array(rows, np.float32)

    def probabilities(self, pictures: Sequence[NDArray[np.uint8]]) -> Probabilities:
        return self.rows[[int(picture[0, 0]) for picture in pictures]]


def subject(rows: Sequence[Sequence[float]], alphabet: Alphabet, reject_at: float | None = None) -> Subject:
    return Subject(Scripted(rows), alphabet, "scripted@0", "0" * 64, reject_at, parameters=3, file_bytes=1000)


def numbered(labels: Sequence[str], name: str = "made up test") -> Samples:
    items = tuple(np.full((2, 2), i, np.uint8) for i in range(len(labels)))
    return Samples(items, tuple(labels), ("",) * len(labels), name)


def report_of(rows: Sequence[Sequence[float]], labels: Sequence[str], alphabet: Alphabet, **more: Any) -> Report:
    return evaluate(subject(rows, alphabet, **more), numbered(labels), split="test", command="inkread evaluate")


AB = Alphabet(("a", "b"))
AB_OR_NOT = Alphabet(("a", "nothing", "b"), reject="nothing")  # in the middle: columns must not shift


def test_the_scores_of_four_answers_are_those_worked_out_by_hand() -> None:
    report = report_of([(0.9, 0.1), (0.3, 0.7), (0.6, 0.4), (0.2, 0.8)], ["a", "a", "a", "b"], AB)
    assert (report.n, report.accuracy, report.per_class) == (4, 0.75, (2 / 3, 1.0))
    assert report.confusion == ((2, 1), (0, 1))
    assert report.misread == (1,)
    assert report.risk == {"100": 0.25, "99": 0.25, "98": 0.25, "95": 0.25, "90": 0.25}
    assert report.calibration_error == pytest.approx((0.1 + 0.7 + 0.4 + 0.2) / 4)
    assert report.area_under_risk == pytest.approx((0 + 0 + 1 / 3 + 1 / 4) / 4)
    assert report.interval == pytest.approx((0.3006, 0.9544), abs=5e-5)
    assert (report.data, report.split, report.drawing) == ("made up", "test", "")


def test_a_rejected_digit_still_counts_in_the_accuracy_by_its_likeliest_label() -> None:
    rows = [(0.5, 0.1, 0.4), (0.1, 0.8, 0.05), (0.2, 0.0, 0.8), (0.3, 0.7, 0.0), (0.8, 0.2, 0.0)]
    report = report_of(rows, ["a", "a", "a", "x", "x"], AB_OR_NOT, reject_at=0.6)
    assert (report.n, report.accuracy, report.labels) == (3, pytest.approx(2 / 3), ("a", "b"))
    assert report.misread == (2,)
    assert report.digits_accepted == pytest.approx(2 / 3)
    assert report.read_right == pytest.approx(1 / 3)
    assert (report.non_digits, report.non_digits_rejected) == (2, 0.5)


def test_what_looks_like_a_digit_is_left_out_and_other_signs_should_be_rejected() -> None:
    sure_nothing = [0.0] * 10 + [1.0]
    report = report_of([sure_nothing] * 4, ["O", "w", NOT_A_DIGIT, "w"], DIGITS, reject_at=0.5)
    assert (report.left_out, report.non_digits, report.non_digits_rejected) == (1, 3, 1.0)
    assert (report.n, report.accuracy, report.risk, report.digits_accepted) == (0, None, {}, None)


def test_without_a_reject_label_unknown_labels_are_left_out() -> None:
    report = report_of([(0.9, 0.1), (0.9, 0.1)], ["a", "x"], AB)
    assert (report.n, report.left_out, report.non_digits, report.digits_accepted) == (1, 1, 0, None)


def test_labels_the_model_cannot_answer_are_refused() -> None:
    with pytest.raises(DataError, match=r"made up test: expected labels that scripted@0 can answer \(a, b\), got 7"):
        report_of([(0.5, 0.5)], ["7"], AB)


def test_an_empty_data_set_is_refused() -> None:
    with pytest.raises(DataError, match="made up test: expected at least one item"):
        report_of([(0.5, 0.5)], [], AB)


def test_progress_is_told_to_the_last_item() -> None:
    told: list[tuple[int, int]] = []
    samples = numbered(["a"] * 130)
    evaluate(
        subject([(0.9, 0.1)] * 130, AB),
        samples,
        split="all",
        command="",
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(128, 130), (130, 130)]


def test_mcnemar_pairs_items_and_not_totals() -> None:
    sure_a, sure_b = (0.9, 0.1), (0.1, 0.9)
    first = report_of([sure_a] * 6, ["a"] * 6, AB)
    worse = report_of([sure_b] * 6, ["a"] * 6, AB)
    assert paired_p(first, worse) == pytest.approx(2 / 64)
    assert paired_p(first, first) == 1
    left = report_of([sure_b, sure_a], ["a", "a"], AB)
    right = report_of([sure_a, sure_b], ["a", "a"], AB)
    assert paired_p(left, right) == 1


def test_reports_on_other_items_are_not_paired() -> None:
    report = report_of([(0.9, 0.1)], ["a"], AB)
    with pytest.raises(DataError, match="expected two reports on the same items"):
        paired_p(report, replace(report, drawing="drawn otherwise"))


def test_reports_survive_their_file(tmp_path: Path) -> None:
    reports = (
        report_of([(0.9, 0.1), (0.3, 0.7)], ["a", "a"], AB),
        report_of([(0.1, 0.9, 0.0)], ["x"], AB_OR_NOT, reject_at=0.5),
    )
    path = tmp_path / "deep" / "report.json"
    write_reports(path, reports)
    assert read_reports(path) == reports
    assert [file.name for file in path.parent.iterdir()] == ["report.json"]


@pytest.mark.parametrize("text", ["[", "{}", "[1]", '[{"model": "x"}]', "[null]"])
def test_another_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"report\.json: expected a JSON list of reports"):
        read_reports(path)


def test_a_file_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, no folder", encoding="utf-8")
    with pytest.raises(RunError, match=r"report\.json: expected to write it"):
        write_reports(tmp_path / "taken" / "report.json", [])


def test_strokes_are_drawn_and_the_report_says_how() -> None:
    class Ink:
        def probabilities(self, pictures: Sequence[NDArray[np.uint8]]) -> Probabilities:
            assert all(picture.shape == (64, 64) and picture[0, 0] == 255 for picture in pictures)
            return np.array([(0.8, 0.2)] * len(pictures), np.float32)

    samples = Samples((SEVEN, SEVEN), ("a", "b"), ("", ""), "pens")
    drawing = Drawing(size=64, seed=3, dark_on_light=True)
    report = evaluate(replace(subject([], AB), classifier=Ink()), samples, split="all", command="", drawing=drawing)
    assert report.drawing == "drawn anywhere on 64x64 px, dark on light, seed 3"
    assert report.accuracy == 0.5


def test_a_model_file_is_measured_from_disk(tmp_path: Path) -> None:
    tiny = open_subject(save_tiny_model(tmp_path / "tiny.onnx"))
    pictures = (flat(0.7), flat(0.3, 40, 30), flat(1.0), flat(0.2))
    samples = Samples(pictures, ("7", "3", "w", "5"), ("",) * 4, "greys")
    speed = speed_of(tiny.classifier, seconds=0)
    report = evaluate(tiny, samples, split="all", command="", speed=speed)
    assert report.model == tiny.id == f"tiny@{tiny.sha256[:12]}"
    assert (report.n, report.misread, report.non_digits_rejected) == (3, (3,), 1.0)
    assert report.file_bytes == (tmp_path / "tiny.onnx").stat().st_size
    assert report.latency_ms and report.latency_ms > 0
    assert report.pictures_per_second and report.pictures_per_second > 0
    assert json.loads(json.dumps(report.to_dict()))["confusion"][5][2] == 1


def test_speed_of_any_classifier_can_be_taken() -> None:
    speed = speed_of(Scripted([(1.0, 0.0)] * 256), seconds=0)
    assert isinstance(speed, Speed)
    assert speed.latency_ms > 0


# The drawing protocol


def ink_box(picture: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what differs from the corner's background."""
    rows, columns = np.nonzero(np.abs(picture.astype(int) - int(np.median(picture))) > 40)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_drawings_keep_to_their_ranges() -> None:
    longest, backgrounds = [], set()
    for index in range(60):
        picture = drawn_anywhere(SEVEN, (0, index))
        assert picture.shape == (280, 280)
        left, top, right, bottom = ink_box(picture)
        longest.append(max(right - left, bottom - top))
        backgrounds.add(int(np.median(picture)))
    assert 0.35 * 280 + 8 - 3 <= min(longest) < 150
    assert 210 < max(longest) <= 0.80 * 280 + 24 + 3
    assert backgrounds == {0, 255}


def test_a_drawing_is_the_same_at_every_size_and_polarity() -> None:
    dark = drawn_anywhere(SEVEN, (1, 2), dark_on_light=True)
    light = drawn_anywhere(SEVEN, (1, 2), dark_on_light=False)
    large = drawn_anywhere(SEVEN, (1, 2), size=1120, dark_on_light=True)
    assert np.array_equal(dark, 255 - light)
    shrunk = large.reshape(280, 4, 280, 4).mean(axis=(1, 3))
    assert np.abs(shrunk - dark).mean() < 1.5


def test_the_same_seed_draws_the_same_and_another_draws_another() -> None:
    assert np.array_equal(drawn_anywhere(SEVEN, (4, 5)), drawn_anywhere(SEVEN, (4, 5)))
    assert not np.array_equal(drawn_anywhere(SEVEN, (4, 5)), drawn_anywhere(SEVEN, (4, 6)))


def test_a_dot_is_drawn_whole() -> None:
    for index in range(20):
        picture = drawn_anywhere(Strokes.parse([[[5, 5]]]), (0, index), dark_on_light=True)
        left, top, right, bottom = ink_box(picture)
        assert 6 <= right - left <= 25
        assert abs((right - left) - (bottom - top)) <= 1


def test_strokes_without_a_point_are_refused() -> None:
    with pytest.raises(StrokesError, match="at least one point"):
        drawn_anywhere(Strokes.parse([]), 0)
