"""The figures as a table for a terminal, as JSON, as Markdown."""

import json


def number(value):
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.3g}"


def spread(figure):
    return f"{number(min(figure.values))} .. {number(max(figure.values))}"


def aim(figure):
    if figure.aim is None:
        return ""
    return f"{number(figure.aim)} ({figure.reached():.0%})"


def row(figure):
    return [figure.name, number(figure.median), figure.unit, spread(figure), str(len(figure.values)),
            aim(figure)]


HEADING = ["", "median", "unit", "min .. max", "runs", "aim (reached)"]


def machine_lines(report):
    machine = report["machine"]
    load = ["/".join(f"{each:.2f}" for each in report["load"][when]) for when in ("before", "after")]
    return [
        f"{report['date']}  {report['version']}",
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, Linux {machine['kernel']}",
        f"disk: {machine['disk']}",
        f"load average before {load[0]}, after {load[1]}",
    ]


def by_measure(report):
    groups = {}
    for figure in report["figures"]:
        groups.setdefault(figure.measure, []).append(figure)
    return groups


def as_table(report):
    rows = [row(figure) for figure in report["figures"]]
    widths = [max(map(len, column)) for column in zip(HEADING, *rows)]
    left = (0, 2)

    def line(cells):
        padded = [cell.ljust(width) if i in left else cell.rjust(width)
                  for i, (cell, width) in enumerate(zip(cells, widths))]
        return "  ".join(padded).rstrip()

    lines = machine_lines(report)
    for name, figures in by_measure(report).items():
        lines += ["", f"{name}: {report['about'][name]}", line(HEADING)]
        lines += [line(row(figure)) for figure in figures]
        lines += [f"  {figure.name}: {figure.remark}" for figure in figures if figure.remark]
    return "\n".join(lines)


def as_markdown(report):
    lines = [f"{line}  " for line in machine_lines(report)]
    for name, figures in by_measure(report).items():
        lines += ["", f"**{name}**: {report['about'][name]}", "", "| " + " | ".join(HEADING) + " |",
                  "|---|---:|---|---:|---:|---:|"]
        lines += ["| " + " | ".join(row(figure)) + " |" for figure in figures]
        lines += [f"\n{figure.name}: {figure.remark}" for figure in figures if figure.remark]
    return "\n".join(lines)


def as_json(report):
    def plain(figure):
        return {"measure": figure.measure, "name": figure.name, "unit": figure.unit,
                "median": figure.median, "min": min(figure.values), "max": max(figure.values),
                "values": figure.values, "aim": figure.aim, "remark": figure.remark}

    return json.dumps({**report, "figures": [plain(figure) for figure in report["figures"]]}, indent=1)


FORMS = {"table": as_table, "json": as_json, "markdown": as_markdown}
