FROM debian:bookworm-slim
COPY app.sh /app.sh
RUN sleep 5
RUN sh /app.sh
