//! The one error. Its outer half is a text for the person who asked, in both languages; its inner half is for
//! the log and never reaches a page or an answer.

use std::fmt;

use standards::Text;

use crate::SubmissionId;

/// `Result` with the one error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it is; decides the HTTP status and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request is wrong and can be mended by whoever sent it (400).
    BadInput,
    /// Nobody is signed in (401).
    Unauthenticated,
    /// Signed in, but not allowed (403). Where existence itself is not public, use `NotFound`.
    Forbidden,
    /// Does not exist, or not for this actor (404).
    NotFound,
    /// Contradicts what is already there (409).
    Conflict,
    /// Larger than the limit (413).
    TooLarge,
    /// Too many requests (429).
    RateLimited,
    /// A part we need does not answer; nothing was lost, try again (503).
    Unavailable,
    /// Our fault (500).
    Internal,
}

/// An error with an outer text and an inner detail.
pub struct Error {
    kind: ErrorKind,
    code: &'static str,
    external: Box<Text>,
    internal: Option<String>,
    submission: Option<SubmissionId>,
}

impl Error {
    /// A failure with a stable code (documented in `docs/errors.md`) and a text for the person.
    pub fn new(kind: ErrorKind, code: &'static str, external: Text) -> Self {
        Self { kind, code, external: Box::new(external), internal: None, submission: None }
    }

    /// [`ErrorKind::BadInput`] with its text in Chinese and English.
    pub fn bad_input(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadInput, code, Text::new(zh, en))
    }

    /// [`ErrorKind::NotFound`] for a thing named in both languages.
    pub fn not_found(what_zh: &str, what_en: &str) -> Self {
        Self::new(
            ErrorKind::NotFound,
            "not-found",
            Text::new(
                format!("找不到{what_zh}，可能已被删除，或您无权查看。"),
                format!("The {what_en} does not exist, or you may not see it."),
            ),
        )
    }

    /// [`ErrorKind::Conflict`].
    pub fn conflict(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, code, Text::new(zh, en))
    }

    /// [`ErrorKind::Forbidden`].
    pub fn forbidden() -> Self {
        Self::new(
            ErrorKind::Forbidden,
            "forbidden",
            Text::new(
                "您的角色不能做这件事。如确有需要，请联系本单位管理员。",
                "Your role does not allow this. If you need it, ask your administrator.",
            ),
        )
    }

    /// [`ErrorKind::Unauthenticated`].
    pub fn unauthenticated() -> Self {
        Self::new(
            ErrorKind::Unauthenticated,
            "unauthenticated",
            Text::new("请先登录。", "Please sign in first."),
        )
    }

    /// [`ErrorKind::Internal`]; `detail` goes to the log only.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::new(
            ErrorKind::Internal,
            "internal",
            Text::new(
                "系统内部出错，您提交的内容没有丢失。请稍后再试；若仍出错，请把错误编号告诉管理员。",
                "Something went wrong on our side; nothing you sent was lost. Try again later, and give the error number to the administrator if it stays.",
            ),
        )
        .because(detail)
    }

    /// [`ErrorKind::Unavailable`] for a part of the platform named in both languages.
    pub fn unavailable(what_zh: &str, what_en: &str, detail: impl fmt::Display) -> Self {
        Self::new(
            ErrorKind::Unavailable,
            "unavailable",
            Text::new(
                format!("{what_zh}暂时不可用，已收到的内容不会丢失，请稍后再试。"),
                format!(
                    "The {what_en} does not answer at present. Nothing received is lost; try again later."
                ),
            ),
        )
        .because(detail)
    }

    /// Adds an inner detail for the log.
    #[must_use]
    pub fn because(mut self, detail: impl fmt::Display) -> Self {
        let detail = detail.to_string();
        self.internal = Some(match self.internal.take() {
            Some(old) => format!("{detail}: {old}"),
            None => detail,
        });
        self
    }

    /// Adds the submission that stands in the way, for whoever can name it better than by its id.
    #[must_use]
    pub fn about(mut self, submission: SubmissionId) -> Self {
        self.submission = Some(submission);
        self
    }

    /// The submission that stands in the way.
    #[must_use]
    pub const fn submission(&self) -> Option<SubmissionId> {
        self.submission
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The text for the person.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.external
    }

    /// The detail for the log.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.internal.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.external.en)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}: {}", self.kind, self.code, self.external.en)?;
        match &self.internal {
            Some(d) => write!(f, " ({d})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
