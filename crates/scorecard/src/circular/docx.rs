//! The circular as DOCX in the layout of official documents (GB/T 9704-2012): page 7.2, head 7.2.4 to 7.2.6, text 7.3, foot 7.4.

use std::io::Cursor;

use chrono::{Datelike as _, NaiveDate};
use docx_rs::{
    AlignmentType, BorderType, Docx, FieldCharType, Footer, InstrPAGE, InstrText, LineSpacing,
    LineSpacingType, PageMargin, Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Run,
    RunFonts, SpecialIndentType, Tab, TabValueType,
};
use kernel::{Error, Result};

use super::Frozen;
use super::tables::{NEW, kept_whole, other_figures, ranking};
use crate::model::{Texts, paragraphs};

/// A millimetre in twentieths of a point.
pub(super) const fn mm(n: i32) -> i32 {
    n * 1_440 * 10 / 254
}

/// Width of the text, 156 mm.
pub(super) const WIDTH: i32 = mm(156);
/// 22 lines on 225 mm.
const LINE: i32 = 579;
/// Two characters of 16 points.
const TWO: i32 = 640;
/// Smallest and greatest size of the issuer's name, in half points.
const HEAD: (usize, usize) = (40, 72);
/// The red of head and rule.
const RED: &str = "E60012";

/// Faces by their names in offices that write official documents; where one is not installed the program that opens the file
/// takes its own face for Chinese.
#[derive(Clone, Copy)]
pub(super) enum Face {
    /// 方正小标宋简体
    Title,
    /// 仿宋
    Text,
    /// 黑体
    Heading,
    /// 宋体
    Song,
}

impl Face {
    fn fonts(self) -> RunFonts {
        let chinese = match self {
            Self::Title => "方正小标宋简体",
            Self::Text => "仿宋_GB2312",
            Self::Heading => "黑体",
            Self::Song => "宋体",
        };
        // Page numbers are of the Chinese face too (半角宋体).
        let latin = if matches!(self, Self::Song) { chinese } else { "Times New Roman" };
        RunFonts::new().east_asia(chinese).ascii(latin).hi_ansi(latin).hint("eastAsia")
    }
}

/// `size` in half points: 32 is 3号.
pub(super) fn run(text: &str, face: Face, size: usize) -> Run {
    Run::new().add_text(text).fonts(face.fonts()).size(size)
}

fn line() -> LineSpacing {
    LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE)
}

fn body(text: &str) -> Paragraph {
    Paragraph::new()
        .add_run(run(text, Face::Text, 32))
        .indent(None, Some(SpecialIndentType::FirstLine(TWO)), None, None)
        .line_spacing(line())
}

fn heading(text: &str) -> Paragraph {
    Paragraph::new()
        .add_run(run(text, Face::Heading, 32))
        .indent(None, Some(SpecialIndentType::FirstLine(TWO)), None, None)
        .line_spacing(line())
        .keep_next(true)
}

fn empty() -> Paragraph {
    Paragraph::new().line_spacing(line())
}

fn ruled(mut paragraph: Paragraph, sides: &[(ParagraphBorderPosition, usize, &str)]) -> Paragraph {
    let mut borders = ParagraphBorders::with_empty();
    for (side, size, colour) in sides {
        borders = borders.set(
            ParagraphBorder::new(side.clone()).val(BorderType::Single).size(*size).color(*colour).space(1),
        );
    }
    paragraph.property = paragraph.property.set_borders(borders);
    paragraph
}

/// The page number (GB/T 9704-2012, 7.5): 4号 half-width Song digits between dashes, one character from the outer edge of the text, which is
/// right on odd pages and left on even ones. The library's own page number has neither size nor face.
fn page_number(side: AlignmentType) -> Footer {
    let song = || Run::new().fonts(Face::Song.fonts()).size(28);
    let number = song()
        .add_field_char(FieldCharType::Begin, false)
        .add_instr_text(InstrText::PAGE(InstrPAGE::new()))
        .add_field_char(FieldCharType::Separate, false)
        .add_text("1")
        .add_field_char(FieldCharType::End, false);
    let (left, right) = match side {
        AlignmentType::Left => (Some(280), None),
        _ => (None, Some(280)),
    };
    Footer::new().add_paragraph(
        Paragraph::new()
            .align(side)
            .indent(left, None, right, None)
            .add_run(song().add_text("— "))
            .add_run(number)
            .add_run(song().add_text(" —")),
    )
}

/// Chinese numbers of the headings.
const NUMBERS: [&str; 6] = ["一", "二", "三", "四", "五", "六"];

/// The document; `number` and `day` are none while it is a draft.
///
/// # Errors
/// When it cannot be packed.
pub(crate) fn docx(
    texts: &Texts,
    (now, before): (&Frozen, Option<&Frozen>),
    issued: Option<(&str, NaiveDate)>,
) -> Result<Vec<u8>> {
    // What was kept before texts were cleaned must open as well.
    let texts = &texts.plain();
    let margin = PageMargin::new()
        .top(mm(37))
        .bottom(mm(35))
        .left(mm(28))
        .right(mm(26))
        .header(mm(15))
        .footer(mm(28))
        .gutter(0);
    let mut doc = Docx::new()
        .page_size(u32::try_from(mm(210)).unwrap_or(11_905), u32::try_from(mm(297)).unwrap_or(16_837))
        .page_margin(margin)
        .default_fonts(Face::Text.fonts())
        .default_size(32)
        .footer(page_number(AlignmentType::Right))
        .even_footer(page_number(AlignmentType::Left));
    doc = head(doc, texts, issued);
    doc = doc.add_paragraph(
        Paragraph::new()
            .add_run(run(&format!("{}：", texts.main_to.trim_end_matches('：')), Face::Text, 32))
            .line_spacing(line()),
    );
    for text in paragraphs(&texts.opening) {
        doc = doc.add_paragraph(body(text));
    }
    let parts = [
        ("总体情况", &texts.overview),
        ("编目挂接和“双公示”归集情况", &texts.collection),
        ("异议处理和信用修复情况", &texts.cases),
        ("存在问题", &texts.problems),
        ("工作要求", &texts.requirements),
    ];
    let others = other_figures(now);
    let mut numbers = NUMBERS.iter();
    let mut next = |title: &str| heading(&format!("{}、{title}", numbers.next().unwrap_or(&"")));
    for (place, (title, text)) in parts.into_iter().enumerate() {
        if paragraphs(text).next().is_some() || (place == 1 && others.is_some()) {
            doc = doc.add_paragraph(next(title));
        }
        for text in paragraphs(text) {
            doc = doc.add_paragraph(body(text));
        }
        // The ranking stands behind what is said of all.
        if place == 0 {
            doc = doc.add_paragraph(next("考核排名")).add_table(ranking(now, before));
            doc = doc.add_paragraph(note(now));
        }
        if let Some(table) = others.clone().filter(|_| place == 1) {
            doc = doc.add_paragraph(body("其他指标（不计分）如下。").keep_next(true)).add_table(table);
            doc = doc.add_paragraph(small_print("注：“全市”为各单位合计；“落后较多的单位”最多列三个。"));
        }
    }
    pack(foot(doc, texts, issued.map(|(_, day)| day)))
}

/// What the table does not say of itself.
fn note(now: &Frozen) -> Paragraph {
    let without: Vec<&str> = now
        .standings
        .iter()
        .filter(|s| s.rank.is_none())
        .filter_map(|s| now.basis.member(s.member))
        .map(|m| m.zh.as_str())
        .collect();
    let exempted: i64 = now
        .basis
        .indicators
        .iter()
        .filter(|i| i.weight > 0)
        .map(|i| now.figures.city(&i.code).exempted)
        .sum();
    let mut text = format!("注：“—”表示期内没有相关业务，不计入该单位得分；“{NEW}”表示上期没有排名。");
    if exempted > 0 {
        text.push_str(&format!("经批准豁免、未计入的共{exempted}项。"));
    }
    if !without.is_empty() {
        text.push_str(&format!("本期没有业务数据的单位：{}。", without.join("、")));
    }
    small_print(&text)
}

/// What stands under a table.
fn small_print(text: &str) -> Paragraph {
    Paragraph::new()
        .add_run(run(text, Face::Text, 24))
        .line_spacing(LineSpacing::new().line_rule(LineSpacingType::AtLeast).line(360).before(120))
}

/// The size of the issuer's name at the head, in half points, so that it stands on one line where it can.
fn head_size(issuer: &str) -> usize {
    let wide = usize::try_from(WIDTH / 20).unwrap_or(0);
    let fits = wide / issuer.chars().count().max(1) * 2;
    fits.clamp(HEAD.0, HEAD.1)
}

fn head(doc: Docx, texts: &Texts, issued: Option<(&str, NaiveDate)>) -> Docx {
    let red = run(&texts.issuer, Face::Title, head_size(&texts.issuer)).color(RED);
    let number = issued.map_or("（拟稿，未印发）", |(number, _)| number);
    let number = Paragraph::new()
        .add_run(run(number, Face::Text, 32))
        .align(AlignmentType::Center)
        .line_spacing(line());
    let large = LineSpacing::new().line_rule(LineSpacingType::AtLeast).line(800);
    doc.add_paragraph(Paragraph::new().add_run(red).align(AlignmentType::Center).line_spacing(large))
        .add_paragraph(empty())
        .add_paragraph(ruled(number, &[(ParagraphBorderPosition::Bottom, 16, RED)]))
        .add_paragraph(empty())
        .add_paragraph(
            Paragraph::new()
                .add_run(run(&texts.title, Face::Title, 44))
                .align(AlignmentType::Center)
                .line_spacing(LineSpacing::new().line_rule(LineSpacingType::AtLeast).line(640)),
        )
        .add_paragraph(empty())
}

/// Issuer and day at the right, the seal over both; then who gets a copy.
fn foot(doc: Docx, texts: &Texts, day: Option<NaiveDate>) -> Docx {
    let right = |text: &str| {
        Paragraph::new()
            .add_run(run(text, Face::Text, 32))
            .align(AlignmentType::Right)
            .indent(None, None, Some(TWO * 2), None)
            .line_spacing(line())
            .keep_lines(true)
    };
    let day = day.map_or_else(
        || "　　年　　月　　日".to_owned(),
        |d| format!("{}年{}月{}日", d.year(), d.month(), d.day()),
    );
    // Room for the seal.
    let mut doc = doc
        .add_paragraph(empty())
        .add_paragraph(empty())
        .add_paragraph(right(&texts.issuer).keep_next(true))
        .add_paragraph(right(&day));
    if !texts.contact.is_empty() {
        doc = doc.add_paragraph(body(&format!("（联系人：{}）", texts.contact)));
    }
    let small = || Paragraph::new().indent(Some(280), None, Some(280), None).line_spacing(line());
    let (top, bottom) = (ParagraphBorderPosition::Top, ParagraphBorderPosition::Bottom);
    doc = doc.add_paragraph(empty());
    if !texts.copy_to.is_empty() {
        let copies = run(&format!("抄送：{}。", texts.copy_to.trim_end_matches('。')), Face::Text, 28);
        let sides = [(top.clone(), 8, "000000")];
        doc = doc.add_paragraph(ruled(small().add_run(copies).keep_next(true), &sides));
    }
    // 印发机关和印发日期 on one line, the day at its end.
    let end = Tab::new().val(TabValueType::Right).pos(usize::try_from(WIDTH - 280).unwrap_or(0));
    let printed = run(&texts.issuer, Face::Text, 28).add_tab().add_text(format!("{day}印发"));
    doc.add_paragraph(ruled(
        small().add_tab(end).add_run(printed),
        &[(top, 8, "000000"), (bottom, 8, "000000")],
    ))
}

fn pack(doc: Docx) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    let mut built = doc.build();
    let text = String::from_utf8(built.document).map_err(Error::internal)?;
    built.document = kept_whole(&text).into_bytes();
    built.pack(&mut bytes).map_err(Error::internal)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use docx_rs::BuildXML as _;

    use super::*;
    use crate::evaluate::{Basis, Member};
    use crate::facts::Marks;
    use crate::model::{Figure, Figures, Indicators, Limits, Span, standings};

    pub(in crate::circular) fn frozen(first: (i64, i64), second: (i64, i64)) -> Frozen {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let member = |n: u128, zh: &str| Member {
            id: uuid::Uuid::from_u128(n),
            zh: zh.to_owned(),
            en: zh.to_owned(),
            orgs: vec![uuid::Uuid::from_u128(n)],
        };
        let basis = Basis {
            span: Span::month_of(day("2026-01-10")),
            as_of: day("2026-02-10"),
            marks: Marks::default(),
            versions: BTreeMap::new(),
            indicators: Indicators::builtin().unwrap().0.clone(),
            limits: Limits::default(),
            members: vec![member(1, "示例市甲局"), member(2, "示例市乙局"), member(3, "示例市丙局")],
        };
        let give = |f: (i64, i64)| {
            BTreeMap::from([(
                "timeliness-a".to_owned(),
                Figure { numerator: f.0, denominator: f.1, exempted: 0 },
            )])
        };
        let figures = Figures(BTreeMap::from([
            (uuid::Uuid::from_u128(1), give(first)),
            (uuid::Uuid::from_u128(2), give(second)),
            (uuid::Uuid::from_u128(3), BTreeMap::new()),
        ]));
        let standings = standings(&basis.indicators, &figures);
        Frozen { basis, figures, standings }
    }

    /// The text of a document, a paragraph a line, cells too.
    fn text_of(bytes: &[u8]) -> String {
        let json = docx_rs::read_docx(bytes).unwrap().json();
        let mut out = String::new();
        fn walk(value: &serde_json::Value, out: &mut String) {
            match value {
                serde_json::Value::Object(map) => {
                    if map.get("type").and_then(|t| t.as_str()) == Some("text")
                        && let Some(text) = map["data"]["text"].as_str()
                    {
                        out.push_str(text);
                    }
                    for (_, inner) in map {
                        walk(inner, out);
                    }
                    if map.get("type").and_then(|t| t.as_str()) == Some("paragraph") {
                        out.push('\n');
                    }
                }
                serde_json::Value::Array(all) => all.iter().for_each(|v| walk(v, out)),
                _ => {}
            }
        }
        walk(&serde_json::from_str(&json).unwrap(), &mut out);
        out
    }

    #[test]
    fn page_numbers_are_of_size_four_in_song_at_the_outer_edge() {
        for (side, aligned) in [(AlignmentType::Right, "right"), (AlignmentType::Left, "left")] {
            let xml = String::from_utf8(page_number(side).build()).unwrap();
            assert!(xml.contains(&format!("<w:jc w:val=\"{aligned}\" />")), "{xml}");
            let number = xml.split("<w:r>").find(|run| run.contains("PAGE")).unwrap();
            for wanted in ["<w:sz w:val=\"28\" />", "w:ascii=\"宋体\"", "w:eastAsia=\"宋体\""] {
                assert!(number.contains(wanted), "{wanted}: {number}");
            }
        }
    }

    #[test]
    fn the_document_holds_head_ranking_movement_problems_and_copies() {
        let (now, before) = (frozen((9, 10), (10, 10)), frozen((10, 10), (5, 10)));
        let regulation = crate::model::Regulation::model().unwrap();
        let texts = crate::circular::draft(&regulation, &now, Some(&before));
        let day = "2026-02-14".parse().unwrap();
        let bytes = docx(&texts, (&now, Some(&before)), Some(("信用通报〔2026〕1号", day))).unwrap();
        let text = text_of(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        for wanted in [
            "信用通报〔2026〕1号",
            "关于2026年1月公共信用信息归集应用工作情况的通报",
            "各成员单位，各镇街（园区）：",
            "一、总体情况",
            "二、考核排名",
            "三、编目挂接和“双公示”归集情况",
            "四、异议处理和信用修复情况",
            "五、存在问题",
            "六、工作要求",
            "示例市甲局",
            "90.00%",
            "100.00",
            "—",
            "↑1",
            "↓1",
            "及时率低于全市水平（95.00%）的有：示例市甲局（90.00%，9/10）。",
            "2026年2月14日",
            "抄送：市分管领导、市督查室。",
        ] {
            assert!(lines.contains(&wanted), "{wanted}: {text}");
        }
        assert!(text.contains("1个单位本期没有相关业务数据"), "{text}");
        assert!(text.contains("进步较快的单位：示例市乙局（上升1位）。"), "{text}");
        assert!(!text.contains("拟稿"));
        let draft = docx(&texts, (&now, None), None).unwrap();
        assert!(text_of(&draft).contains("（拟稿，未印发）"));
    }
}
