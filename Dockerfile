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
# docker build --build-arg BUILD_COMMIT=$(git rev-parse --short HEAD): shown by `livestream --version`.
ARG BUILD_COMMIT
RUN npm run build && npm prune --omit=dev

# Everything that node needs to run, and nothing else: no shell, no package manager.
FROM node:24-bookworm-slim AS root
RUN apt-get update && apt-get install -y --no-install-recommends tini
# /usr/bin/env: the first line of the executable asks for it. Node brings certificates and time zones itself.
RUN mkdir -p /image/etc /image/usr/local/bin \
  && for file in /usr/local/bin/node /usr/bin/env /usr/bin/tini-static \
       $(ldd /usr/local/bin/node | grep -o '/[^ ]*'); do cp -L --parents "$file" /image; done \
  && echo 'node:x:1000:1000::/home/node:/none' > /image/etc/passwd \
  && echo 'node:x:1000:' > /image/etc/group \
  && mkdir -m 1777 /image/tmp \
  && mkdir -p /image/app \
  # `docker compose exec api livestream list`
  && ln -s /app/dist/src/cli/main.js /image/usr/local/bin/livestream \
  && ln -s livestream /image/usr/local/bin/livestream-scheduler

FROM scratch
COPY --from=root /image /
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin
WORKDIR /app
COPY --from=build --chown=0:0 /app/package.json ./
COPY --from=build --chown=0:0 /app/node_modules ./node_modules
COPY --from=build --chown=0:0 /app/dist ./dist
USER 1000:1000
EXPOSE 3000
# The API's own answer. Roles that serve no HTTP turn it off (docker-compose.yml).
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/livez`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
# tini passes signals on and reaps what is left, as process 1 must.
ENTRYPOINT ["tini-static", "--", "node", "dist/src/cli/main.js"]
CMD ["api"]
