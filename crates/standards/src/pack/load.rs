//! Reading packs from text, and finding things in them.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::builtin::BUILTIN;
use super::cases::CaseRules;
use super::error::{PackError, PackErrors};
use super::mapping::Mapping;
use super::model::{
    CodeList, CodeListEdition, Field, FieldKind, Message, Need, NeedMark, Pack, Resource, SubjectKind,
};
use crate::Text;
use crate::fold::document_number;

/// All packs known to a process, and the messages and code lists they share.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Packs {
    packs: Vec<Pack>,
    messages: IndexMap<String, Message>,
    code_lists: IndexMap<String, CodeList>,
    pub(super) cases: CaseRules,
    sources: IndexMap<String, String>,
}

/// A file of `packs/_shared/`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    #[serde(default)]
    messages: IndexMap<String, Message>,
    #[serde(default)]
    code_lists: IndexMap<String, CodeList>,
}

/// What a file of a pack declares.
enum Found {
    Resource(Box<Resource>),
    Mapping(Box<Mapping>),
}

/// Folder whose files belong to every pack.
pub(super) const SHARED: &str = "_shared";
/// Folder with the rules for objections and repair.
const CASES: &str = "_cases";
/// File that describes a pack; every other file of its folder is a resource.
const PACK_FILE: &str = "pack.yaml";
/// Folder of a pack whose files are mappings.
const MAPPINGS: &str = "mappings";

impl Packs {
    /// The packs of this repository. They are read once in a process.
    ///
    /// # Errors
    /// Never in a released program: a test reads the same bytes.
    pub fn builtin() -> Result<Arc<Self>, PackErrors> {
        static READ: LazyLock<Result<Arc<Packs>, PackErrors>> =
            LazyLock::new(|| Packs::parse(BUILTIN.iter().copied()).map(Arc::new));
        READ.clone()
    }

    /// Reads packs from (path, text) pairs laid out as `…/_shared/*.yaml`, `…/_cases/*.yaml`, `…/<pack>/pack.yaml`,
    /// `…/<pack>/<resource>.yaml` and `…/<pack>/mappings/<mapping>.yaml`, in any order.
    ///
    /// # Errors
    /// Every file that is not YAML of the right shape, every resource without its pack, and every name given
    /// twice, each with file, line and remedy.
    pub fn parse<P, T>(files: impl IntoIterator<Item = (P, T)>) -> Result<Self, PackErrors>
    where
        P: AsRef<str>,
        T: AsRef<str>,
    {
        let mut packs = Self::default();
        let mut errors = Vec::new();
        let mut resources: Vec<(String, String, Found)> = Vec::new();
        let mut folders: IndexMap<String, usize> = IndexMap::new();
        for (path, text) in files {
            let (path, text) = (path.as_ref().replace('\\', "/"), text.as_ref());
            let mut parts = path.rsplit('/');
            let (file, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            if folder == SHARED {
                match read::<Shared>(&path, text) {
                    Ok(shared) => packs.share(&path, text, shared, &mut errors),
                    Err(e) => errors.push(e),
                }
            } else if folder == CASES {
                match read::<CaseRules>(&path, text) {
                    Ok(rules) => packs.add_cases(&path, text, rules, &mut errors),
                    Err(e) => errors.push(e),
                }
            } else if file == PACK_FILE {
                match read::<Pack>(&path, text) {
                    Ok(pack) => {
                        folders.insert(folder.to_owned(), packs.packs.len());
                        packs.packs.push(pack);
                    }
                    Err(e) => errors.push(e),
                }
            } else if folder == MAPPINGS {
                let pack = parts.next().unwrap_or_default().to_owned();
                match read::<Mapping>(&path, text) {
                    Ok(mapping) => resources.push((path.clone(), pack, Found::Mapping(Box::new(mapping)))),
                    Err(e) => errors.push(e),
                }
            } else {
                match read::<Resource>(&path, text) {
                    Ok(found) => {
                        resources.push((path.clone(), folder.to_owned(), Found::Resource(Box::new(found))));
                    }
                    Err(e) => errors.push(e),
                }
            }
            packs.sources.insert(path.clone(), text.to_owned());
        }
        for (path, folder, resource) in resources {
            match folders.get(&folder).and_then(|i| packs.packs.get_mut(*i)) {
                Some(pack) => match resource {
                    Found::Resource(resource) => pack.resources.push(*resource),
                    Found::Mapping(mapping) => pack.mappings.push(*mapping),
                },
                // A pack.yaml that could not be read has been reported already.
                None if packs.sources.keys().any(|p| p.ends_with(&format!("{folder}/{PACK_FILE}"))) => {}
                None => errors.push(PackError {
                    file: path,
                    line: None,
                    problem: Text::new(
                        format!("文件夹“{folder}”里没有 {PACK_FILE}。"),
                        format!("The folder \"{folder}\" has no {PACK_FILE}."),
                    ),
                    remedy: Text::new(
                        "请在同一文件夹中加上 pack.yaml，写明标准名称、版本和生效日期。",
                        "Add a pack.yaml beside it with the standard's name, version and first day.",
                    ),
                }),
            }
        }
        packs.find_twins(&mut errors);
        if errors.is_empty() { Ok(packs) } else { Err(PackErrors(errors)) }
    }

    fn share(&mut self, path: &str, text: &str, shared: Shared, errors: &mut Vec<PackError>) {
        for (code, message) in shared.messages {
            if self.messages.insert(code.clone(), message).is_some() {
                errors.push(twice(path, text, &code));
            }
        }
        for (id, list) in shared.code_lists {
            if self.code_lists.insert(id.clone(), list).is_some() {
                errors.push(twice(path, text, &id));
            }
        }
    }

    fn add_cases(&mut self, path: &str, text: &str, rules: CaseRules, errors: &mut Vec<PackError>) {
        for (id, profile) in rules.profiles {
            if self.cases.profiles.insert(id.clone(), profile).is_some() {
                errors.push(twice(path, text, &id));
            }
        }
        for (id, list) in rules.paper_lists {
            if self.cases.paper_lists.insert(id.clone(), list).is_some() {
                errors.push(twice(path, text, &id));
            }
        }
    }

    /// A pack or resource name given twice would make look-ups depend on the order of files.
    fn find_twins(&self, errors: &mut Vec<PackError>) {
        let mut seen: IndexMap<&str, ()> = IndexMap::new();
        for pack in &self.packs {
            let names = std::iter::once(pack.pack.as_str());
            let mappings = pack.mappings.iter().map(|m| m.mapping.as_str());
            for name in names.chain(pack.resources.iter().map(|r| r.resource.as_str())).chain(mappings) {
                if seen.insert(name, ()).is_some() {
                    let (path, text) = self.source_of(name);
                    errors.push(twice(path, text, name));
                }
            }
        }
    }

    /// The last file in which a resource or pack of that name is declared, with its text.
    pub(super) fn source_of(&self, name: &str) -> (&str, &str) {
        let declares = |text: &str| {
            text.lines().any(|line| {
                let line = line.trim();
                line.strip_prefix("resource:")
                    .or_else(|| line.strip_prefix("pack:"))
                    .or_else(|| line.strip_prefix("mapping:"))
                    .is_some_and(|v| v.trim() == name)
            })
        };
        self.sources
            .iter()
            .rev()
            .find(|(_, text)| declares(text))
            .map_or(("", ""), |(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files the packs were read from, as (path, text).
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.iter().map(|(p, t)| (p.as_str(), t.as_str()))
    }

    /// All packs.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// All resources with their packs.
    pub fn resources(&self) -> impl Iterator<Item = (&Pack, &Resource)> {
        self.packs.iter().flat_map(|p| p.resources.iter().map(move |r| (p, r)))
    }

    /// A resource and its pack, by the resource's identifier.
    #[must_use]
    pub fn resource(&self, id: &str) -> Option<(&Pack, &Resource)> {
        self.resources().find(|(_, r)| r.resource == id)
    }

    /// All mappings with their packs.
    pub fn mappings(&self) -> impl Iterator<Item = (&Pack, &Mapping)> {
        self.packs.iter().flat_map(|p| p.mappings.iter().map(move |m| (p, m)))
    }

    /// A mapping and its pack, by the mapping's identifier.
    #[must_use]
    pub fn mapping(&self, id: &str) -> Option<(&Pack, &Mapping)> {
        self.mappings().find(|(_, m)| m.mapping == id)
    }

    /// A shared message by its code.
    #[must_use]
    pub fn message(&self, code: &str) -> Option<&Message> {
        self.messages.get(code)
    }

    /// The message a pack uses for a code: its own, else the shared one.
    #[must_use]
    pub fn message_in<'a>(&'a self, pack: &'a Pack, code: &str) -> Option<&'a Message> {
        pack.messages.get(code).or_else(|| self.messages.get(code))
    }

    /// All shared messages by code.
    #[must_use]
    pub fn messages(&self) -> &IndexMap<String, Message> {
        &self.messages
    }

    /// All shared code lists by identifier.
    #[must_use]
    pub fn code_lists(&self) -> &IndexMap<String, CodeList> {
        &self.code_lists
    }

    /// The code list a pack knows by an identifier: its own, else the shared one.
    #[must_use]
    pub fn code_list<'a>(&'a self, pack: &'a Pack, id: &str) -> Option<&'a CodeList> {
        pack.code_lists.get(id).or_else(|| self.code_lists.get(id))
    }

    /// The edition of a pack's code list in force on a day.
    #[must_use]
    pub fn code_list_at<'a>(
        &'a self,
        pack: &'a Pack,
        id: &str,
        day: NaiveDate,
    ) -> Option<&'a CodeListEdition> {
        self.code_list(pack, id)?.at(day)
    }
}

impl Pack {
    /// Identity of a rule set (规则集) as check reports name it: `<pack>@<version>/<resource>`.
    #[must_use]
    pub fn rule_set(&self, resource: &str) -> String {
        format!("{}@{}/{resource}", self.pack, self.version)
    }
}

impl Resource {
    /// A field by its code.
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.code == code)
    }

    /// A value of a field as it stands in the business key: document numbers in their one form.
    #[must_use]
    pub fn in_key<'v>(&self, code: &str, value: &'v str) -> Cow<'v, str> {
        if self.holds_document(code) { document_number(value) } else { value.into() }
    }

    /// Whether a field holds the number of a document, which people write with brackets of every kind.
    #[must_use]
    pub fn holds_document(&self, code: &str) -> bool {
        let named = [
            self.time_limit.as_ref().map(|l| &l.document),
            self.publicity.as_ref().map(|p| &p.document),
            self.returns.as_ref().map(|r| &r.document),
        ];
        named.into_iter().flatten().any(|d| d == code)
            || self.field(code).is_some_and(|f| matches!(f.kind, FieldKind::DocumentNumber))
    }
}

impl Field {
    /// Whether some kind of subject has to fill the field, so that a file without the column is wrong.
    #[must_use]
    pub fn is_required(&self) -> bool {
        match &self.need {
            Need::All(mark) => *mark == NeedMark::R,
            Need::ByKind(by) => by.values().any(|m| *m == NeedMark::R),
        }
    }

    /// Whether the value is personal in a row of that subject kind.
    #[must_use]
    pub fn is_personal(&self, kind: Option<SubjectKind>) -> bool {
        // A row whose kind is not known is treated as the most sensitive one.
        self.personal.is_some()
            && (self.personal_for.is_empty() || kind.is_none_or(|k| self.personal_for.contains(&k)))
    }
}

// Read once at start: the size of the error does not matter.
#[allow(clippy::result_large_err)]
fn read<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, PackError> {
    serde_saphyr::from_str(text).map_err(|e| {
        let line = e.location().and_then(|l| usize::try_from(l.line()).ok()).filter(|l| *l > 0);
        let cause = e.without_snippet().to_string();
        // The place is told in our own way, once.
        let cause = cause.split(" at line ").next().unwrap_or(&cause).to_owned();
        PackError {
            file: path.to_owned(),
            line,
            problem: Text::new(format!("读不懂：{cause}。"), format!("Cannot be read: {cause}.")),
            remedy: Text::new(
                "请对照 packs/README.md 核对字段名、缩进和引号。",
                "Compare names, indentation and quotes with packs/README.md.",
            ),
        }
    })
}

fn twice(path: &str, text: &str, name: &str) -> PackError {
    PackError {
        file: path.to_owned(),
        line: line_of(text, name),
        problem: Text::new(format!("名称“{name}”用了两次。"), format!("The name \"{name}\" is used twice.")),
        remedy: Text::new("请改掉其中一个。", "Rename one of the two."),
    }
}

/// The first line, from 1, on which a name stands as a whole word.
pub(super) fn line_of(text: &str, name: &str) -> Option<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.lines()
        .position(|line| {
            line.match_indices(name).any(|(at, found)| {
                !line[..at].chars().next_back().is_some_and(is_word)
                    && !line[at + found.len()..].chars().next().is_some_and(is_word)
            })
        })
        .map(|i| i + 1)
}
