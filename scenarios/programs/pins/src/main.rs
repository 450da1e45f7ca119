//! A board with pins: GET /pins lists them, POST /pins adds one.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde::{Deserialize, Serialize};
use tiny_http::{Method, Request, Response, Server};

#[derive(Serialize, Deserialize)]
struct Pin {
    title: String,
    #[serde(default)]
    at: String,
}

fn port() -> String {
    std::env::var("PORT").unwrap_or_else(|_| "8000".into())
}

/// True when the service on this host answers: for HEALTHCHECK, which has no curl.
fn healthy() -> bool {
    let mut answer = String::new();
    TcpStream::connect(format!("127.0.0.1:{}", port()))
        .and_then(|mut s| {
            s.write_all(b"GET /health HTTP/1.0\r\n\r\n")?;
            s.read_to_string(&mut answer)
        })
        .is_ok()
        && answer.contains(" 200 ")
}

fn handle(pins: &mut Vec<Pin>, request: &mut Request) -> (u16, String) {
    match (request.method(), request.url()) {
        (Method::Get, "/health") => (200, itoa::Buffer::new().format(pins.len()).into()),
        (Method::Get, "/pins") => (200, serde_json::to_string(pins).unwrap_or_default()),
        (Method::Post, "/pins") => match serde_json::from_reader(request.as_reader()) {
            Ok(pin) => {
                pins.push(pin);
                (201, String::new())
            }
            Err(e) => (400, e.to_string()),
        },
        _ => (404, String::new()),
    }
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("--health") {
        std::process::exit(i32::from(!healthy()));
    }
    let server = Server::http(format!("0.0.0.0:{}", port())).expect("the port is free");
    let mut pins = Vec::new();
    for mut request in server.incoming_requests() {
        let (status, body) = handle(&mut pins, &mut request);
        let _ = request.respond(Response::from_string(body).with_status_code(status));
    }
}
