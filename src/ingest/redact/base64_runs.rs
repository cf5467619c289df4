//! Finds text that stands in other text as base64. Images, digests and certificates decode to
//! what is no text, and cost no more than a look at their first bytes.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::ops::Range;

/// Characters from which a run is looked at.
const LEAST_RUN: usize = 24;

/// Characters that are decoded to see whether they are text.
const FRONT: usize = 16;

/// Characters of a line where base64 is wrapped.
const LINES: [usize; 2] = [64, 76];

/// Characters that are decoded of all runs of a string together.
const MOST_DECODED: usize = 64 * 1024;

/// Reads base64 whether its last bits are zero or not.
const READER: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, lenient());

/// How [`READER`] reads.
const fn lenient() -> GeneralPurposeConfig {
    NO_PAD
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
}

/// A run, decoded.
pub struct Run {
    /// Where it stands, padding included.
    pub range: Range<usize>,
    /// What it says.
    pub text: String,
}

/// Whether any run in these bytes decodes to text.
pub fn any_text(bytes: &[u8]) -> bool {
    runs(bytes).any(|run| bytes.get(run).is_some_and(|run| text_offset(run).is_some()))
}

/// The runs of a string that decode to text.
pub fn texts(text: &str) -> Vec<Run> {
    let mut budget = MOST_DECODED;
    let mut found: Vec<Run> = Vec::new();
    for range in runs(text.as_bytes()) {
        if found.last().is_some_and(|last| range.start < last.range.end) {
            continue;
        }
        let Some((offset, run)) =
            text.as_bytes().get(range.clone()).and_then(|run| Some((text_offset(run)?, run)))
        else {
            continue;
        };
        let length = (run.len() - offset).min(budget);
        budget -= length;
        let mut characters = run.get(offset..offset + length).unwrap_or_default().to_vec();
        let end = following_lines(text.as_bytes(), &range, &mut characters, &mut budget);
        if let Some(decoded) = decode(&characters) {
            let rest = text.as_bytes().get(end..).unwrap_or_default();
            let padding = rest.iter().take(2).take_while(|byte| **byte == b'=').count();
            let text = String::from_utf8_lossy(&decoded).into_owned();
            found.push(Run { range: range.start..end + padding, text });
        }
        if budget == 0 {
            break;
        }
    }
    found
}

/// Adds the lines that go on with a run: base64 is wrapped at 64 or 76 characters. Returns where
/// the last one ends.
fn following_lines(
    bytes: &[u8],
    run: &Range<usize>,
    characters: &mut Vec<u8>,
    budget: &mut usize,
) -> usize {
    let mut end = run.end;
    while LINES.contains(&run.len()) {
        let rest = bytes.get(end..).unwrap_or_default();
        let Some(length) = line_break_length(rest) else { break };
        let line = rest.get(length..).unwrap_or_default();
        let line_length = line.iter().take(run.len()).take_while(|byte| is_base64(**byte)).count();
        let Some(line) = line.get(..line_length).filter(|line| line.len() <= *budget) else {
            break;
        };
        characters.extend_from_slice(line);
        *budget -= line.len();
        end += length + line.len();
        if line.len() < run.len() {
            break;
        }
    }
    end
}

/// The bytes of a line break, escaped or not.
fn line_break_length(rest: &[u8]) -> Option<usize> {
    let breaks: [&[u8]; 4] = [b"\r\n", b"\n", b"\\r\\n", b"\\n"];
    breaks.iter().find(|sign| rest.starts_with(sign)).map(|sign| sign.len())
}

/// Decodes a run, of either alphabet, but for a last character that says nothing.
fn decode(run: &[u8]) -> Option<Vec<u8>> {
    let whole = if run.len() % 4 == 1 { run.len() - 1 } else { run.len() };
    let plain = |byte: &u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    let standard: Vec<u8> = run.get(..whole)?.iter().map(plain).collect();
    READER.decode(standard).ok()
}

/// From where a run decodes to text. Its first characters may belong to what stands before it.
fn text_offset(run: &[u8]) -> Option<usize> {
    (0..4).find(|offset| run.get(*offset..offset + FRONT).is_some_and(is_text))
}

/// Whether these characters decode to text, four by four. Most runs are names and ids: the first
/// four tell, and nothing is allocated for them.
fn is_text(front: &[u8]) -> bool {
    front.chunks_exact(4).all(|four| {
        let bits = four.iter().fold(0, |bits, character| bits << 6 | u32::from(value(*character)));
        let [_, bytes @ ..] = bits.to_be_bytes();
        bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t'))
    })
}

/// What a character of base64 stands for, of either alphabet.
fn value(character: u8) -> u8 {
    match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    }
}

/// The runs of at least [`LEAST_RUN`] characters.
///
/// Looks at every [`LEAST_RUN`]th byte and from there backwards, so that ordinary text is mostly
/// stepped over.
fn runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut floor = 0;
    std::iter::from_fn(move || {
        loop {
            let window = bytes.get(floor..floor + LEAST_RUN)?;
            if let Some(last) = window.iter().rposition(|byte| !is_base64(*byte)) {
                floor += last + 1;
                continue;
            }
            let rest = bytes.get(floor + LEAST_RUN..).unwrap_or_default();
            let more = rest.iter().take_while(|byte| is_base64(**byte)).count();
            let run = floor..floor + LEAST_RUN + more;
            floor = run.end;
            return Some(run);
        }
    })
}

/// Whether a byte belongs to base64 of either alphabet.
#[expect(clippy::indexing_slicing, reason = "there is an entry for every byte")]
fn is_base64(byte: u8) -> bool {
    IS_BASE64[usize::from(byte)]
}

/// The same for every byte: each text is looked at by it.
#[expect(clippy::as_conversions, clippy::indexing_slicing, reason = "made when it is compiled")]
static IS_BASE64: [bool; 256] = {
    let mut known = [false; 256];
    let mut byte = 0;
    while byte < 128u8 {
        known[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        byte += 1;
    }
    known
};

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    #[test]
    fn text_is_found_in_base64_and_binary_is_not() {
        let said = "the quick brown fox jumps over the lazy dog?>";
        for encoded in [STANDARD.encode(said), URL_SAFE_NO_PAD.encode(said)] {
            let text = format!("echo {encoded} | base64 -d");
            let found = texts(&text);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].text, said);
            assert_eq!(&text[found[0].range.clone()], encoded);
            assert!(any_text(text.as_bytes()));
        }
        let long = STANDARD.encode(said.repeat(5));
        for (length, line_break) in [(64, "\n"), (76, "\r\n"), (76, "\\n")] {
            let lines: Vec<&str> = long
                .as_bytes()
                .chunks(length)
                .filter_map(|line| str::from_utf8(line).ok())
                .collect();
            let found = texts(&lines.join(line_break));
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].text, said.repeat(5));
        }
        let binary: Vec<u8> = (0..=255).rev().collect();
        for text in [
            STANDARD.encode(binary),
            "a/long/path/to/some/module/of/a/project.rs".into(),
            "f".repeat(64),
        ] {
            assert!(texts(&text).is_empty(), "{text}");
        }
    }
}
