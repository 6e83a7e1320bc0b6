//! Matching the headers of a file (表头) to the fields of a resource, by code, label or synonym, in any width and
//! order, and telling which resource a header row belongs to.

use indexmap::IndexMap;

use super::load::Packs;
use super::model::{Field, FieldKind, Pack, Resource};

/// Most unknown columns whose names are compared with those of the fields.
const MOST_COMPARED: usize = 500;

/// How a header was recognised, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The field's code or one of its labels.
    Name,
    /// A synonym.
    Synonym,
    /// A name or synonym after leaving out a bracket such as `（万元）` or `(必填)`.
    Bare,
}

/// A column that was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// Column, from 0.
    pub column: usize,
    /// The header as it stands in the file.
    pub header: String,
    /// Code of the field.
    pub field: String,
    /// How it was recognised.
    pub by: By,
    /// Unit in the header that is not the field's, e.g. `元` over a field in `万元`.
    pub unit: Option<String>,
}

/// A column that no field claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Column, from 0.
    pub column: usize,
    /// The header as it stands in the file.
    pub header: String,
    /// Codes of fields it resembles and that are not mapped yet, likeliest first; at most three.
    pub candidates: Vec<String>,
}

/// Several columns that claim one field, or carry one header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contested {
    /// Code of the field, when the columns are recognised.
    pub field: Option<String>,
    /// Columns, from 0, with their headers.
    pub columns: Vec<(usize, String)>,
    /// Whether all of them carry the same header (表头重复); otherwise different headers mean the same field.
    pub same_header: bool,
}

/// What became of a header row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeaderMatch {
    /// Recognised columns, in file order. A contested field is mapped to no column unless one claim is better.
    pub mapped: Vec<Mapped>,
    /// Columns that no field claims.
    pub open: Vec<Open>,
    /// Columns with a blank header, from 0.
    pub blank: Vec<usize>,
    /// Fields and headers claimed more than once.
    pub contested: Vec<Contested>,
    /// Codes of fields that some subject kind requires and that no column gives.
    pub missing: Vec<String>,
    /// How well the row fits the resource, 0 to 1.
    pub score: f64,
}

impl HeaderMatch {
    /// The column of a field, from 0.
    #[must_use]
    pub fn column_of(&self, field: &str) -> Option<usize> {
        self.mapped.iter().find(|m| m.field == field).map(|m| m.column)
    }
}

/// A resource that a header row may belong to.
#[derive(Debug, Clone)]
pub struct Guess<'a> {
    /// Its pack.
    pub pack: &'a Pack,
    /// The resource.
    pub resource: &'a Resource,
    /// See [`HeaderMatch::score`].
    pub score: f64,
}

/// Matches a header row to a resource. `fixed` maps headers to field codes and goes before everything else: what a
/// department decided earlier, or `--map`.
#[must_use]
pub fn match_headers<S: AsRef<str>>(
    resource: &Resource,
    headers: &[S],
    fixed: &IndexMap<String, String>,
) -> HeaderMatch {
    let index = Index::of(resource);
    let fixed: IndexMap<String, &str> = fixed.iter().map(|(h, f)| (fold(h), f.as_str())).collect();
    let mut result = HeaderMatch::default();
    let mut claims: IndexMap<&str, Vec<Claim>> = IndexMap::new();
    let mut unclaimed: Vec<(usize, &str)> = Vec::new();
    for (column, header) in headers.iter().enumerate() {
        let header = header.as_ref();
        let key = fold(header);
        if key.is_empty() {
            result.blank.push(column);
        } else if let Some(field) = fixed.get(&key).and_then(|code| resource.field(code)) {
            claims.entry(&field.code).or_default().push(Claim {
                column,
                header,
                rank: 0,
                by: By::Name,
                unit: None,
            });
        } else if let Some(claim) = index.claim(column, header, &key) {
            claims.entry(claim.0).or_default().push(claim.1);
        } else {
            unclaimed.push((column, header));
        }
    }
    for (field, mut of_field) in claims {
        of_field.sort_by_key(|c| (c.rank, c.column));
        let tied = of_field.len() > 1 && of_field[0].rank == of_field[1].rank;
        if of_field.len() > 1 {
            let same = of_field.iter().all(|c| fold(c.header) == fold(of_field[0].header));
            result.contested.push(Contested {
                field: Some(field.to_owned()),
                columns: of_field.iter().map(|c| (c.column, c.header.trim().to_owned())).collect(),
                same_header: same,
            });
        }
        if !tied {
            let best = &of_field[0];
            result.mapped.push(Mapped {
                column: best.column,
                header: best.header.trim().to_owned(),
                field: field.to_owned(),
                by: best.by,
                unit: best.unit.clone(),
            });
        }
    }
    result.mapped.sort_by_key(|m| m.column);
    result.contested.extend(repeated(&unclaimed));
    let is_given = |code: &str| {
        result.mapped.iter().any(|m| m.field == code)
            || result.contested.iter().any(|c| c.field.as_deref() == Some(code))
    };
    result.missing = resource
        .fields
        .iter()
        .filter(|f| f.is_required() && !is_given(&f.code))
        .map(|f| f.code.clone())
        .collect();
    // A header of thousands of unknown columns is no header; comparing all its names would only take long.
    let free: Vec<&Field> = match unclaimed.len() {
        0..=MOST_COMPARED => resource.fields.iter().filter(|f| !is_given(&f.code)).collect(),
        _ => Vec::new(),
    };
    result.open = unclaimed
        .iter()
        .map(|(column, header)| Open {
            column: *column,
            header: header.trim().to_owned(),
            candidates: candidates(header, &free),
        })
        .collect();
    result.score = score(resource, &result, headers.len() - result.blank.len());
    result
}

/// The resources a header row may belong to, best first; those without a single recognised header are left out.
/// Names of an edition's own weigh more than synonyms, which is how two editions of one standard are told apart.
#[must_use]
pub fn guess_resource<'a, S: AsRef<str>>(packs: &'a Packs, headers: &[S]) -> Vec<Guess<'a>> {
    let none = IndexMap::new();
    let mut guesses: Vec<Guess<'a>> = packs
        .resources()
        .map(|(pack, resource)| Guess {
            pack,
            resource,
            score: match_headers(resource, headers, &none).score,
        })
        .filter(|g| g.score > 0.0)
        .collect();
    guesses.sort_by(|a, b| b.score.total_cmp(&a.score));
    guesses
}

/// The other edition of the same pack that a header row fits clearly better than the resource it was handed in for:
/// a file in the old template sent as the new one.
#[must_use]
pub fn other_edition<'a, S: AsRef<str>>(
    packs: &'a Packs,
    resource: &str,
    headers: &[S],
) -> Option<&'a Resource> {
    let (pack, own) = packs.resource(resource)?;
    own.edition.as_ref()?;
    let own_score = match_headers(own, headers, &IndexMap::new()).score;
    let best = guess_resource(packs, headers).into_iter().next()?;
    let is_other =
        best.pack.pack == pack.pack && best.resource.resource != resource && best.resource.edition.is_some();
    (is_other && best.score > own_score + 0.1).then_some(best.resource)
}

/// Whether a row of data repeats the header row, as happens when tables are pasted together: most of its filled cells,
/// and at least two, say what the header above them says.
#[must_use]
pub fn repeats_header<H: AsRef<str>, C: AsRef<str>>(headers: &[H], cells: &[C]) -> bool {
    let pairs = headers.iter().zip(cells).filter(|(_, c)| !c.as_ref().trim().is_empty());
    let (mut filled, mut same) = (0_usize, 0_usize);
    for (header, cell) in pairs {
        filled += 1;
        same += usize::from(fold(header.as_ref()) == fold(cell.as_ref()));
    }
    same >= 2 && same * 5 >= filled * 3
}

/// A header as it is compared: full width and capitals folded; blanks, underscores, quotation marks and the star of
/// required columns left out.
#[must_use]
pub fn fold(header: &str) -> String {
    header
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '〔' | '【' | '[' => '(',
            '〕' | '】' | ']' => ')',
            c => c,
        })
        .filter(|c| {
            !c.is_whitespace()
                && !c.is_control()
                && !matches!(c, '*' | '_' | '"' | '\'' | '\u{feff}' | '\u{200b}' | ':' | '“' | '”')
        })
        .flat_map(char::to_lowercase)
        .collect()
}

struct Claim<'h> {
    column: usize,
    header: &'h str,
    rank: u8,
    by: By,
    unit: Option<String>,
}

/// Every folded name of a resource's fields.
struct Index<'r> {
    names: IndexMap<String, (&'r Field, By)>,
}

impl<'r> Index<'r> {
    fn of(resource: &'r Resource) -> Self {
        let mut names = IndexMap::new();
        for field in &resource.fields {
            for name in [&field.code, &field.label.zh, &field.label.en] {
                names.entry(fold(name)).or_insert((field, By::Name));
            }
        }
        // Names of one field go before synonyms of another, and full forms before bare ones.
        for field in &resource.fields {
            for synonym in &field.synonyms {
                names.entry(fold(synonym)).or_insert((field, By::Synonym));
            }
        }
        for field in &resource.fields {
            for name in std::iter::once(&field.label.zh).chain(&field.synonyms) {
                if let Some((bare, _)) = without_note(&fold(name)) {
                    names.entry(bare).or_insert((field, By::Bare));
                }
            }
        }
        Self { names }
    }

    fn claim<'h>(&self, column: usize, header: &'h str, key: &str) -> Option<(&'r str, Claim<'h>)> {
        if let Some((field, by)) = self.names.get(key) {
            return Some((&field.code, Claim { column, header, rank: *by as u8, by: *by, unit: None }));
        }
        let (bare, note) = without_note(key)?;
        let (field, _) = self.names.get(&bare)?;
        let unit = (is_unit(&note) && unit_of(field).is_some_and(|u| u != note)).then_some(note);
        Some((&field.code, Claim { column, header, rank: By::Bare as u8, by: By::Bare, unit }))
    }
}

fn unit_of(field: &Field) -> Option<&str> {
    match &field.kind {
        FieldKind::Decimal { unit, .. } => unit.as_deref(),
        _ => None,
    }
}

fn is_unit(note: &str) -> bool {
    note.ends_with('元') || matches!(note, "人民币" | "%" | "平方米" | "亩" | "人" | "个")
}

/// A folded header without its last bracket, when that bracket is only a note: a unit, a format, or whether the column
/// must be filled. Other brackets belong to the name, as in `行政相对人代码_1(统一社会信用代码)`.
fn without_note(key: &str) -> Option<(String, String)> {
    let body = key.strip_suffix(')')?;
    let (name, note) = body.rsplit_once('(')?;
    let is_note = is_unit(note)
        || [
            "必填",
            "选填",
            "可选",
            "非必填",
            "条件必填",
            "必录",
            "required",
            "optional",
            "单位",
            "格式",
            "yyyy",
            "例",
            "全称",
            "填写",
            "文本",
        ]
        .iter()
        .any(|n| note.contains(n));
    (is_note && !name.is_empty()).then(|| (name.to_owned(), note.trim_start_matches("单位").to_owned()))
}

fn repeated(unclaimed: &[(usize, &str)]) -> Vec<Contested> {
    let mut by_name: IndexMap<String, Vec<(usize, String)>> = IndexMap::new();
    for (column, header) in unclaimed {
        by_name.entry(fold(header)).or_default().push((*column, header.trim().to_owned()));
    }
    let many = by_name.into_values().filter(|columns| columns.len() > 1);
    many.map(|columns| Contested { field: None, columns, same_header: true }).collect()
}

/// Fields that resemble a header, by the share of neighbouring character pairs (Dice coefficient).
fn candidates(header: &str, free: &[&Field]) -> Vec<String> {
    const LIKE: f64 = 0.5;
    let key = fold(header);
    let mut ranked: Vec<(f64, &str)> = free
        .iter()
        .map(|f| {
            let names = std::iter::once(&f.label.zh).chain(&f.synonyms);
            (names.map(|n| dice(&key, &fold(n))).fold(0.0, f64::max), f.code.as_str())
        })
        .filter(|(likeness, _)| *likeness >= LIKE)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().take(3).map(|(_, code)| code.to_owned()).collect()
}

fn dice(a: &str, b: &str) -> f64 {
    let pairs = |s: &str| {
        let chars: Vec<char> = s.chars().collect();
        chars.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>()
    };
    let (left, mut right) = (pairs(a), pairs(b));
    let total = left.len() + right.len();
    if total == 0 {
        return 0.0;
    }
    let mut shared = 0_u32;
    for pair in left {
        if let Some(at) = right.iter().position(|p| *p == pair) {
            right.swap_remove(at);
            shared += 1;
        }
    }
    2.0 * f64::from(shared) / total as f64
}

/// Half for how much of the file is explained, half for how much of what the resource requires is there; a synonym counts
/// 0.8 of a name.
fn score(resource: &Resource, found: &HeaderMatch, filled_headers: usize) -> f64 {
    let weight = |by: By| if by == By::Synonym { 0.8 } else { 1.0 };
    let claimed: f64 = found.mapped.iter().map(|m| weight(m.by)).sum();
    if claimed == 0.0 || filled_headers == 0 {
        return 0.0;
    }
    let key_fields = |f: &&Field| {
        f.is_required() || resource.business_key.iter().any(|k| k.split('|').any(|c| c == f.code))
    };
    let wanted: Vec<&Field> = resource.fields.iter().filter(key_fields).collect();
    let by_of = |code: &str| found.mapped.iter().find(|m| m.field == code).map(|m| weight(m.by));
    let there: f64 = wanted.iter().filter_map(|f| by_of(&f.code)).sum();
    let share = if wanted.is_empty() { 1.0 } else { there / wanted.len() as f64 };
    f64::midpoint(claimed / filled_headers as f64, share)
}
