//! Request bodies no client would send, written field by field.

/// A field of wire type 2.
pub(super) fn delimited(number: u64, body: &[u8]) -> Vec<u8> {
    let mut field = Vec::new();
    prost::encoding::encode_varint(number << 3 | 2, &mut field);
    prost::encoding::encode_varint(body.len() as u64, &mut field);
    field.extend_from_slice(body);
    field
}

/// A logs request around the fields of one scope's logs.
pub(super) fn logs_request(scope_logs: &[u8]) -> Vec<u8> {
    delimited(1, &delimited(2, scope_logs))
}

/// A logs request around the fields of one record.
pub(super) fn record_request(record: &[u8]) -> Vec<u8> {
    logs_request(&delimited(2, record))
}

/// A logs request whose record's body is an array in an array, `arrays` of them.
pub(super) fn nested_arrays(arrays: usize) -> Vec<u8> {
    let mut value = Vec::new();
    for _ in 0..arrays {
        value = delimited(5, &delimited(1, &value));
    }
    record_request(&delimited(5, &value))
}

/// A logs request whose record's body nests `levels` messages, built in one pass.
pub(super) fn deep_request(levels: usize) -> Vec<u8> {
    // Each level announces all that follows: prepending lengths one by one would be quadratic.
    let mut sizes = vec![0_usize];
    for level in 0..levels {
        let inner = sizes[level];
        sizes.push(inner + 1 + prost::encoding::encoded_len_varint(inner as u64));
    }
    let mut value = Vec::new();
    for (level, size) in sizes.iter().rev().skip(1).enumerate() {
        value.push(if level % 2 == 0 { 0x2a } else { 0x0a });
        prost::encoding::encode_varint(*size as u64, &mut value);
    }
    record_request(&delimited(5, &value))
}

/// Numbers that look random and are the same every time.
pub(super) fn pseudo_random(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    (*state >> 33) as usize
}
