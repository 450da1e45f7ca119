FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /app
COPY pom.xml .
RUN mvn -B -q dependency:go-offline
COPY . .
RUN mvn -B -q package && cp -r target/orders.jar target/lib .

FROM eclipse-temurin:17-jre
WORKDIR /app
COPY --from=build /app/lib lib
COPY --from=build /app/orders.jar .
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["java", "-jar", "/app/orders.jar", "--health"]
CMD ["java", "-jar", "/app/orders.jar"]
