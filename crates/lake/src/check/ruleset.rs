//! A rule set (规则集): everything a resource asks of its rows on a day, compiled once and shared by all threads.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{Field as ArrowField, Schema, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::prelude::{SessionConfig, SessionContext};
use kernel::{Error, Result};
use standards::Text;
use standards::pack::{FieldKind, Packs, Resource, Rule, Severity, SubjectKind};

use super::binding::Binding;
use super::codes::{self, BUILTIN, Code};
use super::corrected::{self, Held};
use super::fields::{CodeCheck, Column, FieldCheck, Kinds, Shared};
use super::hit::Hit;
use super::keys;
use super::nulls::NullWords;
use super::overrides::{self, Change};
use super::owners;
use super::request::CheckRequest;
use super::rows::{Compiler, RowRule};
use super::{functions, shape};
use crate::read::Chunk;
use crate::typed::data_type;

/// What the rule set says about a code.
#[derive(Debug, Clone)]
pub(crate) struct CodeInfo {
    /// The code as reports show it.
    pub code: String,
    /// The row rule behind it.
    pub rule: Option<String>,
    /// The pattern that rule speaks with.
    pub pattern: Option<String>,
    /// What is done otherwise here.
    change: Option<Change>,
    /// What is done otherwise at single fields; goes before the former.
    at: Vec<(u16, Change)>,
}

impl CodeInfo {
    fn new(code: &str, rule: Option<&Rule>) -> Self {
        Self {
            code: code.to_owned(),
            rule: rule.map(|r| r.name.clone()),
            pattern: rule.and_then(|r| r.pattern.clone()),
            change: None,
            at: Vec::new(),
        }
    }
}

/// Everything a resource asks of its rows on a day.
pub struct RuleSet {
    pub(crate) packs: Arc<Packs>,
    pub(crate) resource: Resource,
    name: String,
    pub(crate) fields: Vec<FieldCheck>,
    pub(crate) shared: Shared,
    schema: SchemaRef,
    rules: Vec<RowRule>,
    pub(crate) codes: Vec<CodeInfo>,
    /// By field: the field holding the name that belongs to a code.
    names: Vec<Option<usize>>,
    /// By field: the field holding the document type.
    types: Vec<Option<usize>>,
    subject: Option<Subject>,
    /// The field that names the authority whose row it is.
    pub(crate) owner: Option<usize>,
    /// Codes and names of authorities for which the sender does not speak.
    pub(crate) others: Arc<HashSet<String>>,
    /// What cases put right in records of the resource.
    pub(crate) held: Option<Held>,
    /// Fields that stay required whatever is changed locally.
    vital: Vec<u16>,
    /// Business key: parts, each with its alternatives, as field indices.
    pub(crate) key: Vec<Vec<usize>>,
    /// Fields of the key that hold document numbers.
    pub(crate) documents: Vec<usize>,
}

/// How a row tells its subject kind.
struct Subject {
    field: usize,
    kinds: Vec<(String, SubjectKind)>,
}

/// A chunk after checking.
pub(crate) struct Judged {
    /// Findings by row.
    pub hits: Vec<Hit>,
    /// The typed columns.
    pub batch: RecordBatch,
    /// Subject kinds by row.
    pub kinds: Vec<Option<SubjectKind>>,
}

impl RuleSet {
    /// Compiles the rule set of a request.
    ///
    /// # Errors
    /// `BadInput` when the resource is unknown (naming those that exist) or a rule cannot be compiled.
    pub fn compile(request: &CheckRequest) -> Result<Self> {
        let (pack, resource) =
            request.packs.resource(&request.resource).ok_or_else(|| unknown_resource(request))?;
        let today = request.as_of;
        let shared =
            Shared { today, nulls: NullWords::new(&pack.null_words), lookups: Arc::clone(&request.lookups) };
        let mut codes: Vec<CodeInfo> = BUILTIN.iter().map(|b| CodeInfo::new(b.code, None)).collect();
        let mut add_code = |code: &str, rule: Option<&Rule>| {
            codes.push(CodeInfo::new(code, rule));
            Code((codes.len() - 1) as u16)
        };
        let mut fields = Vec::with_capacity(resource.fields.len());
        for (i, field) in resource.fields.iter().enumerate() {
            let list = match &field.kind {
                FieldKind::Code { list, separator, open_value, unknown } => {
                    request.packs.code_list(pack, list).map(|list| {
                        let outdated = list.outdated.as_deref().map(|c| add_code(c, None));
                        CodeCheck::new(
                            list,
                            today,
                            separator.as_deref(),
                            open_value.as_deref(),
                            *unknown,
                            outdated,
                        )
                    })
                }
                _ => None,
            };
            fields
                .push(FieldCheck::new(i, field, list, &shared).map_err(|e| wrong_pattern(&field.code, &e))?);
        }
        let index = |code: &str| resource.fields.iter().position(|f| f.code == code);
        let schema = schema(resource);
        let df_schema = DFSchema::try_from(Arc::clone(&schema)).map_err(Error::internal)?;
        let context = context();
        for function in functions::all(today, &request.lookups) {
            context.register_udf(function);
        }
        let compiler =
            Compiler { context: &context, schema: &df_schema, field: &|f| index(f).map(|i| i as u16) };
        let mut rules = Vec::new();
        for rule in overrides::rules_in_force(resource, &request.overrides, today) {
            let code = add_code(&rule.code, Some(&rule));
            rules.push(compiler.compile(&rule, code)?);
        }
        let known = |key: &str| overrides::is_known(&request.packs, pack, resource, key);
        let applied = overrides::applied(&request.overrides, known, today);
        for o in &applied {
            let (check, field) = overrides::check_of(&o.rule);
            let builtin = codes.iter_mut().filter(|c| c.rule.is_none() && c.code == check);
            match field.map(index) {
                None => builtin.for_each(|c| c.change = Some(o.change.clone())),
                Some(Some(at)) => builtin.for_each(|c| c.at.push((at as u16, o.change.clone()))),
                Some(None) => {}
            }
        }
        let subject = resource.subject.as_ref().and_then(|s| {
            let kinds = s.kinds.iter().map(|(kind, value)| (value.clone(), *kind)).collect();
            Some(Subject { field: index(&s.field)?, kinds })
        });
        let key: Vec<Vec<usize>> = resource
            .business_key
            .iter()
            .map(|part| part.split('|').filter_map(|code| index(code.trim())).collect::<Vec<_>>())
            .filter(|part| !part.is_empty())
            .collect();
        let is_document =
            |i: &usize| resource.fields.get(*i).is_some_and(|f| resource.holds_document(&f.code));
        Ok(Self {
            name: request.rule_set(),
            names: (0..fields.len()).map(|i| name_of(resource, i)).collect(),
            types: resource.fields.iter().map(|f| type_of(&f.kind).and_then(index)).collect(),
            packs: Arc::clone(&request.packs),
            resource: resource.clone(),
            fields,
            shared,
            schema,
            rules,
            codes,
            subject,
            owner: resource.owner.as_deref().and_then(index),
            others: Arc::clone(&request.others),
            held: Held::of(resource, &request.corrected)?,
            vital: (0_u16..)
                .zip(&resource.fields)
                .filter(|(_, f)| overrides::is_vital(resource, &f.code))
                .map(|(i, _)| i)
                .collect(),
            documents: key.iter().flatten().copied().filter(is_document).collect(),
            key,
        })
    }

    /// Name and version as reports show it, e.g. `credit-publicity@2018.1/licence-2018`, followed by the local overrides that
    /// apply, e.g. `+subject-known=off#3fa9c1d2,W603=reject`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The severity of a finding; `None` when its check is switched off locally.
    pub(crate) fn severity(&self, hit: &Hit) -> Option<Severity> {
        let info = &self.codes[hit.code.0 as usize];
        let vital = info.code == overrides::REQUIRED && self.vital.contains(&hit.field);
        let at = info.at.iter().find(|(field, _)| *field == hit.field).map(|(_, change)| change);
        match at.or(info.change.as_ref()).filter(|_| !vital) {
            Some(Change::SwitchOff) => return None,
            Some(Change::Severity(severity)) => return Some(*severity),
            _ => {}
        }
        if let Some(severity) = hit.severity {
            return Some(severity);
        }
        let message = match self.packs.resource(&self.resource.resource) {
            Some((pack, _)) => self.packs.message_in(pack, &info.code),
            None => self.packs.message(&info.code),
        };
        let pattern = if hit.pattern.is_empty() { info.pattern.as_deref() } else { Some(hit.pattern) };
        Some(match message {
            Some(message) => message.severity_of(pattern),
            None => BUILTIN.get(hit.code.0 as usize).map_or(Severity::Reject, |b| b.severity),
        })
    }

    /// The typed rows of a chunk (see [`crate::typed::to_typed`]).
    pub(crate) fn typed(&self, binding: &Binding, chunk: &Chunk) -> Result<RecordBatch> {
        let kinds = self.kinds(binding, chunk);
        let (batch, _) = self.check_fields(binding, chunk, &kinds)?;
        Ok(batch)
    }

    /// Checks every cell and row of a chunk.
    ///
    /// # Errors
    /// `Internal` when a rule fails to evaluate.
    pub(crate) fn judge(&self, binding: &Binding, chunk: &Chunk) -> Result<Judged> {
        let kinds = self.kinds(binding, chunk);
        let (batch, mut hits) = self.check_fields(binding, chunk, &kinds)?;
        shape::cell_notes(self, binding, chunk, &mut hits);
        let cell = |field: u16, row: usize| -> &str { self.cell(binding, chunk, field, row) };
        // One mistake is one finding: a rule keeps silent about cells that are rejected already. What is for information only
        // keeps silent about cells that another rule rejects, too.
        let (notices, rules): (Vec<&RowRule>, Vec<&RowRule>) = self.rules.iter().partition(|r| r.is_notice());
        for rules in [rules, notices] {
            if rules.is_empty() {
                continue;
            }
            let rejected: HashSet<(u32, u16)> = hits
                .iter()
                .filter(|h| self.severity(h) == Some(Severity::Reject))
                .map(|h| (h.row, h.field))
                .collect();
            for rule in rules {
                rule.run(&batch, &kinds, &rejected, &cell, &mut hits)?;
            }
        }
        keys::empty(self, binding, &batch, &mut hits);
        owners::check(self, &batch, &mut hits);
        corrected::check(self, &batch, &mut hits)?;
        shape::row_notes(chunk, &mut hits);
        hits.sort_by_key(|h| (h.row, h.field));
        shape::misplaced_rows(self, binding, chunk, &mut hits);
        Ok(Judged { hits, batch, kinds })
    }

    /// The value of a field as it stands in the file; empty when there is none.
    pub(crate) fn cell<'a>(&self, binding: &Binding, chunk: &'a Chunk, field: u16, row: usize) -> &'a str {
        let column = binding.columns.get(usize::from(field)).copied().flatten();
        column.and_then(|c| chunk.columns.get(c)).filter(|c| c.is_valid(row)).map_or("", |c| c.value(row))
    }

    fn check_fields(
        &self,
        binding: &Binding,
        chunk: &Chunk,
        kinds: &Kinds,
    ) -> Result<(RecordBatch, Vec<Hit>)> {
        let mut hits = Vec::new();
        let column = |field: Option<usize>| -> Option<&StringArray> {
            chunk.columns.get(binding.columns.get(field?).copied().flatten()?)
        };
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.fields.len());
        for (i, field) in self.fields.iter().enumerate() {
            arrays.push(match column(Some(i)) {
                None => field.absent(chunk.rows.len()),
                Some(cells) => {
                    let (names, types) = (column(self.names[i]), column(self.types[i]));
                    field.run(&Column { cells, kinds, names, types, shared: &self.shared }, &mut hits)
                }
            });
        }
        let options =
            datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(chunk.rows.len()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options);
        Ok((batch.map_err(Error::internal)?, hits))
    }

    /// Subject kind by row; empty when the resource does not tell kinds apart.
    fn kinds(&self, binding: &Binding, chunk: &Chunk) -> Vec<Option<SubjectKind>> {
        let Some(subject) = &self.subject else { return Vec::new() };
        let Some(column) = binding.columns.get(subject.field).copied().flatten() else { return Vec::new() };
        let Some(cells) = chunk.columns.get(column) else { return Vec::new() };
        let find = |v: &str| subject.kinds.iter().find(|(value, _)| value == v).map(|(_, kind)| *kind);
        let field = &self.fields[subject.field];
        cells
            .iter()
            .map(|v| v.and_then(|v| find(v).or_else(|| field.canonical(v).and_then(|c| find(&c)))))
            .collect()
    }

    /// Fields that some row must have and the file has no column for.
    pub(crate) fn missing(&self, binding: &Binding) -> Vec<usize> {
        (0..self.fields.len())
            .filter(|i| {
                binding.columns.get(*i).copied().flatten().is_none() && self.fields[*i].field.is_required()
            })
            .collect()
    }
}

/// A context whose SQL keeps the case of names: field codes are upper case.
pub(crate) fn context() -> SessionContext {
    let config = SessionConfig::new().set_bool("datafusion.sql_parser.enable_ident_normalization", false);
    SessionContext::new_with_config(config)
}

/// The typed columns of a resource.
pub(crate) fn schema(resource: &Resource) -> SchemaRef {
    let fields = resource.fields.iter().map(|f| ArrowField::new(&f.code, data_type(&f.kind), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The field whose name belongs to a code: `XK_XKJG` to `XK_XKJGDM`, else the nearest name before it.
fn name_of(resource: &Resource, index: usize) -> Option<usize> {
    let field = &resource.fields[index];
    if !matches!(field.kind, FieldKind::Uscc { .. }) {
        return None;
    }
    let twin = field.code.strip_suffix("DM").and_then(|c| resource.fields.iter().position(|f| f.code == c));
    let before = || (0..index).rev().find(|i| matches!(resource.fields[*i].kind, FieldKind::Name));
    twin.or_else(before)
}

fn type_of(kind: &FieldKind) -> Option<&str> {
    match kind {
        FieldKind::IdCard { type_field, .. } => type_field.as_deref(),
        _ => None,
    }
}

fn wrong_pattern(field: &str, e: &regex::Error) -> Error {
    Error::bad_input(
        "rule-invalid",
        format!("字段“{field}”的正则表达式写错了：{e}。"),
        format!("The regular expression of field \"{field}\" is wrong: {e}."),
    )
}

fn unknown_resource(request: &CheckRequest) -> Error {
    let list = |lang| {
        request
            .packs
            .resources()
            .map(|(_, r)| format!("{}（{}）", r.resource, r.title.get(lang)))
            .collect::<Vec<_>>()
            .join(if lang == standards::Lang::Zh { "、" } else { ", " })
    };
    let text = Text::new(
        format!("没有“{}”这种资源。可用的有：{}。", request.resource, list(standards::Lang::Zh)),
        format!(
            "There is no resource \"{}\". Those that exist: {}.",
            request.resource,
            list(standards::Lang::En)
        ),
    );
    Error::new(kernel::ErrorKind::NotFound, "unknown-resource", text)
}

/// The code a message knows a built-in check by.
pub(crate) fn builtin(code: Code) -> &'static str {
    codes::BUILTIN[code.0 as usize].code
}
