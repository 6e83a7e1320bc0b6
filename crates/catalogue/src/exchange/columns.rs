//! The columns of the workbook: field, header in both languages, width, and what a cell means.

use kernel::{Lang, Text};

use crate::model::{Entry, Item, OpenType, ShareType, UpdateCycle, cycle, open_type, share_type, yes};

/// A column.
pub struct Column {
    pub field: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub width: u32,
}

const fn column(field: &'static str, zh: &'static str, en: &'static str, width: u32) -> Column {
    Column { field, zh, en, width }
}

/// The sheet of entries; labels of the guide.
pub const ENTRIES: [Column; 17] = [
    column("code", "信息资源代码", "Resource code", 18),
    column("name", "信息资源名称", "Name", 30),
    column("pack_resource", "数据标准", "Data standard", 16),
    column("provider_code", "信息资源提供方代码", "Provider code", 20),
    column("class_path", "信息资源分类", "Class", 14),
    column("abstract", "信息资源摘要", "Abstract", 50),
    column("format", "信息资源格式", "Format", 14),
    column("share_type", "共享类型", "Share type", 16),
    column("share_condition", "共享条件", "Share condition", 30),
    column("share_way", "共享方式", "Way of sharing", 14),
    column("open_type", "开放类型", "Open type", 16),
    column("open_condition", "开放条件", "Open condition", 30),
    column("update_cycle", "更新周期", "Update cycle", 12),
    column("data_grade", "数据分类分级", "Data class and grade", 14),
    column("source_system", "来源系统", "Source system", 20),
    column("matter", "所属事项", "Service item", 20),
    column("related", "关联资源代码", "Related resource codes", 20),
];

/// The sheet of items. The first two columns tell whose item it is.
pub const ITEMS: [Column; 13] = [
    column("entry", "信息资源代码", "Resource code", 18),
    column("entry_name", "信息资源名称", "Name", 30),
    column("code", "信息项代码", "Item code", 18),
    column("name", "信息项名称", "Item name", 24),
    column("data_type", "数据类型", "Data type", 10),
    column("length", "长度", "Length", 8),
    column("range", "值域", "Range", 20),
    column("nullable", "是否可空", "Nullable", 8),
    column("key", "是否主键", "Key", 8),
    column("sensitive", "是否敏感", "Sensitive", 8),
    column("share_type", "单独的共享类型", "Own share type", 16),
    column("produced_here", "产生于本部门", "Produced here", 10),
    column("note", "说明", "Note", 30),
];

impl Column {
    pub fn header(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }

    /// Whether a header means this column, by label in either language or by field name.
    pub fn is(&self, header: &str) -> bool {
        let header = header.trim().trim_end_matches('*');
        header == self.zh || header.eq_ignore_ascii_case(self.en) || header == self.field
    }
}

/// An entry's cell.
pub fn entry_cell(e: &Entry, field: &str) -> String {
    match field {
        "code" => e.code.clone(),
        "name" => e.name.clone(),
        "pack_resource" => e.pack_resource.clone().unwrap_or_default(),
        "provider_code" => e.provider_code.clone(),
        "class_path" => e.class_path.clone(),
        "abstract" => e.summary.clone(),
        "format" => e.format.clone(),
        "share_type" => share_cell(e.share_type),
        "share_condition" => e.share_condition.clone(),
        "share_way" => e.share_way.clone(),
        "open_type" => format!("{} {}", e.open_type.code(), e.open_type.zh()),
        "open_condition" => e.open_condition.clone(),
        "update_cycle" => e.update_cycle.zh().to_owned(),
        "data_grade" => e.data_grade.clone(),
        "source_system" => e.source_system.clone(),
        "matter" => e.matter.clone(),
        "related" => e.related.join(" "),
        _ => String::new(),
    }
}

fn share_cell(t: ShareType) -> String {
    format!("{} {}", t.code(), t.zh())
}

/// An item's cell.
pub fn item_cell(e: &Entry, i: &Item, field: &str) -> String {
    let flag = |on: bool| if on { "是" } else { "否" }.to_owned();
    match field {
        "entry" => e.code.clone(),
        "entry_name" => e.name.clone(),
        "code" => i.code.clone(),
        "name" => i.name.clone(),
        "data_type" => i.data_type.clone(),
        "length" => i.length.map(|n| n.to_string()).unwrap_or_default(),
        "range" => i.range.clone(),
        "nullable" => flag(i.nullable),
        "key" => flag(i.key),
        "sensitive" => flag(i.sensitive),
        "share_type" => i.share_type.map(share_cell).unwrap_or_default(),
        "produced_here" => flag(i.produced_here),
        "note" => i.note.clone(),
        _ => String::new(),
    }
}

/// An entry without items, from its cells; every wrong cell is told.
pub fn entry(cell: &dyn Fn(&str) -> String) -> Result<Entry, Vec<Text>> {
    let mut wrong = Vec::new();
    let share =
        term(share_type(&cell("share_type")), ShareType::Unconditional, "share_type", &cell, &mut wrong);
    let open = term(open_type(&cell("open_type")), OpenType::NotOpen, "open_type", &cell, &mut wrong);
    let every = term(cycle(&cell("update_cycle")), UpdateCycle::Irregular, "update_cycle", &cell, &mut wrong);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Entry {
        code: cell("code"),
        name: cell("name"),
        pack_resource: Some(cell("pack_resource")).filter(|s| !s.is_empty()),
        provider_code: cell("provider_code"),
        class_path: cell("class_path"),
        summary: cell("abstract"),
        format: cell("format"),
        share_type: share,
        share_condition: cell("share_condition"),
        share_way: cell("share_way"),
        open_type: open,
        open_condition: cell("open_condition"),
        update_cycle: every,
        data_grade: cell("data_grade"),
        source_system: cell("source_system"),
        matter: cell("matter"),
        related: related(&cell("related")),
        items: Vec::new(),
    })
}

/// Codes of related resources, written one after another as people separate them.
pub fn related(typed: &str) -> Vec<String> {
    typed
        .split([' ', '、', ',', '，', ';', '；', '\n'])
        .filter(|c| !c.is_empty())
        .map(str::to_owned)
        .collect()
}

/// An item from its cells.
pub fn item(cell: &dyn Fn(&str) -> String) -> Result<Item, Vec<Text>> {
    let mut wrong = Vec::new();
    let mut flag = |field: &str| {
        yes(&cell(field)).unwrap_or_else(|| {
            wrong.push(cannot(
                &ITEMS,
                field,
                &cell(field),
                "只能填“是”或“否”",
                "must be 是 (yes) or 否 (no)",
            ));
            false
        })
    };
    let (nullable, key, sensitive, produced_here) =
        (flag("nullable"), flag("key"), flag("sensitive"), flag("produced_here"));
    let given = cell("length");
    let length = match given.as_str() {
        "" => None,
        // A number cell may come as 18.0.
        n => n.trim_end_matches(".0").parse().map(Some).unwrap_or_else(|_| {
            wrong.push(cannot(&ITEMS, "length", n, "应为整数", "must be a whole number"));
            None
        }),
    };
    let given = cell("share_type");
    let own = share_type(&given);
    if own.is_none() && !given.is_empty() {
        wrong.push(cannot(&ITEMS, "share_type", &given, TERMS_ZH, TERMS_EN));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Item {
        code: cell("code"),
        name: cell("name"),
        data_type: cell("data_type"),
        length,
        range: cell("range"),
        nullable,
        key,
        sensitive,
        share_type: own,
        produced_here,
        note: cell("note"),
    })
}

const TERMS_ZH: &str = "应为编制指南中的值，如“1 无条件共享”“3 不予开放”“每日”";
const TERMS_EN: &str = "must be one of the guide's terms, e.g. 1 无条件共享, 3 不予开放, 每日";

fn term<T>(
    found: Option<T>,
    otherwise: T,
    field: &str,
    cell: &dyn Fn(&str) -> String,
    wrong: &mut Vec<Text>,
) -> T {
    found.unwrap_or_else(|| {
        wrong.push(cannot(&ENTRIES, field, &cell(field), TERMS_ZH, TERMS_EN));
        otherwise
    })
}

fn cannot(columns: &[Column], field: &str, given: &str, zh: &str, en: &str) -> Text {
    let (label, label_en) =
        columns.iter().find(|c| c.field == field).map_or((field, field), |c| (c.zh, c.en));
    Text::new(format!("“{label}”填的是“{given}”，{zh}。"), format!("{label_en} is “{given}”; it {en}."))
}
