//! The way of an entry: draft, review, versions; who sees and who may do what.

use ::store::Db;
use kernel::{Actor, ErrorKind};

use super::super::*;
use super::{City, HEALTH, at, migrations};
use crate::model::{EntryState, UpdateCycle, Verdict};
use crate::store::entries::{self, Find};

async fn seen(city: &City, actor: &Actor, find: &Find) -> Vec<String> {
    let (rows, total) = entries::list(city.db.conn(), actor, find, ("name", false), (0, 50)).await.unwrap();
    assert_eq!(rows.len() as u64, total);
    rows.into_iter().map(|r| format!("{} v{} {}", r.name, r.version, r.state)).collect()
}

async fn audited(db: &Db, action: &str) -> u64 {
    let find = ::store::audit::Find {
        orgs: None,
        actor: "",
        action,
        subject: "",
        descending: false,
        offset: 0,
        limit: 50,
    };
    ::store::audit::find(db, &find).await.unwrap().1
}

::store::on_both!(an_entry_is_registered_then_published, migrations, async |db: Db| {
    let c = City::new(db).await;
    let code = create_entry(&c.db, &c.officer, c.entry("施工许可"), at(0)).await.unwrap();
    assert_eq!(code, "307001/000001");
    let all = Find::default();
    assert_eq!(seen(&c, &c.officer, &all).await, ["施工许可 v1 draft"]);
    assert_eq!(seen(&c, &c.steward, &all).await.len(), 1);
    assert!(seen(&c, &c.stranger, &all).await.is_empty(), "a draft is not for other departments");
    assert!(seen(&c, &c.consumer, &all).await.is_empty());

    assert_eq!(submit_entry(&c.db, &c.officer, &code, at(1)).await.unwrap(), EntryState::Registering);
    let again = submit_entry(&c.db, &c.officer, &code, at(2)).await.unwrap_err();
    assert_eq!(again.code(), "entry-state");
    let by_officer = review_entry(&c.db, &c.officer, &code, Verdict::Approve, "", at(2)).await.unwrap_err();
    assert_eq!(by_officer.kind(), ErrorKind::Forbidden);
    let silent = review_entry(&c.db, &c.steward, &code, Verdict::SendBack, " ", at(2)).await.unwrap_err();
    assert_eq!(silent.code(), "review-note");
    review_entry(&c.db, &c.steward, &code, Verdict::SendBack, "摘要写得太短", at(3)).await.unwrap();
    assert_eq!(
        entries::count_state(c.db.conn(), &c.officer.scope, &[EntryState::SentBack]).await.unwrap(),
        1
    );
    for (minute, state) in [(4, EntryState::Registered), (6, EntryState::Published)] {
        submit_entry(&c.db, &c.officer, &code, at(minute)).await.unwrap();
        let now = review_entry(&c.db, &c.steward, &code, Verdict::Approve, "", at(minute + 1)).await.unwrap();
        assert_eq!(now, state);
    }
    assert_eq!(seen(&c, &c.consumer, &all).await, ["施工许可 v1 published"]);
    let steps: Vec<String> =
        entries::steps(c.db.conn(), &code).await.unwrap().into_iter().rev().map(|s| s.verb).collect();
    assert_eq!(steps, ["created", "submitted", "send-back", "submitted", "approve", "submitted", "approve"]);
    assert_eq!(audited(&c.db, "entry.create").await, 1);
    assert_eq!(audited(&c.db, "entry.submit").await, 3);
    assert_eq!(audited(&c.db, "entry.review").await, 3);
});

::store::on_both!(a_published_entry_gets_a_new_version, migrations, async |db: Db| {
    let c = City::new(db).await;
    let code = c.published("施工许可", 0).await;
    let mut changed = c.entry("施工许可");
    assert_eq!(
        edit_entry(&c.db, &c.officer, &code, None, changed.clone(), at(10)).await.unwrap(),
        Edited::Unchanged
    );
    changed.update_cycle = UpdateCycle::Weekly;
    changed.class_path = "3/08/001".to_owned();
    let edited = edit_entry(&c.db, &c.officer, &code, None, changed.clone(), at(11)).await.unwrap();
    assert_eq!(edited, Edited::NewVersion(2));
    // The draft is edited in place; another person's edit of the older text is refused.
    changed.update_cycle = UpdateCycle::Monthly;
    let late = edit_entry(&c.db, &c.officer, &code, Some(at(5)), changed.clone(), at(12)).await.unwrap_err();
    assert_eq!(late.code(), "entry-changed");
    let edited = edit_entry(&c.db, &c.officer, &code, Some(at(11)), changed.clone(), at(12)).await.unwrap();
    assert_eq!(edited, Edited::InPlace(2));

    assert_eq!(seen(&c, &c.consumer, &Find::default()).await, ["施工许可 v1 published"]);
    submit_entry(&c.db, &c.officer, &code, at(13)).await.unwrap();
    assert_eq!(seen(&c, &c.consumer, &Find::default()).await, ["施工许可 v1 changing"]);
    assert!(edit_entry(&c.db, &c.officer, &code, None, c.entry("别的"), at(14)).await.is_err());
    let waiting = Find { state: "waiting".to_owned(), ..Find::default() };
    assert_eq!(seen(&c, &c.steward, &waiting).await, ["施工许可 v2 publishing"]);
    assert!(seen(&c, &c.stranger, &waiting).await.is_empty());

    review_entry(&c.db, &c.steward, &code, Verdict::SendBack, "周期不对", at(15)).await.unwrap();
    assert_eq!(seen(&c, &c.consumer, &Find::default()).await, ["施工许可 v1 published"]);
    submit_entry(&c.db, &c.officer, &code, at(16)).await.unwrap();
    review_entry(&c.db, &c.steward, &code, Verdict::Approve, "", at(17)).await.unwrap();
    assert_eq!(seen(&c, &c.consumer, &Find::default()).await, ["施工许可 v2 published"]);
    let versions = entries::versions(c.db.conn(), &c.consumer, &code).await.unwrap();
    assert_eq!(versions.iter().map(|v| v.state.as_str()).collect::<Vec<_>>(), ["published", "superseded"]);
    assert_eq!(versions[0].previous_id, Some(versions[1].id));
    assert_eq!(versions[0].code, code, "the code outlives a change of class");
    let old = versions[1].entry(None).unwrap();
    assert_eq!(old.update_cycle, UpdateCycle::Daily, "what was published is not overwritten");
});

::store::on_both!(a_rejected_change_leaves_what_is_in_force, migrations, async |db: Db| {
    let c = City::new(db).await;
    let code = c.published("施工许可", 0).await;
    let mut changed = c.entry("施工许可");
    changed.matter = "施工许可核发".to_owned();
    edit_entry(&c.db, &c.officer, &code, None, changed.clone(), at(10)).await.unwrap();
    submit_entry(&c.db, &c.officer, &code, at(11)).await.unwrap();
    review_entry(&c.db, &c.steward, &code, Verdict::Reject, "没有依据", at(12)).await.unwrap();
    assert_eq!(seen(&c, &c.consumer, &Find::default()).await, ["施工许可 v1 published"]);
    let edited = edit_entry(&c.db, &c.officer, &code, None, changed, at(13)).await.unwrap();
    assert_eq!(edited, Edited::NewVersion(3), "the number of a rejected version is not given again");

    take_down_entry(&c.db, &c.steward, &code, "停用", at(14)).await.unwrap();
    assert!(seen(&c, &c.consumer, &Find::default()).await.is_empty());
    assert!(entries::chain(c.db.conn(), &c.consumer, &code).await.is_err());
    submit_entry(&c.db, &c.officer, &code, at(15)).await.unwrap();
    review_entry(&c.db, &c.steward, &code, Verdict::Approve, "", at(16)).await.unwrap();
    assert_eq!(seen(&c, &c.consumer, &Find::default()).await, ["施工许可 v3 published"]);
    assert_eq!(audited(&c.db, "entry.take-down").await, 1);
});

::store::on_both!(a_department_writes_its_own_entries_only, migrations, async |db: Db| {
    let c = City::new(db).await;
    let code = c.published("施工许可", 0).await;
    let theirs = edit_entry(&c.db, &c.stranger, &code, None, c.entry("别的"), at(10)).await.unwrap_err();
    assert_eq!(theirs.kind(), ErrorKind::Forbidden);
    let draft = create_entry(&c.db, &c.officer, c.entry("草稿"), at(11)).await.unwrap();
    let hidden = edit_entry(&c.db, &c.stranger, &draft, None, c.entry("别的"), at(12)).await.unwrap_err();
    assert_eq!(hidden.kind(), ErrorKind::NotFound, "what one may not see does not exist");
    let mut foreign = c.entry("别家的");
    foreign.provider_code = HEALTH.to_owned();
    let refused = create_entry(&c.db, &c.officer, foreign.clone(), at(13)).await.unwrap_err();
    assert_eq!(refused.code(), "entry-provider");
    assert!(create_entry(&c.db, &c.consumer, c.entry("使用方的"), at(13)).await.is_err());
    create_entry(&c.db, &c.steward, foreign, at(14)).await.unwrap();
    let mut below = c.entry("下属单位的");
    below.provider_code.clone_from(&c.office.code);
    create_entry(&c.db, &c.officer, below, at(15)).await.unwrap();

    let narrowed = Find { org: Some(c.housing.org_id()), ..Find::default() };
    assert_eq!(seen(&c, &c.steward, &narrowed).await.len(), 3, "with what lies below");
    let counts = entries::counts_by_org(c.db.conn(), &c.steward, &Find::default()).await.unwrap();
    assert_eq!(counts.iter().map(|(_, n)| n).sum::<i64>(), 4);
    let states =
        entries::counts(c.db.conn(), &c.stranger, &Find::default(), entries::Facet::State).await.unwrap();
    let count = |s: &str| states.iter().find(|(v, _)| v == s).map_or(0, |(_, n)| *n);
    assert_eq!((count("published"), count("draft")), (1, 1), "counts are of what one may see");
    let class = Find { class: "3/07".to_owned(), text: "施工".to_owned(), ..Find::default() };
    assert_eq!(seen(&c, &c.steward, &class).await.len(), 1);
    let unknown = Find { class: "1".to_owned(), ..Find::default() };
    assert!(seen(&c, &c.steward, &unknown).await.is_empty());
});

::store::on_both!(a_pack_makes_an_entry_and_gaps_are_refused, migrations, async |db: Db| {
    let c = City::new(db).await;
    let given = FromPack {
        org: c.housing.org_id(),
        resource: "penalty-2018".to_owned(),
        class_path: "1/04/001".to_owned(),
        update_cycle: UpdateCycle::Daily,
    };
    let code = entry_from_pack(&c.db, &c.officer, given, at(0)).await.unwrap();
    assert_eq!(code, "104001/000001");
    submit_entry(&c.db, &c.officer, &code, at(1)).await.unwrap();
    let mut gaps = c.entry("缺信息项");
    gaps.items.clear();
    let code = create_entry(&c.db, &c.officer, gaps, at(2)).await.unwrap();
    let refused = submit_entry(&c.db, &c.officer, &code, at(3)).await.unwrap_err();
    assert_eq!(refused.code(), "entry-incomplete");
    let mut unknown = c.entry("没有这个标准");
    unknown.pack_resource = Some("licence-1999".to_owned());
    assert_eq!(create_entry(&c.db, &c.officer, unknown, at(4)).await.unwrap_err().code(), "entry-resource");
});
