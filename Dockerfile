# The player page's npm packages, which go into the binary.
FROM node:22-bookworm-slim AS page
WORKDIR /page
COPY src/demo/page/package.json src/demo/page/package-lock.json ./
RUN npm ci --no-audit --no-fund

FROM rust:1.95-bookworm AS build
WORKDIR /midroll
COPY . .
COPY --from=page /page/node_modules src/demo/page/node_modules
RUN cargo build --release --locked --bin midroll

FROM debian:bookworm-slim
# Origins and ad servers are reached over TLS; ffmpeg conditions advertisers' files.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/midroll --create-home midroll
COPY --from=build /midroll/target/release/midroll /usr/local/bin/midroll
USER midroll
WORKDIR /var/lib/midroll
VOLUME /var/lib/midroll
# Players, and health and metrics.
EXPOSE 8080 8081
ENTRYPOINT ["midroll"]
CMD ["serve", "--config", "/etc/midroll/midroll.toml"]
