//! The form of an entry: what was typed, as text, and the entry meant by it. Works without script: a button adds
//! rows for items.

use kernel::{Error, Result};
use shell::ui::FormState;

use crate::exchange::related;
use crate::model::{Entry, Item, cycle, open_type, share_type, yes};

/// One row of the items' table, as typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemRow {
    pub code: String,
    pub name: String,
    pub data_type: String,
    pub length: String,
    pub range: String,
    pub nullable: bool,
    pub key: bool,
    pub sensitive: bool,
    pub share_type: String,
    pub produced_here: bool,
    pub note: String,
}

impl ItemRow {
    fn blank(&self) -> bool {
        self.code.trim().is_empty() && self.name.trim().is_empty()
    }

    fn of(item: &Item) -> Self {
        Self {
            code: item.code.clone(),
            name: item.name.clone(),
            data_type: item.data_type.clone(),
            length: item.length.map(|n| n.to_string()).unwrap_or_default(),
            range: item.range.clone(),
            nullable: item.nullable,
            key: item.key,
            sensitive: item.sensitive,
            share_type: item.share_type.map(|t| t.code().to_owned()).unwrap_or_default(),
            produced_here: item.produced_here,
            note: item.note.clone(),
        }
    }

    fn item(&self, number: usize) -> Result<Item> {
        let length = match self.length.trim() {
            "" => None,
            given => Some(given.parse().map_err(|_| {
                Error::bad_input(
                    "item-length",
                    format!("第 {number} 个信息项的长度“{given}”不是整数。"),
                    format!("The length “{given}” of item {number} is not a whole number."),
                )
            })?),
        };
        Ok(Item {
            code: self.code.trim().to_owned(),
            name: self.name.trim().to_owned(),
            data_type: self.data_type.trim().to_owned(),
            length,
            range: self.range.trim().to_owned(),
            nullable: self.nullable,
            key: self.key,
            sensitive: self.sensitive,
            share_type: share_type(&self.share_type),
            produced_here: self.produced_here,
            note: self.note.trim().to_owned(),
        })
    }
}

/// What was typed.
pub struct Typed {
    pub form: FormState,
    pub items: Vec<ItemRow>,
}

/// Most items of a form; more are imported.
const MOST: usize = 2_000;

impl Typed {
    /// The form as it came.
    pub fn read(pairs: &[(String, String)]) -> Self {
        let mut form = FormState::new();
        let mut items: Vec<ItemRow> = Vec::new();
        for (name, value) in pairs {
            let Some((number, field)) = name.strip_prefix("item.").and_then(|rest| rest.split_once('.'))
            else {
                form = form.with(name, value);
                continue;
            };
            let Some(number) = number.parse::<usize>().ok().filter(|n| *n < MOST) else { continue };
            if items.len() <= number {
                items.resize_with(number + 1, ItemRow::default);
            }
            let row = &mut items[number];
            let on = yes(value) == Some(true);
            match field {
                "code" => row.code.clone_from(value),
                "name" => row.name.clone_from(value),
                "data_type" => row.data_type.clone_from(value),
                "length" => row.length.clone_from(value),
                "range" => row.range.clone_from(value),
                "nullable" => row.nullable = on,
                "key" => row.key = on,
                "sensitive" => row.sensitive = on,
                "share_type" => row.share_type.clone_from(value),
                "produced_here" => row.produced_here = on,
                "note" => row.note.clone_from(value),
                _ => {}
            }
        }
        Self { form, items }
    }

    /// The form that shows an entry.
    pub fn of(entry: &Entry) -> Self {
        let form = FormState::new()
            .with("name", &entry.name)
            .with("pack_resource", entry.pack_resource.clone().unwrap_or_default())
            .with("provider_code", &entry.provider_code)
            .with("class_path", &entry.class_path)
            .with("abstract", &entry.summary)
            .with("format", &entry.format)
            .with("share_type", entry.share_type.code())
            .with("share_condition", &entry.share_condition)
            .with("share_way", &entry.share_way)
            .with("open_type", entry.open_type.code())
            .with("open_condition", &entry.open_condition)
            .with("update_cycle", entry.update_cycle.name())
            .with("data_grade", &entry.data_grade)
            .with("source_system", &entry.source_system)
            .with("matter", &entry.matter)
            .with("related", entry.related.join(" "));
        Self { form, items: entry.items.iter().map(ItemRow::of).collect() }
    }

    /// Blank rows at the end, so that items can be added.
    pub fn with_blank(mut self, rows: usize) -> Self {
        while self.items.last().is_some_and(ItemRow::blank) {
            self.items.pop();
        }
        let keep = self.items.len() + rows;
        self.items.resize_with(keep, ItemRow::default);
        self
    }

    /// The entry meant. Rows without code and name are left out.
    pub fn entry(&self) -> Result<Entry> {
        let text = |name: &str| self.form.value(name).trim().replace("\r\n", "\n");
        let term = |zh: &str, en: &str| {
            Error::bad_input("entry-term", format!("请选择{zh}。"), format!("Choose the {en}."))
        };
        let rows = self.items.iter().filter(|r| !r.blank()).enumerate();
        Ok(Entry {
            code: String::new(),
            name: text("name"),
            pack_resource: Some(text("pack_resource")).filter(|r| !r.is_empty()),
            provider_code: text("provider_code"),
            class_path: text("class_path"),
            summary: text("abstract"),
            format: text("format"),
            share_type: share_type(&text("share_type")).ok_or_else(|| term("共享类型", "share type"))?,
            share_condition: text("share_condition"),
            share_way: text("share_way"),
            open_type: open_type(&text("open_type")).ok_or_else(|| term("开放类型", "open type"))?,
            open_condition: text("open_condition"),
            update_cycle: cycle(&text("update_cycle")).ok_or_else(|| term("更新周期", "update cycle"))?,
            data_grade: text("data_grade"),
            source_system: text("source_system"),
            matter: text("matter"),
            related: related(&text("related")),
            items: rows.map(|(i, row)| row.item(i + 1)).collect::<Result<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::draft_from_pack;

    #[test]
    fn an_entry_survives_the_form() {
        let mut entry = draft_from_pack("licence-2018", "1144190000DEM0082P").unwrap();
        entry.related = vec!["102001/000001".into(), "102001/000002".into()];
        let typed = Typed::of(&entry).with_blank(3);
        assert_eq!(typed.items.len(), entry.items.len() + 3);
        assert_eq!(typed.entry().unwrap(), entry);
    }

    #[test]
    fn rows_come_in_by_number_and_wrong_lengths_are_named() {
        let pairs = |extra: &[(&str, &str)]| -> Vec<(String, String)> {
            [("name", "甲"), ("share_type", "1"), ("open_type", "3"), ("update_cycle", "daily")]
                .iter()
                .chain(extra)
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        let typed =
            Typed::read(&pairs(&[("item.1.code", "B"), ("item.1.name", "乙"), ("item.1.key", "yes")]));
        let entry = typed.entry().unwrap();
        assert_eq!(entry.items.len(), 1, "the blank row 0 is left out");
        assert!(entry.items[0].key && !entry.items[0].nullable);
        let wrong = Typed::read(&pairs(&[("item.0.code", "B"), ("item.0.length", "十")]));
        assert_eq!(wrong.entry().unwrap_err().code(), "item-length");
        let far = Typed::read(&pairs(&[("item.4000000000.code", "B")]));
        assert!(far.items.is_empty(), "a number out of reach makes no rows");
    }
}
