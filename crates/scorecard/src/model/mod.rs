//! Nouns of the scorecard: indicators, what counts and what is exempted, scores, periods, circulars, points.

mod circular;
pub mod figures_sheet;
mod formula;
mod indicator;
mod period;
mod points;
mod registered;
mod regulation;
mod revision;
mod scope;
mod score;

pub(crate) use circular::paragraphs;
pub use circular::{Texts, document_number};
pub use formula::formula_fault;
pub use indicator::{Direction, Formula, Indicator, Indicators, Lint, Registers};
pub use period::{PeriodState, Span};
pub use points::{PointRule, PointRules};
pub use registered::check_figure;
pub use regulation::{Clause, Regulation};
pub use revision::{Revision, Terms, applied};
pub use scope::{Exemption, Limits, ScopeChange};
pub(crate) use score::hundredths;
pub use score::{Composed, Figure, Figures, Scored, Standing, composed, scored, standings};
