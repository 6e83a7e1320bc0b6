//! `GET /notices/rules`: when people are reminded, when they are left in peace, when leaders are told; and the texts.

use askama::Template;
use axum::extract::{RawForm, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Error, ErrorKind, Result};
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use standards::calendar::{is_workday, last_day};

use crate::actions::notices::set_rules;
use crate::context::Rectify;
use crate::model::{NoticeKind, NoticeRules};
use crate::outgoing::Outgoing;
use crate::store::notices::rules;

#[derive(Template)]
#[template(path = "rectify/notice_rules.html")]
struct Rules {
    cx: Cx,
    form: FormState,
    /// Who set them last, and when.
    set: Option<String>,
    mail_ready: bool,
    /// Whether links that are sent out would lead nowhere.
    no_address: bool,
    /// Last day of the published calendar, where today lies beyond it.
    calendar_ends: Option<String>,
    kinds: Vec<(String, String)>,
}

impl Rules {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("notices", "/notices").here("notice-rules").to_string()
    }

    fn langs(&self) -> Vec<(String, String)> {
        ["zh", "en"].map(|l| (l.to_owned(), self.cx.t(&format!("notice-lang-{l}")))).to_vec()
    }
}

fn kinds(cx: &Cx) -> Vec<(String, String)> {
    let name = |k: &NoticeKind| (k.name().to_owned(), cx.t(&format!("notice-kind-{}", k.name())));
    NoticeKind::ALL.iter().map(name).collect()
}

fn typed(rules: &NoticeRules) -> FormState {
    let days = |days: &[u32]| days.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let yes = |on: bool| if on { "yes" } else { "" };
    let mut form = FormState::new()
        .with("before", days(&rules.before))
        .with("on_day", yes(rules.on_day))
        .with("after", days(&rules.after))
        .with("digest_hour", rules.digest_hour.to_string())
        .with("quiet_from", rules.quiet_from.to_string())
        .with("quiet_to", rules.quiet_to.to_string())
        .with("quiet_days_off", yes(rules.quiet_days_off))
        .with("escalate_overdue", rules.escalate_overdue.to_string())
        .with("escalate_silent", rules.escalate_silent.to_string())
        .with("mail", yes(rules.mail))
        .with("lang", rules::lang_name(rules.lang))
        .with("address", rules.address.clone());
    for kind in &rules.mail_kinds {
        form = form.with("mail_kinds", kind.clone());
    }
    for kind in &rules.hook_kinds {
        form = form.with("hook_kinds", kind.clone());
    }
    form
}

fn read(pairs: &[(String, String)], form: &FormState) -> Result<NoticeRules> {
    let number = |name: &str| {
        form.value(name).trim().parse::<u32>().map_err(|_| {
            let hour = matches!(name, "digest_hour" | "quiet_from" | "quiet_to");
            let rules = NoticeRules::default();
            // The rules themselves say what a number has to be.
            let wrong = if hour {
                NoticeRules { digest_hour: 99, ..rules }
            } else {
                NoticeRules { escalate_overdue: 999, ..rules }
            };
            wrong.settled().err().unwrap_or_else(|| Error::internal("rules beyond their limits"))
        })
    };
    let kinds = |name: &str| {
        let chosen = pairs.iter().filter(|(k, _)| k == name);
        chosen.map(|(_, v)| v.parse::<NoticeKind>().map(|k| k.name().to_owned())).collect::<Result<Vec<_>>>()
    };
    Ok(NoticeRules {
        before: NoticeRules::days(form.value("before"))?,
        on_day: form.value("on_day") == "yes",
        after: NoticeRules::days(form.value("after"))?,
        digest_hour: number("digest_hour")?,
        quiet_from: number("quiet_from")?,
        quiet_to: number("quiet_to")?,
        quiet_days_off: form.value("quiet_days_off") == "yes",
        escalate_overdue: number("escalate_overdue")?,
        escalate_silent: number("escalate_silent")?,
        mail: form.value("mail") == "yes",
        mail_kinds: kinds("mail_kinds")?,
        hook_kinds: kinds("hook_kinds")?,
        lang: form.value("lang").parse().unwrap_or_default(),
        address: form.value("address").to_owned(),
    })
}

async fn answer(cx: Cx, rectify: &Rectify, outgoing: &Outgoing, form: Option<FormState>) -> Reply {
    let (rules, set) = rules::rules(rectify.intake.db.conn()).await?;
    let today = rectify.intake.clock.today();
    page(&Rules {
        form: form.unwrap_or_else(|| typed(&rules)),
        set: set.map(|(by, at)| cx.t2("notice-rules-set", "by", by, "at", cx.time(&at))),
        mail_ready: outgoing.smtp.is_some(),
        no_address: rules.address.is_empty(),
        calendar_ends: is_workday(today).is_err().then(|| cx.date(last_day())),
        kinds: kinds(&cx),
        cx,
    })
}

/// `GET /notices/rules`
pub async fn show(cx: Cx, Shared(rectify): Shared<Rectify>, Shared(outgoing): Shared<Outgoing>) -> Reply {
    answer(cx, &rectify, &outgoing, None).await
}

/// `POST /notices/rules`
pub async fn set(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Shared(outgoing): Shared<Outgoing>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let pairs = shell::form_pairs(&body);
    let form = FormState::of(&pairs);
    let done = match read(&pairs, &form) {
        Ok(new) => set_rules(&rectify.intake.db, &outgoing, &actor, new, cx.now()).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(redirect(&cx, "/notices/rules", Some(Flash::ok(cx.t("notice-rules-saved"))))),
        Err(e) if e.kind() == ErrorKind::BadInput => {
            let field = match e.code() {
                "notice-address" => "address",
                _ => "",
            };
            let form = form.refused(&cx, field, &e);
            Ok((StatusCode::BAD_REQUEST, answer(cx, &rectify, &outgoing, Some(form)).await?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}
