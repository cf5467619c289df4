//! Connections through the front door: what is said of them, the tokens they report with, and
//! how they are.

mod settings;
mod tokens;
mod sealed;
mod health;
mod pages;
mod audited;

use std::sync::LazyLock;

use serde_json::Value;

use crate::support::{Answer, Browser, Connection, Server};

/// A server that the tests share; each makes connections of its own.
static ADMIN: LazyLock<Admin> = LazyLock::new(|| Admin::over(Server::start()));

/// A server, and a token and a login that may change what is on it.
struct Admin {
    server: Server,
    token: String,
    browser: Browser,
}

impl Admin {
    /// An admin of a server.
    fn over(server: Server) -> Admin {
        let token = server.token("admin");
        let browser = server.sign_in("admin@example.com", "admin");
        Admin { server, token, browser }
    }

    /// Asks with the admin's token.
    fn get(&self, path: &str) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        self.server.get_with(path, &[("Authorization", &authorization)])
    }

    /// Sends JSON with the admin's token.
    fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        let headers =
            [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
        self.server.call(method, path, &headers, body.to_string().as_bytes())
    }

    /// Gives a connection another token.
    fn add_token(&self, connection: &Connection, label: &str) -> Value {
        let body = serde_json::json!({ "label": label });
        let made = self.send("POST", &tokens_path(connection), &body);
        assert_eq!(made.status, 201);
        made.json()
    }

    /// The tokens of a connection as they are listed.
    fn tokens(&self, connection: &Connection) -> Vec<Value> {
        let shown = self.get(&format!("/api/v1/connections/{}", connection.id)).json();
        shown["tokens"].as_array().expect("tokens").clone()
    }
}

/// Where the tokens of a connection are.
fn tokens_path(connection: &Connection) -> String {
    format!("/api/v1/connections/{}/tokens", connection.id)
}

/// The id of a token out of its text.
fn id_of(token: &str) -> &str {
    token.split('_').nth(2).expect("an id")
}
