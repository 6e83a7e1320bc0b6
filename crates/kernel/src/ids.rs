//! Typed identifiers: UUIDs of version 7, so that they sort by the time they were made.

/// Declares a typed id over [`uuid::Uuid`].
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new id.
            #[must_use]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, uuid::Error> {
                s.parse().map(Self)
            }
        }
    };
}

id!(
    /// A person's account.
    UserId
);
id!(
    /// An organisation: division, department, township or village (组织机构).
    OrgId
);
id!(
    /// An API credential of a department.
    CredentialId
);
id!(
    /// A submission: one file or push on its way into the lake (报送批次).
    SubmissionId
);
id!(
    /// A cause of wrong rows that somebody has to put right (整改单).
    IssueId
);
id!(
    /// A decision on its way through the clock (决定).
    RecordId
);
