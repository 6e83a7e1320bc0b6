//! The nouns of sharing (共享): pure, without database or engine.

mod answer;
mod delivery;
mod held;
mod mark;
mod payload;
mod stop;
mod target;

pub use answer::{Answer, Verdict, of_city};
pub use delivery::{DeliveryState, LineState, pause};
pub use held::HeldState;
pub use mark::Mark;
pub use payload::{Format, Line, as_sent, plain};
pub use stop::Stop;
pub use target::Way;
