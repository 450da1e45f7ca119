FROM gcc:12 AS build
WORKDIR /src
COPY packages.txt .
RUN apt-get update && sed 's/#.*//' packages.txt | xargs apt-get install -y --no-install-recommends
COPY . .
RUN g++ -std=c++17 -O2 -s -static -o /usr/local/bin/gauge gauge.cpp

FROM alpine:3.23
COPY --from=build /usr/local/bin/gauge /usr/local/bin/
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/gauge", "--health"]
CMD ["/usr/local/bin/gauge"]
