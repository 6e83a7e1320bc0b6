//! The web frame (网页框架): layout, language, session, CSRF, errors, tables, forms, charts. Capabilities hand in a
//! [`Module`]; [`App::router`] makes one server of them.

mod app;
mod assets;
mod csrf;
mod cx;
mod fail;
mod frame;
mod home;
mod limit;
mod messages;
mod module;
mod page;
mod session;
pub mod ui;
mod upload;

pub use app::{App, Settings, local_path};
pub use axum;
pub use cx::{Count, Cx, Signed, beijing_time};
pub use fail::{Fail, Reply};
pub use home::Card;
pub use limit::{Limiter, Rate};
pub use messages::{Arg, Messages};
pub use module::{Access, Identify, Module, NavItem, Route, Routes, Who};
pub use page::{Flash, Page, WithPart, form_pairs, page, page_or_part, redirect};
pub use session::{Sessions, migrations};
pub use upload::uploaded;
