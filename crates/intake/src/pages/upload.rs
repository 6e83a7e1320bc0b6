//! `GET /submissions/new`, `POST /submissions`: hand in a file.

use askama::Template;
use axum::extract::{Multipart, State as Shared};
use axum::response::Response;
use futures::TryStreamExt as _;
use indexmap::IndexMap;
use kernel::{Error, ErrorKind, OrgId};
use shell::ui::TableState;
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use tokio_util::io::StreamReader;

use super::{Orgs, broken};
use crate::Intake;
use crate::actions::provider::handed_in_by;
use crate::actions::receive_upload::{MAY_HAND_IN, Received, Upload, receive_upload};
use crate::model::Way;

#[derive(Template)]
#[template(path = "intake/upload.html")]
struct Form {
    cx: Cx,
    /// The resource that the link here named.
    chosen: String,
    /// The department that alone hands it in; empty where there are several.
    org: String,
    resources: Vec<(String, String)>,
    orgs: Vec<(String, String)>,
}

/// `GET /submissions/new`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(intake): Shared<Intake>) -> Reply {
    actor.require(MAY_HAND_IN)?;
    let orgs = Orgs::load(&cx).await?;
    let departments: Vec<&identity::org::Org> = orgs.departments().collect();
    let resources = handed_in_by(&intake, &actor, &departments).await?;
    let chosen = TableState::read(&cx, &[""]).filter("resource").to_owned();
    let only = resources.iter().find(|(r, _)| r.resource == chosen).and_then(|(_, only)| *only);
    page(&Form {
        chosen,
        org: only.map(|o| o.to_string()).unwrap_or_default(),
        resources: resources
            .iter()
            .map(|(r, _)| (r.resource.clone(), r.title.get(cx.lang()).to_owned()))
            .collect(),
        orgs: orgs.departments().map(|o| (o.id.to_string(), o.name(cx.lang()).to_owned())).collect(),
        cx: cx.clone(),
    })
}

/// `POST /submissions`: a multipart form whose file comes last.
pub async fn submit(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    mut form: Multipart,
) -> Reply<Response> {
    actor.require(MAY_HAND_IN)?;
    let (mut org, mut resource, mut again) = (actor.org, None, false);
    let (mut received, mut refused) = (Vec::new(), Vec::new());
    while let Some(part) = form.next_field().await.map_err(broken)? {
        match part.name().unwrap_or_default() {
            "org" => org = part.text().await.map_err(broken)?.parse::<OrgId>().ok().or(org),
            "resource" => resource = Some(part.text().await.map_err(broken)?).filter(|r| !r.is_empty()),
            "again" => again = true,
            "file" => {
                let file_name = part.file_name().unwrap_or_default().to_owned();
                if file_name.is_empty() {
                    continue;
                }
                let Some(org) = org else {
                    return Err(Error::bad_input(
                        "upload-department",
                        "请先选择报送单位。",
                        "Choose the department first.",
                    )
                    .into());
                };
                let upload = Upload {
                    org,
                    resource: resource.clone(),
                    file_name,
                    way: Way::Upload,
                    key: None,
                    again,
                    mapping: IndexMap::new(),
                };
                let bytes = StreamReader::new(part.map_err(std::io::Error::other));
                // One bad file among several does not keep the others out.
                match receive_upload(&intake, &actor, upload, bytes).await {
                    Ok(one) => received.push(one),
                    Err(e) if e.kind() == ErrorKind::BadInput => refused.push(e),
                    Err(e) => return Err(e.into()),
                }
            }
            _ => {}
        }
    }
    if !received.is_empty() && !refused.is_empty() {
        let why: Vec<&str> = refused.iter().map(|e| cx.text(e.text())).collect();
        let text = cx.t2("submissions-some", "n", received.len() as i64, "why", why.join(" "));
        return Ok(redirect(&cx, "/submissions", Some(Flash::warn(text))));
    }
    match received.as_slice() {
        [] if !refused.is_empty() => Err(refused.remove(0).into()),
        [] => {
            Err(Error::bad_input("upload-no-file", "请选择要上传的文件。", "Choose the file to be uploaded.")
                .into())
        }
        [Received::New(id)] => {
            Ok(redirect(&cx, &format!("/submissions/{id}"), Some(Flash::ok(cx.t("submission-received")))))
        }
        [Received::Known(id)] => {
            Ok(redirect(&cx, &format!("/submissions/{id}"), Some(Flash::warn(cx.t("submission-known")))))
        }
        many => {
            let known = many.iter().filter(|r| matches!(r, Received::Known(_))).count();
            let text = cx.t2("submissions-received", "n", many.len() as i64, "known", known as i64);
            Ok(redirect(&cx, "/submissions", Some(Flash::ok(text))))
        }
    }
}
