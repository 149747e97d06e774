# Plumbline's server and workers. Build: docker build -t plumbline .
FROM python:3.11-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /opt/plumbline
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
RUN /opt/venv/bin/pip install --no-deps --editable .

FROM python:3.11-slim-bookworm

# hadolint ignore=DL3008  # Debian's stable release is the pin: security updates should come in
RUN apt-get update \
    && apt-get install --yes --no-install-recommends maxima \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 plumbline \
    && install --directory --owner=plumbline /var/lib/plumbline

WORKDIR /opt/plumbline
COPY --from=build /opt/venv /opt/venv
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY migrations ./migrations
COPY benchmarks ./benchmarks

ENV PATH="/opt/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PLUMBLINE_DATA_DIR=/var/lib/plumbline
USER plumbline
VOLUME /var/lib/plumbline

# Loopback only, until the server has authentication: share the network of the container that should reach it.
ENTRYPOINT ["plumbline"]
CMD ["serve"]
