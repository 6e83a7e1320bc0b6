//! `GET /public`: the search box, the figures, the newest.

use askama::Template;
use axum::extract::State as Shared;
use shell::{Cx, Reply, page};
use standards::pack::PublicKind;

use super::Line;
use crate::context::Portal;
use crate::store::publication::counts;
use crate::store::publication::lists::{self, Shown};

/// Records of each kind on the page.
const NEWEST: u64 = 6;

#[derive(Template)]
#[template(path = "portal/public/home.html")]
struct Home {
    cx: Cx,
    /// Kind, how many are shown, the newest of them.
    kinds: Vec<(PublicKind, i64, Vec<Line>)>,
    authorities: usize,
}

/// `GET /public`
pub async fn show(cx: Cx, Shared(portal): Shared<Portal>) -> Reply {
    portal.limits.page(&cx)?;
    let conn = portal.intake.db.conn();
    let mut kinds = Vec::new();
    for kind in PublicKind::ALL {
        let name = Some(kind.name().to_owned());
        let of = counts::Of { kind: name.clone(), ..Default::default() };
        let rows = lists::newest(conn, &Shown { kind: name, ..Default::default() }, (0, NEWEST)).await?;
        let lines = rows.iter().map(|r| Line::of(&cx, r, "")).collect();
        kinds.push((kind, counts::total(conn, &of).await?, lines));
    }
    let authorities = counts::by_authority(conn, &counts::Of::default()).await?.len();
    page(&Home { cx, kinds, authorities })
}
