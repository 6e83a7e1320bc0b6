//! The tables of the circular: the ranking, and the figures that give no points.

use docx_rs::{
    AlignmentType, LineSpacing, LineSpacingType, Paragraph, Table, TableAlignmentType, TableCell,
    TableCellMargins, TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::contents::others;
use super::docx::{Face, WIDTH, mm, run};
use super::draft::behind;
use super::{Frozen, arrow, moved};
use crate::model::hundredths;

/// The movement of a department that had no rank the period before.
pub(super) const NEW: &str = "新增";

/// Sizes of the text of a table in half points; the smaller where columns are many.
const SIZES: (usize, usize) = (18, 15);

/// What a cell holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Words, which may take several lines, from the left.
    Words,
    /// Words of a head, in the middle.
    Title,
    /// A number, which stays on one line.
    Number,
}

fn cell(text: &str, width: i32, (holds, size): (Holds, usize)) -> TableCell {
    let spacing = LineSpacing::new().line_rule(LineSpacingType::AtLeast).line(280);
    let face = if holds == Holds::Title { Face::Heading } else { Face::Text };
    let align = if holds == Holds::Words { AlignmentType::Left } else { AlignmentType::Center };
    TableCell::new()
        .width(usize::try_from(width).unwrap_or(0), WidthType::Dxa)
        .vertical_align(VAlignType::Center)
        .add_paragraph(Paragraph::new().add_run(run(text, face, size)).align(align).line_spacing(spacing))
}

fn table(widths: &[i32], rows: Vec<TableRow>) -> Table {
    let width = |w: &i32| usize::try_from(*w).unwrap_or(0);
    Table::new(rows)
        .set_grid(widths.iter().map(width).collect())
        .width(usize::try_from(widths.iter().sum::<i32>()).unwrap_or(0), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(20, 20, 20, 20))
        .align(TableAlignmentType::Center)
}

/// A row; `words` are the columns that hold words.
fn row(cells: &[String], widths: &[i32], (words, head, size): (&[usize], bool, usize)) -> TableRow {
    let cells = cells.iter().zip(widths).enumerate().map(|(at, (text, width))| {
        let holds = match (head, words.contains(&at)) {
            (true, _) => Holds::Title,
            (false, true) => Holds::Words,
            (false, false) => Holds::Number,
        };
        cell(text, *width, (holds, size))
    });
    TableRow::new(cells.collect()).cant_split()
}

/// Rank, department, score, the rates that give points, movement.
pub(super) fn ranking(now: &Frozen, before: Option<&Frozen>) -> Table {
    let shown: Vec<_> = now.basis.indicators.iter().filter(|i| i.weight > 0).collect();
    let (rank, score, change, least) = (mm(9), mm(15), mm(12), mm(24));
    let count = i32::try_from(shown.len()).unwrap_or(0);
    // "100.00%" takes 13 mm in the widest face.
    let rate = ((WIDTH - rank - score - change - least) / count.max(1)).clamp(mm(13), mm(17));
    let size = if rate < mm(15) { SIZES.1 } else { SIZES.0 };
    let name = (WIDTH - rank - score - change - rate * count).max(least);
    let mut widths = vec![rank, name, score];
    widths.extend(shown.iter().map(|_| rate));
    widths.push(change);
    let mut head = vec!["排名".to_owned(), "单位".to_owned(), "得分".to_owned()];
    head.extend(shown.iter().map(|i| i.title.zh.clone()));
    head.push("较上期".to_owned());
    let mut rows = vec![row(&head, &widths, (&[1], true, size))];
    for standing in now.standings.iter().filter(|s| s.rank.is_some()) {
        let Some(member) = now.basis.member(standing.member) else { continue };
        let mut cells = vec![
            standing.rank.map(|r| r.to_string()).unwrap_or_default(),
            member.zh.clone(),
            standing.score.map(hundredths).unwrap_or_default(),
        ];
        let rates = shown.iter().map(|i| now.figures.of(member.id, &i.code).percent());
        cells.extend(rates.map(|percent| percent.unwrap_or_else(|| "—".to_owned())));
        cells.push(movement(moved(standing, before), before.is_some()));
        rows.push(row(&cells, &widths, (&[1], false, size)));
    }
    table(&widths, rows)
}

/// A movement as the circular writes it. Where no period came before, nobody is new.
pub(super) fn movement(moved: Option<i64>, compared: bool) -> String {
    match (moved, compared) {
        (Some(n), _) => arrow(Some(n)),
        (None, true) => NEW.to_owned(),
        (None, false) => "—".to_owned(),
    }
}

/// The figures that give no points and have data: the city's, and who falls furthest behind; none where nothing has data.
pub(super) fn other_figures(now: &Frozen) -> Option<Table> {
    let shown = others(now);
    let widths = [mm(40), mm(20), mm(30), WIDTH - mm(90)];
    let head = ["指标", "全市", "分子/分母", "落后较多的单位"].map(str::to_owned);
    let mut rows = vec![row(&head, &widths, (&[0, 3], true, SIZES.0))];
    rows.extend(shown.iter().map(|i| {
        let figure = now.figures.city(&i.code);
        let cells = match i.amount {
            true => [i.title.zh.clone(), figure.denominator.to_string(), "—".to_owned(), "—".to_owned()],
            false => {
                let (named, all) = behind(now, i);
                let rest = if all > named.len() { format!("等{all}个") } else { String::new() };
                let named = if named.is_empty() { "—".to_owned() } else { named.join("、") + &rest };
                let counts = format!("{}/{}", figure.numerator, figure.denominator);
                [i.title.zh.clone(), figure.percent().unwrap_or_default(), counts, named]
            }
        };
        row(&cells, &widths, (&[0, 3], false, SIZES.0))
    }));
    (!shown.is_empty()).then(|| table(&widths, rows))
}

/// A row that stays on one page, and what stands behind the mark of a cell on one line, as the library writes them.
const UNSPLIT: &str = "<w:cantSplit />";
const ALIGNED: &str = "<w:vAlign w:val=\"center\" />";

/// Whether a cell holds a number alone, a rate, or two numbers.
fn is_number(cell: &str) -> bool {
    let text = cell.split("</w:t>").next().and_then(|before| before.rsplit('>').next()).unwrap_or_default();
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || ".%/".contains(c))
}

/// What the library has no word for: the head of each table stands on every page of it, and numbers stay on one line.
pub(super) fn kept_whole(document: &str) -> String {
    let heads: Vec<String> = document
        .split("<w:tbl>")
        .map(|part| part.replacen(UNSPLIT, &format!("{UNSPLIT}<w:tblHeader />"), 1))
        .collect();
    let document = heads.join("<w:tbl>");
    let cells = document.split("<w:tc>").map(|cell| match is_number(cell) {
        true => cell.replacen(ALIGNED, &format!("<w:noWrap />{ALIGNED}"), 1),
        false => cell.to_owned(),
    });
    cells.collect::<Vec<_>>().join("<w:tc>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_repeated_and_numbers_stay_on_one_line() {
        let cell = |text: &str| {
            format!("<w:tc><w:tcPr>{ALIGNED}</w:tcPr><w:t xml:space=\"preserve\">{text}</w:t></w:tc>")
        };
        let line = |text: &str| format!("<w:tr><w:trPr>{UNSPLIT}</w:trPr>{}</w:tr>", cell(text));
        let table = |a: &str, b: &str| format!("<w:tbl>{}{}</w:tbl>", line(a), line(b));
        let made =
            kept_whole(&format!("<w:body>{}{}</w:body>", table("及时率", "100.00%"), table("指标", "3/20")));
        assert_eq!(made.matches("<w:tblHeader />").count(), 2);
        assert_eq!(made.matches("<w:noWrap />").count(), 2);
        for text in ["100.00%", "3/20"] {
            let before = made.split(&format!(">{text}<")).next().unwrap();
            assert!(before.rsplit("<w:tc>").next().unwrap().contains("<w:noWrap />"), "{text}");
        }
    }
}
