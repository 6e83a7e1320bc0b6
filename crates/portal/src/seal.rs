//! Sealing of personal data (加密保存): AES-256-GCM with a key from the environment, or from a file beside the lake's tables
//! where none is set. What is sealed for one case does not open for another.

use std::io::Write as _;
use std::path::Path;

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac as _};
use kernel::{Error, Result};
use lake::Lake;
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};

/// The secret from which the key is made.
const SETTING: &str = "YISHU_CASE_SECRET";
/// Shortest secret, in characters.
const SHORTEST: usize = 16;
const NONCE: usize = 12;

/// Seals and opens.
pub(crate) struct Seal {
    cipher: Aes256Gcm,
    /// Keys the codes of applicants.
    codes: [u8; 32],
}

impl Seal {
    /// With the key of this platform.
    ///
    /// # Errors
    /// `case-secret` for a secret that is too short; what the storage says.
    pub(crate) fn of(lake: &Lake) -> Result<Self> {
        match std::env::var(SETTING).ok().filter(|s| !s.is_empty()) {
            Some(secret) => Self::from_secret(&secret),
            None => Self::from_secret(&kept(&lake.key_file("case"))?),
        }
    }

    fn from_secret(secret: &str) -> Result<Self> {
        if secret.chars().count() < SHORTEST {
            return Err(Error::bad_input(
                "case-secret",
                format!("设置 {SETTING} 太短，至少 {SHORTEST} 个字符。请管理员换一个更长的随机字符串。"),
                format!(
                    "The setting {SETTING} is too short: at least {SHORTEST} characters. Have the administrator choose a longer random text."
                ),
            ));
        }
        let mut hash = Sha256::new();
        hash.update(b"yishu case seal\0");
        hash.update(secret.as_bytes());
        let cipher = Aes256Gcm::new_from_slice(&hash.finalize()).map_err(Error::internal)?;
        let codes =
            Sha256::new().chain_update(b"yishu case codes\0").chain_update(secret.as_bytes()).finalize();
        Ok(Self { cipher, codes: codes.into() })
    }

    /// Sixteen bytes that belong to a secret of a browser (HMAC-SHA-256): the same each time, and nobody's guess without the key.
    ///
    /// # Errors
    /// None that can be caused from outside.
    pub(crate) fn code_of(&self, secret: &str) -> Result<[u8; 16]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.codes).map_err(Error::internal)?;
        mac.update(secret.as_bytes());
        let whole = mac.finalize().into_bytes();
        let mut half = [0; 16];
        half.copy_from_slice(&whole[..16]);
        Ok(half)
    }

    /// Nonce and cipher text.
    pub(crate) fn close(&self, case: uuid::Uuid, plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0_u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: case.as_bytes() })
            .map_err(|_| Error::internal("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed for this case.
    ///
    /// # Errors
    /// `case-unreadable` when the key is another one, or the bytes were changed.
    pub(crate) fn open(&self, case: uuid::Uuid, sealed: &[u8]) -> Result<Vec<u8>> {
        let refuse = || {
            Error::conflict(
                "case-unreadable",
                format!(
                    "办理人信息无法解密：密钥（设置 {SETTING}）与保存时不同，或数据被改动。请管理员恢复原来的密钥。"
                ),
                format!(
                    "The handler's data cannot be opened: the key (setting {SETTING}) is another than when it was kept, or the data was changed. Have the administrator restore the former key."
                ),
            )
        };
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or_else(refuse)?;
        self.cipher
            .decrypt(&Nonce::from(*nonce), Payload { msg: body, aad: case.as_bytes() })
            .map_err(|_| refuse())
    }
}

/// The secret kept in a file only this account may read; made at first use.
fn kept(path: &Path) -> Result<String> {
    let unavailable = |e: std::io::Error| Error::unavailable("密钥文件", "key file", e);
    let mut random = [0_u8; 32];
    rand::rng().fill_bytes(&mut random);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Written beside its place and linked, so that of two that start at once both read the whole of one key.
    let aside = path.with_extension(format!("key-{}", uuid::Uuid::now_v7().simple()));
    if !path.exists() {
        let mut file = options.open(&aside).map_err(unavailable)?;
        file.write_all(hex::encode(random).as_bytes()).and_then(|()| file.sync_all()).map_err(unavailable)?;
        let linked = std::fs::hard_link(&aside, path);
        std::fs::remove_file(&aside).map_err(unavailable)?;
        match linked {
            Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => return Err(unavailable(e)),
            _ => {}
        }
    }
    std::fs::read_to_string(path).map_err(unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_and_for_its_case_only() {
        let (case, other) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
        let seal = Seal::from_secret("a secret long enough").unwrap();
        let sealed = seal.close(case, "370602188002290010".as_bytes()).unwrap();
        assert!(!sealed.windows(6).any(|w| w == b"370602"));
        assert_eq!(seal.open(case, &sealed).unwrap(), b"370602188002290010");
        assert_eq!(seal.open(other, &sealed).unwrap_err().code(), "case-unreadable");
        let another = Seal::from_secret("another secret long enough").unwrap();
        assert_eq!(another.open(case, &sealed).unwrap_err().code(), "case-unreadable");
        let mut changed = sealed.clone();
        changed[20] ^= 1;
        assert!(seal.open(case, &changed).is_err() && seal.open(case, b"short").is_err());
        assert_ne!(sealed, seal.close(case, b"370602188002290010").unwrap(), "never the same twice");
        assert_eq!(Seal::from_secret("short").err().map(|e| e.code()), Some("case-secret"));
    }

    #[test]
    fn a_code_belongs_to_its_form_and_to_the_key() {
        let seal = Seal::from_secret("a secret long enough").unwrap();
        let code = seal.code_of("0197a3c4-0000-7000-8000-000000000001").unwrap();
        assert_eq!(code, seal.code_of("0197a3c4-0000-7000-8000-000000000001").unwrap());
        assert_ne!(code, seal.code_of("0197a3c4-0000-7000-8000-000000000002").unwrap());
        let another = Seal::from_secret("another secret long enough").unwrap();
        assert_ne!(code, another.code_of("0197a3c4-0000-7000-8000-000000000001").unwrap());
    }

    #[test]
    fn a_key_is_made_once_and_read_by_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("case.key");
        let first = kept(&path).unwrap();
        assert_eq!(first.len(), 64);
        assert_eq!(kept(&path).unwrap(), first);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
            assert_eq!(mode & 0o077, 0);
        }
    }
}
