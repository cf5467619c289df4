//! Somebody at a browser: keeps a cookie, says where forms come from, sends what pages hold.

use super::server::requests::{agent_without_redirects, answer};
use super::{Answer, Server};

/// A password that is taken.
pub const PASSWORD: &str = "correct horse battery staple";

/// A browser that may be signed in.
#[derive(Clone, Debug)]
pub struct Browser {
    pub url: String,
    /// The cookie as it is sent back; empty before there is one.
    pub cookie: String,
    /// What the forms of this login hold besides their own fields.
    pub form_token: String,
}

/// Fields as a form sends them.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
    };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.join("&")
}

impl Browser {
    /// A browser that was never here.
    pub fn new(server: &Server) -> Browser {
        let url = server.url.clone();
        Browser { url, cookie: String::new(), form_token: String::new() }
    }

    /// Reads a path, without following where the answer leads.
    pub fn get(&self, path: &str) -> Answer {
        let request = agent_without_redirects().get(format!("{}{path}", self.url));
        let request = request.header("Sec-Fetch-Site", "same-origin");
        answer(request.header("Cookie", &self.cookie).call().expect("an answer"))
    }

    /// Sends a form as a page of the server does.
    pub fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        if !self.form_token.is_empty() {
            fields.push(("form_token", &self.form_token));
        }
        let headers = [("Sec-Fetch-Site", "same-origin"), ("Origin", self.url.as_str())];
        self.send(path, &headers, &form(&fields))
    }

    /// Sends a form with the cookie and these headers alone.
    pub fn send(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = agent_without_redirects().post(format!("{}{path}", self.url));
        request = request.header("Content-Type", "application/x-www-form-urlencoded");
        if !self.cookie.is_empty() {
            request = request.header("Cookie", &self.cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body.as_bytes()).expect("an answer"))
    }

    /// Takes the cookie of an answer that signs in, and reads the form's token.
    pub fn keep(&mut self, signed_in: &Answer) {
        assert_eq!(signed_in.status, 303, "{}", String::from_utf8_lossy(&signed_in.body));
        let cookie = signed_in.header("set-cookie");
        self.cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let page = String::from_utf8(self.get("/settings").body).expect("text");
        let (_, rest) = page.split_once("name=\"form_token\" value=\"").expect("a form");
        self.form_token = rest.split('"').next().expect("its end").to_owned();
    }
}

impl Server {
    /// Makes an account and signs it in, as its owner does who was invited.
    pub fn sign_in(&self, email: &str, role: &str) -> Browser {
        let made = self.command(&["account", "create", email, "--role", role, "--json"]);
        let made: serde_json::Value = serde_json::from_str(&made).expect("JSON");
        let mut browser = Browser::new(self);
        let password = [("password", PASSWORD), ("again", PASSWORD)];
        let signed_in = browser.submit(made["path"].as_str().expect("a path"), &password);
        browser.keep(&signed_in);
        browser
    }
}
