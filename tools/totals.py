"""Counts test cases: prints how those that failed ended, and last "N passed, N failed, N skipped", for a folder of results.

Each *.xml says of some test programs how they ended; cases/NAME.xml, of those that wrote one, how
each case in it did. A program that wrote none, as one that crashed, counts as one case.
"""

import pathlib
import sys
import xml.etree.ElementTree as tree

LINES_TOLD = 25  # of what a program that failed has printed last


def case_result(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    skipped = case.find("skipped") is not None or case.get("status") in ("notrun", "disabled")
    return "skipped" if skipped or case.get("result") in ("skipped", "suppressed") else "passed"


def program_results(program, cases_file):
    result = case_result(program)
    if program.get("status") == "fail":
        result = "failed"
    try:
        cases = [case_result(case) for case in tree.parse(cases_file).iter("testcase")]
    except (OSError, tree.ParseError):
        return [result]
    if result == "failed" and "failed" not in cases:
        cases.append("failed")  # it failed after its last case, or was stopped within one
    return cases or [result]


def end_of(program):
    lines = (program.findtext("system-out") or "").rstrip().splitlines()
    return "\n".join([f"{program.get('name')} failed:", *[f"  {line[:300]}" for line in lines[-LINES_TOLD:]]])


def main(folder):
    results = []
    for file in sorted(folder.glob("*.xml")):
        try:
            programs = tree.parse(file)
        except tree.ParseError:
            results.append("failed")  # the tests were stopped before their end
            continue
        for program in programs.iter("testcase"):
            of_program = program_results(program, folder / "cases" / (program.get("name") + ".xml"))
            if "failed" in of_program:
                print(end_of(program))
            results += of_program
    results = results or ["failed"]
    print(", ".join(f"{results.count(word)} {word}" for word in ("passed", "failed", "skipped")))
    return 1 if "failed" in results else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
