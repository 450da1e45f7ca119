package org.example.orders;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.commons.lang3.StringUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes orders, and tells which there are. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final Gson GSON = new Gson();
    private final List<Order> orders = new CopyOnWriteArrayList<>();

    private static int port() {
        return Integer.parseInt(System.getenv().getOrDefault("PORT", "8000"));
    }

    private void orders(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            answer(exchange, 200, GSON.toJson(orders));
            return;
        }
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Order order = GSON.fromJson(body, Order.class);
        if (order == null || StringUtils.isBlank(order.item())) {
            answer(exchange, 400, "an order has an item");
            return;
        }
        orders.add(order);
        answer(exchange, 201, "");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Exit 0 when the service on this host answers: for HEALTHCHECK, which has no curl. */
    private static void check() throws Exception {
        URI there = URI.create("http://127.0.0.1:" + port() + "/health");
        HttpResponse<Void> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(there).build(), HttpResponse.BodyHandlers.discarding());
        System.exit(answer.statusCode() == 200 ? 0 : 1);
    }

    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("--health")) {
            check();
        }
        Main service = new Main();
        HttpServer server = HttpServer.create(new InetSocketAddress(port()), 0);
        server.createContext("/orders", service::orders);
        server.createContext("/health", exchange -> answer(exchange, 200, "ok"));
        server.start();
        LOG.info("listening on {}", port());
    }
}
