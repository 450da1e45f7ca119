FROM debian:bookworm-slim
WORKDIR /src
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends g++ nlohmann-json3-dev && g++ -std=c++17 -O2 -static -o /usr/local/bin/gauge gauge.cpp && apt-get purge -y --auto-remove g++ nlohmann-json3-dev && rm -rf /var/lib/apt/lists/*
ENV GAUGE_UNITS=metric
LABEL org.opencontainers.image.title=gauge
STOPSIGNAL SIGTERM
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/gauge", "--health"]
CMD ["/usr/local/bin/gauge"]
