# The product in a container, see docs/operators/running.md:
#   docker build -t sydx-webhooks .
#   docker run --init -p 8080:8080 -v sydx-data:/data sydx-webhooks
#
# The base has glibc: neither the private PostgreSQL nor argon2's binary starts on musl (Alpine).
ARG NODE_IMAGE=node:24-bookworm-slim

# What npm needs to know. Changes of code alone leave this, and so the installs below, in the cache.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY packages/contract/package.json packages/contract/
COPY packages/dashboard/package.json packages/dashboard/
COPY packages/sdk/package.json packages/sdk/
COPY packages/server/package.json packages/server/
COPY bench/package.json bench/
COPY chaos/package.json chaos/
COPY fuzz/package.json fuzz/

FROM manifests AS dashboard
RUN npm ci --ignore-scripts --no-audit --no-fund --workspace @sydx/dashboard
COPY packages/contract packages/contract/
COPY packages/dashboard packages/dashboard/
COPY scripts/build-dashboard.ts scripts/
RUN node scripts/build-dashboard.ts

# Without the root's own Node, which is the image's here, and without anything for tests.
FROM manifests AS product
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev --workspace @sydx/server
COPY packages/contract packages/contract/
COPY packages/sdk packages/sdk/
COPY packages/server packages/server/
COPY deploy/container deploy/container/
COPY LICENSE ./
COPY --from=dashboard /app/packages/dashboard/dist packages/dashboard/dist/
# Links PostgreSQL's libraries, runs it once, and lets every user read what a strict umask cloned.
RUN node deploy/container/prepare.ts \
 && mkdir bin && ln -s ../packages/server/bin/sydx.mjs bin/sydx \
 && chmod -R a+rX .

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Sydx AI Outbound Webhooks" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
RUN mkdir -p /data && chown 1000:1000 /data
COPY --from=product /app ./
ENV NODE_ENV=production \
    PATH=/app/bin:$PATH \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/data
# The image's user `node`, as a number so that Kubernetes can tell that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# /healthz, not /readyz: nobody is helped when all nodes are replaced because their database is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "deploy/container/healthy.ts", "/healthz"]
ENTRYPOINT ["sydx"]
CMD ["start"]
