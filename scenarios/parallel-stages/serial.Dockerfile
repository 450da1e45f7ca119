FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements-build.txt .
RUN pip install --no-cache-dir -r requirements-build.txt
COPY . .
RUN python -m build --wheel --no-isolation
COPY requirements.txt .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.13-slim
COPY --from=build /opt/venv /opt/venv
COPY --from=build /src/dist /tmp/dist
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps /tmp/dist/*.whl
ENV PATH=/opt/venv/bin:$PATH
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-m", "shelf.health"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shelf.app:create_app()"]
