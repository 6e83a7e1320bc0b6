//! Cell values as the text a person sees in the sheet (单元格显示值).

use std::fmt::Write;

use calamine::{Data, DataRef, ExcelDateTime};

/// What a value is besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    Text,
    /// `#N/A` and its kin.
    Error,
}

/// Whole numbers from here on have more digits than a spreadsheet keeps (15).
const BEYOND_DIGITS: f64 = 1e15;
/// The day after 9999-12-31, the last a spreadsheet knows.
const BEYOND_DATES: f64 = 2_958_466.0;

/// Appends the text of a value.
pub(super) fn write(value: &DataRef<'_>, out: &mut String) -> Kind {
    // Writing to a String cannot fail.
    let _ = match value {
        DataRef::Empty => return Kind::Empty,
        DataRef::String(s) if s.is_empty() => return Kind::Empty,
        DataRef::SharedString("") => return Kind::Empty,
        DataRef::String(s) => out.write_str(s),
        DataRef::SharedString(s) => out.write_str(s),
        DataRef::Int(i) => write!(out, "{i}"),
        DataRef::Float(f) => {
            number(*f, out);
            Ok(())
        }
        DataRef::Bool(b) => out.write_str(if *b { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(at) => {
            date(at, out);
            Ok(())
        }
        DataRef::DateTimeIso(s) => match s.strip_suffix("T00:00:00") {
            Some(day) => out.write_str(day),
            None => out.write_str(&s.replacen('T', " ", 1)),
        },
        DataRef::DurationIso(s) => out.write_str(s),
        DataRef::Error(e) => {
            let _ = write!(out, "{e}");
            return Kind::Error;
        }
    };
    Kind::Text
}

/// The same value without ownership, so that one function serves all kinds of workbook.
pub(super) fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(i) => DataRef::Int(*i),
        Data::Float(f) => DataRef::Float(*f),
        Data::String(s) => DataRef::SharedString(s),
        Data::Bool(b) => DataRef::Bool(*b),
        Data::DateTime(at) => DataRef::DateTime(*at),
        Data::DateTimeIso(s) => DataRef::DateTimeIso(s.clone()),
        Data::DurationIso(s) => DataRef::DurationIso(s.clone()),
        Data::Error(e) => DataRef::Error(e.clone()),
        _ => DataRef::Empty,
    }
}

/// A number as the General format shows it in a wide column: up to 15 digits in full, beyond that in scientific
/// notation, since digits 16 and on are lost. `4.419E+17` thus tells an identifier that was typed as a number.
pub(super) fn number(f: f64, out: &mut String) {
    let _ = if !f.is_finite() {
        out.write_str("#NUM!")
    } else if f.abs() >= BEYOND_DIGITS {
        let text = format!("{f:.5E}");
        let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        write!(out, "{mantissa}E+{exponent}")
    } else if f.fract() == 0.0 {
        // Minus zero is zero to a person.
        write!(out, "{}", if f == 0.0 { 0.0 } else { f })
    } else {
        let text = format!("{f}");
        if text.bytes().filter(u8::is_ascii_digit).count() <= 15 {
            out.write_str(&text)
        } else {
            // 0.30000000000000004 is 0.3: a spreadsheet rounds to 15 digits.
            match format!("{f:.14e}").parse::<f64>() {
                Ok(rounded) => write!(out, "{rounded}"),
                Err(_) => out.write_str(&text),
            }
        }
    };
}

/// A date as YYYY-MM-DD, with the time where there is one; a time alone as HH:MM:SS.
fn date(at: &ExcelDateTime, out: &mut String) {
    let serial = at.as_f64();
    if at.is_duration() {
        let seconds = (serial * 86_400.0).round();
        if !(0.0..1e12).contains(&seconds) {
            return number(serial, out);
        }
        let seconds = seconds as u64;
        let _ = write!(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        return;
    }
    if !(0.0..BEYOND_DATES).contains(&serial) {
        // A spreadsheet shows a row of # here; the number says more.
        return number(serial, out);
    }
    // To the nearest second, so that 11:59:59.9999 does not lose one.
    let whole = ExcelDateTime::new(
        (serial * 86_400.0).round() / 86_400.0 + 1e-9,
        calamine::ExcelDateTimeType::DateTime,
        is_1904(at),
    );
    let (year, month, day, hour, minute, second, _) = whole.to_ymd_hms_milli();
    let _ = if serial < 1.0 && serial > 0.0 && !is_1904(at) {
        write!(out, "{hour:02}:{minute:02}:{second:02}")
    } else if serial == 0.0 && !is_1904(at) {
        // What a spreadsheet shows for day 0: no such date, and rightly found wrong.
        out.write_str("1900-01-00")
    } else if (hour, minute, second) == (0, 0, 0) {
        write!(out, "{year:04}-{month:02}-{day:02}")
    } else {
        write!(out, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    };
}

/// Whether days are counted from 1904, which the value knows but does not tell.
fn is_1904(at: &ExcelDateTime) -> bool {
    *at == ExcelDateTime::new(at.as_f64(), calamine::ExcelDateTimeType::DateTime, true)
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    fn text(value: &DataRef<'_>) -> String {
        let mut out = String::new();
        write(value, &mut out);
        out
    }

    #[test]
    fn numbers_as_shown() {
        for (f, want) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-12.0, "-12"),
            (440_301_103_456_789.0, "440301103456789"),
            (441_900_199_001_011_234.0, "4.419E+17"),
            (914_419_001_234_567_890.0, "9.14419E+17"),
            (1e15, "1E+15"),
            (0.1 + 0.2, "0.3"),
            (12345.678, "12345.678"),
            (0.00001, "0.00001"),
            (f64::NAN, "#NUM!"),
        ] {
            assert_eq!(text(&DataRef::Float(f)), want);
        }
    }

    #[test]
    fn dates_as_shown() {
        let at = |serial, kind, since_1904| DataRef::DateTime(ExcelDateTime::new(serial, kind, since_1904));
        let day = ExcelDateTimeType::DateTime;
        for (value, want) in [
            (at(44230.0, day, false), "2021-02-03"),
            (at(44230.5, day, false), "2021-02-03 12:00:00"),
            (at(44_230.999_999_9, day, false), "2021-02-04"),
            (at(42768.0, day, true), "2021-02-03"),
            (at(0.25, day, false), "06:00:00"),
            (at(0.0, day, false), "1900-01-00"),
            (at(-5.0, day, false), "-5"),
            (at(20_210_203.0, day, false), "20210203"),
            (at(1.5, ExcelDateTimeType::TimeDelta, false), "36:00:00"),
            (DataRef::DateTimeIso("2021-02-03T00:00:00".to_owned()), "2021-02-03"),
            (DataRef::DateTimeIso("2021-02-03T01:02:03".to_owned()), "2021-02-03 01:02:03"),
        ] {
            assert_eq!(text(&value), want, "{value:?}");
        }
    }

    #[test]
    fn errors_and_truths() {
        assert_eq!(text(&DataRef::Bool(true)), "TRUE");
        let mut out = String::new();
        assert_eq!(write(&DataRef::Error(CellErrorType::NA), &mut out), Kind::Error);
        assert_eq!(out, "#N/A");
        assert_eq!(write(&DataRef::SharedString(""), &mut out), Kind::Empty);
    }
}
