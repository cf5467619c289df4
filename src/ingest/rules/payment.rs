//! Keys of payment providers.

use super::random::{classes, entropy};
use super::token::{
    alphanumeric, apart, base64, base64_url, digit, followed, hexadecimal, part, prefixed, run_end,
    sign, starts_apart, uuid, word,
};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "stripe-secret-key",
        group: Group::Payment,
        literals: &["sk_live_", "sk_test_", "sk_prod_", "rk_live_", "rk_test_", "rk_prod_"],
        find: |text, literal| {
            let apart = starts_apart(text, literal.start, word);
            prefixed(text, literal, alphanumeric, 10).filter(|_| apart)
        },
        catches: "Stripe secret and restricted keys",
        spares: "publishable keys",
        caught: &["«sk_live_{a24}»", "stripe(\"«rk_test_{a90}»\")"],
        spared: &["pk_live_{a24}", "sk_live_"],
        ..Rule::BLANK
    },
    Rule {
        id: "stripe-webhook-secret",
        group: Group::Payment,
        literals: &["whsec_"],
        find: |text, literal| prefixed(text, literal, base64, 24),
        catches: "signing secrets of webhooks",
        spares: "the bare prefix and bodies of another length",
        caught: &["«whsec_{a32}»"],
        spared: &["whsec_id"],
        ..Rule::BLANK
    },
    Rule {
        id: "square-token",
        group: Group::Payment,
        literals: &["EAAA"],
        find: |text, literal| apart(text, literal, base64_url, 60..=64),
        catches: "Square access tokens",
        spares: "base64 that holds the prefix",
        caught: &["«EAAA{a60}»"],
        spared: &["{a10}EAAA{a60}"],
        ..Rule::BLANK
    },
    Rule {
        id: "square-secret",
        group: Group::Payment,
        literals: &["sq0atp-", "sq0csp-", "sq0idp-"],
        find: |text, literal| prefixed(text, literal, base64_url, 20),
        catches: "Square secrets",
        spares: "the bare prefix and bodies of another length",
        caught: &["«sq0csp-{a43}»"],
        spared: &["sq0csp-"],
        ..Rule::BLANK
    },
    Rule {
        id: "braintree-token",
        group: Group::Payment,
        literals: &["access_token$"],
        find: |text, literal| prefixed(text, literal, braintree, 40),
        catches: "PayPal Braintree tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«access_token$production${l16}${h32}»"],
        spared: &["access_token$name"],
        ..Rule::BLANK
    },
    Rule {
        id: "shopify-token",
        group: Group::Payment,
        literals: &["shpat_", "shpca_", "shppa_", "shpss_"],
        find: |text, literal| prefixed(text, literal, alphanumeric, 32),
        catches: "Shopify tokens and secrets",
        spares: "the bare prefix and bodies of another length",
        caught: &["«shpat_{h32}»"],
        spared: &["shpat_id"],
        ..Rule::BLANK
    },
    Rule {
        id: "razorpay-key",
        group: Group::Payment,
        literals: &["rzp_live_", "rzp_test_"],
        find: |text, literal| prefixed(text, literal, alphanumeric, 14),
        catches: "Razorpay keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«rzp_live_{a14}»"],
        spared: &["rzp_live_"],
        ..Rule::BLANK
    },
    Rule {
        id: "flutterwave-key",
        group: Group::Payment,
        literals: &["FLWSECK"],
        find: flutterwave,
        catches: "Flutterwave secret and encryption keys",
        spares: "public keys",
        caught: &["«FLWSECK_TEST-{h32}-X»", "«FLWSECK_TEST{h12}»"],
        spared: &["FLWPUBK_TEST-{h32}-X", "FLWSECK_TEST"],
        ..Rule::BLANK
    },
    Rule {
        id: "plaid-token",
        group: Group::Payment,
        literals: &["access-sandbox-", "access-production-", "access-development-"],
        find: |text, literal| Some(literal.start..uuid(text, literal.end)?),
        catches: "Plaid tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«access-sandbox-{h8}-{h4}-{h4}-{h4}-{h12}»"],
        spared: &["access-sandbox-only"],
        ..Rule::BLANK
    },
    Rule {
        id: "easypost-key",
        group: Group::Payment,
        literals: &["EZAK", "EZTK"],
        find: |text, literal| apart(text, literal, alphanumeric, 54..=54),
        catches: "EasyPost keys",
        spares: "base64 that holds the prefix",
        caught: &["«EZAK{a54}»"],
        spared: &["{a10}EZAK{a54}", "EZAK{a12}"],
        ..Rule::BLANK
    },
    Rule {
        id: "shippo-token",
        group: Group::Payment,
        literals: &["shippo_live_", "shippo_test_"],
        find: |text, literal| prefixed(text, literal, hexadecimal, 40),
        catches: "Shippo tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«shippo_live_{h40}»"],
        spared: &["shippo_test_mode"],
        ..Rule::BLANK
    },
    Rule {
        id: "pagarme-key",
        group: Group::Payment,
        literals: &["ak_live_", "ak_test_"],
        find: |text, literal| prefixed(text, literal, alphanumeric, 28),
        catches: "Pagar.me keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«ak_live_{a30}»"],
        spared: &["ak_live_"],
        ..Rule::BLANK
    },
    Rule {
        id: "paystack-key",
        group: Group::Payment,
        literals: &["live_", "test_"],
        hint: |bytes, literal| followed(bytes, literal, base64_url, 30),
        find: live_key,
        catches: "keys that name their mode and nothing else: Lob, GoCardless, Mollie, Twitch",
        spares: "names of tests",
        caught: &["«live_{a40}»", "«test_{h35}»"],
        spared: &[
            "test_{l6}_name",
            "def test_summary_of_what_the_issue1104_said",
            "live_reload_of_the_page_is_switched_on_by_default",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "duffel-token",
        group: Group::Payment,
        literals: &["duffel_live_", "duffel_test_"],
        find: |text, literal| prefixed(text, literal, base64_url, 40),
        catches: "Duffel tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«duffel_live_{a43}»"],
        spared: &["duffel_live_"],
        ..Rule::BLANK
    },
    Rule {
        id: "adyen-key",
        group: Group::Payment,
        literals: &["AQE"],
        find: |text, literal| apart(text, literal, |byte| base64(byte) || byte == b'-', 90..=400),
        catches: "Adyen keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["X-API-Key: «AQE{a120}»"],
        spared: &["AQE"],
        ..Rule::BLANK
    },
];

/// Letters, digits and the `$` between the parts of a Braintree token.
fn braintree(byte: u8) -> bool {
    alphanumeric(byte) || byte == b'$'
}

/// Hexadecimal digits behind the mode, and an `X`.
fn flutterwave(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let mode = sign(text, literal.end, "_TEST").unwrap_or(literal.end);
    let from = run_end(text, mode, |byte| byte == b'-');
    let end = part(text, from, |byte| byte.is_ascii_lowercase() || digit(byte), 12..=40)?;
    let end = sign(text, end, "-X").unwrap_or(end);
    Some(literal.start..end)
}

/// 30 or more letters and digits, or a number and 30: nothing that somebody wrote.
fn live_key(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let number = part(text, literal.end, digit, 6..=12).and_then(|end| sign(text, end, "_"));
    let from = number.unwrap_or(literal.end);
    let end = part(text, from, base64_url, 30..=48)?;
    let body = text.get(from..end)?;
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let random = classes(body) >= 2 && digits >= 3 && entropy(body) >= 3.0;
    // The name of a test is small letters, with a sign now and then.
    let small = !body.bytes().any(|byte| byte.is_ascii_uppercase());
    let written = body.matches(['_', '-']).count() > if small { 0 } else { 3 };
    (random && !written && starts_apart(text, literal.start, word)).then_some(literal.start..end)
}
