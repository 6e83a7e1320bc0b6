//! Bilingual text (中英文本): every text a person may see exists in Chinese and in English.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The language a person reads. Chinese is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Simplified Chinese (中文)
    #[default]
    Zh,
    /// English (英文)
    En,
}

impl Lang {
    /// The BCP 47 tag for the `lang` attribute of a page.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

impl FromStr for Lang {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        let s = s.to_ascii_lowercase();
        if s.starts_with("zh") {
            Ok(Self::Zh)
        } else if s.starts_with("en") {
            Ok(Self::En)
        } else {
            Err(())
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese
    pub zh: String,
    /// English
    pub en: String,
}

impl Text {
    /// Builds a text from its two halves.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The half a reader of `lang` sees.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// Both halves with every `{name}` replaced by its value. A name that is not given stays as it is.
    #[must_use]
    pub fn fill<V: AsRef<str>>(&self, params: &[(&str, V)]) -> Self {
        let fill = |s: &str| {
            let mut out = s.to_owned();
            for (name, value) in params {
                out = out.replace(&format!("{{{name}}}"), value.as_ref());
            }
            out
        };
        Self { zh: fill(&self.zh), en: fill(&self.en) }
    }
}
