//! Findings in a reader's language: why a value is wrong and how to mend it (为什么错，怎么改).

use indexmap::IndexMap;

use super::load::Packs;
use super::model::{Message, Resource, Severity};
use crate::Lang;

/// A message with its names filled in, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// Name of the problem.
    pub title: String,
    /// 为什么错
    pub why: String,
    /// 怎么改
    pub fix: String,
}

/// Longest value quoted in a message, in characters; the cell itself shows the rest.
const QUOTED: usize = 60;
/// Stands where a message asks for something that is not known.
const UNKNOWN: &str = "—";

impl Message {
    /// The severity of a finding with this message and pattern, where neither rule nor field says another.
    #[must_use]
    pub fn severity_of(&self, pattern: Option<&str>) -> Severity {
        pattern.and_then(|p| self.patterns.get(p)).and_then(|p| p.severity).unwrap_or(self.severity)
    }
}

/// Renders a message for an observed pattern. An unknown pattern takes the message's ordinary wording.
pub fn render<K, V>(
    message: &Message,
    pattern: Option<&str>,
    params: impl IntoIterator<Item = (K, V)>,
    lang: Lang,
) -> Rendered
where
    K: AsRef<str>,
    V: AsRef<str>,
{
    let params: IndexMap<String, String> =
        params.into_iter().map(|(k, v)| (k.as_ref().to_owned(), quote(k.as_ref(), v.as_ref()))).collect();
    let voice = pattern.and_then(|p| message.patterns.get(p));
    let (why, fix) = voice.map_or((&message.why, &message.fix), |p| (&p.why, &p.fix));
    Rendered {
        title: fill(message.title.get(lang), &params),
        why: fill(why.get(lang), &params),
        fix: fill(fix.get(lang), &params),
    }
}

impl Packs {
    /// What to say about a finding: the pack's message for the code, the field's label as `{field}`, its example as
    /// `{example}` unless the finding brings its own, and every parameter that is `@CODE` as the label of that field.
    ///
    /// A code nobody knows is shown as it is, since a finding must never be lost for want of words.
    pub fn explain<K, V>(
        &self,
        resource: &str,
        code: &str,
        pattern: Option<&str>,
        field: Option<&str>,
        params: impl IntoIterator<Item = (K, V)>,
        lang: Lang,
    ) -> Rendered
    where
        K: AsRef<str>,
        V: AsRef<str>,
    {
        let found = self.resource(resource);
        let message = match found {
            Some((pack, _)) => self.message_in(pack, code),
            None => self.message(code),
        };
        let Some(message) = message else {
            return Rendered { title: code.to_owned(), ..Rendered::default() };
        };
        let resource = found.map(|(_, r)| r);
        let field = field.and_then(|f| resource.and_then(|r| r.field(f)));
        let mut all: IndexMap<String, String> = IndexMap::new();
        if let Some(field) = field {
            all.insert("field".into(), field.label.get(lang).to_owned());
            if let Some(example) = &field.example {
                all.insert("example".into(), example.clone());
            }
        }
        for (k, v) in params {
            all.insert(k.as_ref().to_owned(), label_or_value(resource, v.as_ref(), lang));
        }
        let pattern = pattern.or_else(|| field.and_then(|f| f.voice.as_deref()));
        render(message, pattern, &all, lang)
    }
}

fn label_or_value(resource: Option<&Resource>, value: &str, lang: Lang) -> String {
    let field = value.strip_prefix('@').and_then(|code| resource.and_then(|r| r.field(code)));
    field.map_or_else(|| value.to_owned(), |f| f.label.get(lang).to_owned())
}

/// Only the value itself is cut short: a list of choices or a mended value must stand in full.
fn quote(name: &str, value: &str) -> String {
    if name != "v" || value.chars().count() <= QUOTED {
        return value.to_owned();
    }
    let mut short: String = value.chars().take(QUOTED).collect();
    short.push('…');
    short
}

/// Replaces every `{name}` in one pass, so that a value which itself holds braces is left alone.
fn fill(text: &str, params: &IndexMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        match after.find('}') {
            Some(close) if is_name(&after[..close]) => {
                out.push_str(params.get(&after[..close]).map_or(UNKNOWN, String::as_str));
                rest = &after[close + 1..];
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_name(s: &str) -> bool {
    !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// The names a text asks for, sorted and without repetition.
#[must_use]
pub fn placeholders(text: &str) -> Vec<String> {
    let mut names: Vec<String> = text
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
        .filter(|name| is_name(name))
        .collect();
    names.sort();
    names.dedup();
    names
}
