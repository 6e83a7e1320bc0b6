//! The regulation (通报制度): what a circular rests on, as configuration that people can read.

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

/// One version of the regulation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regulation {
    /// Its title.
    pub title: String,
    /// 发文机关 of circulars.
    pub issuer: String,
    /// The word of document numbers (发文字号的机关代字).
    pub number_word: String,
    /// Working days in which departments may object to a draft.
    pub window: u32,
    /// Whether every member sees the ranking of all.
    pub ranking_open: bool,
    /// 主送
    pub main_to: String,
    /// 抄送, separated by 、
    pub copy_to: String,
    /// The clauses: a paragraph each; a line that begins with `# ` opens a chapter.
    pub body: String,
}

/// A clause (条) as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Set where a chapter begins.
    pub chapter: Option<String>,
    /// Counted through all chapters from 1.
    pub number: usize,
    /// Its text.
    pub text: String,
}

/// Longest body, in characters.
const LONGEST: usize = 50_000;
/// Longest number word, in characters.
const LONGEST_WORD: usize = 20;
/// Longest window in working days.
const LONGEST_WINDOW: u32 = 20;

impl Regulation {
    /// The model that the platform brings: derived from the public description of such regulations, marked as a model.
    ///
    /// # Errors
    /// Never in a released program: a test reads the same bytes.
    pub fn model() -> Result<Self> {
        serde_saphyr::from_str(include_str!("../../regulation.yaml")).map_err(Error::internal)
    }

    /// The clauses with their chapters.
    #[must_use]
    pub fn clauses(&self) -> Vec<Clause> {
        let mut chapter = None;
        let mut all: Vec<Clause> = Vec::new();
        for line in super::circular::paragraphs(&self.body) {
            match line.strip_prefix("# ") {
                Some(title) => chapter = Some(title.trim().to_owned()),
                None => {
                    all.push(Clause { chapter: chapter.take(), number: all.len() + 1, text: line.to_owned() })
                }
            }
        }
        all
    }

    /// Refuses what cannot be used.
    ///
    /// # Errors
    /// `regulation-incomplete`, `regulation-window`, `regulation-word`, `regulation-long`
    pub fn check(&self) -> Result<()> {
        let filled = [&self.title, &self.issuer, &self.number_word, &self.main_to, &self.body];
        if filled.iter().any(|text| text.trim().is_empty()) || self.clauses().is_empty() {
            return Err(Error::bad_input(
                "regulation-incomplete",
                "请填写标题、发文机关、机关代字、主送和条文；条文每段一条，章名前写“# ”。",
                "Fill in title, issuer, number word, main recipients and clauses: a paragraph each, chapters begin with \"# \".",
            ));
        }
        if !(1..=LONGEST_WINDOW).contains(&self.window) {
            return Err(Error::bad_input(
                "regulation-window",
                format!("征求意见的期限应为 1 到 {LONGEST_WINDOW} 个工作日。"),
                format!("The window to object is 1 to {LONGEST_WINDOW} working days."),
            ));
        }
        if self.number_word.chars().count() > LONGEST_WORD {
            return Err(Error::bad_input(
                "regulation-word",
                format!("机关代字最多 {LONGEST_WORD} 字，例如“信用通报”。"),
                format!("The number word holds at most {LONGEST_WORD} characters, such as 信用通报."),
            ));
        }
        if self.body.chars().count() > LONGEST {
            return Err(Error::bad_input(
                "regulation-long",
                format!("条文最多 {LONGEST} 字。"),
                format!("The clauses hold at most {LONGEST} characters."),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_whole_and_says_that_it_is_one() {
        let model = Regulation::model().unwrap();
        model.check().unwrap();
        assert!(model.title.contains("示范文本"));
        let clauses = model.clauses();
        assert_eq!(clauses.len(), 22);
        assert_eq!(clauses[0].chapter.as_deref(), Some("第一章 总则"));
        assert_eq!(clauses.iter().filter(|c| c.chapter.is_some()).count(), 6);
    }
}
