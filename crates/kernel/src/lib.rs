//! The kernel (内核): what every crate speaks of. Typed ids, the actor, the one error, the clock, events.

pub mod actor;
pub mod clock;
pub mod error;
pub mod event;
pub mod ids;

pub use actor::{Actor, Role, Scope};
pub use clock::{Clock, FixedClock, SystemClock, beijing, beijing_date};
pub use error::{Error, ErrorKind, Result};
pub use event::Event;
pub use ids::*;
pub use standards::{Lang, Text};
