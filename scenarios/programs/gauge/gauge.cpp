// gauge: keeps the latest reading of each instrument. GET / lists them, GET /set?NAME=VALUE notes
// one, GET /health says that all is well.

#include <arpa/inet.h>
#include <cstdlib>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

std::map<std::string, std::string> readings;

int port()
{
	const char *p = std::getenv("PORT");
	return p ? std::atoi(p) : 8000;
}

sockaddr_in address(in_addr_t host)
{
	sockaddr_in a{};
	a.sin_family = AF_INET;
	a.sin_port = htons(static_cast<uint16_t>(port()));
	a.sin_addr.s_addr = htonl(host);
	return a;
}

std::string answer(const std::string &path)
{
	if (path == "/health")
		return "ok\n";
	if (path.rfind("/set?", 0) == 0) {
		auto equals = path.find('=');
		if (equals == std::string::npos)
			return "";
		readings[path.substr(5, equals - 5)] = path.substr(equals + 1);
	}
	return nlohmann::json(readings).dump() + "\n";
}

void serve(int client)
{
	char buffer[4096];
	ssize_t n = read(client, buffer, sizeof(buffer));
	std::string request(buffer, n > 0 ? static_cast<size_t>(n) : 0);
	auto from = request.find(' '), to = request.find(' ', from + 1);
	std::string body = from == std::string::npos || to == std::string::npos
				   ? ""
				   : answer(request.substr(from + 1, to - from - 1));
	std::string out = "HTTP/1.0 " + std::string(body.empty() ? "400 Bad Request" : "200 OK") +
			  "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
	if (write(client, out.data(), out.size()) < 0)
		std::cerr << "the client went away\n";
	close(client);
}

// Exit 0 when the service on this host answers: for HEALTHCHECK, which has no curl.
int check()
{
	int s = socket(AF_INET, SOCK_STREAM, 0);
	sockaddr_in a = address(INADDR_LOOPBACK);
	return connect(s, reinterpret_cast<sockaddr *>(&a), sizeof(a)) == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
	if (argc > 1 && std::string(argv[1]) == "--health")
		return check();
	int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	sockaddr_in a = address(INADDR_ANY);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, reinterpret_cast<sockaddr *>(&a), sizeof(a)) < 0 || listen(s, 64) < 0) {
		std::cerr << "the port is taken\n";
		return 1;
	}
	for (int client; (client = accept(s, nullptr, nullptr)) >= 0;)
		serve(client);
}
