# The embedded server. Build: docker build -t safelight .
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN python -m venv /opt/safelight && /opt/safelight/bin/pip install --no-cache-dir .

FROM python:3.13-slim
COPY --from=build /opt/safelight /opt/safelight
RUN useradd --system --home-dir /data --create-home safelight
USER safelight
ENV PATH=/opt/safelight/bin:$PATH SAFELIGHT_HOME=/data SAFELIGHT_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
ENTRYPOINT ["safelight"]
CMD ["serve"]
