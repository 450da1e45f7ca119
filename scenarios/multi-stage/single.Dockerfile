FROM python:3.13-slim
WORKDIR /src
COPY requirements-build.txt .
RUN pip install --no-cache-dir -r requirements-build.txt
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir -r requirements.txt
COPY . .
RUN /opt/venv/bin/python -m unittest -q
RUN python -m build --wheel --no-isolation && /opt/venv/bin/pip install --no-cache-dir --no-deps dist/*.whl
ENV PATH=/opt/venv/bin:$PATH
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-m", "shelf.health"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shelf.app:create_app()"]
