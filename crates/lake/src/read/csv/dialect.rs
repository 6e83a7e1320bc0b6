//! Which separator a text uses (分隔符): the one that cuts most rows into the same number of cells.

use super::parse::record;

/// In order of preference where two do equally well.
const CANDIDATES: [u8; 4] = [b',', b'\t', b';', b'|'];

/// The separator of a sample that starts at a record. `,` when there is but one column.
pub(super) fn separator(sample: &[u8]) -> u8 {
    let mut best = (0, 0, b',');
    for candidate in CANDIDATES {
        let widths = widths(sample, candidate);
        // The width that most rows have, and the wider where equally many do: title rows are narrow.
        let mut tally: Vec<(usize, usize)> = Vec::new();
        for width in widths.iter().filter(|w| **w > 1) {
            match tally.iter_mut().find(|(_, w)| w == width) {
                Some((count, _)) => *count += 1,
                None => tally.push((1, *width)),
            }
        }
        if let Some((count, width)) = tally.into_iter().max()
            && (count, width) > (best.0, best.1)
        {
            best = (count, width, candidate);
        }
    }
    best.2
}

/// Number of cells of the first rows that have any.
fn widths(sample: &[u8], separator: u8) -> Vec<usize> {
    let mut cells = Vec::new();
    let mut out = Vec::new();
    let mut pos = 0;
    while pos < sample.len() && out.len() < 100 {
        pos = record(sample, pos, separator, &mut cells);
        // The last record of a sample may be cut off.
        if pos < sample.len() || out.is_empty() {
            out.push(cells.len());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::separator;

    #[test]
    fn finds_the_separator() {
        assert_eq!(separator(b"a,b,c\n1,2,3\n"), b',');
        assert_eq!(separator(b"a\tb\tc\n1,5\t2,5\t3\n"), b'\t');
        assert_eq!(separator(b"a;b\n1,5;2,5\n1,5;3\n"), b';');
        assert_eq!(separator("名称|代码\n甲|1\n乙|2\n".as_bytes()), b'|');
        assert_eq!(separator(b"title\n\na,b;c,d\n\"x;y;z\",2,3\n1,2,3\n"), b',');
        assert_eq!(separator(b"only\none\n"), b',');
        assert_eq!(separator(b""), b',');
    }
}
