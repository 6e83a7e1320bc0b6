//! An entry made from a resource of a pack: its items are the resource's fields.

use ::store::Db;
use chrono::{DateTime, Utc};
use kernel::{Actor, Error, OrgId, Result};
use standards::pack::{Field, FieldKind, LandingMode, NeedMark, Packs, Resource};

use super::create_entry;
use crate::model::{Entry, Item, OpenType, ShareType, UpdateCycle};
use identity::org;

/// What the pack does not say.
#[derive(Debug, Clone)]
pub struct FromPack {
    /// Who provides the data.
    pub org: OrgId,
    /// Resource of a pack, e.g. `licence-2018`.
    pub resource: String,
    /// 信息资源分类, e.g. `3/07/001`.
    pub class_path: String,
    /// How often new rows are promised.
    pub update_cycle: UpdateCycle,
}

/// Makes a draft and returns its code.
///
/// # Errors
/// As for creating one; `entry-resource` when no pack has the resource.
pub async fn entry_from_pack(db: &Db, actor: &Actor, given: FromPack, now: DateTime<Utc>) -> Result<String> {
    let provider = org::require_in_scope(db.conn(), &actor.scope, given.org).await?;
    let mut entry = draft_from_pack(&given.resource, &provider.code)?;
    entry.class_path = given.class_path;
    entry.update_cycle = given.update_cycle;
    create_entry(db, actor, entry, now).await
}

/// The metadata as far as the pack knows it. A resource with personal data is shared on condition and not opened
/// (《政务数据共享条例》 art. 15); the department may say otherwise for each item.
///
/// # Errors
/// `entry-resource` when no pack has the resource.
pub fn draft_from_pack(resource: &str, provider_code: &str) -> Result<Entry> {
    let packs = Packs::builtin().map_err(|e| Error::internal(format!("{e:?}")))?;
    let Some((pack, resource)) = packs.resource(resource) else {
        return Err(Error::bad_input(
            "entry-resource",
            format!("没有“{resource}”这个数据标准。"),
            format!("No pack has a resource “{resource}”."),
        ));
    };
    let personal = resource.fields.iter().any(|f| f.personal.is_some());
    let summary = resource.summary.as_ref().map_or_else(|| resource.title.zh.clone(), |s| s.zh.clone());
    Ok(Entry {
        code: String::new(),
        name: resource.title.zh.clone(),
        pack_resource: Some(resource.resource.clone()),
        provider_code: provider_code.to_owned(),
        class_path: "3/07/001".to_owned(),
        summary: format!("{summary}依据：{}。", pack.source.trim_end_matches(['。', '.'])),
        format: "3 数据库".to_owned(),
        share_type: if personal { ShareType::Conditional } else { ShareType::Unconditional },
        share_condition: if personal {
            "含个人信息，限行政机关依法履行职责所需，按申请的范围和用途使用。".to_owned()
        } else {
            String::new()
        },
        share_way: "共享平台".to_owned(),
        open_type: if personal { OpenType::NotOpen } else { OpenType::Unconditional },
        open_condition: String::new(),
        update_cycle: match resource.landing.mode {
            LandingMode::Replace => UpdateCycle::Monthly,
            LandingMode::Append | LandingMode::Upsert => UpdateCycle::Daily,
        },
        data_grade: String::new(),
        source_system: String::new(),
        matter: String::new(),
        related: Vec::new(),
        items: resource.fields.iter().map(|f| item(resource, f)).collect(),
    })
}

fn item(resource: &Resource, field: &Field) -> Item {
    let key = resource.business_key.iter().any(|k| k.split('|').any(|alternative| alternative == field.code));
    Item {
        code: field.code.clone(),
        name: field.label.zh.clone(),
        data_type: data_type(&field.kind).to_owned(),
        length: field.length,
        range: match &field.kind {
            FieldKind::Code { list, .. } => list.clone(),
            FieldKind::Uscc { .. } => "GB 32100-2015".to_owned(),
            FieldKind::OrgCode => "GB 11714-1997".to_owned(),
            FieldKind::IdCard { .. } => "GB 11643-1999".to_owned(),
            FieldKind::RegistrationNumber => "GS 15-2006".to_owned(),
            FieldKind::Division => "GB/T 2260".to_owned(),
            _ => String::new(),
        },
        nullable: field.need.mark(None) != NeedMark::R,
        key,
        sensitive: field.personal.is_some(),
        share_type: None,
        produced_here: true,
        note: field.note.as_ref().map(|n| n.zh.clone()).unwrap_or_default(),
    }
}

/// The guide's letter for a kind of field.
const fn data_type(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Date { .. } => "D",
        FieldKind::Decimal { unit: Some(_), .. } => "Y",
        FieldKind::Decimal { .. } => "N",
        FieldKind::Integer { .. } => "I",
        _ => "C",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_of_the_packs_makes_a_complete_entry() {
        let packs = Packs::builtin().unwrap();
        for (_, resource) in packs.resources() {
            let entry = draft_from_pack(&resource.resource, "1144190000DEM0082P").unwrap();
            entry.check().unwrap();
            entry.check_draft().unwrap();
            assert_eq!(entry.items.len(), resource.fields.len());
            assert!(entry.items.iter().any(|i| i.key), "{}", resource.resource);
        }
        assert_eq!(draft_from_pack("nothing", "x").unwrap_err().code(), "entry-resource");
    }

    #[test]
    fn amounts_dates_and_persons_are_told() {
        let entry = draft_from_pack("licence-2018", "1144190000DEM0082P").unwrap();
        let item = |code: &str| entry.items.iter().find(|i| i.code == code).unwrap();
        assert_eq!(item("XK_JDRQ").data_type, "D");
        assert!(item("XK_XDR_MC").sensitive && item("XK_WSH").key && !item("XK_XDR_MC").nullable);
        assert_eq!(entry.share_type, ShareType::Conditional);
    }
}
