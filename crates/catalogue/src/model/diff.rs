//! Comparing two versions of an entry, field by field and item by item.

use serde_json::Value;

use super::entry::Entry;

/// One difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Field name, or `items.<code>` and `items.<code>.<field>` for data items.
    pub field: String,
    /// Old value; empty when it was not there.
    pub before: String,
    /// New value; empty when it is gone.
    pub after: String,
}

/// All differences from `old` to `new`, in the order of the metadata, items last.
#[must_use]
pub fn diff(old: &Entry, new: &Entry) -> Vec<Change> {
    let (Ok(Value::Object(a)), Ok(Value::Object(b))) = (serde_json::to_value(old), serde_json::to_value(new))
    else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut keys: Vec<&String> = a.keys().collect();
    keys.extend(b.keys().filter(|k| !a.contains_key(*k)));
    for key in keys.into_iter().filter(|k| k.as_str() != "items") {
        compare(&mut out, key, a.get(key), b.get(key));
    }
    let find = |e: &Entry, code: &str| {
        e.items.iter().find(|i| i.code == code).and_then(|i| serde_json::to_value(i).ok())
    };
    let mut codes: Vec<&str> = old.items.iter().map(|i| i.code.as_str()).collect();
    codes.extend(
        new.items.iter().map(|i| i.code.as_str()).filter(|c| !old.items.iter().any(|i| i.code == *c)),
    );
    for code in codes {
        match (find(old, code), find(new, code)) {
            (Some(Value::Object(x)), Some(Value::Object(y))) => {
                let mut keys: Vec<&String> = x.keys().collect();
                keys.extend(y.keys().filter(|k| !x.contains_key(*k)));
                for key in keys {
                    compare(&mut out, &format!("items.{code}.{key}"), x.get(key), y.get(key));
                }
            }
            (before, after) => out.push(Change {
                field: format!("items.{code}"),
                before: before.map(|v| name_of(&v)).unwrap_or_default(),
                after: after.map(|v| name_of(&v)).unwrap_or_default(),
            }),
        }
    }
    out
}

fn compare(out: &mut Vec<Change>, field: &str, before: Option<&Value>, after: Option<&Value>) {
    let (before, after) = (shown(before), shown(after));
    if before != after {
        out.push(Change { field: field.to_owned(), before, after });
    }
}

fn shown(v: Option<&Value>) -> String {
    match v {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(s)) => s.clone(),
        Some(Value::Array(a)) => a.iter().map(|x| shown(Some(x))).collect::<Vec<_>>().join("、"),
        Some(other) => other.to_string(),
    }
}

fn name_of(v: &Value) -> String {
    shown(v.get("name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Item, OpenType, ShareType, UpdateCycle};

    fn entry() -> Entry {
        Entry {
            code: "307001/000001".into(),
            name: "行政许可信息".into(),
            pack_resource: Some("licence-2018".into()),
            provider_code: "1144190000DEM0082P".into(),
            class_path: "3/07/001".into(),
            summary: "本部门作出的行政许可".into(),
            format: "3 数据库".into(),
            share_type: ShareType::Unconditional,
            share_condition: String::new(),
            share_way: String::new(),
            open_type: OpenType::Unconditional,
            open_condition: String::new(),
            update_cycle: UpdateCycle::Daily,
            data_grade: String::new(),
            source_system: String::new(),
            matter: String::new(),
            related: vec![],
            items: vec![Item {
                code: "XK_WSH".into(),
                name: "文书号".into(),
                data_type: "C".into(),
                ..Item::default()
            }],
        }
    }

    #[test]
    fn every_difference_is_named_once() {
        let old = entry();
        let mut new = entry();
        new.update_cycle = UpdateCycle::Weekly;
        new.items[0].length = Some(64);
        new.items.push(Item {
            code: "BZ".into(),
            name: "备注".into(),
            data_type: "M".into(),
            ..Item::default()
        });
        let changes: Vec<String> = diff(&old, &new)
            .into_iter()
            .map(|c| format!("{}: {} → {}", c.field, c.before, c.after))
            .collect();
        assert_eq!(
            changes,
            ["update_cycle: daily → weekly", "items.XK_WSH.length:  → 64", "items.BZ:  → 备注"]
        );
        assert!(diff(&old, &old).is_empty());
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut e = entry();
        assert!(e.check().is_ok());
        e.share_type = ShareType::NotShared;
        e.items.clear();
        let text = e.check().unwrap_err().text().zh.clone();
        assert!(text.contains("第十五条") && text.contains("信息项"), "{text}");
    }

    #[test]
    fn the_strictest_share_type_counts() {
        let mut e = entry();
        e.items[0].share_type = Some(ShareType::NotShared);
        assert_eq!(e.effective_share_type(), ShareType::NotShared);
    }
}
