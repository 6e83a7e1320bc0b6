//! Entries as files that people and other systems exchange: XLSX and YAML. What is exported can be imported again and
//! changes nothing.

mod columns;
mod workbook;
mod yaml;

use std::str::FromStr;

use kernel::{Error, Lang, Result, Text};

pub(crate) use self::columns::related;
use crate::model::Entry;

/// The two formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A workbook with a sheet of entries and a sheet of data items.
    Xlsx,
    /// A list of entries with the field names of [`Entry`].
    Yaml,
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        match s.rsplit('.').next().unwrap_or_default().to_lowercase().as_str() {
            "xlsx" => Ok(Self::Xlsx),
            "yaml" | "yml" => Ok(Self::Yaml),
            _ => Err(Error::bad_input(
                "catalogue-file",
                format!("“{s}”不是 .xlsx 或 .yaml 文件。请下载空白模板填写后上传。"),
                format!(
                    "“{s}” is neither an .xlsx nor a .yaml file. Download the empty template, fill it in and upload it."
                ),
            )),
        }
    }
}

/// An entry of a file with its place in it.
#[derive(Debug)]
pub struct Given {
    /// Sheet and row, or number in the list.
    pub place: Text,
    /// The entry, or everything that is wrong with it.
    pub entry: std::result::Result<Entry, Vec<Text>>,
}

/// Reads a file.
///
/// # Errors
/// `catalogue-file` when it is no list of entries at all; `workbook-unreadable`, `workbook-too-large`.
pub fn read(format: Format, bytes: &[u8]) -> Result<Vec<Given>> {
    match format {
        Format::Xlsx => workbook::read(bytes),
        Format::Yaml => yaml::read(bytes),
    }
}

/// Writes a file; the headers of a workbook are in the reader's language.
///
/// # Errors
/// When a text is longer than the format takes.
pub fn write(format: Format, entries: &[Entry], lang: Lang) -> Result<Vec<u8>> {
    match format {
        Format::Xlsx => workbook::write(entries, lang),
        Format::Yaml => yaml::write(entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::draft_from_pack;
    use crate::model::{ShareType, UpdateCycle};

    fn entries() -> Vec<Entry> {
        let mut a = draft_from_pack("licence-2018", "1144190000DEM0082P").unwrap();
        a.code = "307001/000001".to_owned();
        a.related = vec!["102001/000001".to_owned(), "102001/000002".to_owned()];
        a.items[0].share_type = Some(ShareType::NotShared);
        let mut b = draft_from_pack("legal-entity", "1144190000DEM0082P").unwrap();
        b.update_cycle = UpdateCycle::Irregular;
        b.summary = "第一行\n第二行：=1+1 \"引号\" - 破折".to_owned();
        b.data_grade = "0123".to_owned();
        vec![a, b]
    }

    #[test]
    fn what_is_exported_is_read_again_unchanged() {
        for format in [Format::Xlsx, Format::Yaml] {
            for lang in [Lang::Zh, Lang::En] {
                let file = write(format, &entries(), lang).unwrap();
                let back: Vec<Entry> =
                    read(format, &file).unwrap().into_iter().map(|g| g.entry.unwrap()).collect();
                assert_eq!(back, entries(), "{format:?}");
            }
        }
    }

    #[test]
    fn an_empty_template_holds_no_entries() {
        for format in [Format::Xlsx, Format::Yaml] {
            let file = write(format, &[], Lang::Zh).unwrap();
            assert!(read(format, &file).unwrap().is_empty());
        }
    }

    #[test]
    fn every_wrong_entry_is_placed_and_explained() {
        let yaml = "- name: 甲\n  provider_code: X\n  class_path: 3/07/001\n  abstract: 乙\n  format: 3\n  share_type: 无条件共享\n  open_type: 3\n  update_cycle: 每日\n- name: 丙\n  colour: 红\n- 丁\n";
        let given = read(Format::Yaml, yaml.as_bytes()).unwrap();
        let first = given[0].entry.as_ref().unwrap();
        assert_eq!((first.share_type, first.format.as_str()), (ShareType::Unconditional, "3"));
        assert!(given[1].entry.is_err() && given[2].entry.is_err());
        assert_eq!(given[2].place.zh, "第 3 条");
        for (format, bytes) in
            [(Format::Yaml, "a: [".as_bytes()), (Format::Yaml, b"\xff"), (Format::Xlsx, b"PK")]
        {
            assert!(read(format, bytes).is_err());
        }
        assert_eq!("目录.PDF".parse::<Format>().unwrap_err().code(), "catalogue-file");
    }
}
