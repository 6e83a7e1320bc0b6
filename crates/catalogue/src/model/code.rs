//! 信息资源代码: `类项目细目/顺序码`, e.g. `307001/000017`. Given once; stays when content, class or provider change.

use super::Class;

/// The code of the `sequence`-th resource of a class.
#[must_use]
pub fn code_of(class: &Class, sequence: i64) -> String {
    format!("{}/{sequence:06}", class.digits())
}

/// The code as it stands in an address, where a slash would end the segment.
#[must_use]
pub fn to_url(code: &str) -> String {
    code.replace('/', "-")
}

/// The code meant by an address.
#[must_use]
pub fn from_url(segment: &str) -> String {
    segment.replacen('-', "/", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_the_address() {
        let code = code_of(&Class::parse("3/07/001").unwrap(), 17);
        assert_eq!(code, "307001/000017");
        assert_eq!(to_url(&code), "307001-000017");
        assert_eq!(from_url(&to_url(&code)), code);
        assert_eq!(code_of(&Class::parse("3/07/001").unwrap(), 1_000_001), "307001/1000001");
    }
}
