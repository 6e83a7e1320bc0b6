//! 重新判定: a rule is changed, what waits is judged again, and every department is told what became of its own.

use ::intake::actions::judge_again::judge_again;
use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::Role;
use rectify::Rectify;
use rectify::actions::follow;
use store::Db;
use yishu::wiring::migrations;

use super::Served;
use super::intake::{FILE, hand_in, led_to};
use super::pulls::work;

store::on_both!(open_issues_of_a_changed_rule_are_judged_again, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, other) = (served.org("A1").await, served.org("B1").await);
    for org in [mine, other] {
        served.provides(org, "legal-entity").await;
    }
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    assert!(steward.text("/judgements").await.contains("还没有因规则调整而重新判定过"));
    assert_eq!(officer.get("/judgements").send().await.unwrap().status(), 403);
    let id = led_to(&hand_in(&officer, mine, "法人.csv", FILE).await);
    process_submission(&served.intake, id).await.unwrap();
    let theirs = led_to(&hand_in(&stranger, other, "另一家.csv", &format!("{FILE}\n")).await);
    process_submission(&served.intake, theirs).await.unwrap();
    follow(&rectify).await.unwrap();
    let rows = served.intake.lake.count("legal-entity", None).await.unwrap();

    // The department says the rule is wrong; the steward is led to the rule and sees what a change would do.
    let list = officer.text("/issues?q=E103").await;
    let issue =
        format!("/issues/{}", list.split("href=\"/issues/").nth(1).unwrap().split('"').next().unwrap());
    let said = officer.post(&issue, &format!("{issue}/dispute"), &[("note", "执照上就是字母")]).await;
    assert_eq!(said.status(), 303);
    let rule = "/rules/legal-entity/overrides/new?rule=E103";
    assert!(steward.text(&issue).await.contains(rule) && !officer.text(&issue).await.contains(rule));
    assert!(steward.text(rule).await.contains("/judgements/preview?resource=legal-entity"));
    let org = mine.to_string();
    let preview = |kind: &str| {
        format!(
            "/judgements/preview?resource=legal-entity&rule=E103&kind={kind}&severity=warn&org={org}&reason=&expires="
        )
    };
    let felt = steward.text(&preview("severity")).await;
    assert!(felt.contains("部门A1") && !felt.contains("部门B1"), "{felt}");
    assert!(felt.contains("正在整改的 1 行会重新判定，其中 1 行会通过"), "{felt}");
    assert!(steward.text(&preview("condition")).await.contains("请填写替代的条件"));
    assert_eq!(officer.get(&preview("severity")).send().await.unwrap().status(), 403);
    assert!(officer.text(&issue).await.contains("争议中"), "nothing is changed by looking");

    // Changed for one department: its row lands without anybody typing, its issue is closed and says why.
    served.clock.advance(Duration::minutes(5));
    let change = [
        ("rule", "E103"),
        ("kind", "severity"),
        ("severity", "warn"),
        ("org", &*org),
        ("reason", "工商系统换码期间"),
        ("expires", "2026-03-31"),
    ];
    assert_eq!(steward.post(rule, "/rules/legal-entity/overrides", &change).await.status(), 303);
    follow(&rectify).await.unwrap();
    follow(&rectify).await.unwrap();
    assert!(steward.text("/judgements").await.contains("正在重新判定"));
    assert!(steward.text("/notices").await.contains("提出争议"));
    work(&served).await;
    work(&served).await;
    let inbox = officer.text("/notices").await;
    assert!(inbox.contains("校验规则 E103已调整"), "{inbox}");
    assert!(inbox.contains("销号 1 张，仍待处理 0 张；现在通过 1 处"), "{inbox}");
    assert!(!stranger.text("/notices").await.contains("已调整"));
    assert!(
        !steward.text("/notices").await.contains("提出争议"),
        "the rule was changed: there is nothing to answer"
    );
    let page = officer.text(&issue).await;
    for text in
        ["已销号", "规则 E103 改为只提醒（原因：工商系统换码期间）", "您的 1 处问题按现行规则不再算错"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(served.intake.lake.count("legal-entity", None).await.unwrap(), rows + 1);
    let submission = officer.text(&format!("/submissions/{id}")).await;
    assert!(submission.contains("规则调整后重新判定，现已通过"), "{submission}");
    assert!(stranger.text("/issues").await.contains("字母"), "the other department's stay as they are");
    assert!(!stranger.text("/issues?state=all").await.contains("badge pass"));
    let judged = steward.text("/judgements").await;
    assert!(judged.contains("已完成") && judged.contains("工商系统换码期间"), "{judged}");
    let at = judged.split("href=\"/judgements/").nth(1).unwrap().split('"').next().unwrap();
    let detail = steward.text(&format!("/judgements/{at}")).await;
    assert!(detail.contains("部门A1") && !detail.contains("部门B1"), "{detail}");

    // Asked again for the same step, nothing is counted or landed twice.
    let again = judge_again(&served.intake, id, &["E103".to_owned()], at, None).await.unwrap();
    assert_eq!((again.passed, again.left), (1, 0));
    follow(&rectify).await.unwrap();
    work(&served).await;
    assert_eq!(served.intake.lake.count("legal-entity", None).await.unwrap(), rows + 1);
    assert_eq!(steward.text("/judgements").await.matches("href=\"/judgements/").count(), 1);

    // The next day the override is revoked: what landed stays, nothing is left to judge.
    served.clock.advance(Duration::hours(1));
    let text = steward.text("/rules/legal-entity").await;
    let made = text.split("/overrides/").find_map(|p| p.split_once("/revoke")).unwrap().0.to_owned();
    let back = [("resource", "legal-entity")];
    assert_eq!(steward.post("/", &format!("/overrides/{made}/revoke"), &back).await.status(), 303);
    follow(&rectify).await.unwrap();
    work(&served).await;
    assert!(officer.text(&issue).await.contains("badge pass"));
    assert_eq!(steward.text("/judgements").await.matches("href=\"/judgements/").count(), 1);
});

store::on_both!(what_stays_wrong_is_told_so, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let mine = served.org("A1").await;
    served.provides(mine, "legal-entity").await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    // A row that has a second fault beside the one whose rule is changed.
    let file = "企业名称,统一社会信用代码\n东莞示例食品有限公司,91441900MA0DEM013W\n,9144190OMA0DEM013W\n德州示例合作社,93371402MA0DEM03X2\n";
    let id = led_to(&hand_in(&officer, mine, "法人.csv", file).await);
    process_submission(&served.intake, id).await.unwrap();
    follow(&rectify).await.unwrap();
    served.clock.advance(Duration::minutes(5));
    let change = [("rule", "E103"), ("kind", "switch-off"), ("reason", "试行"), ("expires", "2026-03-31")];
    let path = "/rules/legal-entity/overrides";
    assert_eq!(steward.post("/rules", path, &change).await.status(), 303);
    follow(&rectify).await.unwrap();
    work(&served).await;
    assert!(officer.text("/issues?state=closed").await.contains("href=\"/issues/"));
    let open = officer.text("/issues").await;
    assert_eq!(open.matches("href=\"/issues/").count(), 1, "the name is still missing: {open}");
    let judged = steward.text("/judgements").await;
    let at = judged.split("href=\"/judgements/").nth(1).unwrap().split('"').next().unwrap();
    let detail = steward.text(&format!("/judgements/{at}")).await;
    assert!(detail.contains("data-label=\"重新校验的行\">1<"), "{detail}");
    assert!(detail.contains("data-label=\"现在通过\">0<"), "{detail}");
});
