//! Names of organisations and persons (名称).

use super::super::codes as code;
use super::super::hit::Hit;
use super::super::text;
use super::{FieldCheck, Seen};

/// Judges a name: everything a text has to stand, and brackets of one width.
pub(super) fn judge(field: &FieldCheck, row: usize, v: &str, limit: usize, hits: &mut Vec<Hit>) -> Seen {
    let scan = text::scan(v.as_bytes());
    let seen = field.tidy(row, v, scan, limit, hits);
    if matches!(seen, Seen::Bad) {
        return seen;
    }
    let tidy = match &seen {
        Seen::Folded(s) => s.as_str(),
        _ => v,
    };
    if scan.has(text::Scan::HIGH)
        && let Some(one_width) = mixed_brackets(tidy)
    {
        hits.push(field.hit(row, code::NAME_BRACKETS, v).suggest(one_width.clone()));
        return Seen::Folded(one_width);
    }
    seen
}

/// The name with Chinese brackets only, when it has both kinds.
fn mixed_brackets(v: &str) -> Option<String> {
    let full = v.contains(['（', '）']);
    let half = v.contains(['(', ')']);
    (full && half).then(|| v.replace('(', "（").replace(')', "）"))
}

#[cfg(test)]
mod tests {
    use super::mixed_brackets;

    #[test]
    fn only_a_mixture_is_changed() {
        assert_eq!(mixed_brackets("某某（东莞)有限公司").as_deref(), Some("某某（东莞）有限公司"));
        assert_eq!(mixed_brackets("某某(东莞)有限公司"), None);
        assert_eq!(mixed_brackets("某某（东莞）有限公司"), None);
    }
}
