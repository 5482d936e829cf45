"""Prometheus' text form, read strictly: what is not exactly of the form is an error. Standard library only."""

import math
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')


class Family:
    def __init__(self, name, kind, help_text):
        self.name = name
        self.kind = kind
        self.help = help_text
        self.samples = {}  # (name, sorted labels) to value

    def value(self, suffix="", **labels):
        return self.samples[(self.name + suffix, tuple(sorted(labels.items())))]

    def label_sets(self):
        return [dict(labels) for _, labels in self.samples]


def read_labels(text):
    labels, at = [], 0
    while at < len(text):
        match = LABEL.match(text, at)
        assert match, f"no label at {text[at:]!r}"
        labels.append((match.group(1), match.group(2)))
        at = match.end()
        if at < len(text):
            assert text[at] == ",", f"no comma at {text[at:]!r}"
            at += 1
    assert len(dict(labels)) == len(labels), f"a label twice: {text}"
    return tuple(sorted(labels))


def read_value(text):
    assert re.fullmatch(r"[+-]?Inf|NaN|[+-]?[0-9.]+(e[+-]?[0-9]+)?", text), f"no number: {text!r}"
    return float(text)


def read_sample(line):
    match = re.fullmatch(r"([^{ ]+)(?:\{(.*)\})? (\S+)", line)
    assert match and NAME.fullmatch(match.group(1)), f"no sample: {line!r}"
    return match.group(1), read_labels(match.group(2) or ""), read_value(match.group(3))


def belongs(name, family):
    if family.kind == "histogram":
        return name in (family.name + "_bucket", family.name + "_sum", family.name + "_count")
    return name == family.name


def check_histogram(family):
    series = {}
    for (name, labels), value in family.samples.items():
        rest = tuple(pair for pair in labels if pair[0] != "le")
        parts = series.setdefault(rest, {"bucket": [], "sum": None, "count": None})
        if name.endswith("_bucket"):
            bound = dict(labels)["le"]
            parts["bucket"].append((math.inf if bound == "+Inf" else float(bound), value))
        else:
            parts[name.removeprefix(family.name + "_")] = value
    for labels, parts in series.items():
        where = f"{family.name}{labels}"
        bounds = [bound for bound, _ in parts["bucket"]]
        counts = [count for _, count in parts["bucket"]]
        assert bounds == sorted(set(bounds)) and bounds[-1] == math.inf, f"{where}: bounds {bounds}"
        assert counts == sorted(counts), f"{where}: counts fall: {counts}"
        assert parts["count"] == counts[-1], f"{where}: count is not that of the last bucket"
        assert parts["sum"] is not None and parts["sum"] >= 0, f"{where}: no sum"


def read_exposition(text):
    """Families by name."""
    assert text.endswith("\n"), "the last line has no end"
    families, family, help_of = {}, None, {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, name, help_text = line.split(" ", 3)
            assert NAME.fullmatch(name) and help_text, line
            assert name not in help_of, f"{name} is begun twice"
            help_of[name] = help_text
            family = None
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name in help_of and name not in families, f"TYPE without its HELP: {line}"
            assert kind in ("counter", "gauge", "histogram"), line
            family = families[name] = Family(name, kind, help_of[name])
        else:
            name, labels, value = read_sample(line)
            assert family is not None and belongs(name, family), f"{line!r} stands under another family"
            assert (name, labels) not in family.samples, f"twice: {line}"
            family.samples[(name, labels)] = value
    for each in families.values():
        assert each.kind != "counter" or each.name.endswith("_total"), f"{each.name}: a counter's name ends with _total"
        assert each.kind == "gauge" or all(value >= 0 for value in each.samples.values()), each.name
        if each.kind == "histogram":
            check_histogram(each)
    return families
