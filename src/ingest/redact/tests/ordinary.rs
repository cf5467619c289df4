//! What nobody may touch: the text coding is made of, and what the real client sends.

use super::super::Redactor;
use crate::ingest::corpus;
use crate::ingest::limits::RequestKind;
use crate::ingest::rules::plain;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use prost::Message;
use std::fs;
use std::path::Path;

/// Lines with made up ids in them, each written in many variants.
const LINES: &[&str] = &[
    "commit {h40}",
    "index {h7}..{h7} 100644",
    "{h8} {h8} {h8} {h8}  ................",
    "{h40}\trefs/heads/main",
    "Merge pull request #{d4} from feature/{h8}",
    "{h8}-{h4}-4{h3}-a{h3}-{h12}",
    "session.id={h8}-{h4}-4{h3}-a{h3}-{h12}",
    "user_id: {h8}-{h4}-4{h3}-a{h3}-{h12}",
    "checksum = \"{h64}\"",
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"",
    "\"integrity\": \"sha512-{a86}==\",",
    "\"resolved\": \"https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz#{h40}\",",
    "github.com/pkg/errors v0.9.1 h1:{a43}=",
    "github.com/pkg/errors v0.9.1/go.mod h1:{a43}=",
    "    {file = \"requests-2.31.0-py3-none-any.whl\", hash = \"sha256:{h64}\"},",
    "--hash=sha256:{h64}",
    "image: registry.example.org/app@sha256:{h64}",
    "FROM rust:1.95@sha256:{h64}",
    "sha256:{h64}",
    "ETag: \"{h32}\"",
    "md5sum: {h32}  file.tar.gz",
    "<script integrity=\"sha384-{a64}\" crossorigin></script>",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ{a200}==",
    "url(data:font/woff2;base64,d09GMgABAAAAA{a200})",
    "//# sourceMappingURL=app.{h20}.js.map",
    "!function(e,t){{var n=e[t[0]],r=n.a.b(c);return r.x?{d3}:void 0}}({d5},\"{h8}\")",
    "var a=\"{a4}\",b={d6},c=function(d){return d&&d.token?d.token.kind:null};",
    "2026-11-20T10:04:53.123456789Z INFO request took 17ms",
    "1763632{d9}",
    "1763632{d12}",
    "build 2026112{d8}",
    "[{d10}.{d6}] usb 1-1: new high-speed device",
    "order {d12}, invoice {d8}, ticket {d6}",
    "pid {d5} tid {d6} addr 0x{h12}",
    "snowflake 11{d16}",
    "req_011C{a20}",
    "toolu_01{a22}",
    "msg_01{a22}",
    "ulid 01{c24}",
    "version 10.2{d1}.{d3}-beta.{d2}+build.{d6}",
    "lat 52.{d6} lon 13.{d6}",
    "call me at extension {d4} or room {d3}",
    "input_tokens={d5} output_tokens={d4} cache_read_tokens={d6}",
    "\"usage\":{\"input_tokens\":{d4},\"cache_creation_input_tokens\":{d5}}",
    "max_tokens: {d4}, stop_token: \"END\", tokenizer: \"cl100k_base\"",
    "let token = lexer.next_token().expect(\"a token\");",
    "if key == primary_key {{ return rows.get(&key); }}",
    "fn verify_password(password: &str, hash: &str) -> bool",
    "password: z.string().min(8),",
    "const secret = process.env.SESSION_SECRET;",
    "api_key = os.environ[\"API_KEY\"]",
    "apiKey: ${{ secrets.API_KEY }}",
    "Authorization: Bearer ${TOKEN}",
    "<input type=\"password\" name=\"password\" autocomplete=\"current-password\">",
    "error: expected one of `,`, `:`, or `}`, found `token`",
    "  --> src/main.rs:{d3}:{d2}",
    "test auth::tests::token_expires_after_{d2}_minutes ... ok",
    "PASS src/secret/vault.test.ts ({d2}.{d3} s)",
    "passed: {d3}, failed: 0, skipped: {d2}",
    "keyframes pulse-{d2} {{ 0% {{ opacity: 0.{d2} }} }}",
    "M{d2}.{d2} {d2}.{d3}c-{d1}.{d2}-{d1}.{d2}",
    "#{h6} rgb({d2}, {d2}, {d2})",
    "GET /api/v1/items/{h24}?page_token={a40} 200",
    "Cache key: node-modules-linux-{h64}",
    "cache_key = \"v1-{h40}\"",
    "s3://bucket/path/{h32}/part-{d5}.parquet",
    "arn:aws:iam::{d12}:role/deploy",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{a43} me@host",
    "-----BEGIN CERTIFICATE-----\nMIID{a60}\n{a64}\n-----END CERTIFICATE-----",
    "git push origin HEAD:refs/for/main%topic={h8}",
    "https://example.org/search?q=caf%C3%A9%20au%20lait&id={h12}",
    "jdbc:postgresql://localhost:5432/app",
    "redis://localhost:6379/0",
];

/// Every variant of every line, alone, escaped, and all together.
fn texts() -> Vec<String> {
    let variant = |line: &str, number: usize| {
        let salted = plain(&format!("{}{line}", "\u{200b}".repeat(number)));
        salted.trim_start_matches('\u{200b}').to_owned()
    };
    let lines: Vec<String> =
        (0..20).flat_map(|number| LINES.iter().map(move |line| variant(line, number))).collect();
    let together = lines.join("\n");
    let escaped = serde_json::json!({"file": {"content": &together}}).to_string();
    lines.into_iter().chain([together, escaped]).collect()
}

#[test]
fn the_text_coding_is_made_of_is_left_alone() {
    let redactor = Redactor::new();
    for text in texts() {
        let found = redactor.redact_text(&text);
        assert_eq!(found.map(|found| touched(&text, &found)), None);
    }
}

/// What stands round the first difference, for the message.
fn touched(text: &str, found: &str) -> (String, String) {
    let same = text.bytes().zip(found.bytes()).take_while(|(before, after)| before == after);
    let at = same.count().saturating_sub(60);
    let excerpt =
        |text: &str| String::from_utf8_lossy(&text.as_bytes()[at..]).chars().take(160).collect();
    (excerpt(text), excerpt(found))
}

/// Files below a folder, but for tests and for those whose business are examples of secrets.
fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        let about_secrets =
            ["target", ".git", "/rules", "/redact", "fixtures", "canaries", "test", "node_modules"];
        if about_secrets.iter().any(|part| name.contains(part)) {
            continue;
        }
        if path.is_dir() {
            files(&path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            found.push(code.to_owned());
        }
    }
}

#[test]
fn the_source_of_this_project_is_left_alone() {
    let redactor = Redactor::new();
    let mut texts = Vec::new();
    for folder in ["src", "jobs", "schema", "benches", "migrations"] {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut texts);
    }
    assert!(texts.len() > 150);
    let mut changed = Vec::new();
    for text in texts {
        changed.extend(redactor.redact_text(&text).map(|found| touched(&text, &found)));
    }
    assert!(changed.is_empty(), "{changed:#?}");
}

#[test]
fn what_the_client_sends_is_left_alone_and_mostly_stored_as_it_came() {
    let redactor = Redactor::new();
    let (mut bodies, mut suspected) = (0, 0);
    for body in corpus::bodies().into_iter().filter(|body| !body.json) {
        let raw = body.bytes;
        let redacted = match body.kind {
            RequestKind::Metrics => {
                let mut request = ExportMetricsServiceRequest::decode(&raw[..]).unwrap();
                let before = request.clone();
                redactor.redact_metrics(&mut request);
                before == request
            }
            RequestKind::Logs => {
                let mut request = ExportLogsServiceRequest::decode(&raw[..]).unwrap();
                let before = request.clone();
                redactor.redact_logs(&mut request);
                before == request
            }
            RequestKind::Traces => continue,
        };
        assert!(redacted, "{}", body.name);
        bodies += 1;
        suspected += usize::from(redactor.may_match(&raw));
    }
    assert!(suspected * 5 < bodies, "{suspected} of {bodies} are looked at twice");
}
