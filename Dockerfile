# The worker of Steward. Debian slim, no root, no shell needed at run time; Node is started by tini, which passes signals on.

FROM hashicorp/terraform:1.11.4 AS terraform

# The only providers that templates get: a filesystem mirror, filled once here. Terraform checks each against its signature.
FROM terraform AS providers
COPY docker/providers.tf /providers/
RUN terraform -chdir=/providers providers mirror /mirror

FROM node:20.19.4-bookworm-slim AS build
WORKDIR /steward
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20.19.4-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates tar tini \
  && rm -rf /var/lib/apt/lists/*
COPY --from=terraform /bin/terraform /usr/local/bin/terraform
COPY --from=providers /mirror /opt/terraform-mirror
WORKDIR /steward
COPY --from=build /steward/package.json ./
COPY --from=build /steward/node_modules node_modules
COPY --from=build /steward/dist dist
COPY --from=build /steward/policies policies
COPY --from=build /steward/worker/config worker/config
COPY --from=build /steward/activities/notifications/exception-data.schema.json activities/notifications/
RUN install --directory --owner=node --group=node /var/lib/steward
USER node
ENV NODE_ENV=production STEWARD_CONFIG=/etc/steward/steward.yaml
ENTRYPOINT ["tini", "--"]
# As lifecycle/worker-process.ts says.
ENV MALLOC_ARENA_MAX=2
CMD ["node", "--max-semi-space-size=4", "--max-old-space-size=512", "dist/worker/main.js"]
