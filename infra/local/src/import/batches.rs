//! A file in batches, of which one call takes each.

use std::io::{self, BufRead};

use serde_json::{Value, json};
use shared::transfer::MAX_LINE;

/// A quarter of what a call takes: it ends well within its time where the
/// database is slow, and a run that breaks off repeats less.
const MAX_LINES: usize = 250;
const MAX_BYTES: usize = 3_500 * 1024;

/// Lines that are sent together.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// The lines that aren't empty, with their number in the file.
    pub lines: Vec<(u64, Vec<u8>)>,
    /// Those that no call would take, and why.
    pub rejected: Vec<(u64, Value)>,
    /// Where in the file the batch ends: bytes and lines before it.
    pub offset: u64,
    pub number: u64,
}

/// The batches of a file, of which no more than one is in memory.
pub struct Batches<R> {
    reader: R,
    offset: u64,
    number: u64,
    /// A line for which the last batch had no room.
    left: Option<Line>,
}

struct Line {
    /// `None`: too long.
    bytes: Option<Vec<u8>>,
    /// In the file, the end of the line counted.
    length: u64,
}

impl<R: BufRead> Batches<R> {
    /// From where the reader stands: after so many bytes and lines.
    pub fn new(reader: R, offset: u64, number: u64) -> Self {
        Self { reader, offset, number, left: None }
    }

    fn batch(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        let (mut bytes, from) = (0, self.offset);
        while let Some(line) =
            self.left.take().map_or_else(|| self.line(), |line| Ok(Some(line)))?
        {
            let size = line.bytes.as_ref().map_or(0, Vec::len);
            let is_full = batch.lines.len() >= MAX_LINES || bytes + size > MAX_BYTES;
            // Rejected and empty lines are no work, but end a batch all the same.
            if (is_full && !batch.lines.is_empty()) || batch.rejected.len() >= MAX_LINES {
                self.left = Some(line);
                break;
            }
            bytes += size + 1;
            self.offset += line.length;
            self.number += 1;
            match line.bytes {
                None => {
                    let message = format!("must have at most {MAX_LINE} bytes");
                    let error = json!({"field": "", "code": "too_long", "message": message});
                    batch.rejected.push((self.number, json!([error])));
                }
                Some(line) if line.is_empty() => {}
                Some(line) => batch.lines.push((self.number, line)),
            }
        }
        (batch.offset, batch.number) = (self.offset, self.number);
        Ok((self.offset > from).then_some(batch))
    }

    /// The next line, trimmed. Of one that is too long nothing is kept.
    fn line(&mut self) -> io::Result<Option<Line>> {
        let (mut bytes, mut length) = (Some(Vec::new()), 0);
        loop {
            let there = self.reader.fill_buf()?;
            let end = there.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(there.len(), |end| end + 1);
            if used == 0 {
                break;
            }
            bytes = bytes.filter(|line| line.len() + used <= MAX_LINE + 2);
            if let Some(line) = &mut bytes {
                line.extend_from_slice(&there[..used]);
            }
            self.reader.consume(used);
            length += u64::try_from(used).unwrap_or(u64::MAX);
            if end.is_some() {
                break;
            }
        }
        let bytes = bytes.map(|line| line.trim_ascii().to_vec());
        let bytes = bytes.filter(|line| line.len() <= MAX_LINE);
        Ok((length > 0).then_some(Line { bytes, length }))
    }
}

impl<R: BufRead> Iterator for Batches<R> {
    type Item = io::Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batch().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(text: &[u8]) -> Vec<Batch> {
        // A buffer smaller than lines are.
        let reader = io::BufReader::with_capacity(7, text);
        Batches::new(reader, 0, 0).map(Result::unwrap).collect()
    }

    #[test]
    fn every_line_is_in_one_batch_with_its_number() {
        let text: String = (1..=600)
            .flat_map(|n| ["line ".to_owned(), n.to_string(), "\r\n".to_owned()])
            .collect();
        let found = batches(text.as_bytes());
        let sizes: Vec<_> = found.iter().map(|batch| batch.lines.len()).collect();
        assert_eq!(sizes, [250, 250, 100]);
        let lines = found.iter().flat_map(|batch| &batch.lines);
        for ((number, line), n) in lines.zip(1..) {
            assert_eq!((number, line), (&n, &format!("line {n}").into_bytes()));
        }
        let last = found.last().unwrap();
        assert_eq!((last.offset, last.number), (text.len() as u64, 600));
        // From any batch's end on, the rest is the same.
        let from = &found[0];
        let rest = &text.as_bytes()[usize::try_from(from.offset).unwrap()..];
        let again = Batches::new(rest, from.offset, from.number).map(Result::unwrap);
        assert_eq!(again.collect::<Vec<_>>(), found[1..]);
    }

    #[test]
    fn a_line_that_is_too_long_is_rejected_and_the_others_go_on() {
        let long = "x".repeat(MAX_LINE + 1);
        let longest = "y".repeat(MAX_LINE);
        let text = format!("a\n\n{long}\n  \nb\n{longest}\n{longest}");
        let found = batches(text.as_bytes());
        let numbers = |batch: &Batch| batch.lines.iter().map(|(n, _)| *n).collect::<Vec<_>>();
        assert_eq!(found.iter().map(numbers).collect::<Vec<_>>(), [vec![1, 5, 6], vec![7]]);
        assert_eq!(found[0].rejected.len(), 1);
        assert_eq!(found[0].rejected[0].0, 3);
        assert_eq!(found[1].offset, text.len() as u64);
    }

    #[test]
    fn nothing_is_no_batch() {
        assert!(batches(b"").is_empty());
        let empty = batches(b"\n\n");
        assert_eq!((empty.len(), empty[0].lines.len(), empty[0].number), (1, 0, 2));
    }
}
