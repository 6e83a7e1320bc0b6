//! Unified social credit code (统一社会信用代码), GB 32100-2015.
//!
//! 18 characters: registering department (登记管理部门, 1), kind of body (机构类别, 1), division (登记管理机关行政区划,
//! 6 digits), organisation code (主体标识码, 9, itself GB 11714), check character (校验码, 1).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::divisions;
use crate::identifier::{self, Correction, IdentifierError, Scheme};
use crate::org_code;

/// The 31 characters of the code in the order of their values; `I O S V Z` are left out (GB 32100-2015, 4.2).
pub const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The stand-in for subjects that have no code: 17 zeros and `X`. It fails the check on purpose.
pub const PLACEHOLDER: &str = "00000000000000000X";

/// Value of a byte that is no character of the code.
const NONE: u8 = 0xFF;

/// 3^i mod 31 for i = 0..=16, and 1 for the check character: a code is right when the weighted sum is 0 mod 31.
const WEIGHTS: [u16; 18] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];

const VALUES: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut i = 0;
    while i < ALPHABET.len() {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// A valid code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uscc([u8; 18]);

impl Uscc {
    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.part(0..18)
    }

    /// Registering department and kind of body, e.g. `91`; see [`prefix`].
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.part(0..2)
    }

    /// The six digits of the division where the body was registered.
    #[must_use]
    pub fn division(&self) -> &str {
        self.part(2..8)
    }

    /// The organisation code inside, nine characters without hyphen.
    #[must_use]
    pub fn org_code(&self) -> &str {
        self.part(8..17)
    }

    /// Whether the organisation code inside passes its own check (GB 11714). Of 2,994,173 real codes 189 fail it
    /// although the whole passes, so a failure deserves a warning, no rejection.
    #[must_use]
    pub fn org_code_valid(&self) -> bool {
        org_code::is_valid(&self.0[8..17])
    }

    /// Whether the division has been in the table at any time since 1984. Almost one real code in ten carries a
    /// registry-only or unknown division, so `false` deserves a warning at most.
    #[must_use]
    pub fn division_known(&self) -> bool {
        divisions::ever_valid_since(self.division(), 1984)
    }

    /// Whether the holder is a sole trader (个体工商户), prefix `92`.
    #[must_use]
    pub fn is_sole_trader(&self) -> bool {
        self.0[..2] == *b"92"
    }

    fn part(&self, range: std::ops::Range<usize>) -> &str {
        // All bytes come from ALPHABET, so this is never the empty fallback.
        std::str::from_utf8(&self.0[range]).unwrap_or_default()
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uscc({})", self.as_str())
    }
}

impl FromStr for Uscc {
    type Err = IdentifierError;

    /// Strict, as [`validate`].
    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        validate(text)
    }
}

/// Whether the bytes are a valid code as written (upper case, half width). No allocation, no branch per
/// character; for columns of millions.
#[inline]
#[must_use]
pub fn is_valid(code: &[u8]) -> bool {
    let Ok(code) = <&[u8; 18]>::try_from(code) else { return false };
    let mut sum = 0u16;
    let mut seen = 0u8;
    let mut division = 0u8;
    for i in 0..18 {
        let value = VALUES[code[i] as usize];
        seen |= value;
        sum = sum.wrapping_add(u16::from(value).wrapping_mul(WEIGHTS[i]));
    }
    for &c in &code[2..8] {
        division |= u8::from(!c.is_ascii_digit());
    }
    // Values end at 30, so the high bit tells that some byte was no character of the code.
    seen & 0x80 == 0 && division == 0 && sum.is_multiple_of(31)
}

/// Reads a code as written: no folding of case or width, no trimming (see [`fold`]).
///
/// # Errors
/// The first thing wrong, in the order length, placeholder, character, check character. Positions 3–8 must be
/// digits.
pub fn validate(text: &str) -> Result<Uscc, IdentifierError> {
    if let Ok(code) = <[u8; 18]>::try_from(text.as_bytes())
        && is_valid(&code)
    {
        return Ok(Uscc(code));
    }
    Err(explain(text))
}

/// Why a text that is not valid is not.
#[cold]
fn explain(text: &str) -> IdentifierError {
    let found = text.chars().count();
    if found != 18 {
        return IdentifierError::Length { found };
    }
    if text == PLACEHOLDER {
        return IdentifierError::Placeholder;
    }
    let allowed = |i: usize, c: char| {
        if (2..8).contains(&i) { c.is_ascii_digit() } else { c.is_ascii() && VALUES[c as usize] != NONE }
    };
    if let Some(error) = identifier::first_wrong(text, allowed) {
        return error;
    }
    let expected = check_character(&text[..17]).unwrap_or_default();
    IdentifierError::CheckCharacter { expected, found: text.chars().last().unwrap_or_default() }
}

/// The check character of the first 17 characters, or `None` if they are not 17 characters of the code.
#[must_use]
pub fn check_character(first_17: &str) -> Option<char> {
    let bytes = <&[u8; 17]>::try_from(first_17.as_bytes()).ok()?;
    let mut sum = 0u16;
    for (c, weight) in bytes.iter().zip(WEIGHTS) {
        let value = VALUES[*c as usize];
        if value == NONE {
            return None;
        }
        sum += u16::from(value) * weight;
    }
    Some(char::from(ALPHABET[usize::from((31 - sum % 31) % 31)]))
}

/// Whether the text, once folded, is the placeholder for subjects without a code.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    fold(text) == PLACEHOLDER
}

/// Width, case, spaces, hyphens and quotes folded away; letters are not repaired. What comes out still needs
/// [`validate`].
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    identifier::fold(text)
}

/// Valid codes one slip away from a wrong one, the most plausible first, at most `limit`.
///
/// Ranked by whether the organisation code inside passes its own check (true of all but 6 in 100,000 real codes)
/// and the prefix is a known one, then by slip: look-alike characters, swapped neighbours, one character too many,
/// any other character.
/// Every single wrong character has exactly one remedy at its place (31 is prime and no weight is 0), so the right
/// code is always among them. Empty when the text is right as it stands, or too far from any code.
#[must_use]
pub fn corrections(text: &str, limit: usize) -> Vec<Correction> {
    let demerit = |code: &[u8]| {
        let known = |p: &[u8]| std::str::from_utf8(p).is_ok_and(|p| prefix(p).is_some());
        let division = std::str::from_utf8(&code[2..8]).is_ok_and(|d| divisions::ever_valid_since(d, 1984));
        let mut demerit = 0;
        if !org_code::is_valid(&code[8..17]) {
            demerit += 4;
        }
        if !known(&code[..2]) {
            demerit += 2;
        }
        if !division {
            demerit += 1;
        }
        demerit
    };
    identifier::corrections(
        text,
        limit,
        &Scheme { length: 18, alphabet: ALPHABET, passes: is_valid, demerit },
    )
}

/// What the first two characters of a code say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// The two characters.
    pub code: &'static str,
    /// Registering department (登记管理部门), Chinese.
    pub department_zh: &'static str,
    /// Registering department, English.
    pub department_en: &'static str,
    /// Kind of body (机构类别), Chinese.
    pub kind_zh: &'static str,
    /// Kind of body, English.
    pub kind_en: &'static str,
}

/// The meaning of a prefix (GB 32100-2015, tables 2 and 3, with the departments added since). `None` for one not in the
/// table; such prefixes (99 …) do occur in registers, so warn at most.
#[must_use]
pub fn prefix(code: &str) -> Option<&'static Prefix> {
    PREFIXES.iter().find(|p| p.code == code)
}

/// Every known prefix, in order.
#[must_use]
pub fn prefixes() -> &'static [Prefix] {
    PREFIXES
}

const fn p(
    code: &'static str,
    department: (&'static str, &'static str),
    kind: (&'static str, &'static str),
) -> Prefix {
    Prefix {
        code,
        department_zh: department.0,
        department_en: department.1,
        kind_zh: kind.0,
        kind_en: kind.1,
    }
}

const ESTABLISHMENT: (&str, &str) = ("机构编制", "public establishment office");
const FOREIGN: (&str, &str) = ("外交", "foreign affairs");
const JUSTICE: (&str, &str) = ("司法行政", "justice");
const CULTURE: (&str, &str) = ("文化", "culture");
const CIVIL: (&str, &str) = ("民政", "civil affairs");
const TOURISM: (&str, &str) = ("旅游", "tourism");
const RELIGION: (&str, &str) = ("宗教", "religious affairs");
const UNIONS: (&str, &str) = ("工会", "trade unions");
const MARKET: (&str, &str) = ("市场监督管理（工商）", "market regulation");
const ARMY: (&str, &str) = ("中央军委改革和编制办公室", "establishment office of the armed forces");
const AGRICULTURE: (&str, &str) = ("农业农村", "agriculture and rural affairs");
const OTHER: (&str, &str) = ("其他", "other");

static PREFIXES: &[Prefix] = &[
    p("11", ESTABLISHMENT, ("机关", "state organ")),
    p("12", ESTABLISHMENT, ("事业单位", "public institution")),
    p(
        "13",
        ESTABLISHMENT,
        ("编办直接管理机构编制的群众团体", "mass organisation on the state establishment"),
    ),
    p("19", ESTABLISHMENT, OTHER),
    p("21", FOREIGN, ("外国常驻新闻机构", "resident foreign news agency")),
    p("29", FOREIGN, OTHER),
    p("31", JUSTICE, ("律师执业机构", "law firm")),
    p("32", JUSTICE, ("公证处", "notary office")),
    p("33", JUSTICE, ("基层法律服务所", "grassroots legal service")),
    p("34", JUSTICE, ("司法鉴定机构", "forensic institution")),
    p("35", JUSTICE, ("仲裁委员会", "arbitration commission")),
    p("39", JUSTICE, OTHER),
    p("41", CULTURE, ("外国在华文化中心", "foreign cultural centre")),
    p("49", CULTURE, OTHER),
    p("51", CIVIL, ("社会团体", "social organisation")),
    p("52", CIVIL, ("民办非企业单位", "private non-enterprise unit")),
    p("53", CIVIL, ("基金会", "foundation")),
    p("54", CIVIL, ("基层群众性自治组织", "village or residents' committee")),
    p("59", CIVIL, OTHER),
    p("61", TOURISM, ("外国旅游部门常驻代表机构", "resident office of a foreign tourism body")),
    p(
        "62",
        TOURISM,
        ("港澳台地区旅游部门常驻代表机构", "resident office of a Hong Kong, Macao or Taiwan tourism body"),
    ),
    p("69", TOURISM, OTHER),
    p("71", RELIGION, ("宗教活动场所", "place of worship")),
    p("72", RELIGION, ("宗教院校", "religious school")),
    p("79", RELIGION, OTHER),
    p("81", UNIONS, ("基层工会", "grassroots trade union")),
    p("89", UNIONS, OTHER),
    p("91", MARKET, ("企业", "enterprise")),
    p("92", MARKET, ("个体工商户", "sole trader")),
    p("93", MARKET, ("农民专业合作社", "farmers' co-operative")),
    p("A1", ARMY, ("军队事业单位", "institution of the armed forces")),
    p("A9", ARMY, OTHER),
    p("N1", AGRICULTURE, ("组级集体经济组织", "group-level collective economic organisation")),
    p("N2", AGRICULTURE, ("村级集体经济组织", "village-level collective economic organisation")),
    p("N3", AGRICULTURE, ("乡镇级集体经济组织", "township-level collective economic organisation")),
    p("N9", AGRICULTURE, OTHER),
    p("Y1", OTHER, OTHER),
];

#[cfg(test)]
mod tests;
