//! `GET /public/feed.rss`, `/public/feed.atom`: the newest by kind and authority (RSS 2.0, RFC 4287); `/sitemap.xml`, `/robots.txt`.

use std::fmt::Write as _;

use axum::extract::State as Shared;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use kernel::Result;
use shell::ui::{TableState, escape};
use shell::{Cx, Reply};

use super::Wanted;
use crate::context::Portal;
use crate::store::publication::entity::publication::Model;
use crate::store::publication::lists::{self, Shown};

/// Entries of a feed.
const ENTRIES: u64 = 50;
/// Records in the site map.
const MAPPED: u64 = 1_000;
/// How long a copy of these files may be kept, in seconds.
const KEPT: &str = "public, max-age=300";

/// Text fit for XML: escaped, without characters XML does not know.
fn xml(text: &str) -> String {
    let known: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    escape(&known)
}

fn sent(kind: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT), (header::VARY, "Cookie")], body)
        .into_response()
}

struct Feed {
    site: String,
    title: String,
    about: String,
    rows: Vec<Model>,
}

async fn feed(cx: &Cx, portal: &Portal, headers: &HeaderMap) -> Result<Feed> {
    portal.limits.page(cx)?;
    let wanted = Wanted::read(&TableState::read(cx, &["-decided"]));
    let rows = lists::newest(portal.intake.db.conn(), &wanted.shown, (0, ENTRIES)).await?;
    let kind = match &wanted.shown.kind {
        Some(kind) => cx.t(&format!("public-kind-{kind}")),
        None => cx.t("public-title"),
    };
    let title = match &wanted.shown.authority {
        Some(authority) => format!("{kind} · {authority}"),
        None => kind,
    };
    Ok(Feed { site: cx.site(headers), title, about: cx.t("public-lead"), rows })
}

fn headline(cx: &Cx, row: &Model) -> String {
    format!("{} · {} · {}", cx.t(&format!("public-kind-{}", row.kind)), row.subject, row.document)
}

/// `GET /public/feed.rss`
pub async fn rss(cx: Cx, Shared(portal): Shared<Portal>, headers: HeaderMap) -> Reply {
    let feed = feed(&cx, &portal, &headers).await?;
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>{}</title><link>{}/public</link>\
         <description>{}</description><language>{}</language>",
        xml(&feed.title),
        xml(&feed.site),
        xml(&feed.about),
        cx.lang().tag()
    );
    for row in &feed.rows {
        let _ = write!(
            out,
            "<item><title>{}</title><link>{}/public/records/{}</link><guid isPermaLink=\"false\">urn:uuid:{}</guid>\
             <description>{}</description>",
            xml(&headline(&cx, row)),
            xml(&feed.site),
            row.public_id,
            row.public_id,
            xml(&format!("{} · {} · {}", row.title, row.authority, cx.date(row.decided)))
        );
        if let Some(at) = row.published_at {
            let _ = write!(out, "<pubDate>{}</pubDate>", at.to_rfc2822());
        }
        out.push_str("</item>");
    }
    out.push_str("</channel></rss>\n");
    Ok(sent("application/rss+xml; charset=utf-8", out))
}

/// `GET /public/feed.atom`
pub async fn atom(cx: Cx, Shared(portal): Shared<Portal>, headers: HeaderMap) -> Reply {
    let feed = feed(&cx, &portal, &headers).await?;
    let newest = feed.rows.iter().map(|r| r.changed_at).max().unwrap_or_default();
    let own = match cx.query() {
        "" => format!("{}/public/feed.atom", feed.site),
        query => format!("{}/public/feed.atom?{query}", feed.site),
    };
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\"><title>{}</title>\
         <id>{own}</id><link rel=\"self\" href=\"{own}\"/><updated>{}</updated>",
        cx.lang().tag(),
        xml(&feed.title),
        newest.to_rfc3339(),
        own = xml(&own)
    );
    for row in &feed.rows {
        let _ = write!(
            out,
            "<entry><title>{}</title><id>urn:uuid:{}</id><link href=\"{}/public/records/{}\"/><updated>{}</updated>\
             <author><name>{}</name></author><summary>{}</summary></entry>",
            xml(&headline(&cx, row)),
            row.public_id,
            xml(&feed.site),
            row.public_id,
            row.changed_at.to_rfc3339(),
            xml(&row.authority),
            xml(&format!("{} · {}", row.title, cx.date(row.decided)))
        );
    }
    out.push_str("</feed>\n");
    Ok(sent("application/atom+xml; charset=utf-8", out))
}

/// `GET /sitemap.xml`: the pages, and the newest decisions that are not about persons.
pub async fn sitemap(cx: Cx, Shared(portal): Shared<Portal>, headers: HeaderMap) -> Reply {
    portal.limits.page(&cx)?;
    let site = cx.site(&headers);
    let rows = lists::newest(portal.intake.db.conn(), &Shown::default(), (0, MAPPED)).await?;
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">",
    );
    for path in ["/public", "/public/statistics", "/public/help"] {
        let _ = write!(out, "<url><loc>{}{path}</loc></url>", xml(&site));
    }
    for row in rows.iter().filter(|r| !r.natural_person) {
        let _ = write!(
            out,
            "<url><loc>{}/public/records/{}</loc><lastmod>{}</lastmod></url>",
            xml(&site),
            row.public_id,
            row.changed_at.format("%Y-%m-%d")
        );
    }
    out.push_str("</urlset>\n");
    Ok(sent("application/xml; charset=utf-8", out))
}

/// `GET /robots.txt`
pub async fn robots(cx: Cx, headers: HeaderMap) -> Reply {
    let body = format!(
        "User-agent: *\nDisallow: /\nAllow: /public\nAllow: /assets/\nDisallow: /public/search\nDisallow: /public/months/\nSitemap: {}/sitemap.xml\n",
        cx.site(&headers)
    );
    Ok(sent("text/plain; charset=utf-8", body))
}
