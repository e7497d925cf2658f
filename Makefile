# Everything a newcomer types. `scripts/run` and `scripts/test` also install what is missing.

.DEFAULT_GOAL := help
.PHONY: help run test simulate integration integration-checks live-test reconcile-test rescue-test test-clients reader-test fuzz crash-test fault-test states-test damage-test planted-faults check lint imports repository docs format clean

help: ## shows this
	@sed -nE $(if $(wildcard Benchmarks/run),,-e '/^(recovery-)?bench/d') -e 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## builds and trades a generated market on paper
	scripts/run

test: ## builds and runs every test
	scripts/test

CYCLES ?= 200
SEED ?= 1
STRIDE ?= 1
crash-test: ## kills engines at random and at every call: CYCLES=200 SEED=1 STRIDE=1
	scripts/quietly "Building the crash suite" swift build -c release
	.build/release/CrashSuite random --cycles $(CYCLES) --seed $(SEED)
	.build/release/CrashSuite calls --stride $(STRIDE) --seed $(SEED)

fault-test: ## lets every call fail, and fills small file systems: SEED=1 STRIDE=1
	scripts/quietly "Building the crash suite" swift build -c release
	.build/release/CrashSuite faults --stride $(STRIDE) --seed $(SEED)

STATES ?= 0
LIMIT ?= 1024
states-test: ## examines all that a power cut may leave: STATES=0 (all) SEED=1 LIMIT=1024
	scripts/quietly "Building the crash suite" swift build -c release
	.build/release/CrashSuite states --states $(STATES) --seed $(SEED) --limit $(LIMIT)
	.build/release/CrashSuite controls --seed $(SEED)

COUNT ?= 1000000
damage-test: ## flips bits, ruins pages, puts older copies back: COUNT=1000000 SEED=1 STRIDE=1
	scripts/quietly "Building the damage suite" swift build -c release
	.build/release/DamageSuite rollback --stride $(STRIDE) --seed $(SEED)
	.build/release/DamageSuite pages --stride $(STRIDE) --seed $(SEED)
	.build/release/DamageSuite flips --stride $(STRIDE) --count $(COUNT) --seed $(SEED)

FAULTS ?= 0
planted-faults: ## breaks the code on purpose and requires that a suite notices; FAULTS=3 takes a few
	Tests/PlantedFaults/run --sample $(FAULTS)

SEEDS ?= 1000
HOURS ?= 1
simulate: ## lets the engine live through simulated worlds of trouble: SEEDS=1000 SEED=1 HOURS=1
	scripts/quietly "Building the simulator" swift build -c release --product simulate
	Tests/Simulation/run --binary .build/release/simulate --seed $(SEED) --seeds $(SEEDS) --hours $(HOURS)

ROUNDS ?= 1
KILLS ?= 5
TROUBLE ?= without with
LIFE ?= 1.5 6
EARLY ?= 0
PAIRS ?= 1000000
TIME_LIMIT ?= 3600
reconcile-test: ## lets journal and venue go apart at random, and reconciles them: PAIRS=1000000 SEED=1 TIME_LIMIT=3600
	scripts/quietly "Building" swift build -c release --product ReconcileSuite
	.build/release/ReconcileSuite --pairs $(PAIRS) --seed $(SEED) --seconds $(TIME_LIMIT)

live-test: ## trades, scans, reconciles and sets accounts on a local exchange with faults and kills, compares, looks for secrets: ROUNDS=1 KILLS=5 SEED=1 LIFE='1.5 6' EARLY=0
	scripts/quietly "Building" swift build -c release
	Tests/live/trade.py --binaries .build/release --rounds $(ROUNDS) --kills $(KILLS) --seed $(SEED) --faults $(TROUBLE) --life $(LIFE) --early $(EARLY)
	Tests/live/paper.py --binaries .build/release --kills $(KILLS) --seed $(SEED)
	Tests/live/scan.py --binaries .build/release --kills $(KILLS) --seed $(SEED)
	Tests/live/account.py --binaries .build/release
	Tests/live/reconcile.py --binaries .build/release
	Tests/live/canaries.py --binaries .build/release

DURATION ?= 120
integration: ## runs the whole system on a local exchange of 60 pairs, with a monitor and a verdict: DURATION=120 SEED=1
	scripts/quietly "Building" swift build -c release
	Tests/Integration/run --binaries .build/release --seconds $(DURATION) --seed $(SEED)

integration-checks: ## breaks each thing that make integration looks at, and ends runs by Ctrl-C at many moments
	scripts/quietly "Building" swift build -c release
	Tests/Integration/run --binaries .build/release --sabotage all --seed $(SEED)
	Tests/Integration/interrupt --binaries .build/release

ACTS ?=
MARKETS ?=
comma := ,
rescue-test: ## kills and hangs engines and rescues what they leave: ACTS=killed,stopped MARKETS=bybit-linear SEED=1
	scripts/quietly "Building" swift build -c release
	Tests/live/rescue.py --binaries .build/release --seed $(SEED) $(if $(ACTS),--acts $(subst $(comma), ,$(ACTS))) $(if $(MARKETS),--markets $(subst $(comma), ,$(MARKETS)))
	$(if $(ACTS)$(MARKETS),,Tests/live/perils.py --binaries .build/release --seed $(SEED))

ONLY ?=
test-clients: ## lets ccxt, pybit and python-binance trade on the local exchange: ONLY="ccxt binance-spot"
	Tests/clients/run --only "$(ONLY)"

SAMPLES ?= 200
reader-test: ## reads journals with a second program, in Python: SAMPLES=200 SEED=1
	Tests/reader/run --samples $(SAMPLES) --seed $(SEED)

TIME ?= 60
DECODERS ?=
fuzz: ## feeds hostile bytes to every decoder: TIME=60 seconds each, DECODERS="batch fold"
	Fuzzing/run --time $(TIME) $(DECODERS)

check: lint imports repository docs ## everything that judges the code without running it

lint: ## the formatting, without changing it
	swift format lint --strict -p -r Sources Tests Fuzzing Package.swift

imports: ## a module imports only what Package.swift lets it
	scripts/quietly "Checking imports" \
		swift build --build-tests --explicit-target-dependency-import-check error

repository: ## the repository's rules about itself
	swift test --disable-xctest --filter RepositoryTests

docs: ## the documentation, into .build/docs; a warning is an error
	scripts/docs

format: ## formats all Swift files
	swift format format -i -p -r Sources Tests Fuzzing Package.swift

clean: ## removes what was built; data/ stays
	rm -rf .build

ifneq ($(wildcard Benchmarks/run),)
.PHONY: bench recovery-bench
bench: ## measures, each figure beside the limit it is held against
	Benchmarks/run
recovery-bench: ## measures how long a start takes, by positions, outage and round trip
	scripts/quietly "Building" swift build -c release --product holdfast
	scripts/quietly "Building" swift build -c release --product exchange-sim
	Benchmarks/recovery.py --binaries .build/release
endif
