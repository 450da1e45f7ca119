FROM example/cpp-base:1
WORKDIR /src
COPY . .
RUN g++ -std=c++17 -O2 -o /usr/local/bin/gauge gauge.cpp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/gauge", "--health"]
CMD ["/usr/local/bin/gauge"]
