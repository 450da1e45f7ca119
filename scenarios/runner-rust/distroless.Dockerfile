FROM rust:1 AS build
WORKDIR /src
ENV RUSTFLAGS='-C target-feature=+crt-static'
COPY . .
RUN cargo build --release --locked --target $(rustc -vV | sed -n 's/host: //p') && cp target/*/release/pins /usr/local/bin/

FROM gcr.io/distroless/static-debian12
COPY --from=build /usr/local/bin/pins /usr/local/bin/
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/pins", "--health"]
CMD ["/usr/local/bin/pins"]
