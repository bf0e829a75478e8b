# Each recipe is one line. `just --list` shows them.

# Start Varde in development mode on 127.0.0.1:8080
run:
    cargo run --release

# Play the story over HTTP
demo:
    cargo run --release -- demo

# Every test, on SQLite, without network or services
test:
    cargo test --workspace

# The same tests on a PostgreSQL: just test-postgres postgres://user:password@127.0.0.1/varde
test-postgres url:
    VARDE_TEST_POSTGRES={{url}} cargo test --workspace

# How long the words, the law, tokens and searches take
bench:
    cargo bench -p varde-benches

# Format
fmt:
    cargo fmt --all

# Lint; warnings are errors
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# Licences, fences between the crates, sources
deny:
    cargo deny --workspace --locked check bans licenses sources

# Write the committed, generated files and reviewed snapshots again
bless:
    VARDE_BLESS=1 cargo test --workspace

# All that must pass before a change is merged
ci:
    .ci/run

# The container image
image:
    docker build -f docker/Dockerfile -t varde .
