//! The tree of organisations as HTML, with a number at each.

use std::collections::HashMap;
use std::fmt::Write as _;

use identity::org::Org;
use kernel::Lang;
use shell::ui::escape;
use uuid::Uuid;

/// Adds to each organisation the numbers of all below it.
pub fn rolled_up(orgs: &[Org], own: &[(Uuid, i64)]) -> HashMap<Uuid, i64> {
    let parents: HashMap<Uuid, Option<Uuid>> = orgs.iter().map(|o| (o.id, o.parent_id)).collect();
    let mut sums = HashMap::new();
    for (id, n) in own {
        let mut at = Some(*id);
        while let Some(id) = at {
            *sums.entry(id).or_insert(0) += n;
            at = parents.get(&id).copied().flatten();
        }
    }
    sums
}

/// How the tree is shown.
pub struct Look<'a> {
    pub lang: Lang,
    pub selected: Option<Uuid>,
    /// Levels that stand open; what lies below folds.
    pub open: usize,
    /// Where a name leads.
    pub href: &'a dyn Fn(&Org) -> String,
    /// What stands after a name, as HTML.
    pub after: &'a dyn Fn(&Org) -> String,
    /// What opens a fold of so many units.
    pub more: &'a dyn Fn(usize) -> String,
}

/// The tree; a unit whose parent is not in the list hangs at the nearest one above it that is.
pub fn html(orgs: &[Org], look: &Look<'_>) -> String {
    let mut sorted: Vec<&Org> = orgs.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut out = String::from("<ul class=\"tree\">");
    let mut rest = sorted.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let below = others.iter().take_while(|o| o.path.starts_with(&first.path)).count();
        node(&mut out, first, &others[..below], look, 0);
        rest = &others[below..];
    }
    out.push_str("</ul>");
    out
}

fn node(out: &mut String, org: &Org, below: &[&Org], look: &Look<'_>, depth: usize) {
    let here = if look.selected == Some(org.id) { " aria-current=\"true\"" } else { "" };
    let link = format!(
        "<a href=\"{}\"{here}>{}{}</a>",
        escape(&(look.href)(org)),
        escape(org.name(look.lang)),
        (look.after)(org)
    );
    if below.is_empty() {
        let _ = write!(out, "<li>{link}</li>");
        return;
    }
    let chosen = look.selected.is_some_and(|id| id == org.id || below.iter().any(|o| o.id == id));
    // A link inside a summary would be two controls in one: what folds stands below the link.
    let folds = depth >= look.open && !chosen;
    let fold = if folds {
        format!("<details><summary>{}</summary>", escape(&(look.more)(below.len())))
    } else {
        String::new()
    };
    let _ = write!(out, "<li>{link}{fold}<ul>");
    let mut rest = below;
    while let Some((first, others)) = rest.split_first() {
        let n = others.iter().take_while(|o| o.path.starts_with(&first.path)).count();
        node(out, first, &others[..n], look, depth + 1);
        rest = &others[n..];
    }
    out.push_str(if folds { "</ul></details></li>" } else { "</ul></li>" });
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn org(path: &str, parent: Option<&Org>) -> Org {
        let code = path.trim_matches('/').rsplit('/').next().unwrap();
        Org {
            id: Uuid::now_v7(),
            code: code.to_owned(),
            name_zh: code.to_owned(),
            name_en: code.to_owned(),
            kind: "unit".to_owned(),
            parent_id: parent.map(|p| p.id),
            path: path.to_owned(),
            valid_from: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
            valid_to: None,
        }
    }

    #[test]
    fn numbers_are_added_upwards_and_levels_may_be_skipped() {
        let city = org("/a/", None);
        let office = org("/a/b/", Some(&city));
        let unit = org("/a/b/c/", Some(&office));
        let sums = rolled_up(&[city.clone(), office.clone(), unit.clone()], &[(unit.id, 3), (city.id, 1)]);
        assert_eq!((sums[&city.id], sums[&office.id], sums[&unit.id]), (4, 3, 3));

        let look = Look {
            lang: Lang::Zh,
            selected: None,
            open: 1,
            href: &|o| format!("/{}", o.code),
            after: &|_| String::new(),
            more: &|n| n.to_string(),
        };
        // The office in between is not in the list.
        assert_eq!(
            html(&[unit, city], &look),
            "<ul class=\"tree\"><li><a href=\"/a\">a</a><ul><li><a href=\"/c\">c</a></li></ul></li></ul>"
        );
    }
}
