//! The message catalogue (文案目录): Fluent texts of all crates, in Chinese and English.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use kernel::{Error, Lang, Result};
use unic_langid::langid;

/// A value to be put into a text.
#[derive(Debug, Clone)]
pub enum Arg {
    /// A number; Fluent may choose a plural form by it. Shown with thousands separators.
    Number(i64),
    /// A text.
    Text(String),
}

macro_rules! arg_number {
    ($($t:ty),*) => {$(
        impl From<$t> for Arg {
            fn from(n: $t) -> Self { Self::Number(i64::try_from(n).unwrap_or(i64::MAX)) }
        }
        impl From<&$t> for Arg {
            fn from(n: &$t) -> Self { Self::from(*n) }
        }
    )*};
}
arg_number!(i32, i64, u32, u64, usize);

impl From<&str> for Arg {
    fn from(s: &str) -> Self {
        Self::Text(s.to_owned())
    }
}

impl From<String> for Arg {
    fn from(s: String) -> Self {
        Self::Text(s)
    }
}

impl From<&String> for Arg {
    fn from(s: &String) -> Self {
        Self::Text(s.clone())
    }
}

impl From<&&str> for Arg {
    fn from(s: &&str) -> Self {
        Self::Text((*s).to_owned())
    }
}

/// All texts.
pub struct Messages {
    zh: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl Messages {
    /// Merges the catalogues of all crates, each `(Chinese, English)`.
    ///
    /// # Errors
    /// When a catalogue is not Fluent, or two crates use one key.
    pub fn new<'a>(locales: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        let mut zh = FluentBundle::new_concurrent(vec![langid!("zh-CN")]);
        let mut en = FluentBundle::new_concurrent(vec![langid!("en")]);
        for bundle in [&mut zh, &mut en] {
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(|value, _| match value {
                FluentValue::Number(n) => Some(crate::ui::thousands(n.value as i64)),
                _ => None,
            }));
        }
        for (zh_text, en_text) in locales {
            for (bundle, text) in [(&mut zh, zh_text), (&mut en, en_text)] {
                let resource = FluentResource::try_new(text.to_owned())
                    .map_err(|(_, e)| Error::internal(format!("message catalogue: {e:?}")))?;
                bundle
                    .add_resource(resource)
                    .map_err(|e| Error::internal(format!("message catalogue: {e:?}")))?;
            }
        }
        Ok(Self { zh, en })
    }

    /// The text for a key; the key itself when it is unknown, so that it is seen.
    #[must_use]
    pub fn get(&self, lang: Lang, key: &str, args: &[(&str, Arg)]) -> String {
        let bundle = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            tracing::warn!(key, "a text is missing from the catalogue");
            return key.to_owned();
        };
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(
                (*name).to_owned(),
                match value {
                    Arg::Number(n) => FluentValue::from(*n),
                    Arg::Text(t) => FluentValue::String(Cow::Borrowed(t)),
                },
            );
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&fluent), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(key, ?errors, "a text lacks a value");
        }
        text
    }

    /// Whether both languages have the key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.zh.has_message(key) && self.en.has_message(key)
    }
}
