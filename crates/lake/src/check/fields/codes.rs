//! Code lists (代码表) at the day of checking.

use hashbrown::HashMap;
use standards::pack::{CodeList, Severity};

use super::super::codes as code;
use super::super::hit::Hit;
use super::super::suggest;
use super::{FieldCheck, Seen};
use crate::typed::fold;

/// A compiled list with the settings of the field that uses it.
pub(crate) struct CodeCheck {
    /// Value or alias → index of the value, and whether it is the value itself.
    known: HashMap<String, (u16, bool), ahash::RandomState>,
    values: Vec<String>,
    outdated: Vec<String>,
    outdated_code: Option<code::Code>,
    shown: String,
    separator: Option<char>,
    open_value: Option<String>,
    severity: Severity,
}

/// The last value that was right: columns of codes repeat themselves.
#[derive(Default)]
pub(super) struct Memo(String);

/// How a single value stands.
enum Single {
    Good,
    Alias(u16),
    Unknown,
}

impl CodeCheck {
    /// Compiles the edition of a list in force on a day. `outdated_code` is the code for a value that only an earlier
    /// edition has.
    pub(crate) fn new(
        list: &CodeList,
        on: chrono::NaiveDate,
        separator: Option<&str>,
        open_value: Option<&str>,
        severity: Severity,
        outdated_code: Option<code::Code>,
    ) -> Self {
        let edition = list.at(on).or_else(|| list.editions.last());
        let mut known = HashMap::default();
        let (mut values, mut shown) = (Vec::new(), String::new());
        if let Some(edition) = edition {
            shown = edition.shown();
            for (i, v) in edition.values.iter().enumerate() {
                values.push(v.value.clone());
                for alias in &v.aliases {
                    known.entry(alias.clone()).or_insert((i as u16, false));
                }
            }
            for (i, v) in edition.values.iter().enumerate() {
                known.insert(v.value.clone(), (i as u16, true));
            }
        }
        let outdated = list
            .editions
            .iter()
            .filter(|e| e.valid_to.is_some_and(|to| to < on))
            .flat_map(|e| e.values.iter().flat_map(|v| std::iter::once(&v.value).chain(&v.aliases).cloned()))
            .filter(|v| !known.contains_key(v))
            .collect();
        Self {
            known,
            values,
            outdated,
            outdated_code,
            shown,
            separator: separator.and_then(|s| s.chars().next()),
            open_value: open_value.map(str::to_owned),
            severity,
        }
    }

    /// Value or alias → value, for telling subject kinds.
    pub(crate) fn canonical(&self, v: &str) -> Option<&str> {
        self.known.get(v).and_then(|(i, _)| self.values.get(usize::from(*i))).map(String::as_str)
    }

    pub(super) fn fits(&self, v: &str) -> bool {
        matches!(self.whole(v), Single::Good | Single::Alias(_))
    }

    #[inline]
    pub(super) fn judge(
        &self,
        field: &FieldCheck,
        row: usize,
        v: &str,
        memo: &mut Memo,
        hits: &mut Vec<Hit>,
    ) -> Seen {
        if memo.0 == v {
            return Seen::Good;
        }
        if let Single::Good = self.whole(v) {
            memo.0.clear();
            memo.0.push_str(v);
            return Seen::Good;
        }
        self.explain(field, row, v, hits)
    }

    fn single(&self, v: &str) -> Single {
        match self.known.get(v) {
            Some((_, true)) => Single::Good,
            Some((i, false)) => Single::Alias(*i),
            None if self.is_open(v) => Single::Good,
            None => Single::Unknown,
        }
    }

    /// Whether the value is the open one with its remark: `其他-补充说明`.
    fn is_open(&self, v: &str) -> bool {
        let Some(open) = &self.open_value else { return false };
        let Some(rest) = v.strip_prefix(open.as_str()) else { return false };
        rest.strip_prefix(['-', '—', '－', '–'])
            .is_some_and(|remark| !remark.trim_matches(['-', '—']).trim().is_empty())
    }

    fn whole(&self, v: &str) -> Single {
        match self.single(v) {
            Single::Unknown => {}
            other => return other,
        }
        let Some(separator) = self.separator else { return Single::Unknown };
        if !v.contains(separator) {
            return Single::Unknown;
        }
        if v.split(separator).all(|part| matches!(self.single(part), Single::Good)) {
            Single::Good
        } else {
            Single::Unknown
        }
    }

    #[cold]
    fn explain(&self, field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) -> Seen {
        if let Some((mended, how)) = self.mend(v) {
            hits.push(match how {
                Mend::Alias => field.hit(row, code::CODE_ALIAS, v).suggest(mended.clone()),
                Mend::Fold(pattern) => field.folded(row, v, &mended, pattern),
            });
            return Seen::Folded(mended);
        }
        if self.outdated.iter().any(|o| o == v.trim()) {
            let code = self.outdated_code.unwrap_or(code::CODE_UNKNOWN);
            hits.push(
                field
                    .hit(row, code, v)
                    .pattern("old-edition")
                    .param("list", &self.shown)
                    .severity(self.severity),
            );
            return Seen::Bad;
        }
        let mut hit =
            field.hit(row, code::CODE_UNKNOWN, v).param("list", &self.shown).severity(self.severity);
        let open = self.open_value.as_deref();
        if open.is_some_and(|o| {
            v.split(|c| Some(c) == self.separator).any(|part| part.trim_end_matches(['-', '—', '－']) == o)
        }) {
            hit = hit.pattern("open-value");
        } else if let Some(near) = self.near(v) {
            hit = hit.pattern("suggestion").suggest(near);
        } else if open.is_some() {
            hit = hit.pattern("open-value");
        }
        hits.push(hit);
        // A value that is only warned about lands as it is.
        if self.severity == Severity::Reject { Seen::Bad } else { Seen::Good }
    }

    /// The code that is the same number with other leading zeros: Excel makes 1 of 01.
    fn padded_otherwise(&self, v: &str) -> Option<u16> {
        let number = |v: &str| -> Option<String> {
            let is_number = !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit());
            is_number.then(|| v.trim_start_matches('0').to_owned())
        };
        let wanted = number(v)?;
        let mut meant =
            self.known.iter().filter(|(k, _)| number(k).as_ref() == Some(&wanted)).map(|(_, (i, _))| *i);
        let first = meant.next()?;
        meant.all(|other| other == first).then_some(first)
    }

    /// The value as the list writes it, when only its writing differs.
    fn mend(&self, v: &str) -> Option<(String, Mend)> {
        if let Single::Alias(i) = self.single(v) {
            return Some((self.values.get(usize::from(i))?.clone(), Mend::Alias));
        }
        if let Some(i) = self.padded_otherwise(v) {
            return Some((self.values.get(usize::from(i))?.clone(), Mend::Alias));
        }
        let (tidy, how) = fold::fold_text(v, false);
        if how != fold::Fold::None
            && let Some(mended) = self.canonical_or_open(&tidy)
        {
            return Some((mended, Mend::Fold(how.pattern())));
        }
        let bare: String = v.chars().filter(|c| !fold::is_space(*c) && !fold::is_invisible(*c)).collect();
        let half: String = bare.chars().map(fold::half_width).collect();
        let unquoted = bare.trim_matches(['\'', '"', '“', '”']);
        if let Some(mended) = v.strip_suffix(".0").and_then(|whole| self.canonical(whole)) {
            return Some((mended.to_owned(), Mend::Fold("decimal-zero")));
        }
        if let Some(list) = self.mend_list(&bare) {
            return Some(list);
        }
        for (candidate, pattern) in
            [(bare.as_str(), "spaces"), (unquoted, "quoted"), (half.as_str(), "full-width")]
        {
            if candidate != v
                && let Some(mended) = self.canonical_or_open(candidate)
            {
                return Some((mended, Mend::Fold(pattern)));
            }
        }
        None
    }

    fn canonical_or_open(&self, v: &str) -> Option<String> {
        self.canonical(v)
            .map(str::to_owned)
            .or_else(|| matches!(self.whole(v), Single::Good).then(|| v.to_owned()))
    }

    /// Several values joined by another sign than the standard's, some of them perhaps aliases. Values may
    /// themselves hold `、`, so the longest value that fits is taken first.
    fn mend_list(&self, v: &str) -> Option<(String, Mend)> {
        let separator = self.separator?;
        let mut rest = v;
        let mut parts: Vec<&str> = Vec::new();
        let mut alias = false;
        while !rest.is_empty() {
            let (taken, index, exact) = self
                .known
                .iter()
                .filter(|(k, _)| !k.is_empty() && rest.starts_with(k.as_str()))
                .filter(|(k, _)| rest[k.len()..].chars().next().is_none_or(is_joint))
                .map(|(k, (i, exact))| (k.len(), *i, *exact))
                .max_by_key(|(len, ..)| *len)?;
            alias |= !exact;
            parts.push(self.values.get(usize::from(index))?);
            rest = rest[taken..].trim_start_matches(is_joint);
        }
        // A single value is no list.
        if parts.len() < 2 {
            return None;
        }
        let mended = parts.join(&separator.to_string());
        // Values themselves may hold `、`, so the joints are what is left when the values are taken out.
        let joints = parts.iter().fold(v.to_owned(), |rest, part| rest.replacen(part, "", 1));
        let how = if alias && joints.chars().filter(|c| is_joint(*c)).all(|c| c == separator) {
            Mend::Alias
        } else if joints.chars().all(|c| fold::half_width(c) == separator) {
            Mend::Fold("full-width")
        } else {
            Mend::Fold("separator")
        };
        Some((mended, how))
    }

    /// The allowed value that is nearest in writing, when it is near enough to be meant.
    fn near(&self, v: &str) -> Option<String> {
        if let Some(separator) = self.separator
            && v.contains([separator, '；', '，', ','])
        {
            let parts: Vec<String> = v
                .split([separator, '；', '，', ','])
                .map(str::trim)
                .filter(|p| !p.is_empty())
                .map(|p| match self.single(p) {
                    Single::Good => Some(p.to_owned()),
                    Single::Alias(i) => self.values.get(usize::from(i)).cloned(),
                    Single::Unknown => {
                        suggest::nearest(p, self.values.iter().map(String::as_str)).map(str::to_owned)
                    }
                })
                .collect::<Option<_>>()?;
            return Some(parts.join(&separator.to_string()));
        }
        suggest::nearest(v.trim(), self.values.iter().map(String::as_str)).map(str::to_owned)
    }
}

enum Mend {
    Alias,
    Fold(&'static str),
}

/// Signs by which people join several values.
fn is_joint(c: char) -> bool {
    matches!(c, ';' | '；' | ',' | '，' | '、' | '/' | '|' | '+' | '和' | '及' | ' ' | '\n')
}
