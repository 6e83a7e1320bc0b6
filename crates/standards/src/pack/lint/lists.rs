//! Code lists: editions in order, values told apart.

use std::collections::BTreeSet;

use super::{Report, dates_reversed, place, set_order};
use crate::Text;
use crate::pack::{CodeList, CodeListEdition};

/// Looks at the shared code lists and at those of every pack.
pub fn lint(report: &mut Report<'_>) {
    let packs = report.packs;
    let own = packs.packs().iter().flat_map(|p| &p.code_lists);
    for (id, list) in packs.code_lists().iter().chain(own) {
        one(report, id, list);
    }
}

fn one(report: &mut Report<'_>, id: &str, list: &CodeList) {
    let at = place::keyed(report.packs, id);
    report.text(&at, &format!("{id} title"), &list.title);
    if list.editions.is_empty() {
        report.add(
            at.clone(),
            Text::new(format!("代码表“{id}”没有版本。"), format!("The code list \"{id}\" has no edition.")),
            Text::new("请至少写一个 edition。", "Give it at least one edition."),
        );
    }
    if let Some(code) = list.outdated.as_deref().filter(|c| report.packs.message(c).is_none()) {
        report.add(
            at.clone(),
            Text::new(
                format!("代码表“{id}”用到的提示语 {code} 不存在。"),
                format!("The code list \"{id}\" names the message {code}, which does not exist."),
            ),
            Text::new("请改正代码或补上提示语。", "Correct the code or add the message."),
        );
    }
    for edition in &list.editions {
        if edition.valid_to.is_some_and(|to| to < edition.valid_from) {
            report.add(at.clone(), dates_reversed("valid_to"), set_order());
        }
        values(report, &at, id, edition);
    }
    for pair in list.editions.windows(2) {
        if pair[0].valid_to.is_none_or(|to| to >= pair[1].valid_from) {
            report.add(
                at.clone(),
                Text::new(
                    format!("代码表“{id}”{}起的版本和后一版本重叠。", pair[0].valid_from),
                    format!("The edition of \"{id}\" from {} overlaps with the next.", pair[0].valid_from),
                ),
                Text::new(
                    "请写上前一版本的 valid_to，并由旧到新排列。",
                    "Give the earlier one a valid_to, and put the oldest first.",
                ),
            );
        }
    }
}

fn values(report: &mut Report<'_>, at: &place::Place, id: &str, edition: &CodeListEdition) {
    let mut seen = BTreeSet::new();
    let spellings = edition.values.iter().flat_map(|v| std::iter::once(&v.value).chain(&v.aliases));
    for spelling in spellings {
        if spelling.trim().is_empty() || !seen.insert(spelling) {
            report.add(
                at.clone(),
                Text::new(
                    format!("代码表“{id}”中“{spelling}”为空或出现两次。"),
                    format!("In the code list \"{id}\", \"{spelling}\" is blank or stands twice."),
                ),
                Text::new("每个值和别名只能出现一次。", "A value or alias may stand only once."),
            );
        }
    }
}
