FROM maven:3-eclipse-temurin-17
WORKDIR /app
COPY pom.xml .
RUN --mount=type=cache,target=/root/.m2 mvn -B -q dependency:go-offline
COPY . .
RUN --mount=type=cache,target=/root/.m2 mvn -B -q package && cp -r target/orders.jar target/lib .
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["java", "-jar", "/app/orders.jar", "--health"]
CMD ["java", "-jar", "/app/orders.jar"]
