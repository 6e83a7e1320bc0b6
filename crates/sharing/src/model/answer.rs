//! What a target answers (回执): the codes agreed in the city's 数据上报接口标准规范, and lines turned down one by one.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// What to make of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Taken, but for the lines named.
    Taken,
    /// Turned down: trying again will not mend it.
    Refused,
    /// The target is not well at present: try again.
    TryAgain,
}

/// An answer of a target's interface: `errorCode, errorMsg, totalSize, successSize, failSize, tips`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answer {
    /// `200` 操作成功, `500` 服务器内部错误, `5001` JSON解析失败, `3001`/`3002` 目录编码, `4001`/`4002` 部门, `6001`/`6002` 数据体.
    #[serde(deserialize_with = "text_or_number")]
    pub error_code: String,
    /// In words.
    #[serde(deserialize_with = "text_or_number")]
    pub error_msg: String,
    /// Lines not taken.
    #[serde(deserialize_with = "count")]
    pub fail_size: u64,
    /// What was wrong with lines, `第3行 …`.
    #[serde(deserialize_with = "texts")]
    pub tips: Vec<String>,
}

/// Some systems write the code as a number, and nothing as `null`.
fn text_or_number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Value::deserialize(from).map(text)
}

fn text(value: Value) -> String {
    match value {
        Value::String(s) => s,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A number however it is written; what is none counts as nothing.
fn count<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    Ok(text(Value::deserialize(from)?).trim().parse().unwrap_or(0))
}

/// Several texts, one, or nothing.
fn texts<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let all = match Value::deserialize(from)? {
        Value::Array(all) => all.into_iter().map(text).collect(),
        one => text(one).split(['\n', ';', '；']).map(str::to_owned).collect::<Vec<_>>(),
    };
    Ok(all.into_iter().filter(|tip| !tip.trim().is_empty()).collect())
}

/// What the city's code means.
#[must_use]
pub fn of_city(code: &str) -> Verdict {
    match code {
        "200" => Verdict::Taken,
        // 服务器内部错误; and no code at all is no answer.
        "500" | "" => Verdict::TryAgain,
        _ => Verdict::Refused,
    }
}

impl Answer {
    /// The lines turned down with their reasons, by number from 1; nothing where the answer tells only how many there were.
    #[must_use]
    pub fn refused_lines(&self) -> Option<BTreeMap<i64, String>> {
        let mut lines: BTreeMap<i64, String> = BTreeMap::new();
        for tip in &self.tips {
            let rest = tip.trim().strip_prefix('第')?;
            let (number, said) = rest.split_once('行')?;
            let said = said.trim_start_matches(['：', ':', ' ', '　']);
            let all = lines.entry(number.trim().parse().ok()?).or_default();
            if !all.is_empty() {
                all.push('；');
            }
            all.push_str(said);
        }
        (lines.len() as u64 == self.fail_size).then_some(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Answer {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn codes_say_whether_to_try_again() {
        assert_eq!(of_city("200"), Verdict::Taken);
        assert_eq!(of_city("500"), Verdict::TryAgain);
        for code in ["5001", "3001", "3002", "4001", "4002", "6001", "6002", "9999"] {
            assert_eq!(of_city(code), Verdict::Refused, "{code}");
        }
    }

    #[test]
    fn lines_turned_down_are_found_by_their_number() {
        let answer = read(
            r#"{"errorCode":200,"failSize":2,"tips":["第2行 名称不符。请核对","第5行：代码错误","第2行 日期为空"]}"#,
        );
        assert_eq!(answer.error_code, "200");
        let lines = answer.refused_lines().unwrap();
        assert_eq!(lines[&2], "名称不符。请核对；日期为空");
        assert_eq!(lines[&5], "代码错误");
        assert_eq!(
            read(r#"{"errorCode":"200","failSize":2,"tips":["第2行 x"]}"#).refused_lines(),
            None,
            "one of the two is not named"
        );
        assert_eq!(read(r#"{"errorCode":"200","failSize":1,"tips":["有误"]}"#).refused_lines(), None);
        assert_eq!(read(r#"{"errorCode":"200"}"#).refused_lines().unwrap().len(), 0);
    }

    #[test]
    fn what_a_target_leaves_empty_is_nothing_however_it_writes_it() {
        let taken = read(
            r#"{"errorCode":"200","errorMsg":null,"totalSize":1,"successSize":1,"failSize":null,"tips":null}"#,
        );
        assert_eq!(taken, Answer { error_code: "200".to_owned(), ..Answer::default() });
        assert_eq!(read(r#"{"errorCode":"200","failSize":"0","tips":""}"#).refused_lines().unwrap().len(), 0);
        let one = read(r#"{"errorCode":"200","failSize":"1","tips":"第1行 名称有误"}"#);
        assert_eq!(one.refused_lines().unwrap()[&1], "名称有误");
    }
}
