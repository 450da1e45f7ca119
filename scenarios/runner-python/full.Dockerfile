FROM python:3.13 AS build
WORKDIR /src
COPY requirements.txt .
RUN pip install --no-cache-dir --target /app -r requirements.txt
COPY . .
RUN PYTHONPATH=/app python -m unittest -q tests.test_app

FROM python:3.13
WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1
COPY --from=build /app ./
COPY --from=build /src/shelf shelf
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-m", "shelf.health"]
CMD ["python", "-m", "gunicorn", "--bind", "0.0.0.0:8000", "shelf.app:create_app()"]
