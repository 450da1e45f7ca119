FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY . .
RUN node --test
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "lib/health.js"]
CMD ["node", "lib/server.js"]
