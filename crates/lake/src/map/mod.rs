//! Mapping (标准转换): rows of one resource become rows of another, by expressions compiled once and evaluated over whole batches.

mod commit;

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{
    Array as _, ArrayRef, BooleanArray, RecordBatch, StringArray, new_null_array,
};
use datafusion::arrow::compute::cast;
use datafusion::common::{DFSchema, DataFusionError};
use datafusion::physical_expr::PhysicalExpr;
use indexmap::IndexMap;
use kernel::{Error, Result};
use standards::pack::{Mapping, Packs, Resource};

pub use commit::{FromRow, MappedCommit, MappedRows};

use crate::check::{Binding, CheckRequest, Lookups, RuleSet, functions, rows, ruleset};
use crate::landing::{Cells, as_chunk};
use crate::read::Chunk;
use crate::table::{TableSpec, key};
use crate::typed::to_typed;

/// What a row of the source became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedRow {
    /// Text of the target's fields, in their order; empty where nothing was given.
    pub cells: Vec<String>,
    /// Whether the mapping's condition lets it go.
    pub goes: bool,
    /// The cases, by their place in the mapping, for which a person has to decide.
    pub by_hand: Vec<usize>,
    /// The business key that the row will have in the target's table; empty when it has none.
    pub key: String,
}

/// A compiled mapping (转换器).
pub struct Mapper {
    /// The mapping.
    pub mapping: Mapping,
    source: Resource,
    target: Resource,
    source_rules: RuleSet,
    target_rules: RuleSet,
    spec: TableSpec,
    when: Option<Expr>,
    by_hand: Vec<Expr>,
    /// One for each field of the target.
    cells: Vec<Option<Expr>>,
}

type Expr = Arc<dyn PhysicalExpr>;

impl Mapper {
    /// Compiles a mapping for a day: codes are translated by the tables in force then. What the expressions look up has to be in
    /// `lookups`; a table that is not gives nothing.
    ///
    /// # Errors
    /// `mapping-invalid` when an expression cannot be understood or a resource is unknown.
    pub fn compile(
        packs: &Arc<Packs>,
        mapping: &Mapping,
        as_of: NaiveDate,
        lookups: &Arc<Lookups>,
    ) -> Result<Self> {
        let resource = |code: &str| {
            packs
                .resource(code)
                .map(|(_, r)| r.clone())
                .ok_or_else(|| invalid(mapping, code, "no such resource"))
        };
        let (source, target) = (resource(&mapping.source)?, resource(&mapping.target)?);
        let schema = DFSchema::try_from(ruleset::schema(&source)).map_err(Error::internal)?;
        let context = ruleset::context();
        for function in functions::all(as_of, lookups) {
            context.register_udf(function);
        }
        let expr = |sql: &str| {
            rows::compile(&context, &schema, sql).map_err(|e: DataFusionError| {
                let why = e.strip_backtrace();
                invalid(mapping, sql, why.lines().next().unwrap_or_default())
            })
        };
        let cells = target
            .fields
            .iter()
            .map(|f| mapping.filled(&f.code).map(|how| expr(&how.expression(as_of))).transpose())
            .collect::<Result<_>>()?;
        let rules = |code: &str| RuleSet::compile(&CheckRequest::new(Arc::clone(packs), code, as_of));
        Ok(Self {
            when: mapping.when.as_deref().map(expr).transpose()?,
            by_hand: mapping.by_hand.iter().map(|b| expr(&b.when)).collect::<Result<_>>()?,
            cells,
            spec: TableSpec::of(&target)?,
            source_rules: rules(&mapping.source)?,
            target_rules: rules(&mapping.target)?,
            mapping: mapping.clone(),
            source,
            target,
        })
    }

    /// The resource whose rows come of it.
    #[must_use]
    pub fn target(&self) -> &Resource {
        &self.target
    }

    /// Maps rows given as text by field code, as the lake or a person writes them.
    ///
    /// # Errors
    /// When an expression fails on a row.
    pub fn map_cells(&self, given: &[Cells]) -> Result<Vec<MappedRow>> {
        let (binding, chunk) = as_chunk(&self.source_rules, given)?;
        self.map(&to_typed(&self.source_rules, &binding, &chunk)?)
    }

    /// Maps a batch whose columns are the source's fields by name; a field that is not there is empty.
    pub(crate) fn map(&self, batch: &RecordBatch) -> Result<Vec<MappedRow>> {
        let batch = self.fitted(batch)?;
        let n = batch.num_rows();
        let columns: Vec<Option<ArrayRef>> = self
            .cells
            .iter()
            .map(|e| e.as_ref().map(|e| rows::evaluate(e, &batch)).transpose())
            .collect::<Result<_>>()?;
        let columns: Vec<StringArray> = columns
            .iter()
            .map(|c| match c {
                Some(values) => (0..n).map(|i| rows::show(values, i)).collect(),
                None => StringArray::new_null(n),
            })
            .collect();
        let truth = |e: &Expr| -> Result<Vec<bool>> {
            let verdict = rows::evaluate(e, &batch)?;
            let verdict = verdict.as_any().downcast_ref::<BooleanArray>().ok_or_else(|| {
                Error::internal(format!("a condition of {} is neither true nor false", self.mapping.mapping))
            })?;
            Ok(verdict.iter().map(|v| v == Some(true)).collect())
        };
        let goes = match &self.when {
            Some(when) => truth(when)?,
            None => vec![true; n],
        };
        let by_hand: Vec<Vec<bool>> = self.by_hand.iter().map(truth).collect::<Result<_>>()?;
        let keys = self.keys(&columns)?;
        let text =
            |c: &StringArray, i: usize| if c.is_null(i) { String::new() } else { c.value(i).to_owned() };
        let row = |i: usize| MappedRow {
            cells: columns.iter().map(|c| text(c, i)).collect(),
            goes: goes[i],
            by_hand: by_hand.iter().enumerate().filter(|(_, v)| v[i]).map(|(at, _)| at).collect(),
            key: text(&keys, i),
        };
        Ok((0..n).map(row).collect())
    }

    /// The batch with exactly the source's typed columns.
    fn fitted(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let schema = ruleset::schema(&self.source);
        let columns = schema
            .fields()
            .iter()
            .map(|f| match batch.column_by_name(f.name()) {
                None => Ok(new_null_array(f.data_type(), batch.num_rows())),
                Some(c) if c.data_type() == f.data_type() => Ok(Arc::clone(c)),
                Some(c) => cast(c, f.data_type()).map_err(Error::internal),
            })
            .collect::<Result<Vec<_>>>()?;
        RecordBatch::try_new(schema, columns).map_err(Error::internal)
    }

    /// The keys that the rows will have, made of the fields of the key as the checker reads them.
    fn keys(&self, columns: &[StringArray]) -> Result<StringArray> {
        let in_key = |code: &str| self.spec.key.iter().flatten().any(|k| k == code);
        let fields = &self.target.fields;
        let n = columns.first().map_or(0, |c| c.len());
        let places = fields.iter().enumerate().map(|(i, f)| in_key(&f.code).then_some(i)).collect();
        let binding = Binding { columns: places, headers: Vec::new(), ..Binding::default() };
        let last = u32::try_from(n).map_err(Error::internal)?;
        let chunk = Chunk { rows: (1..=last).collect(), columns: columns.to_vec(), notes: Vec::new() };
        let keys = key(&self.spec, &to_typed(&self.target_rules, &binding, &chunk)?)?;
        let keys = keys.as_any().downcast_ref::<StringArray>().cloned();
        keys.ok_or_else(|| Error::internal("keys that are no text"))
    }

    /// The cells of a mapped row by field code, the empty ones left out.
    #[must_use]
    pub fn named(&self, row: &MappedRow) -> Cells {
        let codes = self.target.fields.iter().map(|f| f.code.clone());
        codes.zip(row.cells.iter().cloned()).filter(|(_, v)| !v.is_empty()).collect::<IndexMap<_, _>>()
    }
}

fn invalid(mapping: &Mapping, what: &str, why: &str) -> Error {
    Error::bad_input(
        "mapping-invalid",
        format!("映射“{}”的“{what}”看不懂：{why}。请对照 packs/README.md 修改。", mapping.mapping),
        format!(
            "“{what}” in the mapping {} cannot be understood ({why}). Correct it with packs/README.md at hand.",
            mapping.mapping
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::LookupTable;

    const FIRM: &str = "91441900MA0DEM013W";
    const AUTHORITY: &str = "东莞市示例监督管理局";
    const ITS_CODE: &str = "1144190000DEM0082P";

    fn mapper(code: &str) -> Mapper {
        let packs = Packs::builtin().unwrap();
        let mut authorities = LookupTable::new(vec!["NAME".to_owned(), "USCC".to_owned()], Some("NAME"));
        authorities.insert(AUTHORITY, &[AUTHORITY, ITS_CODE]);
        let mut lookups = Lookups::default();
        lookups.insert("authority", authorities);
        let mapping = packs.mapping(code).unwrap().1.clone();
        Mapper::compile(&packs, &mapping, "2026-01-05".parse().unwrap(), &Arc::new(lookups)).unwrap()
    }

    fn row(cells: &[(&str, &str)]) -> Cells {
        cells.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    /// What a row becomes, by field; and the cases for a person.
    fn mapped(mapper: &Mapper, cells: &[(&str, &str)]) -> (Cells, MappedRow) {
        let row = mapper.map_cells(&[row(cells)]).unwrap().remove(0);
        (mapper.named(&row), row)
    }

    const LICENCE: [(&str, &str); 10] = [
        ("XK_WSH", "东市监食许〔2017〕100号"),
        ("XK_XMMC", "食品经营许可"),
        ("XK_SPLB", "普通"),
        ("XK_NR", "预包装食品销售"),
        ("XK_XDR", "东莞示例食品有限公司"),
        ("XK_FR", "张三"),
        ("XK_JDRQ", "2017/09/29"),
        ("XK_JZQ", "2022-09-28"),
        ("XK_XZJG", AUTHORITY),
        ("BZ", "延续"),
    ];

    fn licence(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
        LICENCE.iter().chain(more).copied().collect()
    }

    #[test]
    fn every_line_of_the_licence_table_holds() {
        let m = mapper("licence-2016-to-2018");
        let codes = [
            ("XK_XDR_SHXYM", FIRM),
            ("XK_XDR_GSDJ", "441900000000012"),
            ("XK_XDR_ZDM", "600037341"),
            ("XK_XDR_SFZ", "441900189912310022"),
            ("XK_ZT", "0"),
        ];
        let (of_firm, row) = mapped(&m, &licence(&codes));
        let expected = row_of(&[
            ("XK_XDR_MC", "东莞示例食品有限公司"),
            ("XK_XDR_LB", "法人及非法人组织"),
            ("XK_XDR_SHXYM", FIRM),
            ("XK_XDR_GSZC", "441900000000012"),
            ("XK_XDR_ZZJG", "600037341"),
            ("XK_FRDB", "张三"),
            ("XK_FR_ZJLX", "身份证"),
            ("XK_FR_ZJHM", "441900189912310022"),
            ("XK_XKWS", "食品经营许可"),
            ("XK_WSH", "东市监食许〔2017〕100号"),
            ("XK_XKLB", "普通"),
            ("XK_NR", "预包装食品销售"),
            ("XK_JDRQ", "2017/09/29"),
            ("XK_YXQZ", "2017/09/29"),
            ("XK_YXQZI", "2022/09/28"),
            ("XK_XKJG", AUTHORITY),
            ("XK_XKJGDM", ITS_CODE),
            ("XK_ZT", "1"),
            ("XK_LYDW", AUTHORITY),
            ("XK_LYDWDM", ITS_CODE),
            ("BZ", "延续"),
        ]);
        assert_eq!(of_firm, expected);
        assert!(row.goes && row.by_hand.is_empty());
        assert_eq!(row.key, ["东市监食许〔2017〕100号", "2017-09-29", FIRM, ITS_CODE].join("\u{1f}"));
        let (person, _) = mapped(&m, &licence(&[("XK_XDR_SFZ", "441900189912310022")]));
        assert_eq!(
            ["XK_XDR_LB", "XK_XDR_ZJLX", "XK_XDR_ZJHM", "XK_ZT"].map(|f| person[f].as_str()),
            ["自然人", "身份证", "441900189912310022", "1"],
            "blank is valid"
        );
        assert!(!person.contains_key("XK_FR_ZJHM") && !person.contains_key("XK_FRDB"));
        let (trader, _) = mapped(&m, &licence(&[("XK_XDR_SHXYM", "92370602MA0DEM021B")]));
        assert_eq!(trader["XK_XDR_LB"], "个体工商户");
        let (_, inner) = mapped(&m, &licence(&[("XK_XDR_SHXYM", FIRM), ("XK_SYFW", "1")]));
        assert!(!inner.goes, "for departments only");
    }

    fn row_of(cells: &[(&str, &str)]) -> Cells {
        row(cells)
    }

    #[test]
    fn the_digit_of_the_status_is_never_copied() {
        let m = mapper("licence-2016-to-2018");
        for status in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ""] {
            let (cells, row) = mapped(&m, &licence(&[("XK_XDR_SHXYM", FIRM), ("XK_ZT", status)]));
            let became = cells.get("XK_ZT").map_or("", String::as_str);
            assert!(became.is_empty() || became != status, "{status} became {became}");
            let expected = match status {
                "0" | "" => "1",
                "1" => "2",
                "2" | "3" => "",
                // No such status ever lands.
                _ => continue,
            };
            assert_eq!(became, expected, "{status}");
            assert_eq!(row.by_hand.is_empty(), !matches!(status, "2" | "3"), "{status}");
        }
    }

    #[test]
    fn every_line_of_the_penalty_table_holds() {
        let m = mapper("penalty-2016-to-2018");
        let given = [
            ("CF_WSH", "芝市监罚〔2017〕12号"),
            ("CF_CFMC", "经营超过保质期食品案"),
            ("CF_CFLB1", "罚款"),
            ("CF_CFLB2", "没收违法所得、没收非法财物"),
            ("CF_SY", "经营超过保质期食品3瓶"),
            ("CF_YJ", "《食品安全法》第一百二十四条"),
            ("CF_XDR_MC", "烟台示例个体店"),
            ("CF_XDR_SHXYM", "92370602MA0DEM021B"),
            ("CF_FR", "李四"),
            ("CF_JG", "罚款2000元，没收违法所得30元"),
            ("CF_JDRQ", "2017/02/08"),
            ("CF_XZJG", AUTHORITY),
        ];
        let (cells, row) = mapped(&m, &given);
        let fields = [
            "CF_XDR_LB",
            "CF_CFLB",
            "CF_NR",
            "CF_NR_FK",
            "CF_NR_WFFF",
            "CF_WFXW",
            "CF_CFJG",
            "CF_CFJGDM",
            "CF_SJLY",
            "CF_SJLYDM",
            "CF_FRDB",
        ];
        assert_eq!(
            fields.map(|f| cells[f].as_str()),
            [
                "个体工商户",
                "罚款;没收违法所得、没收非法财物",
                "罚款2000元，没收违法所得30元",
                "0.2",
                "0.003",
                "经营超过保质期食品案",
                AUTHORITY,
                ITS_CODE,
                AUTHORITY,
                ITS_CODE,
                "李四",
            ]
        );
        assert!(row.goes);
        let with = |status: &'static str| {
            let all: Vec<_> = given.iter().chain(&[("CF_ZT", status)]).copied().collect();
            let (_, row) = mapped(&m, &all);
            (row.goes, !row.by_hand.is_empty())
        };
        assert_eq!(with("0"), (true, false));
        assert_eq!(with("1"), (false, false), "taken back");
        assert_eq!((with("2"), with("3")), ((true, true), (true, true)), "for a person");
    }
}
