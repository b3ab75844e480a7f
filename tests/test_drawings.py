"""손으로 그린 SVG: 휴대전화에서도, 어두운 쪽에서도 읽힙니다."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.figures import PHONE, SMALLEST

DRAWINGS = Path(__file__).parents[1] / "book" / "_static"
NAMES = ("unrolled.svg", "map.svg")
SVG = "{http://www.w3.org/2000/svg}"


def letter_sizes(element, inherited=None):
    """글자의 크기. 적지 않았으면 밖에서 물려받습니다."""
    size = element.get("font-size", inherited)
    if element.tag in (SVG + "text", SVG + "tspan"):
        yield float(size)
    for child in element:
        yield from letter_sizes(child, size)


@pytest.mark.parametrize("name", NAMES)
def test_letters_are_readable_on_a_phone(name):
    root = ET.parse(DRAWINGS / name).getroot()
    scale = PHONE / float(root.get("viewBox").split()[2])
    assert min(letter_sizes(root)) * scale >= SMALLEST


@pytest.mark.parametrize("name", NAMES)
def test_the_paper_is_drawn_so_that_it_reads_in_the_dark(name):
    root = ET.parse(DRAWINGS / name).getroot()
    paper = root.find(SVG + "rect")
    assert [paper.get("width"), paper.get("height")] == root.get("viewBox").split()[2:]
    assert paper.get("fill") == "#fbfaf6"
