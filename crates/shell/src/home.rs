//! The home page: one card after another, each from the capability it belongs to.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use kernel::Result;

use crate::{Cx, Reply, page};

type Make = dyn Fn(Cx) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + Send>> + Send + Sync;

/// A card of the home page: HTML for this reader, or nothing.
#[derive(Clone)]
pub struct Card(Arc<Make>);

impl Card {
    /// A card made by an async function; it returns the rendered template, or `None` when the reader has no use for it.
    pub fn new<F, Fut>(make: F) -> Self
    where
        F: Fn(Cx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<String>>> + Send + 'static,
    {
        Self(Arc::new(move |cx| Box::pin(make(cx))))
    }
}

#[derive(Template)]
#[template(path = "shell/home.html")]
struct Home {
    cx: Cx,
    cards: Vec<String>,
}

/// `GET /`
pub(crate) async fn home(cx: Cx) -> Reply<Response> {
    let mut cards = Vec::new();
    for card in cx.app().cards() {
        match (card.0)(cx.clone()).await {
            Ok(Some(html)) => cards.push(html),
            Ok(None) => {}
            // One capability in trouble must not take the home page with it.
            Err(e) => tracing::error!(error = ?e, "a card of the home page failed"),
        }
    }
    page(&Home { cx, cards })
}
