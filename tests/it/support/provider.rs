//! A small provider of OpenID Connect, that signs whatever a test wants it to.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

/// As what the server under test is known to it.
pub const CLIENT: &str = "daybook-test";

/// A key, and its name.
struct Key {
    pair: EcdsaKeyPair,
    name: String,
}

/// What the provider is to answer.
struct Script {
    key: Key,
    /// What is published; another one than `key` after keys were rolled unnoticed.
    published: Vec<Value>,
    /// Claims that stand in the place of the right ones.
    claims: Value,
    /// The algorithm a token names, where it is not the key's.
    algorithm: Option<&'static str>,
    /// Codes that were given out, with the nonce and the challenge they go with.
    codes: HashMap<String, (String, String)>,
}

/// A provider that answers until the test ends.
pub struct Provider {
    pub issuer: String,
    script: Arc<Mutex<Script>>,
}

impl Key {
    /// A new key.
    fn new(name: &str) -> Key {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let bytes = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(kind, bytes.as_ref(), &random).expect("a key");
        Key { pair, name: name.to_owned() }
    }

    /// Its public half.
    fn public(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.name,
               "x": part(&point[1..33]), "y": part(&point[33..])})
    }

    /// A token with some claims.
    fn sign(&self, claims: &Value, algorithm: Option<&str>) -> String {
        let header = json!({"alg": algorithm.unwrap_or("ES256"), "kid": self.name, "typ": "JWT"});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(claims));
        if algorithm == Some("none") {
            return format!("{text}.");
        }
        let signature = self.pair.sign(&SystemRandom::new(), text.as_bytes()).expect("signed");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Provider {
    /// A provider on a free port.
    pub fn start() -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("its address"));
        let key = Key::new("first");
        let script = Arc::new(Mutex::new(Script {
            published: vec![key.public()],
            key,
            claims: json!({}),
            algorithm: None,
            codes: HashMap::new(),
        }));
        let (of, at) = (Arc::clone(&script), issuer.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &of, &at);
            }
        });
        Provider { issuer, script }
    }

    /// Says these claims in the place of the right ones from now on.
    pub fn claim(&self, claims: Value) {
        self.script.lock().expect("whole").claims = claims;
    }

    /// Names another algorithm in its tokens.
    pub fn name_algorithm(&self, algorithm: &'static str) {
        self.script.lock().expect("whole").algorithm = Some(algorithm);
    }

    /// Signs with another key from now on, and says so.
    pub fn roll_keys(&self, name: &str) {
        let mut script = self.script.lock().expect("whole");
        script.key = Key::new(name);
        script.published = vec![script.key.public()];
    }

    /// Signs with a key that it never published.
    pub fn sign_with_another_key(&self) {
        self.script.lock().expect("whole").key = Key::new("first");
    }

    /// Lets somebody in who was led here: the code, and the state to bring back.
    pub fn let_in(&self, url: &str) -> (String, String) {
        let (_, query) = url.split_once('?').expect("a query");
        let asked: HashMap<String, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), decoded(value)))
            .collect();
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        let mut script = self.script.lock().expect("whole");
        let code = format!("code{}", script.codes.len());
        let with = (asked["nonce"].clone(), asked["code_challenge"].clone());
        script.codes.insert(code.clone(), with);
        (code, asked["state"].clone())
    }
}

/// A percent-encoded text, decoded.
fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8().expect("text").into_owned()
}

/// Answers one request.
fn answer(mut stream: TcpStream, script: &Mutex<Script>, issuer: &str) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut first = String::new();
    if reader.read_line(&mut first).is_err() {
        return;
    }
    let mut length = 0;
    for line in reader.by_ref().lines().map_while(Result::ok) {
        if let Some((_, value)) = line.to_lowercase().split_once("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let path = first.split(' ').nth(1).unwrap_or_default();
    let mut script = script.lock().expect("whole");
    let (status, said) = match path {
        "/.well-known/openid-configuration" => (200, metadata(issuer)),
        "/keys" => (200, json!({"keys": script.published})),
        "/token" => token(&mut script, issuer, &String::from_utf8(body).expect("text")),
        _ => (404, json!({})),
    };
    let said = said.to_string();
    let _ = write!(
        stream,
        "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{said}",
        said.len()
    );
}

/// What it says of itself.
fn metadata(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    })
}

/// A token for a code: each code once, and only for who shows what its challenge was made of.
fn token(script: &mut Script, issuer: &str, body: &str) -> (u16, Value) {
    let field = |name: &str| {
        let found = body.split('&').filter_map(|pair| pair.split_once('='));
        found.filter(|(key, _)| *key == name).map(|(_, value)| decoded(value)).next()
    };
    let refused = (400, json!({"error": "invalid_grant"}));
    let Some((nonce, challenge)) = script.codes.remove(&field("code").unwrap_or_default()) else {
        return refused;
    };
    let verifier = field("code_verifier").unwrap_or_default();
    let digest = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    if URL_SAFE_NO_PAD.encode(digest) != challenge {
        return refused;
    }
    let now = chrono::Utc::now().timestamp();
    let mut claims = json!({
        "iss": issuer, "aud": CLIENT, "sub": "somebody", "iat": now, "exp": now + 60,
        "nonce": nonce, "email": "ada@example.com", "email_verified": true,
    });
    for (name, value) in script.claims.as_object().expect("claims") {
        claims[name] = value.clone();
    }
    let token = script.key.sign(&claims, script.algorithm);
    (200, json!({"access_token": "x", "token_type": "Bearer", "id_token": token}))
}
