FROM debian:bookworm-slim
WORKDIR /src
COPY . .
RUN apt-get update
RUN apt-get install -y --no-install-recommends g++ nlohmann-json3-dev
RUN g++ -std=c++17 -O2 -static -o /usr/local/bin/gauge gauge.cpp
RUN apt-get purge -y --auto-remove g++ nlohmann-json3-dev
RUN rm -rf /var/lib/apt/lists/*
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/gauge", "--health"]
CMD ["/usr/local/bin/gauge"]
