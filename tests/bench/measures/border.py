"""The plugin border: one filter through the catalog as the daemon calls it, and compiled in."""

from bench import BUILD, measure


@measure("border", "processor time of one filter, per pool, through the plugin border and compiled in")
def border(run):
    for _ in run.times():
        for line in run.program("border", BUILD / "bench/plugins", run.size(20_000_000, 20_000)):
            pools = line["pools"]
            plugin, inside = line["plugin_ns"] / pools, line["inside_ns"] / pools
            run.take(f"batch of {pools:,}, as a plugin", plugin, "ns/pool", less_is_better=True,
                     aim=5 if pools >= 1000 else None)
            run.take(f"batch of {pools:,}, compiled in", inside, "ns/pool", less_is_better=True)
            if pools == 1:
                run.take("the host's own work for a call", plugin - inside, "ns", aim=60, less_is_better=True)
