//! Texts with variables (模板): `{org}` stands for the name of the organisation. Anything else stands for itself.

use kernel::{Error, Result};

/// A piece of a text.
enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 120;
/// Longest text, in characters.
pub const LONGEST_BODY: usize = 2_000;

/// Refuses a text that uses a variable which is not in `known`, or a brace that is not closed.
///
/// # Errors
/// `template-variable`, naming line, column and the variables there are.
pub fn check(text: &str, known: &[&str]) -> Result<()> {
    let mut refused: Option<(usize, Option<String>)> = None;
    pieces(text, |at, piece| {
        let wrong = match piece {
            Some(Piece::Text(_)) => return,
            Some(Piece::Variable(name)) if known.contains(&name) => return,
            Some(Piece::Variable(name)) => Some(name.to_owned()),
            None => None,
        };
        refused.get_or_insert((at, wrong));
    });
    let Some((at, name)) = refused else { return Ok(()) };
    let (line, column) = place(text, at);
    let list = |between: &str| known.iter().map(|k| format!("{{{k}}}")).collect::<Vec<_>>().join(between);
    Err(match name {
        Some(name) => Error::bad_input(
            "template-variable",
            format!("第 {line} 行第 {column} 个字：没有“{{{name}}}”这个变量。可以用：{}。", list("、")),
            format!(
                "Line {line}, character {column}: there is no variable “{{{name}}}”. There are: {}.",
                list(", ")
            ),
        ),
        None => Error::bad_input(
            "template-variable",
            format!("第 {line} 行第 {column} 个字：左花括号没有配对的右花括号。变量写作 {}。", list("、")),
            format!(
                "Line {line}, character {column}: the brace is not closed. Variables are written {}.",
                list(", ")
            ),
        ),
    })
}

/// Puts the values in their places. A variable without a value becomes nothing.
#[must_use]
pub fn fill(text: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    pieces(text, |_, piece| match piece {
        Some(Piece::Text(text)) => out.push_str(text),
        Some(Piece::Variable(name)) => {
            if let Some((_, value)) = values.iter().find(|(n, _)| *n == name) {
                out.push_str(value);
            }
        }
        None => out.push('{'),
    });
    out
}

/// Hands over the pieces with the byte at which each begins; `None` for a brace that is not closed.
fn pieces<'a>(text: &'a str, mut take: impl FnMut(usize, Option<Piece<'a>>)) {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        match rest.find('{') {
            Some(0) => match rest.find('}') {
                Some(end) if !rest[1..end].contains(['{', '\n']) => {
                    take(at, Some(Piece::Variable(rest[1..end].trim())));
                    at += end + 1;
                }
                _ => {
                    take(at, None);
                    at += 1;
                }
            },
            Some(next) => {
                take(at, Some(Piece::Text(&rest[..next])));
                at += next;
            }
            None => {
                take(at, Some(Piece::Text(rest)));
                at = text.len();
            }
        }
    }
}

/// Line and character of a byte, both from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_place_of_their_variables_and_bring_no_new_ones() {
        let values = [("org", "某局 {count}".to_owned()), ("count", "3".to_owned())];
        assert_eq!(fill("{org}：{ count } 项{gone}。", &values), "某局 {count}：3 项。");
        assert_eq!(fill("没有变量", &[]), "没有变量");
    }

    #[test]
    fn a_wrong_variable_is_refused_with_its_place_and_what_there_is() {
        assert!(check("{org} {count}\n好", &["org", "count"]).is_ok());
        let e = check("第一行\n请 {orgg} 处理", &["org", "count"]).unwrap_err();
        assert_eq!(e.code(), "template-variable");
        assert!(e.text().zh.starts_with("第 2 行第 3 个字：没有“{orgg}”"), "{}", e.text().zh);
        assert!(e.text().en.contains("{org}, {count}"), "{}", e.text().en);
        for open in ["请 {org", "请 {org\n}", "{a{org}"] {
            let e = check(open, &["org"]).unwrap_err();
            assert!(e.text().zh.contains("左花括号"), "{open}: {}", e.text().zh);
        }
    }
}
