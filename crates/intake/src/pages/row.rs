//! `GET /data/{resource}/row`: one row with all its fields and where it came from.

use askama::Template;
use axum::extract::{Path, State as Shared};
use kernel::Error;
use lake::query::{Browse, Filter};
use lake::table::{RECEIVED_AT, ROW, SOURCE, SUBMISSION, VALID_AT};
use serde_json::Value;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};

use super::submission_id;
use crate::Intake;
use crate::actions::look_up::{Summary, summary};
use crate::actions::read_rows::sight;
use crate::model::Sight;
use crate::model::personal::Cells;

/// A number stands for one row but in an archive of several files.
const MOST: usize = 20;

#[derive(Template)]
#[template(path = "intake/row.html")]
struct Page {
    cx: Cx,
    code: String,
    title: String,
    number: String,
    from: Summary,
    rows: Vec<Facts>,
    version: u64,
    masked: bool,
}

/// One row: its fields, and its provenance.
struct Facts {
    fields: Vec<(String, String, String)>,
    source: String,
    received: String,
    valid: String,
}

impl Page {
    fn crumbs(&self) -> String {
        let table = format!("/data/{}?submission={}", self.code, self.from.id);
        Crumbs::new(&self.cx)
            .to("submissions", "/submissions")
            .to_named(&self.from.file, format!("/submissions/{}", self.from.id))
            .to_named(&self.title, table)
            .here_named(self.cx.t1("place-row", "row", self.number.clone()))
            .to_string()
    }
}

/// `GET /data/{resource}/row?submission=&row=&version=`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
) -> Reply {
    let (_, resource) = intake.resource(&code)?;
    let asked = TableState::read(&cx, &[""]);
    let id = submission_id(asked.filter("submission"))?;
    let sight = sight(&intake, &actor, Some(id)).await?;
    let number = asked.filter("row").parse::<u64>().map_err(|_| missing())?;
    let browse = Browse {
        filters: vec![Filter::equals(SUBMISSION, id.to_string()), Filter::equals(ROW, number.to_string())],
        limit: MOST,
        version: asked.filter("version").parse().ok(),
        ..Browse::default()
    };
    let found = intake.lake.browse(&code, &browse).await?;
    if found.rows.is_empty() {
        return Err(missing().into());
    }
    let cells = Cells::new(resource, &found.columns, sight);
    let facts = |row: &Vec<Value>| {
        let text = |name: &str| cells.at(name).map(|at| cells.text(row, at)).unwrap_or_default();
        let fields = resource
            .fields
            .iter()
            .map(|f| (f.label.get(cx.lang()).to_owned(), f.code.clone(), text(&f.code)));
        Facts {
            fields: fields.collect(),
            source: text(SOURCE),
            received: cells.time(row, RECEIVED_AT),
            valid: cells.time(row, VALID_AT),
        }
    };
    page(&Page {
        title: resource.title.get(cx.lang()).to_owned(),
        number: number.to_string(),
        from: summary(&intake, &actor, id).await?,
        rows: found.rows.iter().map(facts).collect(),
        version: found.version,
        masked: sight == Sight::Masked,
        code,
        cx: cx.clone(),
    })
}

fn missing() -> Error {
    Error::not_found(
        "这一行（可能已被后来的批次替换或撤回）",
        "row (a later submission may have replaced it)",
    )
}
