FROM debian:bookworm-slim
COPY app.sh /app.sh
RUN sh /app.sh && sleep 6
