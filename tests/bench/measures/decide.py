"""decide() alone: the shipped filters and scorers as libraries, a ledger that moves, nothing else."""

from bench import BUILD, measure

AIMS = {100: 100_000, 1000: 20_000, 10_000: 2_000}
SURVIVE = {"one": "a tenth", "any": "all"}
SHAPES = {1: "one shape", 1000: "1,000 shapes"}


@measure("decide", "decisions per second of processor time, six filters and four scorers, one thread")
def decide(run):
    for _ in run.times():
        for pools, aim in AIMS.items():
            if run.quick and pools > 100:
                continue
            decisions = run.size(40_000_000 // (pools + 200) // 40, 20)
            for who in ("one", "any"):
                for shapes, words in SHAPES.items():
                    for line in run.program("decide", BUILD / "plugins", pools, shapes, who, decisions):
                        record = "with record" if line["record"] else "no record"
                        name = f"{pools:,} pools, {words}, {SURVIVE[who]} survive, {record}"
                        run.take(name, 1e9 / line["ns"], "1/s", aim=aim)
