FROM rust:1
WORKDIR /src
COPY . .
RUN touch src/main.rs && cargo build --release --locked && cp target/release/pins /usr/local/bin/
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/pins", "--health"]
CMD ["/usr/local/bin/pins"]
