//! The packs of this repository, compiled in, so that the program checks files on a machine with nothing set up.

/// Embeds the named files of `packs/` as (path, text) pairs.
macro_rules! embed {
    ($($path:literal),* $(,)?) => {
        &[$((concat!("packs/", $path), include_str!(concat!("../../../../packs/", $path)))),*]
    };
}

/// Every YAML file under `packs/`; a test holds this list against the folder.
pub const BUILTIN: &[(&str, &str)] = embed![
    "_cases/henan.yaml",
    "_cases/papers.yaml",
    "_cases/shandong.yaml",
    "_cases/shanghai.yaml",
    "_cases/shenzhen.yaml",
    "_cases/zhejiang.yaml",
    "_shared/code-lists.yaml",
    "_shared/code-lists-people-trades.yaml",
    "_shared/messages-subjects.yaml",
    "_shared/messages-codes-texts.yaml",
    "_shared/messages-notices.yaml",
    "_shared/messages-persons-dates.yaml",
    "_shared/messages-structure.yaml",
    "approvals/pack.yaml",
    "approvals/finished-case.yaml",
    "approvals/mappings/finished-case-to-licence.yaml",
    "credit-publicity/pack.yaml",
    "credit-publicity/expected-licences.yaml",
    "credit-publicity/expected-penalties.yaml",
    "credit-publicity/licence-2016.yaml",
    "credit-publicity/licence-2018.yaml",
    "credit-publicity/penalty-2016.yaml",
    "credit-publicity/penalty-2018.yaml",
    "credit-publicity/returned-records.yaml",
    "credit-publicity/mappings/licence-2016-to-2018.yaml",
    "credit-publicity/mappings/penalty-2016-to-2018.yaml",
    "entities/pack.yaml",
    "entities/authority.yaml",
    "entities/legal-entity.yaml",
    "entities/legal-entity-local.yaml",
    "joint-use/pack.yaml",
    "joint-use/enterprise-publicity.yaml",
    "joint-use/joint-supervision.yaml",
    "joint-use/mappings/licence-to-enterprise.yaml",
    "joint-use/mappings/licence-to-supervision.yaml",
    "joint-use/mappings/penalty-to-enterprise.yaml",
    "joint-use/mappings/penalty-to-supervision.yaml",
    "persons/pack.yaml",
    "persons/person.yaml",
];
