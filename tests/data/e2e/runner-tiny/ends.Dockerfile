FROM debian:bookworm-slim
COPY serve.pl /serve.pl
CMD ["sh", "-c", "echo the disk is full >&2; exit 3"]
