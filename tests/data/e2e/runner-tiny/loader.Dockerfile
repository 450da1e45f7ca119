FROM debian:bookworm-slim AS build
FROM scratch
COPY --from=build /usr/bin/perl /perl
COPY serve.pl /serve.pl
CMD ["/perl", "/serve.pl", "18431"]
