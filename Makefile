# Two commands carry a newcomer: `make test` and `make demo`. Both install the Debian packages that they lack.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# The program to install; one that is named on the command line is not built.
BINARY = .build/release/djogi-shell

BUILD_PACKAGES = libpq-dev libedit-dev libssl-dev pkg-config gcc libc6-dev make python3-pip
SERVER_PACKAGES = postgresql
TEST_PACKAGES = mandoc jq bash bash-completion zsh fish shellcheck make pgbouncer

BINDIR = $(DESTDIR)$(PREFIX)/bin
MANDIR = $(DESTDIR)$(PREFIX)/share/man
DOCDIR = $(DESTDIR)$(PREFIX)/share/doc/djogi-shell
BASHDIR = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISHDIR = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

.PHONY: build grammar docs test test-matrix test-faults test-sanitized lint demo bench soak completions install uninstall packages clean

build: packages grammar
	$(SWIFT) build -c release --static-swift-stdlib --product djogi-shell

# PostgreSQL's grammar, fetched and compiled once; GRAMMAR_SOURCE=FILE takes the archive from a file.
export GRAMMAR_SOURCE
grammar: packages
	Sources/CGrammar/build

test: PACKAGES = $(BUILD_PACKAGES) $(SERVER_PACKAGES) $(TEST_PACKAGES)
test: packages grammar lint
	.ci/tests

# The tests that depend on the server's version, on every version that can be had.
test-matrix: PACKAGES = $(BUILD_PACKAGES) $(SERVER_PACKAGES) python3-venv
test-matrix: packages grammar
	.ci/matrix

# Every fault at every statement of every migration, which takes hours; WALK=9 for nine of each kind.
WALK ?= all
test-faults: PACKAGES = $(BUILD_PACKAGES) $(SERVER_PACKAGES)
test-faults: packages grammar
	DJOGI_WALK=$(WALK) $(SWIFT) test --filter '^LiveMigrationTests\.Walk'

# Leaks, misuse of memory, and races; SANITIZERS=thread for one of both.
test-sanitized: PACKAGES = $(BUILD_PACKAGES) $(SERVER_PACKAGES)
test-sanitized: packages grammar
	.ci/sanitized

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks

demo: PACKAGES = $(BUILD_PACKAGES) $(SERVER_PACKAGES)
demo: build
	.build/release/djogi-shell sandbox --tour

# Compares ways to fill a column, on a server of its own; ROWS=100000 for a quick look.
ROWS ?= 1000000
bench: PACKAGES = $(BUILD_PACKAGES) $(SERVER_PACKAGES)
bench: packages grammar
	$(SWIFT) run -c release benchmarks --rows $(ROWS)

# Runs plans under random faults and writers for two minutes; SOAK='--seconds 600 --seed 7' for another run.
SOAK ?= --seconds 120
soak: PACKAGES = $(BUILD_PACKAGES) $(SERVER_PACKAGES)
soak: packages grammar
	$(SWIFT) build -c release --product soak
	.build/release/soak $(SOAK)

# Written anew from the grammar; a test compares them with what is checked in.
completions:
	$(BINARY) completion bash > completions/djogi-shell.bash
	$(BINARY) completion zsh > completions/_djogi-shell
	$(BINARY) completion fish > completions/djogi-shell.fish

ifeq ($(origin BINARY),file)
completions install: build
endif

install:
	install -D -s -m 755 $(BINARY) $(BINDIR)/djogi-shell
	install -D -m 644 man/man1/djogi-shell.1 $(MANDIR)/man1/djogi-shell.1
	install -D -m 644 man/man5/djogi-plan.5 $(MANDIR)/man5/djogi-plan.5
	install -D -m 644 man/man5/djogi-json.5 $(MANDIR)/man5/djogi-json.5
	install -D -m 644 man/man5/Djogi.toml.5 $(MANDIR)/man5/Djogi.toml.5
	install -D -m 644 man/man7/djogi-live-migrations.7 $(MANDIR)/man7/djogi-live-migrations.7
	install -D -m 644 man/man7/djogi-rules.7 $(MANDIR)/man7/djogi-rules.7
	install -D -m 644 man/man7/djogi-schema.7 $(MANDIR)/man7/djogi-schema.7
	install -D -m 644 LICENSE $(DOCDIR)/LICENSE
	install -D -m 644 .build-grammar/LICENSE $(DOCDIR)/LICENSE.libpg_query
	install -D -m 644 completions/djogi-shell.bash $(BASHDIR)/djogi-shell
	install -D -m 644 completions/_djogi-shell $(ZSHDIR)/_djogi-shell
	install -D -m 644 completions/djogi-shell.fish $(FISHDIR)/djogi-shell.fish

uninstall:
	rm -f $(BINDIR)/djogi-shell
	rm -f $(MANDIR)/man1/djogi-shell.1 $(MANDIR)/man5/djogi-plan.5 $(MANDIR)/man5/djogi-json.5 $(MANDIR)/man5/Djogi.toml.5
	rm -f $(MANDIR)/man7/djogi-live-migrations.7 $(MANDIR)/man7/djogi-rules.7
	rm -f $(MANDIR)/man7/djogi-schema.7
	rm -f $(DOCDIR)/LICENSE $(DOCDIR)/LICENSE.libpg_query
	rm -f $(BASHDIR)/djogi-shell $(ZSHDIR)/_djogi-shell $(FISHDIR)/djogi-shell.fish

# The reference of the library, as an archive for `docc preview` or any web server: .build/LiveMigration.doccarchive.
docs: packages grammar
	$(SWIFT) package dump-symbol-graph --minimum-access-level public --skip-synthesized-members
	rm -rf .build/symbol-graph && mkdir .build/symbol-graph
	find .build -path '*/symbolgraph/LiveMigration*.symbols.json' -exec cp {} .build/symbol-graph/ ';'
	docc convert Sources/LiveMigration/LiveMigration.docc --additional-symbol-graph-dir .build/symbol-graph \
	  --output-path .build/LiveMigration.doccarchive --warnings-as-errors

PACKAGES ?= $(BUILD_PACKAGES)
packages:
	@missing=""; \
	for name in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$name 2>/dev/null | grep -q 'install ok installed' \
	    || missing="$$missing $$name"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi; \
	  echo "installing$$missing" && $$sudo apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -q -y --no-install-recommends $$missing; \
	fi

clean:
	rm -rf .build .build-address .build-thread .build-grammar
