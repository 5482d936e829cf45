# The two commands for newcomers, and what they are made of. Those who work on Berth use
# `cmake --workflow --preset dev` (or asan, tsan).
.PHONY: build demo test test-faults bench needs clean

build: needs
	@tools/build.sh

# Installs what is missing, builds, runs a Ray job on two local clusters and explains it.
demo: needs
	@tools/demo.sh

# Builds and runs all tests; the last line has the totals.
test: needs
	@tools/build.sh
	@tools/test.sh

# Builds and runs only what is done to a daemon to break it: hostile clients, broken disks. Each test
# says what it tried and counted.
test-faults: needs
	@tools/build.sh
	@ctest --test-dir build/dev --verbose --label-regex faults

# Builds and measures: which machine, how busy, and each figure with its spread. BENCH="NAME..." picks some.
bench: needs
	@tools/build.sh
	@tests/bench/run.py $(BENCH)

# Names the Debian packages that are missing and installs them.
needs:
	@tools/needs.sh

clean:
	@rm -rf build
