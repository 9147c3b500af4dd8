#!/usr/bin/env python3
"""Draws the README's picture, `docs/speed.svg`, from the tables of `docs/performance.md`.

    python3 benches/speed/summary.py
"""

import re
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
WORKS = {
    "train 784-50-10, batch 100": "training step, 784-50-10, batch 100",
    "train 4-64-64-2, batch 32": "training step, 4-64-64-2, batch 32",
    "predict 784-50-10, batch 1": "prediction, 784-50-10, one sample",
}
LIBRARIES = ["chainrule", "JAX, scan", "JAX", "burn", "candle", "PyTorch"]
COLOURS = {"chainrule": "#c0392b"}
BAR, GAP, LEFT, WIDTH, FULL = 16, 5, 90, 240, 12
"""Heights and widths in pixels; a full bar is `FULL` times the time of chainrule."""


def table(page, work):
    """The rows of a table: times, and their ratios to that of chainrule."""
    rows = page.split(f"| {work} |")[1].split("\n\n")[0]
    found = re.findall(r"^\| (.+?) \| (.+?) \| .+? \| × (.+?) \|$", rows, re.MULTILINE)
    return {name: (time, float(ratio)) for name, time, ratio in found}


def text(x, y, words, anchor="start", size=12, weight="normal"):
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def panel(y, title, rows):
    """The bars of one work, from `y` down, and where they end."""
    parts = [text(8, y + 14, title, size=13, weight="bold")]
    y += 24
    for name in LIBRARIES:
        if name not in rows or (name == "JAX" and "JAX, scan" in rows):
            continue
        time, ratio = rows[name]
        length = WIDTH * min(ratio, FULL) / FULL
        parts.append(text(LEFT - 8, y + BAR - 4, name, "end"))
        colour = COLOURS.get(name, "#7f8c8d")
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>'
        )
        if ratio > FULL:
            # A gap marks a bar that is cut.
            parts.append(f'<rect x="{LEFT + WIDTH - 14}" y="{y}" width="4" height="{BAR}" fill="white"/>')
        label = time if name == "chainrule" else f"{time}, × {ratio:.1f}"
        parts.append(text(LEFT + length + 6, y + BAR - 4, label))
        y += BAR + GAP
    return parts, y + 10


def main():
    page = (DOCS / "performance.md").read_text()
    parts, y = [], 4
    for work, title in WORKS.items():
        more, y = panel(y, title, table(page, work))
        parts += more
    parts.append(text(8, y + 4, "one core of an AMD EPYC (Zen 4), medians; details in docs/performance.md", size=11))
    height = y + 14
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 {height}" width="460" '
        f'height="{height}" font-family="sans-serif">'
        f'<rect width="460" height="{height}" fill="white"/>'
    )
    (DOCS / "speed.svg").write_text(head + "\n" + "\n".join(parts) + "\n</svg>\n")


if __name__ == "__main__":
    main()
