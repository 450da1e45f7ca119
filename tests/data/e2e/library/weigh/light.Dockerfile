FROM debian:bookworm-slim
RUN true
COPY app.sh /app.sh
RUN sh /app.sh
