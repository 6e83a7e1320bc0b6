//! Forms of the scorecard that are refused come back with what was typed; what a page has to say before something is done.

use chrono::Duration;
use kernel::Role;
use reqwest::Response;
use scorecard::Scorecard;
use scorecard::actions::{basis, counted, follow};
use scorecard::model::Span;
use store::Db;
use yishu::wiring::migrations;

use super::records::{AUTHORITY, GOOD, LICENCES, landed, licence};
use super::scorecard::{LICENCE, PENALTY, day, expect, january, led_to, ledger};
use super::{PASSWORD, Served};

/// The page of a refused form: its status, an alert, and everything that was typed.
async fn kept(answer: Response, status: u16, typed: &[&str]) -> String {
    let page = expect(answer, status).await.text().await.unwrap();
    assert!(page.contains("role=\"alert\""), "{page}");
    for text in typed {
        assert!(page.contains(text), "{text}: {page}");
    }
    page
}

/// A text that no form takes.
fn endless(begins: &str) -> String {
    format!("{begins}{}", "长".repeat(2_000))
}

store::on_both!(a_period_refused_keeps_what_was_typed, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let backwards = [("name", "一月考核"), ("from", "2026-01-31"), ("to", "2026-01-01")];
    let typed = ["value=\"一月考核\"", "value=\"2026-01-31\"", "value=\"2026-01-01\"", "不晚于结束日期"];
    kept(steward.post("/periods", "/periods", &backwards).await, 400, &typed).await;
    let days = [("name", "一月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    let period = led_to(&expect(steward.post("/periods", "/periods", &days).await, 303).await);
    kept(steward.post("/periods", "/periods", &days).await, 409, &["value=\"一月\"", "已经计算过"]).await;

    let at = format!("/periods/{period}");
    let (object, long) = (format!("{at}/objections"), endless("第3号是当日送达的"));
    let objection = [("indicator", "timeliness-a"), ("reason", long.as_str())];
    let typed = ["value=\"timeliness-a\" selected", &format!(">{long}</textarea>"), "最多 2000 字"];
    kept(officer.post(&at, &object, &objection).await, 400, &typed).await;
    let objection = [("indicator", "timeliness-a"), ("reason", "第3号是当日送达的")];
    expect(officer.post(&at, &object, &objection).await, 303).await;
    let page = steward.text(&at).await;
    let id = page.split("/score-objections/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let answer = format!("/score-objections/{id}/answer");
    let long = endless("经核实");
    let text = [("reason", long.as_str()), ("outcome", "kept")];
    kept(steward.post(&at, &answer, &text).await, 400, &[&format!(">{long}</textarea>")]).await;
    let text = [("reason", "经核实，数据无误"), ("outcome", "kept")];
    expect(steward.post(&at, &answer, &text).await, 303).await;
    let again = [("reason", "再答一次"), ("outcome", "kept")];
    kept(steward.post(&at, &answer, &again).await, 409, &[">再答一次</textarea>"]).await;

    // The window is over while somebody writes: the text is not lost.
    served.clock.advance(Duration::days(4));
    officer.sign_in("officer", PASSWORD).await;
    let late = [("indicator", ""), ("reason", "整体偏低")];
    kept(officer.post(&at, &object, &late).await, 409, &[">整体偏低</textarea>", "异议期已于"]).await;
    assert!(!officer.text(&at).await.contains("<textarea"), "the form is there for what was typed alone");
});

store::on_both!(periods_that_judge_the_same_days_are_told_before_publication, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let open = async |name: &str, from: &str, to: &str| {
        let days = [("name", name), ("from", from), ("to", to)];
        format!("/periods/{}", led_to(&expect(steward.post("/periods", "/periods", &days).await, 303).await))
    };
    let month = open("一月", "2026-01-01", "2026-01-31").await;
    let quarter = open("前两月", "2025-12-01", "2026-01-31").await;
    for page in [&month, &quarter] {
        assert!(!steward.text(page).await.contains("考核两次"), "months of a longer period are judged apart");
    }
    // Told before it is opened, once: meant all the same, it is opened.
    let mut half = vec![("name", "半月"), ("from", "2026-01-10"), ("to", "2026-01-25")];
    assert!(!steward.text("/periods").await.contains("name=\"anyway\""), "nothing to ask yet");
    let typed = ["value=\"半月\"", "“一月”（2026-01-01 – 2026-01-31）", "name=\"anyway\"", "仍要开启"];
    let page = kept(steward.post("/periods", "/periods", &half).await, 409, &typed).await;
    assert!(!page.contains("value=\"yes\" aria-describedby=\"anyway-hint\" checked"), "{page}");
    steward.text("/language/en?back=/periods").await;
    let typed = ["“一月” (2026-01-01 – 2026-01-31)", "Open it anyway"];
    kept(steward.post("/periods", "/periods", &half).await, 409, &typed).await;
    steward.text("/language/zh?back=/periods").await;
    half.push(("anyway", "yes"));
    let half = led_to(&expect(steward.post("/periods", "/periods", &half).await, 303).await);
    let half = format!("/periods/{half}");
    let page = steward.text(&half).await;
    assert!(page.contains("与“一月”（2026-01-01 – 2026-01-31）有重叠") && page.contains(&month), "{page}");
    assert!(steward.text(&month).await.contains("与“半月”"));
    assert!(!officer.text(&half).await.contains("与“一月”"), "the bureau's to mend");
    served.clock.advance(Duration::days(4));
    steward.sign_in("steward", PASSWORD).await;
    expect(steward.post(&half, &format!("{half}/publish"), &[]).await, 303).await;
    assert!(!steward.text(&half).await.contains("考核两次"), "not forbidden, and not said of what is done");
});

store::on_both!(exemptions_and_points_refused_keep_what_was_typed, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let second = served.person("second", None, &[Role::BureauSteward]).await;
    let org = a.to_string();
    let chosen = format!("value=\"{org}\" selected");
    let mut ask = [
        ("org", org.as_str()),
        ("resource", LICENCE),
        ("record", "/records/nothing"),
        ("from", "2026-01-01"),
        ("to", "2026-01-31"),
        ("reason", "系统割接"),
    ];
    let typed = [
        &chosen,
        "value=\"licence-2018\" selected",
        "value=\"/records/nothing\"",
        "value=\"2026-01-31\"",
        ">系统割接</textarea>",
    ];
    kept(steward.post("/exemptions", "/exemptions", &ask).await, 404, &typed).await;
    ask[2].1 = "";
    expect(steward.post("/exemptions", "/exemptions", &ask).await, 303).await;
    let page = steward.text("/exemptions").await;
    let id = page.split("action=\"/exemptions/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let (decide, revoke) = (format!("/exemptions/{id}/decide"), format!("/exemptions/{id}/revoke"));
    let yes = [("verdict", "approve"), ("reason", "情况属实")];
    kept(steward.post("/exemptions", &decide, &yes).await, 409, &[">情况属实</textarea>", "申请人自己"])
        .await;
    expect(second.post("/exemptions", &decide, &yes).await, 303).await;
    kept(second.post("/exemptions", &decide, &yes).await, 409, &[">情况属实</textarea>"]).await;
    let long = endless("并未停用");
    let why = [("reason", long.as_str())];
    kept(second.post("/exemptions", &revoke, &why).await, 400, &[&format!("value=\"{long}\"")]).await;
    let scope = [
        ("scope_org", org.as_str()),
        ("scope_resource", PENALTY),
        ("scope_from", "1999-01-01"),
        ("counts", "yes"),
        ("scope_basis", "示例决定第1号"),
    ];
    let typed = [
        &chosen,
        "value=\"penalty-2018\" selected",
        "value=\"1999-01-01\"",
        "value=\"yes\" selected",
        ">示例决定第1号</textarea>",
        "2000 年到 2100 年",
    ];
    kept(steward.post("/exemptions", "/scope", &scope).await, 400, &typed).await;

    let mut give = [
        ("org", org.as_str()),
        ("rule", "concealed"),
        ("day", "2026-01-05"),
        ("reason", "抽查发现一件未报"),
        ("link", "https://example.com"),
    ];
    let typed = [
        &chosen,
        "value=\"concealed\" selected",
        "value=\"2026-01-05\"",
        ">抽查发现一件未报</textarea>",
        "value=\"https://example.com\"",
    ];
    kept(steward.post("/points", "/points", &give).await, 400, &typed).await;
    give[4].1 = "";
    expect(steward.post("/points", "/points", &give).await, 303).await;
    kept(steward.post("/points", "/points", &give).await, 409, &[">抽查发现一件未报</textarea>"]).await;
    let page = officer.text("/points").await;
    let id = page.split("action=\"/points/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let at = |what: &str| format!("/points/{id}/{what}");
    let long = endless("已按期报送");
    let reason = [("reason", long.as_str()), ("outcome", "kept")];
    let there = format!(">{long}</textarea>");
    let page =
        kept(officer.post("/points", &at("appeal"), &reason).await, 400, &[&there, "<details open>"]).await;
    assert!(!page.contains(&format!("{}?", at("appeal"))), "links of the list lead to the list: {page}");
    kept(steward.post("/points", &at("reverse"), &reason).await, 400, &[&there, "<details open>"]).await;
    expect(officer.post("/points", &at("appeal"), &[("reason", "已按期报送")]).await, 303).await;
    let twice = [("reason", "补充说明")];
    kept(officer.post("/points", &at("appeal"), &twice).await, 409, &[">补充说明</textarea>"]).await;
    kept(steward.post("/points", &at("answer"), &reason).await, 400, &[&there]).await;
});

store::on_both!(evaluations_are_of_decisions_the_department_makes, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let org = a.to_string();
    let post = async |resource: &str| {
        let fields = [
            ("org", org.as_str()),
            ("resource", resource),
            ("day", "2026-01-05"),
            ("evaluator", "第三方评估机构"),
            ("sampled", "20"),
            ("unreported", "1"),
            ("note", "案卷第3号未报"),
        ];
        steward.post("/evaluations", "/evaluations", &fields).await
    };
    let typed = [
        &format!("value=\"{org}\" selected"),
        "value=\"第三方评估机构\"",
        "value=\"20\"",
        ">案卷第3号未报</textarea>",
    ];
    let page = kept(post("nothing").await, 400, &typed).await;
    assert!(page.contains("没有“nothing”这个资源"), "{page}");
    let page = kept(post("person").await, 400, &typed).await;
    assert!(page.contains("不是有报送期限的决定"), "{page}");
    served.provides(b, LICENCE).await;
    let page = kept(post(LICENCE).await, 400, &typed).await;
    assert!(page.contains("部门A1不提供"), "{page}");
    expect(post("").await, 303).await;
    served.provides(a, LICENCE).await;
    expect(post(LICENCE).await, 303).await;
    expect(post(PENALTY).await, 303).await;
});

store::on_both!(texts_refused_are_kept_and_merged, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let mut fields = vec![
        ("version", "0"),
        ("title", "本市制度"),
        ("issuer", "示例市信用办"),
        ("number_word", "示信通"),
        ("window", "三天"),
        ("ranking_open", "yes"),
        ("main_to", "各单位"),
        ("body", "# 第一章 总则\n第一段。"),
        ("note", "首次制定"),
    ];
    let typed =
        ["value=\"本市制度\"", "value=\"三天\"", "第一段。</textarea>", "value=\"首次制定\"", " checked"];
    let save = async |fields: &[(&str, &str)]| steward.post("/regulation/edit", "/regulation", fields).await;
    let page = kept(save(&fields).await, 400, &typed).await;
    assert!(page.contains("name=\"version\" value=\"0\""), "{page}");
    fields[4].1 = "5";
    // A number that was never given is not taken for the next.
    fields[0].1 = "98";
    let page = kept(save(&fields).await, 409, &["value=\"本市制度\"", "下面仍是您填写的内容"]).await;
    assert!(page.contains("name=\"version\" value=\"0\""), "{page}");
    assert!(!steward.text("/regulation").await.contains("第 99 版"));
    fields[0].1 = "0";
    expect(save(&fields).await, 303).await;
    let page = kept(save(&fields).await, 409, &["value=\"本市制度\"", "下面仍是您填写的内容"]).await;
    assert!(page.contains("name=\"version\" value=\"1\""), "merged, it can be saved: {page}");
    fields[0].1 = "1";
    fields.retain(|(name, _)| *name != "ranking_open");
    expect(save(&fields).await, 303).await;
    let page = steward.text("/regulation").await;
    assert!(page.contains("第 2 版"), "{page}");
    assert!(!steward.text("/regulation/edit").await.contains(" checked"));

    let days = [("name", "2026年1月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    let period = led_to(&expect(steward.post("/periods", "/periods", &days).await, 303).await);
    served.clock.advance(Duration::days(20));
    steward.sign_in("steward", PASSWORD).await;
    expect(steward.post("/periods", &format!("/periods/{period}/publish"), &[]).await, 303).await;
    let draft = format!("/periods/{period}/circular");
    let circular = led_to(&expect(steward.post("/periods", &draft, &[]).await, 303).await);
    let (at, edit) = (format!("/circulars/{circular}"), format!("/circulars/{circular}/edit"));
    let mut texts = [
        ("version", "1"),
        ("issuer", "示例市信用办"),
        ("title", ""),
        ("main_to", "各成员单位"),
        ("opening", "现将一月份情况通报如下。"),
        ("overview", "总体平稳。"),
    ];
    let typed = ["现将一月份情况通报如下。</textarea>", "总体平稳。</textarea>", "不能为空"];
    kept(steward.post(&at, &edit, &texts).await, 400, &typed).await;
    texts[2].1 = "关于一月份情况的通报";
    texts[5].1 = "总体平稳，当事人370602188002290010已更正。";
    kept(steward.post(&at, &edit, &texts).await, 400, &["总体平稳，当事人”之后却有身份证号码"]).await;
    texts[5].1 = "总体平稳。";
    expect(steward.post(&at, &edit, &texts).await, 303).await;
    texts[5].1 = "总体有进步。";
    let page = kept(
        steward.post(&at, &edit, &texts).await,
        409,
        &["总体有进步。</textarea>", "下面仍是您填写的内容"],
    )
    .await;
    let form = page.split(&format!("action=\"{edit}\"")).nth(1).unwrap();
    assert!(form.contains("name=\"version\" value=\"2\""), "{form}");
    texts[0].1 = "2147483647";
    kept(steward.post(&at, &edit, &texts).await, 409, &["总体有进步。</textarea>"]).await;
    expect(steward.post(&at, &format!("{at}/issue"), &[("version", "2")]).await, 303).await;
    texts[0].1 = "2";
    let page =
        kept(steward.post(&at, &edit, &texts).await, 409, &["总体有进步。</textarea>", "已经印发"]).await;
    assert!(!page.contains("下面仍是您填写的内容"), "there is nothing to merge into: {page}");

    // Whoever has no copy is told so, and nothing is written down.
    let signed = steward.post(&at, &format!("{at}/read"), &[]).await;
    assert!(signed.headers()["set-cookie"].to_str().unwrap().contains("yishu_flash=warn."));
    assert!(steward.text(&at).await.contains("没有等待您签收的文件"));
});

store::on_both!(a_version_of_a_rule_has_its_own_words, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    follow(&scorecard).await.unwrap();
    let page = "/indicators/timeliness-a";
    let save = async |version: &str, from: &str, zh: &str| {
        let fields = [
            ("version", version),
            ("from", from),
            ("weight", "25"),
            ("direction", "higher"),
            ("full_at", ""),
            ("definition_zh", zh),
            ("definition_en", "Decisions valid before their deadline."),
            ("denominator", "VALID_ON BETWEEN :from AND :to AND DEADLINE IS NOT NULL"),
            ("numerator", "VALID_ON < DEADLINE"),
            ("whole", "1"),
            ("part", "1"),
            ("reason", "示例决定第2号"),
        ];
        steward.post(page, &format!("{page}/versions"), &fields).await
    };
    let words = "早于期限合格的决定占期内合格决定的比例。";
    let refused = expect(save("1", "2026-01-01", " ").await, 400).await.text().await.unwrap();
    assert!(
        refused.contains("写明这一版计算的是什么") && refused.contains(">示例决定第2号</textarea>"),
        "{refused}"
    );
    // A number that was never given is not taken for the next.
    let refused = expect(save("98", "2026-01-01", words).await, 409).await.text().await.unwrap();
    assert!(refused.contains(&format!(">{words}</textarea>")), "{refused}");
    expect(save("1", "2026-01-01", words).await, 303).await;
    let reworded = "早于期限合格的决定占全部合格决定的比例。";
    expect(save("2", "2026-02-01", words).await, 400).await;
    expect(save("2", "2026-02-01", reworded).await, 303).await;
    let of = async |span: Span| {
        let basis = basis(&scorecard, span).await.unwrap();
        basis.indicator("timeliness-a").unwrap().definition.zh.clone()
    };
    assert_eq!(of(january()).await, words);
    assert_eq!(of(Span::month_of(day("2026-02-10"))).await, reworded);
    let shown = steward.text(page).await;
    let history = shown.split("id=\"history\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(
        history.contains(words) && history.contains(reworded),
        "each version by its own words: {history}"
    );

    // A published period keeps its words.
    let days = [("name", "2026年1月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    let period = led_to(&expect(steward.post("/periods", "/periods", &days).await, 303).await);
    let frozen = steward.text(&format!("/board/{a}/timeliness-a?period={period}")).await;
    assert!(frozen.contains(words) && !frozen.contains(reworded), "{frozen}");
});

store::on_both!(the_board_says_which_years_it_takes, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let a = served.org("A1").await;
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    for query in ["month=1999-12", "from=1999-12-31&to=2026-01-31", "to=2101-01-01"] {
        for page in ["/board".to_owned(), format!("/board/{a}")] {
            let answer = officer.get(&format!("{page}?{query}")).send().await.unwrap();
            let page = expect(answer, 400).await.text().await.unwrap();
            assert!(page.contains("2000 年到 2100 年"), "{query}: {page}");
        }
    }
    expect(officer.get("/board?month=soon").send().await.unwrap(), 400).await;
    expect(officer.get("/board?month=&from=&to=").send().await.unwrap(), 200).await;
});

store::on_both!(updated_at_once_the_board_knows_what_is_in_a_file, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let own = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(own), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    landed(&served, &officer, own, LICENCE, &[LICENCES.to_owned(), licence(1, GOOD)]).await;
    expect(steward.post("/board", "/board/refresh", &[]).await, 303).await;
    let basis = basis(&scorecard, january()).await.unwrap();
    let figures = counted(&scorecard, &basis).await.unwrap();
    assert_eq!(figures.of(own.0, "rows-received").denominator, 1, "the file");
    assert_eq!(figures.of(own.0, "accuracy").denominator, 1, "and the decision in it");
});
