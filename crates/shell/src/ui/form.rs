//! Form fields with their labels, hints and errors.

use std::collections::HashMap;
use std::fmt;
use std::fmt::Write as _;

use kernel::Error;

use super::escape;
use crate::Cx;

/// What was typed and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    values: HashMap<String, Vec<String>>,
    errors: HashMap<String, String>,
    refusal: Option<String>,
}

impl FormState {
    /// Nothing typed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was typed, as [`crate::form_pairs`] reads it.
    #[must_use]
    pub fn of(pairs: &[(String, String)]) -> Self {
        pairs.iter().fold(Self::new(), |form, (name, value)| form.with(name, value))
    }

    /// With a value; several for a field of several values.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.entry(name.to_owned()).or_default().push(value.into());
        self
    }

    /// With a refusal: beside the field it concerns, or above the form when `field` is empty.
    #[must_use]
    pub fn refused(mut self, cx: &Cx, field: &str, error: &Error) -> Self {
        let text = cx.text(error.text()).to_owned();
        if field.is_empty() {
            self.refusal = Some(text);
        } else {
            self.errors.insert(field.to_owned(), text);
        }
        self
    }

    /// The value of a field.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.get(name).map(String::as_str)
    }

    /// The notice above the form, if there is something to say there.
    #[must_use]
    pub fn notice(&self) -> String {
        self.refusal
            .as_ref()
            .map(|t| format!("<div class=\"notice error\" role=\"alert\">{}</div>", escape(t)))
            .unwrap_or_default()
    }

    /// A field; the label is a message key.
    #[must_use]
    pub fn field<'a>(&'a self, cx: &'a Cx, name: &'a str, label: &'a str) -> Field<'a> {
        Field {
            form: self,
            cx,
            name,
            label,
            kind: "text",
            hint: None,
            required: false,
            choose: false,
            focus: false,
            autocomplete: None,
            options: None,
            attributes: String::new(),
        }
    }
}

/// One field (表单项). Writes itself as HTML.
pub struct Field<'a> {
    form: &'a FormState,
    cx: &'a Cx,
    name: &'a str,
    label: &'a str,
    kind: &'static str,
    hint: Option<String>,
    required: bool,
    choose: bool,
    focus: bool,
    autocomplete: Option<&'static str>,
    options: Option<Vec<(String, String)>>,
    attributes: String,
}

impl Field<'_> {
    /// `password`, `date`, `number`, `email`, `search`, `textarea`, `select`, `checks`.
    #[must_use]
    pub const fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// Must be filled.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Has the cursor when the page opens.
    #[must_use]
    pub const fn focus(mut self) -> Self {
        self.focus = true;
        self
    }

    /// What the browser may fill in.
    #[must_use]
    pub const fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// A line of help, already in the reader's language.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }

    /// A `select` that has to be chosen from: nothing is chosen before, not even the first.
    #[must_use]
    pub const fn choose(mut self) -> Self {
        (self.required, self.choose) = (true, true);
        self
    }

    /// `(value, label)` of a `select` or of `checks`.
    #[must_use]
    pub fn options(mut self, options: &[(String, String)]) -> Self {
        self.options = Some(options.to_vec());
        self
    }

    /// A further attribute, such as `minlength`.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: impl fmt::Display) -> Self {
        let _ = write!(self.attributes, " {name}=\"{}\"", escape(&value.to_string()));
        self
    }

    fn common(&self) -> String {
        let mut a = format!(" id=\"{0}\" name=\"{0}\"", self.name);
        if self.required {
            a.push_str(" required");
        }
        if self.focus {
            a.push_str(" autofocus");
        }
        if let Some(token) = self.autocomplete {
            let _ = write!(a, " autocomplete=\"{token}\"");
        }
        a.push_str(&self.described());
        a.push_str(&self.attributes);
        a
    }

    fn described(&self) -> String {
        let mut by = Vec::new();
        if self.hint.is_some() {
            by.push(format!("{}-hint", self.name));
        }
        let wrong = self.form.errors.contains_key(self.name);
        if wrong {
            by.push(format!("{}-error", self.name));
        }
        let mut a = String::new();
        if !by.is_empty() {
            let _ = write!(a, " aria-describedby=\"{}\"", by.join(" "));
        }
        if wrong {
            a.push_str(" aria-invalid=\"true\"");
        }
        a
    }

    fn checks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = self.form.values.get(self.name);
        let need = if self.required { " class=\"required\"" } else { "" };
        write!(f, "<fieldset{}><legend{need}>{}</legend>", self.described(), escape(&self.cx.t(self.label)))?;
        for (value, label) in self.options.iter().flatten() {
            let on = typed.is_some_and(|t| t.contains(value));
            write!(
                f,
                "<label class=\"check\"><input type=\"checkbox\" name=\"{}\" value=\"{}\"{}> {}</label>",
                self.name,
                escape(value),
                if on { " checked" } else { "" },
                escape(label)
            )?;
        }
        self.below(f)?;
        f.write_str("</fieldset>")
    }

    fn below(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(hint) = &self.hint {
            write!(f, "<p class=\"hint\" id=\"{}-hint\">{}</p>", self.name, escape(hint))?;
        }
        if let Some(error) = self.form.errors.get(self.name) {
            write!(f, "<p class=\"error\" id=\"{}-error\">{}</p>", self.name, escape(error))?;
        }
        Ok(())
    }
}

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == "checks" {
            f.write_str("<div class=\"field\">")?;
            self.checks(f)?;
            return f.write_str("</div>");
        }
        let label = escape(&self.cx.t(self.label));
        let need = if self.required { " class=\"required\"" } else { "" };
        write!(f, "<div class=\"field\"><label for=\"{}\"{need}>{label}</label>", self.name)?;
        let value = self.form.value(self.name);
        match self.kind {
            "textarea" => write!(f, "<textarea{}>{}</textarea>", self.common(), escape(value))?,
            "select" => {
                write!(f, "<select{}>", self.common())?;
                // What must be chosen is not chosen by chance.
                if self.choose && !self.options.iter().flatten().any(|(v, _)| v == value) {
                    write!(f, "<option value=\"\" selected>{}</option>", escape(&self.cx.t("choose")))?;
                }
                for (v, label) in self.options.iter().flatten() {
                    let on = if v == value { " selected" } else { "" };
                    write!(f, "<option value=\"{}\"{on}>{}</option>", escape(v), escape(label))?;
                }
                f.write_str("</select>")?;
            }
            // A password is never sent back.
            "password" => write!(f, "<input type=\"password\"{}>", self.common())?,
            kind => write!(f, "<input type=\"{kind}\"{} value=\"{}\">", self.common(), escape(value))?,
        }
        self.below(f)?;
        f.write_str("</div>")
    }
}
