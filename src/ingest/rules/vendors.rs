//! Keys that look like a digest, an id or nothing in particular, and that only the name of who
//! gives them out, right before them, gives away.

use super::random::{entropy, is_placeholder, is_wordy, stands_for_another};
use super::signs::is_one_of;
use super::token::{alphanumeric, starts_apart};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[Rule {
    id: "vendor-key",
    group: Group::Services,
    keywords: VENDORS,
    hint: may_stand,
    find: range,
    catches: "keys without a mark of their own, behind the name of who gives them out and a word for a key, or given to that name in quotes",
    spares: "versions, digests in lock files, ids that say they are one, and words",
    caught: &[
        "deepgram key «{h40}»",
        "SNYK_TOKEN=«{h8}-{h4}-{h4}-{h4}-{h12}»",
        "\"datadogApiKey\": \"«{h32}»\"",
        "clarifai access key «{a32}» for the tests",
        "postmark: '«{h8}-{h4}-4{h3}-a{h3}-{h12}»'",
        "{\\\"heroku_api_key\\\":\\\"«{h8}-{h4}-4{h3}-a{h3}-{h12}»\\\"}",
        "new Algolia(\"vercel-token\", \"«{a24}»\")",
    ],
    spared: &[
        "heroku_app_id: {h8}-{h4}-{h4}-{h4}-{h12}",
        "deployed to heroku at {h40}",
        "\"snyk\": \"^1.1293.0\",",
        "datadog: sha256:{h64}",
        "codecov/codecov-action@{h40}",
        "FASTLY_API_KEY=${FASTLY_API_KEY}",
        "travis_api_endpoint = \"https://api.travis-ci.com/v3/{h32}\"",
        "mailgun-secret-key-of-the-production-account-2",
    ],
    ..Rule::BLANK
}];

/// Who gives out such keys.
const VENDORS: &[&str] = &[
    "adafruit",
    "algolia",
    "amplitude",
    "asana",
    "assemblyai",
    "atlassian",
    "auth0",
    "beamer",
    "binance",
    "bitbucket",
    "bittrex",
    "bugsnag",
    "cerebras",
    "circleci",
    "clarifai",
    "clickup",
    "cloudant",
    "cloudflare",
    "codecov",
    "cohere",
    "coinbase",
    "confluent",
    "contentful",
    "datadog",
    "deepgram",
    "deepseek",
    "discord",
    "droneci",
    "dropbox",
    "etsy",
    "facebook",
    "fastly",
    "finicity",
    "finnhub",
    "flickr",
    "freshbooks",
    "freshdesk",
    "gitter",
    "gocardless",
    "grafana",
    "heroku",
    "honeycomb",
    "hubspot",
    "ibmcloud",
    "intercom",
    "jenkins",
    "kraken",
    "kucoin",
    "launchdarkly",
    "linkedin",
    "linode",
    "logzio",
    "looker",
    "mailchimp",
    "mailgun",
    "mailjet",
    "mattermost",
    "messagebird",
    "mistral",
    "mixpanel",
    "netlify",
    "newrelic",
    "newsapi",
    "nuget",
    "nytimes",
    "okta",
    "openweather",
    "opsgenie",
    "pagerduty",
    "pandadoc",
    "paypal",
    "plivo",
    "postmark",
    "pubnub",
    "rapidapi",
    "raygun",
    "rollbar",
    "scaleway",
    "sendbird",
    "shodan",
    "snowflake",
    "snyk",
    "softlayer",
    "sourcegraph",
    "sparkpost",
    "splunk",
    "spotify",
    "squarespace",
    "sumologic",
    "telegram",
    "transferwise",
    "travis",
    "trello",
    "twilio",
    "twitch",
    "twitter",
    "vercel",
    "virustotal",
    "vonage",
    "vultr",
    "wandb",
    "zendesk",
];

/// Words between the vendor and the key that say it is one.
const WORDS: &[&[u8]] = &[
    b"access",
    b"account",
    b"api",
    b"app",
    b"auth",
    b"bot",
    b"client",
    b"global",
    b"key",
    b"license",
    b"oauth",
    b"personal",
    b"private",
    b"secret",
    b"service",
    b"token",
];

/// Words a name may have.
const MOST_WORDS: usize = 6;

/// Bytes of signs between a name and its key.
const BETWEEN_BYTES: usize = 12;

/// Characters of a key.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 20..=128;

/// Whether enough of a key's characters stand behind a name. What stands round both is left
/// alone: in a request it is the protocol's own.
fn may_stand(bytes: &[u8], literal: &Range<usize>) -> bool {
    key_start(bytes, literal).is_some_and(|start| {
        let key = bytes.get(start..start + KEY_BYTES.start());
        key.is_some_and(|key| key.iter().all(|byte| is_key(*byte)))
    })
}

/// The key behind the name at `literal`.
fn range(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let start = key_start(bytes, &literal).filter(|_| begins_word(text, literal.start))?;
    let body = bytes.get(start..)?;
    let length = body.iter().take(*KEY_BYTES.end() + 1).take_while(|byte| is_key(**byte)).count();
    let closed = body.get(length).is_none_or(|next| !is_one_of(*next, b"/+.(@:%$"));
    let key = std::str::from_utf8(body.get(..length)?).ok()?;
    (KEY_BYTES.contains(&length) && closed && is_drawn(key)).then_some(start..start + length)
}

/// Where what is given to the name at `literal` begins, if the name says it is a key or a quote
/// that it is given.
fn key_start(bytes: &[u8], literal: &Range<usize>) -> Option<usize> {
    let (name_end, told) = name_end(bytes, literal.end);
    let rest = bytes.get(name_end..)?;
    let is_between = |byte: &u8| is_one_of(*byte, b"\"'`\\])= :>,~-");
    let between = rest.iter().take(BETWEEN_BYTES).take_while(|byte| is_between(byte)).count();
    let signs = rest.get(..between)?;
    let given = signs.iter().any(|byte| is_one_of(*byte, b"=:>,"));
    let quoted = matches!(signs.last(), Some(b'"' | b'\'' | b'`'));
    (!signs.is_empty() && (told || given && quoted)).then_some(name_end + between)
}

/// Whether a word begins at `at`: no letter before, or a hump.
fn begins_word(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let capital = bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let hump = capital && before.is_some_and(u8::is_ascii_lowercase);
    hump || starts_apart(text, at, alphanumeric)
}

/// Where a name ends that goes on with words for a key, and whether there were any.
fn name_end(bytes: &[u8], from: usize) -> (usize, bool) {
    let mut end = from;
    for _ in 0..MOST_WORDS {
        let gap = bytes.get(end).is_some_and(|byte| matches!(byte, b'_' | b'-' | b' ' | b'.'));
        let at = end + usize::from(gap);
        let rest = bytes.get(at..).unwrap_or_default();
        let word = WORDS.iter().find(|word| {
            rest.get(..word.len()).is_some_and(|front| front.eq_ignore_ascii_case(word))
        });
        match word {
            Some(word) => end = at + word.len(),
            None => break,
        }
    }
    (end, end > from)
}

/// Bytes of a key.
fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether somebody's machine drew it: digits among letters, and no words.
fn is_drawn(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let letters = key.bytes().filter(u8::is_ascii_alphabetic).count();
    let mixed = digits >= 3 && letters >= 3 && entropy(key) >= 3.0;
    mixed && !is_wordy(key) && !is_placeholder(key) && !stands_for_another(key)
}
