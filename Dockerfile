# syntax=docker/dockerfile:1
# `docker build .` gives the service without torch; `--target detoxify` adds the reference model.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY moderation moderation
COPY policies policies
RUN python -m venv /opt/moderation && /opt/moderation/bin/pip install --no-cache-dir -c constraints.txt '.[redis]'

FROM python:3.11-slim-bookworm AS base
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/moderation moderation
ENV PATH=/opt/moderation/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MODERATION_HOST=0.0.0.0 \
    MODERATION_DATA_DIR=/var/lib/moderation/data \
    MODERATION_SECRETS_DIR=/var/lib/moderation/secrets \
    MODERATION_VAULT_DIR=/var/lib/moderation/vault \
    MODERATION_LOG_FORMAT=json
WORKDIR /var/lib/moderation
EXPOSE 8000
HEALTHCHECK --start-period=10s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
ENTRYPOINT ["moderation"]
CMD ["serve"]

FROM build AS build-detoxify
RUN /opt/moderation/bin/pip install --no-cache-dir -c constraints.txt '.[redis,detoxify]'

FROM base AS detoxify
COPY --from=build-detoxify /opt/moderation /opt/moderation
USER moderation

FROM base AS service
COPY --from=build /opt/moderation /opt/moderation
USER moderation
