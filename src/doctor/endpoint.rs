//! The endpoint: a URL as it stands in `OTEL_EXPORTER_OTLP_ENDPOINT`.

use hyper::Uri;

use super::Finding;

/// An endpoint that can be asked.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) is_tls: bool,
    /// Without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// As the `Host` header says it.
    authority: String,
    /// Without a slash at its end; Claude Code adds `/v1/metrics` and `/v1/logs`.
    pub(super) prefix: String,
}

impl Endpoint {
    /// Reads a URL.
    pub(super) fn parse(url: &str) -> Result<Endpoint, Finding> {
        let wrong = |says: &str| {
            let cure = "write it as in the settings, e.g. https://daybook.example.com/api/otel";
            Finding::bad("url", says, cure)
        };
        let uri: Uri = url.trim().parse().map_err(|_| wrong("this is no URL"))?;
        let is_tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong("the URL begins with neither http:// nor https://")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("the URL names no host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("the URL holds a user name, which the token takes the place of"));
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let prefix = uri.path().trim_end_matches('/').to_owned();
        if ["/v1/metrics", "/v1/logs", "/v1/traces"].iter().any(|end| prefix.ends_with(end)) {
            let says = "the URL ends in the path of one signal, which Claude Code adds itself";
            return Err(Finding::bad("url", says, "leave /v1/... off at its end"));
        }
        Ok(Endpoint { is_tls, host, port, authority: authority.to_string(), prefix })
    }

    /// What there is to say of it.
    pub(super) fn finding(&self) -> Finding {
        if self.is_tls || self.host == "localhost" || self.host.starts_with("127.") {
            return Finding::ok("url", format!("signals go to {}/v1/...", self.prefix));
        }
        let says = "telemetry and its token travel unencrypted";
        Finding::warn("url", says, "use https:// beyond this machine")
    }

    /// A request as bytes.
    pub(super) fn request(&self, signal: &str, media: &str, token: &str, body: &[u8]) -> Vec<u8> {
        // What breaks a header is no token: it must not become two headers.
        let token: String = token.chars().filter(|letter| !letter.is_control()).collect();
        let Endpoint { prefix, authority, .. } = self;
        let head = format!(
            "POST {prefix}/v1/{signal} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: {media}\r\n\
             Content-Length: {}\r\nAuthorization: Bearer {token}\r\nUser-Agent: daybook-doctor\r\n\
             Connection: close\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }
}
