# One image for web, worker, beat, relay and the migrate job: what runs, without test tools and embedded servers.
FROM python:3.11-slim-bookworm

# The base image's date decides the versions.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /srv --shell /usr/sbin/nologin portal

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 \
    DJANGO_SETTINGS_MODULE=portal.settings.production PORTAL_VAR=/srv/var

WORKDIR /srv/portal
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN mkdir -p /srv/var/partial /srv/public-log \
 && SECRET_KEY=for-collecting-static-files-only python manage.py collectstatic --noinput --verbosity 0 \
 && chown -R portal: /srv/var /srv/public-log

USER 10001
EXPOSE 8000
CMD ["deploy/web"]
