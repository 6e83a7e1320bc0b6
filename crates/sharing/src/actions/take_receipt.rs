//! 导入回执: what a target answers to delivered files comes as a file itself: `推送单号, 行号, 结果, 说明`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use encoding_rs::{Encoding, GB18030};
use kernel::{Actor, Error, Result, Role};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use standards::fold::half_width;
use store::{OrFail as _, audit};

use super::deliver::kept;
use crate::context::Sharing;
use crate::model::{DeliveryState, Way};
use crate::store::entity::delivery::{ActiveModel, Model};
use crate::store::{deliveries, instant, lines, targets};

/// Who takes receipts and sends again: the bureau speaks with the targets.
pub const MAY_DELIVER: &[Role] = &[Role::BureauSteward];

/// Most cells of a receipt.
const MOST_CELLS: usize = 2_000_000;
/// Many systems say so when all went well, and as many when nothing did.
const UNSURE: &str = "0";
/// Words by which a receipt says that a line was taken.
const TAKEN: [&str; 7] = ["成功", "通过", "正确", "确认", "00", "200", "ok"];
/// Words by which it says that a line was turned down; any other code of digits does so too.
const REFUSED: [&str; 10] =
    ["失败", "不通过", "未通过", "错误", "退回", "驳回", "拒绝", "不合格", "failed", "refused"];

/// What a receipt says of one delivery.
#[derive(Debug, Default)]
struct Said {
    /// Its lines turned down, with the reason; of line 0, the delivery as a whole.
    refused: BTreeMap<i64, String>,
    /// Its lines taken; 0 for the delivery as a whole.
    taken: BTreeSet<i64>,
    /// The greatest line it names.
    last: i64,
    /// In which line of the file each of its lines was spoken of first, and whether as taken.
    at: BTreeMap<i64, (usize, bool)>,
}

impl Said {
    /// The line of the file that says the opposite of this: of the same line, or of all lines where one is said to be taken
    /// though the delivery as a whole was turned down.
    fn against(&self, line: i64, taken: bool) -> Option<usize> {
        let same = self.at.get(&line).filter(|(_, before)| *before != taken);
        let whole = || self.at.get(&0).filter(|(_, before)| taken && !*before);
        let one = || self.at.iter().find(|(_, (_, before))| line == 0 && !taken && *before).map(|(_, at)| at);
        same.or_else(whole).or_else(one).map(|(n, _)| *n)
    }
}

/// Takes a receipt file (CSV or XLSX) that speaks of one or more deliveries. A line without a row number speaks of the whole
/// delivery; rows that are not named were taken, but for those an earlier receipt turned down. Returns how many deliveries were
/// answered.
///
/// # Errors
/// Forbidden without the role; `receipt-form` naming the line and what is missing; `receipt-word` for a result that is neither
/// known as taken nor as turned down; `receipt-both` for a line of which both is said; `receipt-number` for a number that no delivery
/// of a file waiting for its answer has; nothing is taken then.
pub async fn take_receipt(sharing: &Sharing, actor: &Actor, bytes: &[u8]) -> Result<usize> {
    actor.require(MAY_DELIVER)?;
    let said = read(bytes)?;
    let conn = sharing.intake.db.conn();
    // Interfaces and tables answer by themselves.
    let all = targets::all(conn).await?;
    let by_file: HashSet<_> = all.iter().filter(|t| t.way == Way::File.name()).map(|t| t.id).collect();
    let mut answered: Vec<(Model, Said)> = Vec::new();
    for (number, said) in said {
        let found = deliveries::by_number(conn, &number).await?;
        let closed = [DeliveryState::Queued.name(), DeliveryState::Replaced.name()];
        let fits = |d: &Model| {
            !closed.contains(&d.state.as_str()) && by_file.contains(&d.target_id) && said.last <= d.rows_total
        };
        let delivery = found.filter(fits).ok_or_else(|| unknown(&number))?;
        answered.push((delivery, said));
    }
    let now = instant(sharing.intake.clock.now());
    let tx = sharing.intake.db.begin().await?;
    for (delivery, said) in &answered {
        let refused = match said.refused.get(&0) {
            Some(why) => (1..=delivery.rows_total).map(|n| (n, why.clone())).collect(),
            None => said.refused.clone(),
        };
        // Answered in several files: what an earlier one turned down stays so, unless this one speaks of it.
        let mut keep = lines::refused(&tx, delivery.id).await?;
        keep.retain(|n, _| !said.taken.contains(n) && !said.taken.contains(&0));
        keep.extend(refused);
        let turned_down = lines::answer(&tx, delivery.id, &keep).await?;
        let state = if turned_down == 0 { DeliveryState::Acknowledged } else { DeliveryState::Refused };
        let words = kernel::Text::new(
            format!("回执文件：{turned_down} 行被退回。"),
            format!("Receipt file: {turned_down} lines turned down."),
        );
        let change = ActiveModel {
            state: Set(state.name().to_owned()),
            answered_at: Set(Some(now)),
            answer_code: Set(String::new()),
            answer: Set(kept(&words)?),
            rows_refused: Set(turned_down),
            ..Default::default()
        };
        if !deliveries::answer(&tx, delivery, change).await? {
            return Err(unknown(&delivery.number));
        }
        let detail = json!({ "number": delivery.number, "refused": turned_down });
        audit::record(&tx, now, actor, "delivery.receipt", &format!("delivery:{}", delivery.id), &detail)
            .await?;
    }
    tx.commit().await.or_fail()?;
    Ok(answered.len())
}

/// The text of a file: by its mark, else UTF-8, else what Chinese office programs write.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0,
    }
}

/// What the file says, by number of the delivery.
fn read(bytes: &[u8]) -> Result<BTreeMap<String, Said>> {
    let rows = if bytes.starts_with(b"PK") {
        let sheets = lake::sheet::read_small(bytes, MOST_CELLS)?;
        sheets.into_iter().next().map(|(_, rows)| rows).unwrap_or_default()
    } else {
        decoded(bytes).lines().map(cells_of).collect()
    };
    let mut rows = rows.into_iter().zip(1..).filter(|(r, _)| r.iter().any(|c| !c.trim().is_empty()));
    let Some((head, _)) = rows.next() else {
        return Err(form(1, "推送单号、结果", "推送单号 and 结果"));
    };
    let at = |names: &[&str]| head.iter().position(|h| names.contains(&h.trim()));
    let (Some(number), Some(result)) = (at(&["推送单号", "deliveryNumber"]), at(&["结果", "result"]))
    else {
        return Err(form(1, "推送单号、结果", "推送单号 and 结果"));
    };
    let (row, why) = (at(&["行号", "row"]), at(&["说明", "原因", "reason"]));
    let mut said: BTreeMap<String, Said> = BTreeMap::new();
    for (cells, n) in rows {
        // Numbers and results are read in either width; words stay as they came.
        let said_at = |at: Option<usize>| at.and_then(|i| cells.get(i)).map_or("", |c| c.trim());
        let folded: Vec<String> = cells.iter().map(|c| c.chars().map(half_width).collect()).collect();
        let cell = |at: Option<usize>| at.and_then(|i| folded.get(i)).map_or("", |c| c.trim());
        let of = said.entry(cell(Some(number)).to_uppercase()).or_default();
        let taken = cell(Some(result)).to_lowercase();
        if taken.is_empty() {
            return Err(form(n, "结果", "结果"));
        }
        let line: i64 = match cell(row) {
            "" => 0,
            text => text.parse().ok().filter(|n| *n > 0).ok_or_else(|| form(n, "行号", "行号"))?,
        };
        of.last = of.last.max(line);
        let is_taken = TAKEN.contains(&taken.as_str());
        let refused = REFUSED.contains(&taken.as_str()) || taken.bytes().all(|b| b.is_ascii_digit());
        if !is_taken && (!refused || taken == UNSURE) {
            return Err(word(n, said_at(Some(result))));
        }
        if let Some(before) = of.against(line, is_taken) {
            return Err(both((before, n), cell(Some(number)), line));
        }
        of.at.entry(line).or_insert((n, is_taken));
        if !is_taken {
            let words = if said_at(why).is_empty() { said_at(Some(result)) } else { said_at(why) };
            of.refused.insert(line, words.chars().take(500).collect());
        } else {
            of.taken.insert(line);
        }
    }
    if said.is_empty() { Err(form(2, "推送单号", "推送单号")) } else { Ok(said) }
}

/// The cells of a line of CSV.
fn cells_of(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.trim_end_matches('\r').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

fn form(line: usize, zh: &str, en: &str) -> Error {
    Error::bad_input(
        "receipt-form",
        format!(
            "回执第{line}行缺少“{zh}”，或填得不对。表头应为：推送单号、行号、结果、说明；整单的结果不填行号。没有导入任何内容。"
        ),
        format!(
            "Line {line} of the receipt lacks {en}, or it is not right. The header is 推送单号, 行号, 结果, 说明; leave 行号 empty for the delivery as a whole. Nothing was taken."
        ),
    )
}

fn word(line: usize, said: &str) -> Error {
    Error::bad_input(
        "receipt-word",
        format!(
            "回执第{line}行的结果“{said}”无法识别，不知道是收下还是退回。请填“成功”或“失败”，原因写在“说明”里。没有导入任何内容。"
        ),
        format!(
            "Line {line} of the receipt says “{said}”, which is neither known as taken nor as turned down. Write 成功 or 失败, and the reason under 说明. Nothing was taken."
        ),
    )
}

fn both((first, second): (usize, usize), number: &str, line: i64) -> Error {
    let (zh, en) = match line {
        0 => ("整单".to_owned(), "the delivery as a whole".to_owned()),
        n => (format!("第{n}行"), format!("its line {n}")),
    };
    Error::bad_input(
        "receipt-both",
        format!(
            "回执第{first}行和第{second}行说法相反：推送单“{number}”{zh}，一处成功，一处失败。请向对方核实，只保留一个结果。没有导入任何内容。"
        ),
        format!(
            "Lines {first} and {second} of the receipt contradict each other about delivery “{number}”, {en}: one says taken, the other turned down. Ask the target which holds and keep one. Nothing was taken."
        ),
    )
}

fn unknown(number: &str) -> Error {
    Error::bad_input(
        "receipt-number",
        format!("没有已发送的推送单“{number}”，或回执中的行号超过了它的行数。请核对单号；没有导入任何内容。"),
        format!(
            "No delivery “{number}” waits for a receipt file (interfaces and tables answer themselves; what was sent again has a new number), or the receipt names a row it does not have. Check the number; nothing was taken."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_names_what_was_turned_down() {
        let text = "\u{feff}推送单号,行号,结果,说明\r\nTS1,1,成功,\r\nTS1,2,失败,\"名称不符,请核对\"\r\nts2,,00,\r\nTS3,,退回,格式不对\r\n";
        let said = read(text.as_bytes()).unwrap();
        assert_eq!(said["TS1"].refused, BTreeMap::from([(2, "名称不符,请核对".to_owned())]));
        assert!(said["TS2"].refused.is_empty());
        assert_eq!(said["TS3"].refused, BTreeMap::from([(0, "格式不对".to_owned())]));
        assert_eq!(read("推送单号,行号,结果\nTS1,99,成功\n".as_bytes()).unwrap()["TS1"].last, 99);
    }

    #[test]
    fn words_stay_as_they_came_and_contradictions_are_named() {
        let said =
            read("推送单号,行号,结果,说明\nＴＳ１,２,失败,名称（全称）不符，请核对！\n".as_bytes()).unwrap();
        assert_eq!(said["TS1"].refused[&2], "名称（全称）不符，请核对！");
        let head = "推送单号,行号,结果,说明\n";
        for (lines, place) in [
            ("TS1,2,成功,\nTS1,3,失败,a\nTS1,2,失败,b\n", ("第2行和第4行", "“TS1”第2行")),
            ("TS1,2,失败,a\nTS1,2,成功,\n", ("第2行和第3行", "“TS1”第2行")),
            ("TS1,,失败,a\nTS1,,成功,\n", ("第2行和第3行", "“TS1”整单")),
            ("TS1,,失败,a\nTS1,5,成功,\n", ("第2行和第3行", "“TS1”第5行")),
            ("TS1,5,成功,\nTS1,,失败,a\n", ("第2行和第3行", "“TS1”整单")),
        ] {
            let refused = read(format!("{head}{lines}").as_bytes()).unwrap_err();
            assert_eq!(refused.code(), "receipt-both", "{lines}");
            assert!(refused.text().zh.contains(place.0) && refused.text().zh.contains(place.1), "{refused}");
        }
        // The delivery as a whole was taken but for some lines; the same said twice is no contradiction.
        for lines in ["TS1,,成功,\nTS1,2,失败,a\n", "TS1,2,失败,a\nTS1,2,退回,b\nTS2,2,成功,\n"] {
            assert!(read(format!("{head}{lines}").as_bytes()).is_ok(), "{lines}");
        }
    }

    #[test]
    fn a_receipt_is_read_in_the_encodings_of_office_programs() {
        let text = "推送单号,行号,结果,说明\r\nTS1,2,失败,名称不符\r\n";
        let little: Vec<u8> =
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [GB18030.encode(text).0.into_owned(), little, text.as_bytes().to_vec()] {
            assert_eq!(read(&bytes).unwrap()["TS1"].refused, BTreeMap::from([(2, "名称不符".to_owned())]));
        }
    }

    #[test]
    fn what_is_missing_is_named_with_its_line() {
        let wrong = |text: &str| read(text.as_bytes()).unwrap_err();
        assert_eq!(wrong("").code(), "receipt-form");
        assert!(wrong("单号,结果\nTS1,成功\n").text().zh.contains("推送单号"));
        assert!(wrong("推送单号,行号,结果\nTS1,x,失败\n").text().zh.contains("第2行"));
        assert!(wrong("推送单号,行号,结果\nTS1,1,\n").text().zh.contains("“结果”"));
        let odd = wrong("推送单号,行号,结果\nTS1,1,成功\nTS1,2,已阅\n");
        assert!(odd.code() == "receipt-word" && odd.text().zh.contains("第3行的结果“已阅”"), "{odd}");
    }
}
