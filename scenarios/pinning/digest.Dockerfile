FROM example/python-web:1.0@DIGEST
ARG PIP_INDEX_URL
WORKDIR /app
COPY locked.txt .
RUN pip install --no-cache-dir --no-compile -r locked.txt
COPY till.py .
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health')"]
CMD ["python", "till.py"]
