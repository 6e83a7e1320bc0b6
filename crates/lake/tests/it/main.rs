//! The lake as other crates use it. One executable, since each links the engine.

mod packs;
mod table;
