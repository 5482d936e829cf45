"""What people are told when nothing can take their job: per pool the filter and its numbers; an unknown SKU with the nearest
known one, at the door. And every example job file is understood."""

import pathlib
import re
import sys

from daemon_under_test import Daemon, command

ETC = pathlib.Path(__file__).resolve().parents[2] / "etc"


def expect(text, *parts):
    for part in parts:
        assert part in text, f"{part!r} is not in:\n{text}"


def too_large_for_every_pool(daemon):
    status, text = daemon.request("POST", "/v1/jobs", command(["true"], cpu=100))
    assert status == 201, text
    job_id = text.split('"id":"')[1].split('"')[0]
    waiting = daemon.await_true("it is refused", lambda: (
        lambda job: job if job["reason"] == "ExceedsMaxCapacity" else None)(daemon.job(job_id)))
    expect(waiting["message"], "100", "16")
    table = daemon.cli("explain", job_id).stdout
    expect(table, "west-cpu", "east-cpu", "100", "16")
    print(table)
    refused = daemon.cli("submit", "--project", "eta", "--cpu", "100", "--", "true", check=False)
    assert refused.returncode == 104, f"{refused.returncode}: {refused.stderr}"
    expect(refused.stderr, "100")
    daemon.cli("kill", job_id, "--reason", "seen")
    daemon.await_end(job_id)


def unknown_sku(daemon):
    refused = daemon.cli("submit", "--project", "eta", "--gpu", "1", "--sku", "H1000", "--", "true",
                         check=False)
    assert refused.returncode == 104, f"{refused.returncode}: {refused.stdout}{refused.stderr}"
    expect(refused.stderr, "H1000", 'nearest: "H100"')
    print(refused.stderr)


def every_example_is_understood(daemon):
    for example in [ETC / "job.yaml", *sorted((ETC / "examples").glob("*.yaml"))]:
        assert_understood(daemon, example)


def assert_understood(daemon, job_file):
    planned = daemon.cli("plan", str(job_file), check=False)
    assert planned.returncode in (0, 10, 11), f"{job_file}: {planned.returncode}\n{planned.stderr}"


def other_sections_of_the_manual_are_understood(daemon):
    """They stand there as comments, for a job has one section."""
    manual = (ETC / "job.yaml").read_text()
    for job_type in ("ray", "spark"):
        section = manual[manual.index(f"# {job_type}:\n"):].split("\n\n")[0]
        job_file = daemon.folder / f"{job_type}.yaml"
        job_file.write_text(f"type: {job_type}\nproject: eta\n" + re.sub(r"(?m)^# ?", "", section) + "\n")
        assert_understood(daemon, job_file)


def main():
    with Daemon() as daemon:
        every_example_is_understood(daemon)
        other_sections_of_the_manual_are_understood(daemon)
        too_large_for_every_pool(daemon)
        unknown_sku(daemon)
    return 0


if __name__ == "__main__":
    sys.exit(main())
