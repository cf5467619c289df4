//! Reads CSV as spreadsheets write it: any of the usual separators, with a mark or without, lines
//! ended either way. Knows nothing of what the columns mean.

use csv::{ByteRecord, ByteRecordsIntoIter, ReaderBuilder};

/// What may stand between fields.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRead {
    pub cause: String,
    pub cure: &'static str,
}

/// The records of a file, each with the line it begins in; empty ones aside.
pub struct Records<'a> {
    records: ByteRecordsIntoIter<&'a [u8]>,
    lines: Lines<'a>,
}

/// Opens a file of so many bytes at most.
pub fn open(file: &[u8], max_bytes: usize) -> Result<Records<'_>, NotRead> {
    if file.len() > max_bytes {
        let cause = format!("it is larger than {max_bytes} bytes");
        return Err(NotRead { cause, cure: "split it, and leave out columns nobody needs" });
    }
    if file.starts_with(&[0xff, 0xfe]) || file.starts_with(&[0xfe, 0xff]) {
        return Err(NotRead { cause: "it is UTF-16".to_owned(), cure: "save it as CSV UTF-8" });
    }
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let (separator, has_mark) = separator(file);
    let reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(file);
    let mut records = reader.into_byte_records();
    if has_mark {
        records.next();
    }
    Ok(Records { records, lines: Lines { file, at: 0, line: 1 } })
}

impl Iterator for Records<'_> {
    type Item = Result<(u64, ByteRecord), NotRead>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let record = match self.records.next()? {
                Ok(record) => record,
                Err(error) => {
                    let (cause, cure) = (error.to_string(), "save it as CSV again");
                    return Some(Err(NotRead { cause, cure }));
                }
            };
            if record.iter().any(|field| !field.trim_ascii().is_empty()) {
                let begin = record.position().map_or(0, csv::Position::byte);
                return Some(Ok((self.lines.line_of(begin), record)));
            }
        }
    }
}

/// Counts lines. The reader of CSV counts those that end in two letters one too few.
struct Lines<'a> {
    file: &'a [u8],
    /// How far is counted, in bytes, and which line that is.
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that begins at a byte, or behind the ends of lines there. Records
    /// come in the order of the file.
    fn line_of(&mut self, byte: u64) -> u64 {
        let begin = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some([letter, rest @ ..]) = self.file.get(self.at..) {
            let is_end = matches!(letter, b'\r' | b'\n');
            if self.at >= begin && !is_end {
                break;
            }
            // Of two letters, the second ends the line.
            if *letter == b'\n' || (*letter == b'\r' && rest.first() != Some(&b'\n')) {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}

/// What stands between fields, and whether the first line only says so.
fn separator(file: &[u8]) -> (u8, bool) {
    let first = file.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    if let Some([separator]) = first.strip_prefix(b"sep=")
        && SEPARATORS.contains(separator)
    {
        return (*separator, true);
    }
    let count = |separator: &u8| first.iter().filter(|byte| *byte == separator).count();
    // Of several that stand equally often, the first.
    let most = SEPARATORS.iter().rev().max_by_key(|separator| count(separator));
    (most.copied().unwrap_or(b','), false)
}
