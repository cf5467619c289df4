//! Dresses secrets as they stand in telemetry: in text, in JSON, in JSON in JSON, escaped, cut off.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::secrets::{FORMS, Form, Source};

/// A secret as it is sent.
pub struct Canary {
    /// The whole string.
    pub text: String,
    /// What must not be found: the secret's own part, and the same as it is dressed, each with
    /// the bytes of one character.
    pub secret: Vec<(String, usize)>,
    /// How it is dressed.
    dress: Dress,
}

/// A way a secret stands in a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dress {
    Plain,
    Json,
    JsonInJson,
    Escaped,
    Percent,
    Base64,
    CutOff,
    Coloured,
}

/// Every dress.
const DRESSES: [Dress; 8] = [
    Dress::Plain,
    Dress::Json,
    Dress::JsonInJson,
    Dress::Escaped,
    Dress::Percent,
    Dress::Base64,
    Dress::CutOff,
    Dress::Coloured,
];

impl Canary {
    /// Whether it stands in its string as it is.
    pub fn is_plain(&self) -> bool {
        self.dress == Dress::Plain
    }
}

/// Every form in every dress it can have, each another secret.
pub fn canaries() -> Vec<Canary> {
    let forms = FORMS.iter().zip(0u64..);
    let all = forms.flat_map(|(form, number)| {
        DRESSES.iter().zip(0u64..).filter_map(move |(dress, variant)| {
            let body = Source::new(number * 100 + variant + 1).body(form.alphabet, form.length);
            dressed(form, body, *dress)
        })
    });
    all.collect()
}

/// A secret in a dress; `None` if the form cannot have it.
fn dressed(form: &Form, body: String, dress: Dress) -> Option<Canary> {
    let before = form.before.replace("{8}", "A1B2C3D4").replace("{9}", "A1B2C3D4E");
    let whole = format!("{before}{}{body}{}", form.prefix, form.after);
    let mut secret = vec![(body.clone(), 1)];
    let text = match dress {
        Dress::Plain => format!("see {whole} there"),
        Dress::Json => json!({ "command": format!("use {whole}"), "n": 1 }).to_string(),
        Dress::JsonInJson => {
            let inner = json!({ "content": format!("1\n{whole}\n2") }).to_string();
            json!({ "input": inner }).to_string()
        }
        Dress::Escaped => {
            secret.push((escaped(&body), 6));
            format!("{{\"k\":\"{}\"}}", escaped(&whole))
        }
        Dress::Percent => {
            secret.push((percent_encoded(&body), 3));
            format!("next={}&n=1", percent_encoded(&whole))
        }
        Dress::Base64 => {
            let run = STANDARD.encode(format!("sign in with {whole} soon"));
            secret.push((run[24..run.len() - 12].to_owned(), 1));
            format!("echo {run} | base64 -d")
        }
        // Only what begins in a way of its own can be known by its front.
        Dress::CutOff if form.prefix.len() < 4 => return None,
        Dress::CutOff => {
            let front = body[..body.len() * 4 / 5].to_owned();
            secret = vec![(front.clone(), 1)];
            format!("the rest is missing: {}{front}", form.prefix)
        }
        Dress::Coloured => format!("  12\t+\u{1b}[32m{whole}\u{1b}[0m"),
    };
    Some(Canary { text, secret, dress })
}

/// Every character as an escape of JSON.
fn escaped(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// Every byte as a percent escape.
pub fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
