FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN python -m compileall -q shelf
USER 1001
EXPOSE 80
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-m", "shelf.health"]
CMD ["gunicorn", "--bind", "0.0.0.0:80", "shelf.app:create_app()"]
