# The two commands for newcomers, and what they are made of. Those who work on Berth use
# `cmake --workflow --preset dev` (or asan, tsan).
.PHONY: build demo demo-kubernetes test test-kubernetes test-all test-faults bench needs clean

build: needs
	@tools/build.sh

# Installs what is missing, builds, runs a Ray job on two local clusters and explains it.
demo: needs
	@tools/demo.sh

# The same on two real Kubernetes clusters, which are built first: 20 minutes, once.
demo-kubernetes: needs
	@tools/demo-kubernetes.sh

# Builds and runs all tests but those against Kubernetes; the last line has the totals.
test: needs
	@tools/build.sh
	@tools/test.sh

# The tests against real Kubernetes, which is built first: 20 minutes, once. Where the machine cannot, they are skipped.
test-kubernetes: needs
	@tools/build.sh
	@tools/test.sh kubernetes

# Both.
test-all: needs
	@tools/build.sh
	@tools/test.sh all

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
