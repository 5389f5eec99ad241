.PHONY: test generate check bench ci

test: ## run every test
	go test ./...

generate: ## regenerate everything that is generated
	go generate ./...

check: ## fail if anything generated is stale
	go run ./cmd/gradgen check ./examples/...

bench: ## benchmarks beside the examples
	go test -run '^$$' -bench . ./examples/...

ci: ## what continuous integration runs
	bash .ci/run
