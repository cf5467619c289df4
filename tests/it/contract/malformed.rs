//! P9: what cannot be decoded is 400, so that the client does not send it again.

use std::sync::LazyLock;

use prost::Message;

use crate::support::packing::pack;
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::{Reporter, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

#[test]
fn a_protobuf_cut_anywhere_is_refused_or_still_decodes() {
    let whole = Reporter::new("cut").tokens(&[1.0, 2.0]).encode_to_vec();
    for length in 1..whole.len() {
        let answer = SERVER.offer_protobuf("metrics", &whole[..length]);
        answer.assert_refused(400, &format!("cut to {length}"));
    }
    assert_eq!(Reporter::new("cut").counted(&SERVER), 0);
}

#[test]
fn a_json_cut_anywhere_is_refused() {
    let whole = crate::support::otlp_to_json::logs_to_json(&Reporter::new("cutjson").calls(&[1]));
    for length in (0..whole.len()).step_by(7) {
        let answer = SERVER.deliver("logs", JSON, "identity", &whole.as_bytes()[..length]);
        answer.assert_refused(400, &format!("cut to {length}"));
    }
}

#[test]
fn a_packed_body_cut_anywhere_is_refused() {
    let whole = Reporter::new("cutpacked").tokens(&[1.0, 2.0]).encode_to_vec();
    for encoding in ["gzip", "deflate", "zstd"] {
        let packed = pack(encoding, &whole);
        for length in (0..packed.len()).step_by(5) {
            let answer = SERVER.deliver("metrics", PROTOBUF, encoding, &packed[..length]);
            answer.assert_refused(400, &format!("{encoding} cut to {length}"));
        }
    }
    assert_eq!(Reporter::new("cutpacked").counted(&SERVER), 0);
}

#[test]
fn a_body_that_is_not_in_its_content_encoding_is_refused() {
    let plain = Reporter::new("notpacked").tokens(&[1.0]).encode_to_vec();
    for encoding in ["gzip", "deflate", "zstd"] {
        SERVER.deliver("metrics", PROTOBUF, encoding, &plain).assert_refused(400, encoding);
    }
}

#[test]
fn a_body_in_another_content_encoding_than_it_says_is_refused() {
    let plain = Reporter::new("otherpacked").tokens(&[1.0]).encode_to_vec();
    for says in ["gzip", "deflate", "zstd", "identity"] {
        for is in ["gzip", "deflate", "zstd"].into_iter().filter(|is| *is != says) {
            let answer = SERVER.deliver("metrics", PROTOBUF, says, &pack(is, &plain));
            answer.assert_refused(400, &format!("{is} that says {says}"));
        }
    }
}

#[test]
fn something_behind_a_packed_body_is_refused() {
    let plain = Reporter::new("trailing").tokens(&[1.0]).encode_to_vec();
    for encoding in ["gzip", "zstd"] {
        let packed = [pack(encoding, &plain), b"more".to_vec()].concat();
        SERVER.deliver("metrics", PROTOBUF, encoding, &packed).assert_refused(400, encoding);
    }
}

#[test]
fn one_encoding_in_the_others_media_type_is_refused() {
    let request = Reporter::new("mixedup").tokens(&[1.0]);
    let json = crate::support::otlp_to_json::metrics_to_json(&request);
    SERVER.offer_protobuf("metrics", json.as_bytes()).assert_refused(400, "JSON as protobuf");
    let answer = SERVER.deliver("metrics", JSON, "identity", &request.encode_to_vec());
    answer.assert_refused(400, "protobuf as JSON");
}

#[test]
fn json_that_is_no_request_is_refused() {
    for body in [
        "null",
        "[]",
        "1",
        "\"text\"",
        "{",
        "{}{}",
        "{\"resourceMetrics\":{}}",
        "{\"resourceMetrics\":[1]}",
        "{\"resourceMetrics\":[{\"scopeMetrics\":\"x\"}]}",
        "{\"resourceMetrics\":[],}",
        "// comment\n{}",
        "\u{feff}\u{feff}{}",
    ] {
        SERVER.deliver("metrics", JSON, "identity", body.as_bytes()).assert_refused(400, body);
    }
}

#[test]
fn json_that_is_not_utf_8_is_refused() {
    let body = b"{\"resourceLogs\":[{\"schemaUrl\":\"\xff\xfe\"}]}";
    SERVER.deliver("logs", JSON, "identity", body).assert_refused(400, "not UTF-8");
}

#[test]
fn a_field_of_the_wrong_type_is_named_by_its_path_and_not_quoted() {
    let secret = "not-for-the-log";
    let body = format!(
        r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"timeUnixNano":"{secret}"}}]}}]}}]}}"#
    );
    let answer = SERVER.deliver("logs", JSON, "identity", body.as_bytes());
    answer.assert_refused(400, "a text for a time");
    let message = answer.refusal().message;
    let path = "resourceLogs[0].scopeLogs[0].logRecords[0].timeUnixNano";
    assert!(message.contains(path) && !message.contains(secret), "{message}");
}

#[test]
fn garbage_of_any_kind_is_refused_and_the_next_request_is_counted() {
    let reporter = Reporter::new("aftergarbage");
    let mut state = 0x5eed_u64;
    for round in 0..64 {
        let garbage: Vec<u8> = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // Never a valid tag: the wire types 6 and 7 do not exist.
            (state as u8) | 6
        })
        .take(1 + round * 7)
        .collect();
        SERVER.offer_protobuf("metrics", &garbage).assert_refused(400, "garbage");
        SERVER.deliver("logs", JSON, "identity", &garbage).assert_refused(400, "garbage");
    }
    SERVER.accept("metrics", &reporter.tokens(&[17.0]).encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 17);
}
