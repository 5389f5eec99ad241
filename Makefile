.PHONY: test generate check bench ci

test: ## run every test
	go test ./...

generate: ## regenerate everything that is generated
	go generate ./...
	go -C examples/bench generate ./...

check: ## fail if anything generated is stale
	go run ./cmd/gradgen check $(filter-out ./examples/gates,$(wildcard ./examples/*))
	go run ./cmd/gradgen check --purego ./examples/gates

bench: ## time generated code beside its peers; ARGS=-help for more
	go -C examples/bench run . $(ARGS)

ci: ## what continuous integration runs
	bash .ci/run
