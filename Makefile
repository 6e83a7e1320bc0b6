# Two commands matter: `make demo` and `make test`. Each installs what it needs and says what it does.
SHELL := /bin/bash

WEB_SOURCES := $(shell find web/src web/texts -type f 2>/dev/null) web/build.mjs web/package-lock.json

.PHONY: help demo test lint format bench web clean-demo clean-web

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: ## build in release, make a fresh demo city, run the whole job on it, serve it on 127.0.0.1:8080 (ONCE=1: without serving)
	@scripts/demo.sh $(if $(ONCE),--once)

test: ## every test: format, browser units, Rust on SQLite and PostgreSQL, outside witnesses, the browser walks
	@scripts/test.sh

lint: web/dist/app.js ## clippy, rustfmt, shellcheck, TypeScript; warnings are errors
	@scripts/lint.sh

format: ## rewrite Rust sources as rustfmt wants them
	@cargo fmt --all

bench: ## speed against the peers (bench/check/README.md)
	@scripts/bench.sh

web: web/dist/app.js ## the browser's part alone

web/dist/app.js: $(WEB_SOURCES)
	@scripts/web.sh

clean-demo: ## throw the demo city away
	rm -rf data/demo

clean-web:
	rm -rf web/dist web/dist-test web/node_modules
