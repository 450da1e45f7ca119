FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY . .
RUN node --test
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "lib/health.js"]
CMD ["node", "lib/server.js"]
