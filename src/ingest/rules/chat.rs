//! Tokens and addresses of chats.

use super::random::{classes, is_placeholder};
use super::token::{
    alphanumeric, apart, base64_any, base64_url, digit, part, probe, run_end, sign, starts_apart,
};
use super::{Group, Rule};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "slack-token",
        group: Group::Services,
        literals: &[
            "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-", "xoxc-", "xoxd-", "xoxe-",
            "xoxe.xox", "xapp-",
        ],
        find: slack,
        catches: "Slack tokens of bots, users, applications, browsers and settings",
        spares: "placeholders",
        caught: &[
            "«xoxb-{d12}-{d12}-{a24}»",
            "«xoxp-{d11}-{d11}-{d12}-{h32}»",
            "«xapp-1-A{c10}-{d13}-{h64}»",
            "«xoxe.xoxp-1-{a146}»",
            "«xoxe-1-{a146}»",
            "«xoxd-{a60}»",
        ],
        spared: &["xoxb-your-token-goes-here", "xoxb-xxxxxxxxxxx-xxxxxxxxxxx-xxxxxxxx", "xoxp-"],
        ..Rule::BLANK
    },
    Rule {
        id: "slack-webhook",
        group: Group::Services,
        literals: &["hooks.slack.com"],
        find: slack_webhook,
        catches: "the secret part of Slack webhooks",
        spares: "the host and the documentation's samples",
        caught: &[
            "https://hooks.slack.com/services/«T{c8}/B{c9}/{a24}»\"",
            "https:\\/\\/hooks.slack.com\\/services\\/«T{c8}\\/B{c9}\\/{a24}»",
        ],
        spared: &[
            "https://hooks.slack.com/services/",
            "https://hooks.slack.com/services/YOUR/WEBHOOK/URL",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "discord-webhook",
        group: Group::Services,
        keywords: &["webhooks"],
        find: discord_webhook,
        catches: "the secret part of Discord webhooks",
        spares: "the host",
        caught: &["https://discord.com/api/webhooks/«{d18}/{a68}»"],
        spared: &["https://discord.com/api/webhooks/"],
        ..Rule::BLANK
    },
    Rule {
        id: "teams-webhook",
        group: Group::Services,
        keywords: &["office.com"],
        find: teams_webhook,
        catches: "the secret part of webhooks of Microsoft Teams",
        spares: "the host",
        caught: &[
            "https://acme.webhook.office.com/webhookb2/«{h8}-{h4}-{h4}-{h4}-{h12}@{h8}-{h4}-{h4}-{h4}-{h12}/IncomingWebhook/{h32}/{h8}-{h4}-{h4}-{h4}-{h12}»",
        ],
        spared: &["https://outlook.office.com/mail"],
        ..Rule::BLANK
    },
    Rule {
        id: "zapier-webhook",
        group: Group::Services,
        literals: &["hooks.zapier.com"],
        find: zapier,
        catches: "the secret part of Zapier webhooks",
        spares: "the host",
        caught: &["https://hooks.zapier.com/hooks/catch/«{d7}/{l7}»/"],
        spared: &["https://hooks.zapier.com/"],
        ..Rule::BLANK
    },
    Rule {
        id: "telegram-bot-token",
        group: Group::Services,
        literals: &[":AA"],
        find: telegram,
        catches: "Telegram bot tokens",
        spares: "times and addresses",
        caught: &["«{d10}:AA{a33}»", "https://api.telegram.org/bot«{d10}:AA{a33}»/getMe"],
        spared: &["12:30:AA", "{d10}:AA{a12}"],
        ..Rule::BLANK
    },
    Rule {
        id: "facebook-token",
        group: Group::Services,
        literals: &["EAAM", "EAAC"],
        find: |text, literal| apart(text, literal, alphanumeric, 60..=400),
        catches: "Facebook access tokens",
        spares: "base64 that holds the prefix",
        caught: &["«EAAC{a110}»"],
        spared: &["{a8}EAAC{a110}", "EAAC{a12}"],
        ..Rule::BLANK
    },
    Rule {
        id: "twitter-bearer-token",
        group: Group::Services,
        literals: &["AAAAAAAAAAAAAAAAAAAA"],
        find: twitter,
        catches: "Twitter bearer tokens",
        spares: "zeros in base64",
        caught: &["Bearer «AAAAAAAAAAAAAAAAAAAAA{a40}%3D{a40}»"],
        spared: &[
            "{a9}AAAAAAAAAAAAAAAAAAAAA{a80}",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "discord-bot-token",
        group: Group::Services,
        shapes: &[".wwwwww."],
        hint: |bytes, literal| name_length(bytes, literal) >= 22,
        find: discord_bot,
        catches: "Discord bot tokens: an account's number, a time and a signature",
        spares: "names with dots between",
        caught: &["«MTE4OTA3MDY1NDMyMTQwOTg3Ng.{a6}.{a38}»"],
        spared: &["a.length.b", "{t24}.filter.{t30}"],
        ..Rule::BLANK
    },
];

/// What stands between two parts of an address: a slash, escaped or not.
fn slash(text: &str, at: usize) -> Option<usize> {
    let end = run_end(text, at, |byte| matches!(byte, b'/' | b'\\'));
    (end > at).then_some(end)
}

/// Groups of digits and a tail; at least ten digits, or a long tail.
fn slack(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let alphabet: fn(u8) -> bool = |byte| base64_any(byte) || byte == b'%';
    let body = probe(text, literal.end, alphabet);
    let digits = body
        .bytes()
        .take_while(|byte| digit(*byte) || *byte == b'-')
        .filter(|byte| digit(*byte))
        .count();
    let anywhere = body.bytes().filter(|byte| digit(*byte)).count();
    let grouped = digits >= 10 && body.len() >= 20;
    let tail = body.len() >= 30 && classes(body) >= 2 && anywhere >= 4;
    if !(grouped || tail) {
        return None;
    }
    let end = run_end(text, literal.end, alphabet);
    let whole = text.get(literal.start..end)?.trim_end_matches(['.', '=']);
    (!is_placeholder(body)).then_some(literal.start..literal.start + whole.len())
}

/// The path behind `services`, `workflows` or `triggers`.
fn slack_webhook(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let kind = slash(text, literal.end)?;
    let kind_end = part(text, kind, alphanumeric, 8..=9)?;
    let start = slash(text, kind_end)?;
    let end = run_end(text, start, |byte| base64_url(byte) || matches!(byte, b'/' | b'\\'));
    let tail = text.get(start..end)?.trim_end_matches('\\');
    (tail.len() >= 30 && classes(tail) >= 2 && tail.bytes().any(digit))
        .then_some(start..start + tail.len())
}

/// The number and the secret behind `webhooks`.
fn discord_webhook(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let start = slash(text, literal.end)?;
    let number = part(text, start, digit, 17..=20)?;
    let end = part(text, slash(text, number)?, base64_url, 60..=80)?;
    Some(start..end)
}

/// Characters of base64 before the first dot.
fn name_length(bytes: &[u8], literal: &Range<usize>) -> usize {
    let front = bytes.get(literal.start.saturating_sub(30)..literal.start).unwrap_or_default();
    front.iter().rev().take_while(|byte| base64_url(**byte)).count()
}

/// A first part that decodes to the number of an account, six characters, and a signature.
fn discord_bot(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let length = name_length(text.as_bytes(), &literal);
    let start = literal.start - length;
    let end = part(text, literal.end, base64_url, 27..=38)?;
    let name = text.get(start..literal.start)?;
    let number = (24..=26).contains(&length)
        && URL_SAFE_NO_PAD
            .decode(name)
            .is_ok_and(|bytes| bytes.iter().filter(|byte| digit(**byte)).count() >= 12);
    number.then_some(start..end)
}

/// The path behind the host, with its ids.
fn teams_webhook(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let kind = slash(text, literal.end)?;
    let kind_end = run_end(text, kind, alphanumeric);
    let hook = text.get(kind..kind_end)?.starts_with("webhook");
    let start = slash(text, kind_end)?;
    let end = run_end(text, start, |byte| base64_url(byte) || matches!(byte, b'/' | b'\\' | b'@'));
    let tail = text.get(start..end)?.trim_end_matches('\\');
    (hook && tail.len() >= 60).then_some(start..start + tail.len())
}

/// The path behind `hooks/catch`.
fn zapier(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let hooks = sign(text, slash(text, literal.end)?, "hooks")?;
    let kind = sign(text, slash(text, hooks)?, "catch")?;
    let start = slash(text, kind)?;
    let end = run_end(text, start, |byte| base64_url(byte) || matches!(byte, b'/' | b'\\'));
    let tail = text.get(start..end)?.trim_end_matches(['/', '\\']);
    (tail.len() >= 8).then_some(start..start + tail.len())
}

/// A number of eight to ten digits, and 33 more behind `:AA`.
fn telegram(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let front = text.as_bytes().get(literal.start.saturating_sub(12)..literal.start)?;
    let length = front.iter().rev().take_while(|byte| digit(**byte)).count();
    let start = literal.start - length;
    let end = part(text, literal.end, base64_url, 32..=34)?;
    // In the addresses of its interface the token stands right behind `bot`.
    let named = text.get(..start)?.ends_with("/bot");
    let apart = named || starts_apart(text, start, alphanumeric);
    ((8..=11).contains(&length) && apart).then_some(start..end)
}

/// The zeros that begin the token, and 60 or more characters that are not.
fn twitter(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let alphabet: fn(u8) -> bool = |byte| alphanumeric(byte) || byte == b'%';
    let found = apart(text, literal.clone(), alphabet, 60..=200)?;
    (classes(text.get(literal.end..found.end)?) == 3).then_some(found)
}
