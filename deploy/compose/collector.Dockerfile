# The collector and the command `nestwatch` in one image: docker build -f deploy/compose/collector.Dockerfile .
FROM node:22.19-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY proto/package.json proto/
COPY packages/common/package.json packages/common/
COPY packages/agent/package.json packages/agent/
COPY packages/collector/package.json packages/collector/
COPY deploy/package.json deploy/
COPY dashboards/package.json dashboards/
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:22.19-bookworm-slim
COPY --from=build /src/dist/nestwatch-collector.mjs /src/dist/nestwatch.mjs /usr/lib/nestwatch/
# New volumes are as these folders are.
RUN install -d -o node -g node /accounts /grafana && install -d -o node -g node -m 700 /keys /tokens
USER node
EXPOSE 9464
ENTRYPOINT ["node", "--max-semi-space-size=8", "/usr/lib/nestwatch/nestwatch-collector.mjs"]
CMD ["run"]
