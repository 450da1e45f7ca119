FROM debian:bookworm-slim
WORKDIR /src
COPY . .
RUN apt-get update && apt-get install -y g++ git nlohmann-json3-dev
RUN g++ -std=c++17 -O2 -o /usr/local/bin/gauge gauge.cpp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/gauge", "--health"]
CMD ["/usr/local/bin/gauge"]
