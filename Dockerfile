# One image for every role: the command says which (api, worker, sandbox).
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The same fallback as scripts/setup.mjs: see there.
RUN npm ci || npm install --no-save
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
COPY workers ./workers
COPY sandbox ./sandbox
COPY conformance ./conformance
COPY dashboard ./dashboard
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
# tini passes signals on and reaps what is left, as process 1 must.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json ./
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
# `docker compose exec api livestream list`
RUN ln -s /app/dist/src/cli/main.js /usr/local/bin/livestream \
  && ln -s livestream /usr/local/bin/livestream-scheduler
USER node
EXPOSE 3000
# The API's own answer. Roles that serve no HTTP turn it off (docker-compose.yml).
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/livez`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "dist/src/cli/main.js"]
CMD ["api"]
