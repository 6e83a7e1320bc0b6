//! What a case decided holds: on the public site, in the lake, at the targets; and a case is opened once, with its papers.

use ::intake::actions::process_submission::process_submission;
use kernel::{Actor, OrgId, RecordId, Role};
use portal::Portal;
use portal::actions::publish::{self, Choice, KEEP_TARGETS, KeepTargets, Withdrawal};
use portal::model::publication::Reason;
use rectify::model::record_id;
use sea_orm::{ConnectionTrait as _, Statement};
use store::Db;
use store::jobs::{NewJob, enqueue};
use yishu::wiring::{migrations, worker};

use super::cases::{
    AUTHORITY, CODE, ID, NAME, PDF, PENALTIES, acknowledge, case_id, cell, objection, penalties, penalty,
    receipt, record, send, with,
};
use super::intake::{hand_in_as, led_to};
use super::{Browser, PASSWORD, Served};

/// The code of the same subject, put right.
const OTHER: &str = "92370602MA0DEM022E";

/// One value of the only row that a condition on an id finds; empty without one.
async fn value(served: &Served, sql: &str, id: uuid::Uuid) -> String {
    let conn = served.db.conn();
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [id.into()]);
    let row = conn.query_one_raw(asked).await.unwrap();
    row.map(|r| r.try_get::<String>("", "v").unwrap()).unwrap_or_default()
}

async fn stands(served: &Served, record: RecordId) -> (String, String) {
    let state = value(served, "select state as v from publication where id = $1", record.0).await;
    let reason = value(served, "select reason_kind as v from publication where id = $1", record.0).await;
    (state, reason)
}

async fn handed_in(served: &Served, officer: &Browser, org: OrgId, line: &str) {
    let answer = hand_in_as(officer, org, "penalty-2018", "处罚.csv", &format!("{PENALTIES}\n{line}")).await;
    process_submission(&served.intake, led_to(&answer)).await.unwrap();
}

/// An objection handed in at the hall; the address of its case.
async fn at_hall(steward: &Browser, record: RecordId, key: &str) -> String {
    let mut fields = objection(key);
    fields.push(("paper_number", "大厅-1"));
    let path = format!("/cases?record={record}&kind=objection");
    let page = send(steward, "/cases", &path, &fields, &[]).await.text().await.unwrap();
    format!("/cases/{}", case_id(steward, &receipt(&page).0).await)
}

store::on_both!(what_a_case_took_down_never_comes_to_be_shown, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let portal = Portal::new(served.intake.clone());
    let delete = [("outcome", "delete"), ("answer", "事实错误，予以删除。")];

    // Held back because of a doubtful number when the case is decided.
    let held = record(1, "2025-09-01");
    let doubtful = penalty(1, "2025/09/01").replace("3瓶", "施工许可证440106202508150101");
    handed_in(&served, &officer, mine, &doubtful).await;
    yishu::wiring::follow(&served.intake).await.unwrap();
    assert_eq!(stands(&served, held).await.0, "held");
    let seen = value(&served, "select held_content as v from publication where id = $1", held.0).await;
    let at = at_hall(&steward, held, "0197a3c4-0000-7000-8000-000000000041").await;
    assert_eq!(steward.post(&at, &format!("{at}/decide"), &delete).await.status(), 303);
    assert_eq!(stands(&served, held).await, ("withdrawn".into(), "objection".into()));
    let choice = (Choice::Show, publish::looked_at(&seen));
    let refused = publish::decide_held(&portal, &Actor::system(), held, (choice.0, &choice.1)).await;
    assert_eq!(refused.unwrap_err().code(), "publication-moved");
    assert!(steward.text(&at).await.contains("已完成"));

    // Not on the site yet when the case is decided.
    let late = record(2, "2026-01-05");
    handed_in(&served, &officer, mine, &penalty(2, "2026/01/05")).await;
    rectify::actions::follow(&rectify::Rectify { intake: served.intake.clone() }).await.unwrap();
    let at = at_hall(&steward, late, "0197a3c4-0000-7000-8000-000000000042").await;
    assert_eq!(steward.post(&at, &format!("{at}/decide"), &delete).await.status(), 303);
    assert_eq!(stands(&served, late).await.0, "");
    yishu::wiring::follow(&served.intake).await.unwrap();
    assert_eq!(stands(&served, late).await, ("withdrawn".into(), "objection".into()));
    let shown = served.browser().text("/api/v1/public/records").await;
    assert!(!shown.contains("芝市监罚"), "{shown}");
});

store::on_both!(what_a_case_decides_holds_for_the_decision_under_another_name, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let first = record(1, "2025-09-01");
    handed_in(&served, &officer, mine, &penalty(1, "2025/09/01")).await;
    yishu::wiring::follow(&served.intake).await.unwrap();
    let at = at_hall(&steward, first, "0197a3c4-0000-7000-8000-000000000044").await;

    // While the case is open the decision comes again, of its day under another code and of another day: all are shown, and the
    // case points to the others.
    let other = |line: String| line.replace(CODE, OTHER);
    for line in [other(penalty(1, "2025/09/01")), penalty(1, "2025/09/02")] {
        served.clock.advance(chrono::Duration::minutes(1));
        handed_in(&served, &officer, mine, &line).await;
        yishu::wiring::follow(&served.intake).await.unwrap();
    }
    let shown = async || {
        let text = served.browser().text("/api/v1/public/records").await;
        text.matches("芝市监罚").count()
    };
    assert_eq!(shown().await, 3);
    let page = steward.text(&at).await;
    assert_eq!(page.matches("同一决定后来又").count(), 2, "{page}");
    let listed = steward.text("/publication?state=beside").await;
    assert!(!listed.contains(&format!("/publication/{first}")), "{listed}");
    assert!(listed.contains(&format!("/publication/{}", record(1, "2025-09-02"))), "{listed}");

    let delete = [("outcome", "delete"), ("answer", "事实错误，予以删除。")];
    assert_eq!(steward.post(&at, &format!("{at}/decide"), &delete).await.status(), 303);
    yishu::wiring::follow(&served.intake).await.unwrap();
    assert_eq!(stands(&served, first).await, ("withdrawn".into(), "objection".into()));
    assert_eq!(stands(&served, record(1, "2025-09-02")).await.0, "published", "it may be another decision");
    assert_eq!(shown().await, 1);
});

store::on_both!(a_case_waits_for_those_who_hold_a_later_record_too, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = ::sharing::Sharing { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let delete = [("outcome", "delete"), ("answer", "事实错误，予以删除。")];
    for (number, put_back) in [(1, false), (2, true)] {
        let original = penalty(number, "2025/09/01");
        handed_in(&served, &officer, mine, &original).await;
        yishu::wiring::follow(&served.intake).await.unwrap();
        let key = format!("0197a3c4-0000-7000-8000-0000000000a{number}");
        let at = at_hall(&steward, record(number, "2025-09-01"), &key).await;
        // A target that comes after the record has the later one alone.
        let code = format!("late-{number}");
        let fields = [
            ("code", &*code),
            ("title_zh", &code),
            ("resources", "penalty-2018"),
            ("way", "file"),
            ("format", "csv"),
        ];
        let made = steward.post("/targets", "/targets", &fields).await;
        assert_eq!(made.status(), 303, "{}", made.text().await.unwrap());
        let target = made.headers()["location"].to_str().unwrap().trim_start_matches("/targets/").to_owned();
        let deliver = async || {
            yishu::wiring::follow(&served.intake).await.unwrap();
            ::sharing::actions::deliver(&sharing, target.parse().unwrap()).await.unwrap();
        };
        served.clock.advance(chrono::Duration::minutes(1));
        handed_in(&served, &officer, mine, &original.replace(CODE, OTHER)).await;
        deliver().await;
        acknowledge(&served, &steward, &code).await;
        served.clock.advance(chrono::Duration::minutes(1));
        assert_eq!(steward.post(&at, &format!("{at}/decide"), &delete).await.status(), 303);
        deliver().await;
        yishu::wiring::follow(&served.intake).await.unwrap();
        let page = steward.text(&at).await;
        assert!(
            page.contains("已通过") && !page.contains("已完成"),
            "the target holds the later one: {page}"
        );
        if put_back {
            // The bureau finds that it is another decision: the target owes nothing any more.
            let document = format!("芝市监罚〔2025〕{number}号");
            let key = [&*document, "2025-09-01", OTHER, AUTHORITY].join("\u{1f}");
            let later = record_id("penalty-2018", &key);
            let path = format!("/publication/{later}");
            let why = [("text", "两份决定，经核实")];
            assert_eq!(steward.post(&path, &format!("{path}/republish"), &why).await.status(), 303);
        } else {
            acknowledge(&served, &steward, &code).await;
        }
        yishu::wiring::follow(&served.intake).await.unwrap();
        assert!(steward.text(&at).await.contains("已完成"));
        let off = format!("/targets/{target}/disable");
        assert_eq!(steward.post("/targets", &off, &[]).await.status(), 303);
    }
});

store::on_both!(a_correction_lands_after_its_decision_and_however_late, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let public = penalties(&served, &officer, mine).await.swap_remove(0);
    let citizen = served.browser();
    let path = format!("/public/records/{public}/object");
    let form = objection("0197a3c4-0000-7000-8000-000000000043");
    let page = send(&citizen, "/public/cases", &path, &form, &[]).await.text().await.unwrap();
    let at = format!("/cases/{}", case_id(&steward, &receipt(&page).0).await);

    // Nothing can be stored at this moment: the decision stands all the same, the mark stays, and no row has changed.
    let store = served.front_end().parent().unwrap().join("received");
    let (incoming, away) = (store.join("incoming"), store.join("away"));
    std::fs::rename(&incoming, &away).unwrap();
    let decide = [("outcome", "correct"), ("answer", "已更正。"), ("new:CF_SY", "经营超过保质期商品2瓶")];
    let answer = steward.post(&at, &format!("{at}/decide"), &decide).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    assert_eq!(cell(&served, "CF_SY").await, ["经营超过保质期商品3瓶"]);
    let portal = Portal::new(served.intake.clone());
    assert!(portal::actions::case::follow_cases(&portal).await.is_err());
    let detail = steward.text(&at).await;
    assert!(detail.contains("已通过") && !detail.contains("/changes\""), "{detail}");
    assert!(detail.contains("<ins>经营超过保质期商品2瓶</ins>"), "what is going to change: {detail}");
    assert!(!served.keeps("经营超过保质期商品2瓶".as_bytes()), "it lies sealed");
    let mark = "已发起异议申诉申请但尚未处理完成";
    assert!(citizen.text(&format!("/public/records/{public}")).await.contains(mark));

    // What was wrong is not taken meanwhile; then the correction lands, once.
    std::fs::rename(&away, &incoming).unwrap();
    let stale = penalty(1, "2025/09/01").replace("0.2", "0.3").replace("2000", "3000");
    handed_in(&served, &officer, mine, &stale).await;
    for _ in 0..3 {
        yishu::wiring::follow(&served.intake).await.unwrap();
    }
    assert_eq!(cell(&served, "CF_SY").await, ["经营超过保质期商品2瓶"]);
    assert_eq!(cell(&served, "CF_NR_FK").await, ["0.200000"]);
    let detail = steward.text(&at).await;
    assert!(detail.contains("已完成") && detail.contains("/changes\""), "{detail}");
    let page = citizen.text(&format!("/public/records/{public}")).await;
    assert!(page.contains("经营超过保质期商品2瓶") && !page.contains(mark), "{page}");
    let sealed = "select count(*) as n from case_push where length(sealed) > 0";
    let conn = served.db.conn();
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sealed)).await.unwrap();
    assert_eq!(
        row.unwrap().try_get::<i64>("", "n").unwrap(),
        0,
        "nothing of the row is kept beside the lake"
    );
});

store::on_both!(
    what_is_taken_down_by_hand_leaves_its_targets_whatever_happens,
    migrations,
    async |db: Db| {
        let served = Served::start(db).await;
        let sharing = ::sharing::Sharing { intake: served.intake.clone() };
        let mine = served.org(AUTHORITY).await;
        let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
        let steward = served.person("steward", None, &[Role::BureauSteward]).await;
        let fields = [
            ("code", "by-table"),
            ("title_zh", "by-table"),
            ("resources", "penalty-2018"),
            ("from_start", "yes"),
            ("way", "table"),
            ("format", "csv"),
        ];
        let made = steward.post("/targets", "/targets", &fields).await;
        let target =
            made.headers()["location"].to_str().unwrap().trim_start_matches("/targets/").parse().unwrap();
        penalties(&served, &officer, mine).await;
        yishu::wiring::follow(&served.intake).await.unwrap();
        ::sharing::actions::deliver(&sharing, target).await.unwrap();
        let (first, second, now) =
            (record(1, "2025-09-01"), record(2, "2026-01-05"), served.intake.clock.now());
        let withdrawn = async || {
            let went = ::sharing::actions::where_it_went(&sharing, first).await.unwrap();
            assert_eq!(went.len(), 1, "{went:?}");
            went[0].withdrawn
        };
        // The platform stops between the two halves: the job does the second.
        let why = Withdrawal { reason: Reason::NotPublic, text: "不应公示".into() };
        let half = async |tx: &store::Tx| {
            publish::withdraw_in(tx, &Actor::system(), first, &why, now).await?;
            let work = KeepTargets { record: first.0, reason: why.text.clone() };
            enqueue(tx, NewJob::new(KEEP_TARGETS, format!("publication:{first}"), &work)?, now).await
        };
        served.db.tx(half).await.unwrap();
        assert!(!withdrawn().await);
        while worker(served.intake.clone()).step().await.unwrap() {}
        assert!(withdrawn().await);
        // By hand it is asked for in the transaction that takes the record down.
        publish::withdraw(&Portal::new(served.intake.clone()), &Actor::system(), second, &why).await.unwrap();
        let job =
            store::jobs::latest(served.db.conn(), &format!("publication:{second}")).await.unwrap().unwrap();
        assert_eq!((job.kind.as_str(), job.state.as_str()), (KEEP_TARGETS, "queued"));
        // Put back, it goes to its targets again.
        let portal = Portal::new(served.intake.clone());
        publish::republish(&portal, &Actor::system(), first, "查实后恢复").await.unwrap();
        assert!(!withdrawn().await);
    }
);

store::on_both!(papers_are_needed_and_names_that_are_claimed_lie_sealed, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let public = penalties(&served, &officer, mine).await.swap_remove(0);
    let citizen = served.browser();
    let repair = [
        ("form_key", "0197a3c4-0000-7000-8000-000000000051"),
        ("subject_name", NAME),
        ("subject_code", CODE),
        ("duties", "yes"),
        ("seen", "pledge"),
        ("seen", "proof"),
        ("name", "示例丙"),
        ("phone", "13900000000"),
        ("id", ID),
        ("remark", "罚款已缴清，已经整改。"),
    ];
    let path = format!("/public/records/{public}/repair");
    let refused = send(&citizen, "/public/cases", &path, &repair, &[]).await;
    assert_eq!(refused.status(), 422);
    let told = refused.text().await.unwrap();
    assert!(told.contains("还缺以下材料"), "nobody has seen an original: {told}");

    let form = with(
        objection("0197a3c4-0000-7000-8000-000000000052"),
        &[("claim:CF_FRDB", "示例丁"), ("claim:CF_SY", "示例丁和李四经营2瓶")],
    );
    let path = format!("/public/records/{public}/object");
    let page = send(&citizen, "/public/cases", &path, &form, &[]).await.text().await.unwrap();
    let id = case_id(&steward, &receipt(&page).0).await;
    let at = format!("/cases/{id}");
    let conn = served.db.conn();
    let sql = "select wanted from case_claim order by field";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    let kept: Vec<String> = rows.iter().map(|r| r.try_get("", "wanted").unwrap()).collect();
    assert_eq!(kept, ["示*", "示*和李*经营2瓶"]);
    let detail = steward.text(&at).await;
    assert!(!detail.contains("示例丁") && !detail.contains("value=\"示*"), "{detail}");
    let shown = steward.post(&at, &format!("{at}/contact"), &[]).await.text().await.unwrap();
    assert!(shown.contains("value=\"示例丁\"") && shown.contains("示例丁和李四经营2瓶"), "{shown}");
    assert!(served.actions().await.iter().any(|a| a == "case.contact"));
});

store::on_both!(of_two_cases_sent_at_once_one_is_opened, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let public = penalties(&served, &officer, mine).await.swap_remove(0);
    let path = format!("/public/records/{public}/object");
    let forms: Vec<String> = (0..4).map(|n| format!("0197a3c4-0000-7000-8000-00000000006{n}")).collect();
    let sent = forms.iter().map(async |key| {
        let citizen = served.browser();
        let answer = send(&citizen, "/public/cases", &path, &objection(key), &[("file", "a.pdf", PDF)]).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    });
    let answers = futures::future::join_all(sent).await;
    let opened = answers.iter().filter(|(status, _)| *status == 200).count();
    let told =
        answers.iter().filter(|(status, text)| *status == 422 && text.contains("已有办理中的同类申请"));
    assert_eq!((opened, told.count()), (1, 3), "{answers:?}");
});

store::on_both!(forms_and_the_search_for_a_record_are_limited, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let public = penalties(&served, &officer, mine).await.swap_remove(0);
    let visitor = served.browser();
    let ask = async |path: &str| visitor.get(path).send().await.unwrap().status().as_u16();
    let form = format!("/public/records/{public}/object");
    assert_eq!(ask(&form).await, 200);
    let many = (0..300).map(|_| ask("/public/cases"));
    let limited = futures::future::join_all(many).await.into_iter().filter(|s| *s == 429).count();
    assert!(limited > 0, "an address asks three hundred times at once");
    for path in [form.as_str(), "/public/cases?q=1"] {
        assert_eq!(ask(path).await, 429, "{path}");
    }
});

store::on_both!(the_centre_takes_back_what_a_department_leaves_lying, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    penalties(&served, &officer, mine).await;
    let at = at_hall(&steward, record(1, "2025-09-01"), "0197a3c4-0000-7000-8000-000000000071").await;
    let id: uuid::Uuid = at.trim_start_matches("/cases/").parse().unwrap();
    let step = async |who: &Browser, verb: &str, text: &str| {
        who.post(&at, &format!("{at}/{verb}"), &[("note", text)]).await.status().as_u16()
    };
    assert_eq!(step(&steward, "take-back", "在中心").await, 409, "nobody else has it");
    assert_eq!(step(&steward, "forward", "请核实").await, 303);
    assert!(officer.text(&at).await.contains("/decide") && !steward.text(&at).await.contains("/decide"));
    let day = "select cast(due as text) as v from case_file where id = $1";
    let due = value(&served, day, id).await;
    assert_eq!(step(&officer, "take-back", "不办").await, 403);
    assert_eq!(step(&steward, "take-back", " ").await, 400, "a reason is needed");
    assert_eq!(step(&steward, "take-back", "部门无人办理").await, 303);
    let detail = steward.text(&at).await;
    assert!(
        detail.contains("中心收回") && detail.contains("部门无人办理") && detail.contains("/decide"),
        "{detail}"
    );
    assert_eq!(value(&served, day, id).await, due, "nobody gains time");
    assert!(served.actions().await.iter().any(|a| a == "case.take-back"));
    assert_eq!(step(&steward, "forward", "再请核实").await, 303, "or forwards it again");

    // A case whose days no calendar told gets its last day once one does.
    let due = value(&served, day, id).await;
    for table in ["case_file", "case_task"] {
        served.db.conn().execute_unprepared(&format!("update {table} set due = null")).await.unwrap();
    }
    portal::actions::case::follow_cases(&Portal::new(served.intake.clone())).await.unwrap();
    assert_eq!(value(&served, day, id).await, due);
    let task = "select cast(due as text) as v from case_task where case_id = $1 and closed_at is null";
    assert_eq!(value(&served, task, id).await, due);
    assert!(served.actions().await.iter().any(|a| a == "case.date"));
});

store::on_both!(people_are_told_of_cases_and_of_what_they_have_to_take_down, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let portal = Portal::new(served.intake.clone());
    penalties(&served, &officer, mine).await;
    let at = at_hall(&steward, record(1, "2025-09-01"), "0197a3c4-0000-7000-8000-000000000081").await;
    let number =
        value(&served, "select number as v from case_file where id = $1", at[7..].parse().unwrap()).await;
    let (came, forwarded, late) =
        (format!("收到异议申请：{number}"), format!("核实：{number}"), format!("异议申请办理逾期：{number}"));
    assert!(
        steward.text("/notices").await.contains(&came) && !officer.text("/notices").await.contains(&came)
    );
    assert_eq!(steward.post(&at, &format!("{at}/forward"), &[("note", "请核实")]).await.status(), 303);
    assert!(officer.text("/notices").await.contains(&forwarded));
    let open = |kind: &'static str| {
        let served = &served;
        async move {
            let conn = served.db.conn();
            let sql = "select count(*) as n from notice where kind = $1 and settled_at is null";
            let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [kind.into()]);
            conn.query_one_raw(asked).await.unwrap().unwrap().try_get::<i64>("", "n").unwrap()
        }
    };
    assert_eq!(
        (open("case-opened").await, open("case-forwarded").await),
        (0, 1),
        "forwarding is what was asked"
    );

    // A decision that was quashed is told on the same day, once; a desk that is late to the bureau.
    let quashed = record(2, "2026-01-05");
    let today = kernel::Clock::today(&served.clock);
    publish::recall(&portal, &Actor::system(), quashed, today, "复议决定书").await.unwrap();
    for _ in 0..2 {
        portal::actions::case::follow_cases(&portal).await.unwrap();
    }
    assert_eq!((open("recall").await, open("case-overdue").await), (1, 0));
    assert!(officer.text("/notices").await.contains("请撤回公示：芝市监罚〔2025〕2号"));
    let why = Withdrawal { reason: Reason::Quashed, text: "复议决定撤销".into() };
    publish::withdraw(&portal, &Actor::system(), quashed, &why).await.unwrap();
    assert_eq!(open("recall").await, 0);
    served.clock.advance(chrono::Duration::days(20));
    for who in [(&officer, "officer"), (&steward, "steward")] {
        who.0.sign_in(who.1, PASSWORD).await;
    }
    for _ in 0..2 {
        portal::actions::case::follow_cases(&portal).await.unwrap();
    }
    assert_eq!(open("case-overdue").await, 1);
    assert!(
        steward.text("/notices").await.contains(&late) && !officer.text("/notices").await.contains(&late)
    );
    let back = [("note", "部门无人办理")];
    assert_eq!(steward.post(&at, &format!("{at}/take-back"), &back).await.status(), 303);
    assert_eq!((open("case-overdue").await, open("case-forwarded").await), (0, 0));
});
