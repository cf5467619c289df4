//! Keys that look like a digest, an id or nothing in particular, and that only the name of who
//! gives them out, right before them, gives away.

use super::random::{entropy, is_placeholder, is_wordy, stands_for_another};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[Rule {
    id: "vendor-key",
    group: Group::Services,
    keywords: VENDORS,
    hint: |bytes, literal| range(bytes, literal).is_some(),
    find: |text, literal| range(text.as_bytes(), &literal),
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

/// The key behind the name at `literal`.
fn range(bytes: &[u8], literal: &Range<usize>) -> Option<Range<usize>> {
    if !begins_word(bytes, literal.start) {
        return None;
    }
    let (name_end, told) = name_end(bytes, literal.end);
    let rest = bytes.get(name_end..)?;
    let is_between = |byte: &u8| b"\"'`\\])= :>,~-".contains(byte);
    let between = rest.iter().take(BETWEEN_BYTES).take_while(|byte| is_between(byte)).count();
    let signs = rest.get(..between)?;
    let given = signs.iter().any(|byte| b"=:>,".contains(byte));
    let quoted = signs.ends_with(b"\"") || signs.ends_with(b"'") || signs.ends_with(b"`");
    if signs.is_empty() || !(told || given && quoted) {
        return None;
    }
    let start = name_end + between;
    let body = rest.get(between..)?;
    let length = body.iter().take(*KEY_BYTES.end() + 1).take_while(|byte| is_key(**byte)).count();
    let closed = body.get(length).is_none_or(|next| !b"/+.(@:%$".contains(next));
    let key = std::str::from_utf8(body.get(..length)?).ok()?;
    (KEY_BYTES.contains(&length) && closed && is_drawn(key)).then_some(start..start + length)
}

/// Whether a word begins at `at`: no letter before, or a hump.
fn begins_word(bytes: &[u8], at: usize) -> bool {
    let first = bytes.get(at).copied().unwrap_or_default();
    let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied();
    before.is_none_or(|before| {
        !before.is_ascii_alphanumeric()
            || first.is_ascii_uppercase() && before.is_ascii_lowercase()
            || at >= 2 && bytes.get(at - 2) == Some(&b'\\')
    })
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
