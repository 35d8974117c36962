# One image for web server, worker and clock. Nothing is downloaded or built when it runs.

# --- front-end packages, as package-lock.json names them
FROM node:24-bookworm-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

# --- Python packages; what stands below the line in requirements.txt is for development only
FROM python:3.11-slim-bookworm AS wheels
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt .
RUN python -m venv /opt/venv \
 && sed '/^# =====/,$d' requirements.txt > production.txt \
 && /opt/venv/bin/pip install --only-binary :all: -r production.txt

# --- translations compiled, static files collected, hashed and compressed
FROM wheels AS site
ENV PATH=/opt/venv/bin:$PATH HOTLINE_LOCAL=1 HOTLINE_VAR_DIR=/build
WORKDIR /app
COPY . .
COPY --from=packages /packages/node_modules node_modules
RUN python manage.py compile_translations \
 && python manage.py collectstatic --no-input --verbosity 0 \
 && rm -r node_modules \
 && python -m compileall -q .

# --- what runs
FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOTLINE_LOCAL=0 \
    HOTLINE_VAR_DIR=/var/lib/hotline
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin hotline \
 && install --directory --owner hotline --group hotline /var/lib/hotline /var/lib/hotline/files
COPY --from=wheels /opt/venv /opt/venv
COPY --from=site /build/static /var/lib/hotline/static
COPY --from=site /app /app
WORKDIR /app
USER hotline
EXPOSE 8000
CMD ["gunicorn", "hotline.wsgi", "--config", "hotline/gunicorn.py", "--bind", "0.0.0.0:8000"]
