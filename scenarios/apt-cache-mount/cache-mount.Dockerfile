FROM debian:bookworm-slim
WORKDIR /src
COPY packages.txt .
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt,sharing=locked rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && sed 's/#.*//' packages.txt | xargs apt-get install -y --no-install-recommends g++
COPY . .
RUN g++ -std=c++17 -O2 -o /usr/local/bin/gauge gauge.cpp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/gauge", "--health"]
CMD ["/usr/local/bin/gauge"]
