//! Functions that rules may call (规则函数), as SQL scalar functions. NULL in gives NULL out unless said otherwise.

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::{as_date32_array, as_int64_array, as_string_array};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use standards::{calendar, divisions, fold, id_card, mask, org_code, registration_number, uscc};

use super::lookups::{LookupTable, Lookups};
use super::money;
use crate::typed::dates;

/// All functions, bound to the day of checking and the reference tables.
pub(crate) fn all(today: NaiveDate, lookups: &Arc<Lookups>) -> Vec<ScalarUDF> {
    vec![
        test("uscc_valid", |v| uscc::is_valid(v.as_bytes())),
        test("uscc_placeholder", |v| v == uscc::PLACEHOLDER),
        test("org_code_valid", |v| org_code::is_valid(v.as_bytes())),
        test("id_valid", move |v| id_card::validate(v, today).is_ok()),
        test("reg_no_valid", |v| registration_number::is_valid(v.as_bytes())),
        test("has_personal_number", |v| !mask::scan_personal(v).is_empty()),
        test("division_known", |v| v.get(..6).is_some_and(|d| divisions::ever_valid_since(d, 1984))),
        char_len(),
        today_is(today),
        workdays_between(),
        add_workdays(),
        names_match(),
        list_has(),
        yuan_in_text(),
        known_in(Arc::clone(lookups)),
        lookup_in(Arc::clone(lookups)),
    ]
}

/// `name(text) → boolean`
fn test(name: &str, f: impl Fn(&str) -> bool + Send + Sync + 'static) -> ScalarUDF {
    udf(name, vec![DataType::Utf8], DataType::Boolean, move |args| {
        let texts = as_string_array(&args[0])?;
        Ok(Arc::new(texts.iter().map(|v| v.map(&f)).collect::<BooleanArray>()))
    })
}

/// `char_len(text) → integer`: length in characters, not bytes.
fn char_len() -> ScalarUDF {
    udf("char_len", vec![DataType::Utf8], DataType::Int64, |args| {
        let texts = as_string_array(&args[0])?;
        let length = |v: &str| if v.is_ascii() { v.len() } else { v.chars().count() } as i64;
        Ok(Arc::new(texts.iter().map(|v| v.map(length)).collect::<Int64Array>()))
    })
}

/// `today() → date`: the day of checking.
fn today_is(today: NaiveDate) -> ScalarUDF {
    let day = ScalarValue::Date32(Some(dates::from_date(today)));
    create_udf(
        "today",
        vec![],
        DataType::Date32,
        Volatility::Immutable,
        Arc::new(move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(day.clone()))),
    )
}

/// `workdays_between(from, to) → integer`: working days after `from` up to and including `to`; NULL outside the
/// published calendar.
fn workdays_between() -> ScalarUDF {
    udf("workdays_between", vec![DataType::Date32, DataType::Date32], DataType::Int64, |args| {
        let (from, to) = (as_date32_array(&args[0])?, as_date32_array(&args[1])?);
        let between = |(from, to): (Option<i32>, Option<i32>)| {
            calendar::workdays_between(dates::to_date(from?)?, dates::to_date(to?)?).ok()
        };
        Ok(Arc::new(from.iter().zip(to.iter()).map(between).collect::<Int64Array>()))
    })
}

/// `add_workdays(day, n) → date`: the n-th working day after `day`; NULL outside the published calendar.
fn add_workdays() -> ScalarUDF {
    udf("add_workdays", vec![DataType::Date32, DataType::Int64], DataType::Date32, |args| {
        let (day, n) = (as_date32_array(&args[0])?, as_int64_array(&args[1])?);
        let add = |(day, n): (Option<i32>, Option<i64>)| {
            let n = u32::try_from(n?).ok()?;
            calendar::add_workdays(dates::to_date(day?)?, n).ok().map(dates::from_date)
        };
        Ok(Arc::new(day.iter().zip(n.iter()).map(add).collect::<Date32Array>()))
    })
}

/// `names_match(a, b) → boolean`: equal after folding width, brackets, spaces and case.
fn names_match() -> ScalarUDF {
    udf("names_match", vec![DataType::Utf8, DataType::Utf8], DataType::Boolean, |args| {
        let (a, b) = (as_string_array(&args[0])?, as_string_array(&args[1])?);
        let same = |(a, b): (Option<&str>, Option<&str>)| {
            let (a, b) = (a?, b?);
            Some(a == b || fold::name_key(a) == fold::name_key(b))
        };
        Ok(Arc::new(a.iter().zip(b.iter()).map(same).collect::<BooleanArray>()))
    })
}

/// `list_has(text, 'value') → boolean`: whether a list joined by `;` has the value, alone or with a remark after `-`.
fn list_has() -> ScalarUDF {
    udf("list_has", vec![DataType::Utf8, DataType::Utf8], DataType::Boolean, |args| {
        let (lists, values) = (as_string_array(&args[0])?, as_string_array(&args[1])?);
        let has = |(list, value): (Option<&str>, Option<&str>)| {
            let (list, value) = (list?, value?);
            let is = |item: &str| {
                let item = item.trim();
                item == value || item.strip_prefix(value).is_some_and(|rest| rest.starts_with('-'))
            };
            Some(list.split([';', '；']).any(is))
        };
        Ok(Arc::new(lists.iter().zip(values.iter()).map(has).collect::<BooleanArray>()))
    })
}

/// `yuan_in_text(text, 'word') → number`: the amount in yuan that follows (or precedes) the word, e.g. 2000 for
/// `罚款2000元`; the sum where the word occurs several times; NULL when no amount is told.
fn yuan_in_text() -> ScalarUDF {
    udf("yuan_in_text", vec![DataType::Utf8, DataType::Utf8], DataType::Float64, |args| {
        let (texts, words) = (as_string_array(&args[0])?, as_string_array(&args[1])?);
        let amount = |(text, word): (Option<&str>, Option<&str>)| money::yuan_in_text(text?, word?);
        Ok(Arc::new(texts.iter().zip(words.iter()).map(amount).collect::<Float64Array>()))
    })
}

/// `known_in('resource', key) → boolean`: whether the reference table has the key; NULL when there is no such table.
fn known_in(lookups: Arc<Lookups>) -> ScalarUDF {
    udf("known_in", vec![DataType::Utf8, DataType::Utf8], DataType::Boolean, move |args| {
        let (tables, keys) = (as_string_array(&args[0])?, as_string_array(&args[1])?);
        let mut table = Cached::new(&lookups);
        let known = |(name, key): (Option<&str>, Option<&str>)| Some(table.get(name?)?.contains(key?));
        Ok(Arc::new(tables.iter().zip(keys.iter()).map(known).collect::<BooleanArray>()))
    })
}

/// `lookup_in('resource', key, 'FIELD') → text`: the value of a field under the key; NULL when unknown.
fn lookup_in(lookups: Arc<Lookups>) -> ScalarUDF {
    let types = vec![DataType::Utf8, DataType::Utf8, DataType::Utf8];
    udf("lookup_in", types, DataType::Utf8, move |args| {
        let (tables, keys) = (as_string_array(&args[0])?, as_string_array(&args[1])?);
        let fields = as_string_array(&args[2])?;
        let mut table = Cached::new(&lookups);
        let mut out = StringBuilder::new();
        for row in 0..keys.len() {
            let value = match (at(tables, row), at(keys, row), at(fields, row)) {
                (Some(name), Some(key), Some(field)) => table.get(name).and_then(|t| t.value(key, field)),
                _ => None,
            };
            out.append_option(value);
        }
        Ok(Arc::new(out.finish()))
    })
}

fn at(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}

/// The table asked last: the name is nearly always a literal.
struct Cached<'a> {
    lookups: &'a Lookups,
    last: Option<(String, Option<&'a LookupTable>)>,
}

impl<'a> Cached<'a> {
    fn new(lookups: &'a Lookups) -> Self {
        Self { lookups, last: None }
    }

    fn get(&mut self, name: &str) -> Option<&'a LookupTable> {
        match &self.last {
            Some((last, table)) if last == name => *table,
            _ => {
                let table = self.lookups.get(name);
                self.last = Some((name.to_owned(), table));
                table
            }
        }
    }
}

fn udf<F>(name: &str, inputs: Vec<DataType>, output: DataType, f: F) -> ScalarUDF
where
    F: Fn(&[ArrayRef]) -> Result<ArrayRef, DataFusionError> + Send + Sync + 'static,
{
    let body = move |args: &[ColumnarValue]| {
        let constant = args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(args)?;
        let out = f(&arrays)?;
        if constant && out.len() == 1 {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&out, 0)?));
        }
        Ok(ColumnarValue::Array(out))
    };
    create_udf(name, inputs, output, Volatility::Immutable, Arc::new(body))
}
