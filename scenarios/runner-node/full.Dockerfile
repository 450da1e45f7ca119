FROM node:22 AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY . .
RUN node --test

FROM node:22
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/lib lib
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "lib/health.js"]
CMD ["node", "lib/server.js"]
