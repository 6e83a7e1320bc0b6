//! What may be seen by the public: every field named exists, no number of a person is among them, every period covers its days.

use super::place::{self, Place};
use super::resources::no_field;
use super::{Report, dates_reversed, set_order};
use crate::Text;
use crate::pack::{FieldKind, LandingMode, Pack, Personal, Publicity, Resource};

/// Looks at the `publicity` of a resource.
pub fn of_resource(report: &mut Report<'_>, at: &Place, pack: &Pack, resource: &Resource) {
    let Some(publicity) = &resource.publicity else { return };
    for (by, code) in named(publicity) {
        match resource.field(code) {
            None => no_field(report, at.clone(), &format!("publicity.{by}"), code),
            // A name or a text can be masked; a number, an address cannot be shown so that it is of use and harmless.
            Some(field)
                if field.personal.is_some_and(|p| !matches!(p, Personal::Name | Personal::FreeText)) =>
            {
                report.add(
                    at.clone(),
                    Text::new(
                        format!("publicity.{by} 要公示“{code}”，它是个人信息。"),
                        format!("publicity.{by} would show \"{code}\", which is personal."),
                    ),
                    Text::new("请从公示字段中删去。", "Take it out of what is shown."),
                );
            }
            Some(_) => {}
        }
    }
    let mut faults = Vec::new();
    if let Some(code) = &publicity.until
        && !resource.field(code).is_none_or(|f| matches!(f.kind, FieldKind::Date { .. }))
    {
        faults.push((
            Text::new(
                format!("publicity.until“{code}”不是日期字段。"),
                format!("publicity.until \"{code}\" is no date."),
            ),
            Text::new("请指向日期字段。", "Name a date."),
        ));
    }
    if !pack.retention.contains_key(&publicity.retention) {
        faults.push((
            Text::new(
                format!("公示期限“{}”不存在。", publicity.retention),
                format!("The retention table \"{}\" does not exist.", publicity.retention),
            ),
            Text::new("请在 pack.yaml 的 retention 中补上。", "Add it to retention in pack.yaml."),
        ));
    }
    for sign in pack
        .retention
        .get(&publicity.retention)
        .iter()
        .flat_map(|r| r.periods.iter().flat_map(|p| p.grades.iter().flat_map(|g| &g.when)))
    {
        if resource.field(&sign.field).is_none() {
            no_field(report, at.clone(), "retention.when", &sign.field);
        }
    }
    if resource.decision_date.is_none() || resource.landing.mode != LandingMode::Upsert {
        faults.push((
            Text::new(
                "要公示的资源没有 decision_date，或不是按业务主键更新入库。",
                "A published resource has no decision_date, or does not land by upsert.",
            ),
            Text::new(
                "公示期限从决定日期起算，请写明 decision_date，入库方式用 upsert。",
                "The clock starts on that day: name it, and let rows land by upsert.",
            ),
        ));
    }
    for (problem, remedy) in faults {
        report.add(at.clone(), problem, remedy);
    }
}

/// The fields a publicity names, each with where.
fn named(publicity: &Publicity) -> Vec<(&'static str, &str)> {
    let p = publicity;
    let mut all: Vec<(&'static str, &str)> = vec![
        ("title", &p.title),
        ("subject", &p.subject),
        ("document", &p.document),
        ("authority", &p.authority),
    ];
    let more =
        [("code", &p.code), ("authority_code", &p.authority_code), ("until", &p.until), ("kinds", &p.kinds)];
    all.extend(more.into_iter().filter_map(|(by, code)| Some((by, code.as_deref()?))));
    all.extend(p.withdrawn_when.iter().map(|s| ("withdrawn_when", s.field.as_str())));
    all.extend(p.fields.iter().map(|f| ("fields", f.as_str())));
    all.extend(p.mask_names.iter().map(|f| ("mask_names", f.as_str())));
    all
}

/// Looks at the retention tables of a pack.
pub fn of_pack(report: &mut Report<'_>, pack: &Pack) {
    for (name, retention) in &pack.retention {
        let at = place::declared(report.packs, "pack", &pack.pack);
        report.text(&at, name, &retention.title);
        let mut last = None;
        for period in &retention.periods {
            report.text(&at, &period.name, &period.title);
            if period.valid_to.is_some_and(|to| to < period.valid_from) {
                report.add(at.clone(), dates_reversed("valid_to"), set_order());
            }
            if last.is_some_and(|last| last != period.valid_from) {
                report.add(
                    at.clone(),
                    Text::new(
                        format!("公示期限“{}”与前一段之间有空当或重叠。", period.name),
                        format!(
                            "Between the period \"{}\" and the one before it is a gap or an overlap.",
                            period.name
                        ),
                    ),
                    Text::new(
                        "前一段的 valid_to 应是这一段 valid_from 的前一天。",
                        "valid_to of the one before is the day before valid_from of this one.",
                    ),
                );
            }
            last = period.valid_to.and_then(|to| to.succ_opt());
            for grade in &period.grades {
                report.text(&at, &grade.grade, &grade.title);
                if grade.maximum.is_some_and(|most| most < grade.minimum) {
                    report.add(
                        at.clone(),
                        Text::new(
                            format!("“{}”的最长期限短于最短期限。", grade.grade),
                            format!("The maximum of \"{}\" is below its minimum.", grade.grade),
                        ),
                        Text::new("请改正。", "Correct it."),
                    );
                }
            }
            if !period.grades.last().is_some_and(|g| g.when.is_empty()) {
                report.add(
                    at.clone(),
                    Text::new(
                        format!("公示期限“{}”没有兜底的等级。", period.name),
                        format!("The period \"{}\" has no grade for what fits none.", period.name),
                    ),
                    Text::new("最后一个等级不写 when。", "Let the last grade have no `when`."),
                );
            }
        }
    }
}
