FROM golang:1.24 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /usr/local/bin/feed .

FROM alpine:3.23
COPY --from=build /usr/local/bin/feed /usr/local/bin/
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/usr/local/bin/feed", "-health"]
CMD ["/usr/local/bin/feed"]
