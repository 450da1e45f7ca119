FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev
COPY . .
RUN node --test
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "lib/health.js"]
CMD ["node", "lib/server.js"]
