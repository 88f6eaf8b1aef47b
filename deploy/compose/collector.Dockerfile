# The collector and the command `nestwatch` in one image: docker build -f deploy/compose/collector.Dockerfile .
# Tags, their dates and how to keep them current: docs/use/install.md, *Images*.
FROM nats:2.15.3-alpine AS nats

FROM node:22.23.5-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY proto/package.json proto/
COPY packages/common/package.json packages/common/
COPY packages/agent/package.json packages/agent/
COPY packages/collector/package.json packages/collector/
COPY packages/testkit/package.json packages/testkit/
COPY deploy/package.json deploy/
COPY dashboards/package.json dashboards/
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:22.23.5-bookworm-slim
RUN apt-get update && apt-get upgrade -y && apt-get install -y --no-install-recommends openssl ca-certificates \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/dist/nestwatch-collector.mjs /src/dist/nestwatch.mjs /usr/lib/nestwatch/
# It checks the configuration of the server beside it before that is told to take it over.
COPY --from=nats /usr/local/bin/nats-server /usr/local/bin/
COPY deploy/nats/certificates.sh deploy/nats/reload.sh /usr/share/nestwatch/nats/
COPY deploy/compose/prepare.sh deploy/compose/enroll.sh /usr/share/nestwatch/compose/
# New volumes are as these folders are.
RUN install -d -o node -g node /accounts /grafana /tls && install -d /outcomes \
  && install -d -o node -g node -m 700 /keys /tokens /authority /staged
USER node
EXPOSE 9464 9465
ENTRYPOINT ["node", "--max-semi-space-size=8", "/usr/lib/nestwatch/nestwatch-collector.mjs"]
CMD ["run"]
