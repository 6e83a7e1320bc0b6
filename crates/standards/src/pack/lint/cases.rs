//! Rules for objections and repair: limits that contradict each other, lists that do not exist.

use super::place::{self, Place};
use super::{Report, dates_reversed, set_order};
use crate::Text;
use crate::pack::{CaseLimits, CaseRules};

pub(super) fn lint(report: &mut Report<'_>) {
    let packs = report.packs;
    let rules = packs.cases();
    for (id, profile) in &rules.profiles {
        let at = place::keyed(packs, id);
        report.text(&at, "title", &profile.title);
        if profile.valid_to.is_some_and(|to| to < profile.valid_from) {
            report.add(at.clone(), dates_reversed("valid_to"), set_order());
        }
        for limits in [&profile.objection, &profile.repair] {
            limits_of(report, &at, rules, limits);
        }
    }
    for (id, list) in &rules.paper_lists {
        let at = place::keyed(packs, id);
        report.text(&at, "title", &list.title);
        sourced(report, &at, &list.source);
        for (n, paper) in list.papers.iter().enumerate() {
            report.text(&at, &paper.paper, &paper.title);
            if list.papers.iter().take(n).any(|p| p.paper == paper.paper) {
                let name = &paper.paper;
                report.add(
                    at.clone(),
                    Text::new(
                        format!("材料“{name}”列了两次。"),
                        format!("The paper \"{name}\" is listed twice."),
                    ),
                    Text::new("请删去一个。", "Delete one of the two."),
                );
            }
        }
    }
}

fn limits_of(report: &mut Report<'_>, at: &Place, rules: &CaseRules, limits: &CaseLimits) {
    sourced(report, at, &limits.source);
    if limits.department.is_none() && limits.total.is_none() {
        report.add(
            at.clone(),
            Text::new("部门核实没有期限。", "A department has no limit."),
            Text::new("请写明 department 或 total。", "State `department` or `total`."),
        );
    }
    if limits.total.is_some_and(|total| total < limits.centre) {
        report.add(
            at.clone(),
            Text::new("“total”短于“centre”。", "\"total\" is shorter than \"centre\"."),
            Text::new("请核对法规原文。", "Compare with the law."),
        );
    }
    if !rules.paper_lists.contains_key(&limits.papers) {
        let name = &limits.papers;
        report.add(
            at.clone(),
            Text::new(
                format!("没有“{name}”这个材料清单。"),
                format!("There is no list of papers \"{name}\"."),
            ),
            Text::new("请改为 paper_lists 中的名称。", "Name one of `paper_lists`."),
        );
    }
}

fn sourced(report: &mut Report<'_>, at: &Place, source: &str) {
    if source.trim().is_empty() {
        report.add(
            at.clone(),
            Text::new("“source”为空。", "\"source\" is empty."),
            Text::new("请写明法规和条款。", "State the law and the clause."),
        );
    }
}
