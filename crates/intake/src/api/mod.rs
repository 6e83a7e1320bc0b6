//! The interfaces of intake for systems (接口). `Authorization: Bearer <credential>`.

mod city;
mod push;

pub use city::city_intake;
pub use push::{push, submission, upload};
