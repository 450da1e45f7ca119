FROM python:3.13 AS build
WORKDIR /src
RUN python -m venv --copies /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir -r requirements.txt
COPY . .
RUN /opt/venv/bin/python -m unittest -q tests.test_app

FROM alpine:3.23
WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1
COPY --from=build /opt/venv /opt/venv
COPY --from=build /src/shelf shelf
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["/opt/venv/bin/python", "-m", "shelf.health"]
CMD ["/opt/venv/bin/python", "-m", "gunicorn", "--bind", "0.0.0.0:8000", "shelf.app:create_app()"]
