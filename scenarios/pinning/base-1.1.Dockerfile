FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1
RUN pip install --no-cache-dir --no-compile bottle==0.13.2
