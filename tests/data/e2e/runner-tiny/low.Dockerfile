FROM debian:bookworm-slim
COPY serve.pl /serve.pl
CMD ["perl", "/serve.pl", "431"]
