# syntax=docker/dockerfile:1
# The site in an image that has nothing else in it: no shell, no package manager, no root.
#
#   docker build -t dryrun .
#   docker run --read-only -v dryrun:/data -p 127.0.0.1:3000:3000 dryrun
#
# docs/HOSTING.md says the rest. Both stages are Debian 12, so that the C library is the one that was linked against.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# queries are checked against .sqlx/, which is in the repository
ENV SQLX_OFFLINE=true
# The caches stay with the builder, so that a second build compiles only what changed; they are not in any layer,
# so the program is copied out of them at once.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin dryrun && \
    cp target/release/dryrun /usr/local/bin/dryrun && \
    mkdir /empty

FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="Dryrun" \
      org.opencontainers.image.description="A self-hosted site for preparing an AWS interview" \
      org.opencontainers.image.licenses="(MIT OR Apache-2.0) AND CC-BY-4.0"
COPY --from=build /usr/local/bin/dryrun /usr/local/bin/dryrun
COPY --from=build /src/LICENSE /src/LICENSE-MIT /src/LICENSE-APACHE /src/THIRD-PARTY.md /usr/share/doc/dryrun/
# A new volume takes its owner from here. 65532 is the image's user `nonroot`.
COPY --from=build --chown=65532:65532 --chmod=0700 /empty /data
VOLUME /data
# The only folder that is written to. SQLite's temporary files go into it when the rest is read-only.
WORKDIR /data
ENV DRYRUN_DATA_DIR=/data \
    DRYRUN_BIND=0.0.0.0:3000
EXPOSE 3000
USER 65532:65532
# The program asks itself: the image has no curl. The first start syncs the whole bank before it is ready.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/usr/local/bin/dryrun", "health"]
ENTRYPOINT ["/usr/local/bin/dryrun"]
CMD ["serve"]
