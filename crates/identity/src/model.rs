//! Names and passwords, pure.

use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _};
use kernel::{Error, Result};

/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 10;

/// A sign-in name as stored: trimmed, lower case.
///
/// # Errors
/// `account-name` unless it has 2 to 64 letters, digits, Chinese characters or `.`, `_`, `-`, `@`.
pub fn account_name(given: &str) -> Result<String> {
    let name = given.trim().to_lowercase();
    let fits = (2..=64).contains(&name.chars().count());
    if fits && name.chars().all(|c| c.is_alphanumeric() || "._-@".contains(c)) {
        Ok(name)
    } else {
        Err(Error::bad_input(
            "account-name",
            format!("登录名“{name}”不符合要求：应为 2 至 64 个字母、数字、汉字或 . _ - @。"),
            format!("The sign-in name “{name}” must be 2 to 64 letters, digits or . _ - @."),
        ))
    }
}

/// Refuses a password that is too short, too plain, or holds the name.
///
/// # Errors
/// `password-weak`
pub fn check_password(name: &str, password: &str) -> Result<()> {
    let refuse = |zh: &str, en: &str| Err(Error::bad_input("password-weak", zh, en));
    if password.chars().count() < PASSWORD_MIN {
        return refuse(
            &format!("密码太短：至少 {PASSWORD_MIN} 个字符。"),
            &format!("The password is too short: at least {PASSWORD_MIN} characters."),
        );
    }
    if password.len() > 512 {
        return refuse("密码太长：至多 512 字节。", "The password is too long: at most 512 bytes.");
    }
    let mut kinds: Vec<char> = password.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() < 5 {
        return refuse(
            "密码过于简单：至少用 5 种不同的字符。",
            "The password is too plain: use at least 5 different characters.",
        );
    }
    if password.to_lowercase().contains(name) {
        return refuse("密码不能包含登录名。", "The password must not hold the sign-in name.");
    }
    Ok(())
}

/// Argon2id with the library's parameters (19 MiB, 2 passes; OWASP's minimum), as a PHC string. Slow on purpose:
/// call it on a blocking thread.
///
/// # Errors
/// When the machine has no randomness or memory left.
pub fn hash_password(password: &str) -> Result<String> {
    Argon2::default().hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(Error::internal)
}

/// Whether the password is the one hashed. Slow on purpose.
#[must_use]
pub fn verify_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let hash = hash_password("正确的马 battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_password("正确的马 battery", &hash));
        assert!(!verify_password("正确的马 Battery", &hash));
        assert!(!verify_password("", "not a hash"));
        assert_ne!(hash, hash_password("正确的马 battery").unwrap(), "salted");
    }

    #[test]
    fn weak_passwords_and_odd_names_are_refused() {
        assert!(check_password("li.ming", "tall-bamboo-7").is_ok());
        for weak in ["short-1", "aaaaaaaaaaaa", "my-li.ming-2026"] {
            assert_eq!(check_password("li.ming", weak).unwrap_err().code(), "password-weak", "{weak}");
        }
        assert_eq!(account_name(" Li.Ming ").unwrap(), "li.ming");
        assert_eq!(account_name("李明").unwrap(), "李明");
        for odd in ["", "a", "li ming", "<b>"] {
            assert!(account_name(odd).is_err(), "{odd}");
        }
    }
}
