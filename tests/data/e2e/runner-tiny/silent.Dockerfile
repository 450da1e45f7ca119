FROM debian:bookworm-slim
COPY serve.pl /serve.pl
CMD ["sleep", "1000"]
