//! What is asked of a server over HTTP, and what it answers.

use serde_json::Value;

use super::{Connection, PATIENCE, Server};
use crate::support::Captured;

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap_or(""))
    }
}

impl Server {
    /// Sends a request with a body.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_post(path, headers, body).expect("an answer")
    }

    /// Sends a request with a body to a server that may die meanwhile.
    pub fn try_post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        post(&format!("{}{path}", self.url), headers, body)
    }

    /// Sends a request of any method; one that deletes has no body.
    pub fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let (agent, url) = (agent(), format!("{}{path}", self.url));
        if method == "DELETE" {
            let request = headers.iter().fold(agent.delete(url), |it, of| it.header(of.0, of.1));
            return answer(request.call().expect("an answer"));
        }
        let request = match method {
            "PATCH" => agent.patch(url),
            "PUT" => agent.put(url),
            _ => agent.post(url),
        };
        let request = headers.iter().fold(request, |it, of| it.header(of.0, of.1));
        answer(request.send(body).expect("an answer"))
    }

    /// Sends a captured request just as it was; the answer.
    pub fn offer(&self, connection: &Connection, request: &Captured) -> Answer {
        self.try_offer(connection, request).expect("an answer")
    }

    /// Sends a captured request to a server that may die meanwhile.
    pub fn try_offer(
        &self,
        connection: &Connection,
        request: &Captured,
    ) -> Result<Answer, ureq::Error> {
        self.try_offer_at(&self.url, connection, request)
    }

    /// Sends a captured request to another address of the server.
    pub fn try_offer_at(
        &self,
        url: &str,
        connection: &Connection,
        request: &Captured,
    ) -> Result<Answer, ureq::Error> {
        let authorization = format!("Bearer {}", connection.token);
        let mut headers = vec![
            ("Content-Type", request.content_type.as_str()),
            ("Authorization", &authorization),
        ];
        if let Some(encoding) = &request.content_encoding {
            headers.push(("Content-Encoding", encoding));
        }
        post(&format!("{url}/api/otel/v1/{}", request.kind.name()), &headers, &request.body)
    }

    /// Sends captured requests in turn; each must be accepted whole.
    pub fn replay(&self, connection: &Connection, requests: &[Captured]) {
        for request in requests {
            let answer = self.offer(connection, request);
            let whole: &[u8] = if request.content_type.contains("json") { b"{}" } else { b"" };
            assert_eq!((answer.status, answer.body.as_slice()), (200, whole));
        }
    }

    /// Reads a path with the API token.
    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[("Authorization", &format!("Bearer {}", self.api_token))])
    }

    /// Reads a path.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let agent = agent();
        let mut request = agent.get(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.call().expect("an answer"))
    }

    /// Reads a path, without following where the answer leads.
    pub fn get_without_redirects(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = agent_without_redirects().get(format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |it, of| it.header(of.0, of.1));
        answer(request.call().expect("an answer"))
    }

    /// Every row of a daily table, over all time.
    pub fn daily(&self, table: &str, filter: &str) -> Vec<Value> {
        let path = format!("/api/v1/{table}?from=2000-01-01&to=2100-01-01&limit=10000{filter}");
        let page = self.get(&path).json();
        assert_eq!(page["next_cursor"], Value::Null, "one page holds it");
        page["data"].as_array().expect("rows").clone()
    }
}

/// Sends a request with a body to any URL.
fn post(url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, ureq::Error> {
    let agent = agent();
    let mut request = agent.post(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Ok(answer(request.send(body)?))
}

/// A client that reports every status as an answer.
pub(in crate::support) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build()
        .into()
}

/// A client that does not go where an answer leads.
pub(in crate::support) fn agent_without_redirects() -> ureq::Agent {
    let config = ureq::Agent::config_builder();
    let config = config.http_status_as_error(false).max_redirects(0);
    config.timeout_global(Some(PATIENCE)).build().into()
}

/// An answer, read whole.
pub(in crate::support) fn answer(response: ureq::http::Response<ureq::Body>) -> Answer {
    let (parts, mut body) = response.into_parts();
    let body = body.with_config().limit(1 << 30).read_to_vec().expect("a body");
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}
