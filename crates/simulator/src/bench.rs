//! Large files for measuring (压测文件): penalties in twelve columns, about 186 bytes a row, 0.6 % of the rows with one
//! bad cell, streamed, the same bytes for the same seed.

use std::io::Write;

use chrono::{Datelike, Days};
use serde::Serialize;

use crate::city::{date, slashed};
use crate::ident;
use crate::rng::Rng;

/// The columns, as field codes of `penalty-2018`.
pub const COLUMNS: [&str; 12] = [
    "CF_WSH",
    "CF_XDR_MC",
    "CF_XDR_LB",
    "CF_XDR_SHXYM",
    "CF_FRDB",
    "CF_FR_ZJHM",
    "CF_SY",
    "CF_CFLB",
    "CF_NR",
    "CF_NR_FK",
    "CF_JDRQ",
    "CF_CFJG",
];

/// Bad cells of a bench file by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Bench {
    /// Rows below the header.
    pub rows: u64,
    /// Bytes written.
    pub bytes: u64,
    /// `CF_WSH` that another row has.
    pub duplicate_key: u64,
    /// `CF_XDR_MC` empty.
    pub missing_name: u64,
    /// `CF_XDR_LB` outside its list.
    pub unknown_kind: u64,
    /// `CF_XDR_SHXYM` in a shape no code has; a regular expression finds it.
    pub code_shape: u64,
    /// `CF_XDR_SHXYM` in good shape whose check character fails.
    pub code_check: u64,
    /// `CF_FR_ZJHM` in a shape no number has.
    pub id_shape: u64,
    /// `CF_FR_ZJHM` in good shape whose check character fails.
    pub id_check: u64,
    /// `CF_CFLB` outside its list.
    pub unknown_category: u64,
    /// `CF_JDRQ` that is no date.
    pub bad_date: u64,
    /// `CF_NR_FK` that is no number.
    pub bad_number: u64,
}

impl Bench {
    /// All bad cells.
    #[must_use]
    pub const fn bad_cells(&self) -> u64 {
        self.duplicate_key
            + self.missing_name
            + self.unknown_kind
            + self.code_shape
            + self.code_check
            + self.id_shape
            + self.id_check
            + self.unknown_category
            + self.bad_date
            + self.bad_number
    }
}

/// Share of rows with a bad cell.
const BAD: f64 = 0.006;

/// Writes a bench file of `rows` rows as UTF-8 CSV.
///
/// # Errors
/// Whatever the writer answers.
pub fn bench_file(seed: u64, rows: u64, out: &mut impl Write) -> std::io::Result<Bench> {
    let mut rng = Rng::new(seed, "bench");
    let mut done = Bench { rows, ..Bench::default() };
    let mut line = COLUMNS.join(",");
    line.push('\n');
    out.write_all(line.as_bytes())?;
    done.bytes = line.len() as u64;
    for number in 0..rows {
        line.clear();
        write_row(&mut rng, number, &mut done, &mut line);
        out.write_all(line.as_bytes())?;
        done.bytes += line.len() as u64;
    }
    Ok(done)
}

fn write_row(rng: &mut Rng, number: u64, done: &mut Bench, line: &mut String) {
    use std::fmt::Write as _;

    const DIVISIONS: [&str; 4] = ["512201", "512221", "512222", "512223"];
    const FINES: [(&str, &str); 4] = [("1000", "0.1"), ("2000", "0.2"), ("5000", "0.5"), ("20000", "2")];
    let division = rng.pick(&DIVISIONS);
    let sole = rng.chance(0.3);
    let decided = date(2020, 1, 1) + Days::new(rng.below(2_000) as u64);
    let born = date(1880, 1, 1) + Days::new(rng.below(7_300) as u64);
    let (yuan, ten_thousands) = rng.pick(&FINES);
    let mut key = number;
    let mut name =
        if sole { format!("临汐第{number}号店") } else { format!("临汐第{number}号公司") };
    let mut kind = if sole { "个体工商户" } else { "法人及非法人组织" };
    let body = ident::body(rng.below(31 * 31 * 31 * 31));
    let mut code = ident::uscc(if sole { "92" } else { "91" }, division, &body);
    let mut id = ident::id_card(division, born, rng.below(1000) as u32);
    let mut category = "罚款";
    let mut fine = (*ten_thousands).to_owned();
    let mut day = slashed(decided);
    if rng.chance(BAD) {
        match rng.below(10) {
            // Rows of even thousands keep their key, so the copied one is really there.
            0 if number / 1_000 % 2 == 1 => {
                key = number - 1_000;
                done.duplicate_key += 1;
            }
            1 => {
                name.clear();
                done.missing_name += 1;
            }
            2 => {
                kind = "其他主体";
                done.unknown_kind += 1;
            }
            3 => {
                code = code.replacen('0', "O", 1);
                done.code_shape += 1;
            }
            4 => {
                let last = code.pop();
                code.push(if last == Some('7') { '4' } else { '7' });
                done.code_check += 1;
            }
            5 => {
                id.truncate(17);
                done.id_shape += 1;
            }
            6 => {
                let last = id.pop();
                id.push(if last == Some('7') { '4' } else { '7' });
                done.id_check += 1;
            }
            7 => {
                category = "批评教育";
                done.unknown_category += 1;
            }
            8 => {
                day = format!("{}/02/30", decided.year());
                done.bad_date += 1;
            }
            _ => {
                fine = "若干".to_owned();
                done.bad_number += 1;
            }
        }
    }
    let year = 2020 + key % 6;
    // Writing to a string cannot fail.
    let _ = writeln!(
        line,
        "汐罚〔{year}〕{key}号,{name},{kind},{code},赵汐,{id},经营过期食品,{category},罚款{yuan}元,{fine},{day},临汐市市监局"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_bytes_of_the_promised_size() {
        let run = |seed| {
            let mut out = Vec::new();
            let bench = bench_file(seed, 8_000, &mut out).unwrap();
            (bench, out)
        };
        let (bench, out) = run(7);
        assert_eq!(run(7), (bench.clone(), out.clone()));
        assert_ne!(run(8).1, out);
        assert_eq!(bench.bytes, out.len() as u64);
        assert_eq!(out.iter().filter(|b| **b == b'\n').count(), 8_001);
        let per_row = bench.bytes / bench.rows;
        assert!((180..=192).contains(&per_row), "{per_row} bytes a row");
        let share = bench.bad_cells() as f64 / bench.rows as f64;
        assert!((0.004..=0.008).contains(&share), "{share} of the rows are bad");
    }

    #[test]
    fn every_cell_not_counted_bad_is_good() {
        let mut out = Vec::new();
        let bench = bench_file(3, 8_000, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut keys = std::collections::HashSet::new();
        let (mut duplicate, mut code, mut id) = (0, 0, 0);
        for row in text.lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>()) {
            assert_eq!(row.len(), 12);
            duplicate += u64::from(!keys.insert(row[0].to_owned()));
            code += u64::from(!ident::uscc_passes(row[3]));
            id += u64::from(row[5].len() != 18 || !row[5].ends_with(ident::id_check(&row[5][..17])));
        }
        assert_eq!(duplicate, bench.duplicate_key);
        assert_eq!(code, bench.code_shape + bench.code_check);
        assert_eq!(id, bench.id_shape + bench.id_check);
    }
}
