"""Draws lines on logarithmic axes, as SVG."""

from html import escape
from math import log10

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 40, 50
COLOURS = ["#c0392b", "#e59866", "#2471a3", "#7fb3d5", "#229954", "#82c99d", "#7d3c98"]
COLOURS += ["#c39bd3", "#b7950b", "#5d6d7e", "#17a2b8", "#000000"]


class Axis:
    """Maps numbers to places between `start` and `end`."""

    def __init__(self, numbers, start, end, is_logarithmic=True):
        self.scale = log10 if is_logarithmic else float
        self.low, self.high = self.scale(min(numbers)), self.scale(max(numbers))
        self.start, self.end = start, end

    def place(self, number):
        part = (self.scale(number) - self.low) / ((self.high - self.low) or 1)
        return self.start + part * (self.end - self.start)


def lines(title, x_label, y_label, series, is_share=False):
    """A picture of `series`, a dictionary of lists of (x, y) by name."""
    series = {name: line for name, line in series.items() if line}
    points = [point for line in series.values() for point in line]
    xs = sorted({x for x, _ in points})
    ys = [0, 100] if is_share else [y for _, y in points]
    ticks = range(0, 101, 20) if is_share else powers(min(ys), max(ys))
    x_axis = Axis(xs, LEFT, WIDTH - RIGHT)
    y_axis = Axis([*ys, *ticks], HEIGHT - BOTTOM, TOP, not is_share)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        text(LEFT, 22, title, "start", 15),
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_label),
        text(LEFT - 44, TOP - 14, y_label),
    ]
    for x in xs:
        place = x_axis.place(x)
        parts.append(rule(place, TOP, place, HEIGHT - BOTTOM))
        parts.append(text(place, HEIGHT - BOTTOM + 18, f"{x:g}"))
    for y in ticks:
        place = y_axis.place(y)
        parts.append(rule(LEFT, place, WIDTH - RIGHT, place))
        parts.append(text(LEFT - 6, place + 4, f"{y:g}", "end"))
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        width = 3 if name.startswith("chainrule") else 1.5
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in sorted(line)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
        )
        dots = (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
        parts.extend(dots)
        at = TOP + 10 + 20 * number
        left = WIDTH - RIGHT + 15
        parts.append(f'<rect x="{left}" y="{at - 9}" width="12" height="9" fill="{colour}"/>')
        parts.append(text(left + 18, at, name, "start"))
    return "\n".join([*parts, "</svg>", ""])


def powers(low, high):
    """Powers of ten around two numbers."""
    power = 1e-9
    while power * 10 <= low:
        power *= 10
    powers = [power]
    while powers[-1] < high:
        powers.append(powers[-1] * 10)
    return powers


def text(x, y, words, anchor="middle", size=12):
    words = escape(words)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{words}</text>'


def rule(x1, y1, x2, y2):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'
