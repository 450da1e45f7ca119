FROM debian:bookworm-slim
COPY packages.txt /
RUN apt-get update && sed 's/#.*//' /packages.txt | xargs apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
