FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm ci --omit=dev && npm cache clean --force
RUN node --test
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "lib/health.js"]
CMD ["node", "lib/server.js"]
