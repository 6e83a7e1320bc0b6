//! The engine (计算引擎): where queries run. `local` is DataFusion inside this process; the address is the one seam
//! through which a cluster comes later.

use kernel::{Error, Result};

/// Where queries run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// In this process (本机).
    #[default]
    Local,
}

impl Engine {
    /// Reads the `engine` setting.
    ///
    /// # Errors
    /// `engine-unsupported` for anything but `local`.
    pub fn parse(address: &str) -> Result<Self> {
        match address.trim() {
            "local" => Ok(Self::Local),
            other => Err(Error::bad_input(
                "engine-unsupported",
                format!("不支持计算引擎“{other}”：集群引擎尚未提供，请把 engine 设为 local。"),
                format!(
                    "The engine `{other}` is not supported: the cluster engine is not yet available. Set engine to `local`."
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Engine;

    #[test]
    fn only_local_is_accepted() {
        assert_eq!(Engine::parse(" local ").unwrap(), Engine::Local);
        let err = Engine::parse("ballista://scheduler:50050").unwrap_err();
        assert_eq!(err.code(), "engine-unsupported");
        assert!(err.to_string().contains("not yet available"));
    }
}
