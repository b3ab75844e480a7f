"""Chromium이 낸 PDF를 다듬습니다: 책갈피, 쪽 이름, 책의 정보 (outline, labels, metadata)."""

from __future__ import annotations

from pathlib import Path

import pikepdf
from edition import Edition
from pages import Heading


def page_numbers(path: Path) -> dict[str, int]:
    """이름마다 몇 쪽에 있는지 읽습니다. 첫 쪽이 1입니다 (the page of every anchor)."""
    with pikepdf.open(path) as pdf:
        order = {
            page.objgen: number
            for number, page in enumerate(pdf.pages, start=1)
        }
        return {
            name.removeprefix("/"): order[place[0].objgen]
            for name, place in pdf.Root.Dests.items()
        }


def chromium_version(path: Path) -> int:
    """어느 판의 Chromium이 찍었는지 읽습니다 (Chrome/156.0 → 156)."""
    with pikepdf.open(path) as pdf:
        creator = str(pdf.docinfo.get("/Creator", ""))
    return int(creator.rpartition("Chrome/")[2].split(".")[0] or 0)


def finish(
    source: Path, target: Path, edition: Edition, headings: list[Heading]
) -> int:
    """책갈피와 정보를 넣어 저장하고, 쪽의 수를 돌려줍니다 (the finished PDF)."""
    with pikepdf.open(source) as pdf:
        places = pdf.Root.Dests
        with pdf.open_outline() as outline:
            outline.root.extend(bookmarks(headings, places))
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences.DisplayDocTitle = True
        with pdf.open_metadata(set_pikepdf_as_editor=False) as info:
            info["dc:title"] = edition.title
            info["dc:creator"] = [edition.author]
            info["dc:description"] = edition.description
            info["dc:language"] = ["ko"]
            info["dc:rights"] = edition.rights
        pdf.docinfo["/Subject"] = edition.label
        count = len(pdf.pages)
        # 태그의 수가 십만이 넘습니다. 묶어서 누르지 않으면 파일이 세 배로 커집니다.
        pdf.save(
            target,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return count


def bookmarks(headings: list[Heading], places) -> list[pikepdf.OutlineItem]:
    """부, 장, 절의 책갈피 (one bookmark per part, chapter and section)."""

    def item(entry: Heading) -> pikepdf.OutlineItem:
        mark = pikepdf.OutlineItem(
            entry.label, pikepdf.Array(places[f"/{entry.anchor}"])
        )
        mark.children.extend(item(child) for child in entry.sections)
        mark.is_closed = True
        return mark

    found, parts = [], {}
    for entry in headings:
        if not entry.part:
            found.append(item(entry))
            continue
        if entry.part not in parts:
            parts[entry.part] = pikepdf.OutlineItem(
                entry.part, item(entry).destination
            )
            found.append(parts[entry.part])
        parts[entry.part].children.append(item(entry))
    return found
