# The reference site. docs/operators.md says what it needs in its environment.
FROM python:3.13-slim-bookworm AS build

WORKDIR /app
COPY requirements.lock pyproject.toml ./
# What the site needs, in the versions of the lock file; tests stay out.
RUN python -m venv /venv \
    && python -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; print(*p["dependencies"], *p["optional-dependencies"]["site"], sep="\n")' > needs.txt \
    && /venv/bin/pip install --no-cache-dir -c requirements.lock -r needs.txt

FROM python:3.13-slim-bookworm

RUN useradd --system --uid 10001 --home-dir /app kis \
    && mkdir -p /app/var /media \
    && chown kis /media
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=kis_wagtail.settings.production \
    MEDIA_ROOT=/media
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py gunicorn.conf.py ./
COPY kis_wagtail ./kis_wagtail
COPY home ./home
COPY search ./search
COPY signin ./signin
COPY partners ./partners
COPY locale ./locale
COPY docs/handbook ./docs/handbook
# Values for this one command: collecting static files asks neither a database nor a secret.
RUN SECRET_KEY=build ALLOWED_HOSTS=build BASE_URL=https://build.example TRUSTED_PROXIES=0 \
    python manage.py collectstatic --noinput

USER 10001
EXPOSE 8000
VOLUME /media
# The probe comes by the name that the site has.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/health/live', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=4)"]
CMD ["gunicorn", "kis_wagtail.wsgi", "--config", "gunicorn.conf.py", "--bind", "0.0.0.0:8000", "--workers", "3"]
