//! Robots of group chats (群机器人): 企业微信, 钉钉 and 飞书 each want a text in a shape of their own, and answer 200 also when they
//! did not take it. Which it is, is told by the host of the address.

use serde_json::{Value, json};
use url::Url;

/// Longest text the strictest of them takes, in bytes (企业微信群机器人配置说明: text.content).
const LONGEST: usize = 2_048;
/// Answers that mean “too often, later”: 企业微信 45009, 钉钉 130101, 飞书 9499 and 11232.
const LATER: [i64; 4] = [45_009, 130_101, 9_499, 11_232];

/// A group chat's robot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// 企业微信
    WeCom,
    /// 钉钉
    DingTalk,
    /// 飞书
    Feishu,
}

/// What a robot answered when it did not take a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// In the robot's words.
    pub said: String,
    /// Whether the same message may be taken later.
    pub passes: bool,
}

impl Group {
    /// The robot behind an address; none for any other receiver.
    pub(crate) fn at(address: &str) -> Option<Self> {
        match Url::parse(address.trim()).ok()?.host_str()? {
            "qyapi.weixin.qq.com" => Some(Self::WeCom),
            "oapi.dingtalk.com" => Some(Self::DingTalk),
            "open.feishu.cn" => Some(Self::Feishu),
            _ => None,
        }
    }

    /// The message as this robot wants it: title, text and link as plain text, cut to what it takes. It names the platform,
    /// which serves as the keyword that 钉钉 asks for.
    pub(crate) fn body(self, title: &str, text: &str, link: &str) -> String {
        // The text may end with the link already.
        let link = if text.contains(link) { "" } else { link };
        let title = format!("【一数】{title}");
        let mut whole = [title.as_str(), text, link]
            .iter()
            .filter(|p| !p.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join("\n");
        if whole.len() > LONGEST {
            let room = LONGEST - "…".len();
            let end = (0..=room).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
            whole.truncate(end);
            whole.push('…');
        }
        match self {
            Self::WeCom | Self::DingTalk => json!({ "msgtype": "text", "text": { "content": whole } }),
            Self::Feishu => json!({ "msg_type": "text", "content": { "text": whole } }),
        }
        .to_string()
    }

    /// What the robot answered.
    ///
    /// # Errors
    /// When the answer names an error, or cannot be read.
    pub(crate) fn taken(self, answer: &[u8]) -> Result<(), Refusal> {
        let read: Value = serde_json::from_slice(answer).unwrap_or_default();
        let (codes, words) = match self {
            Self::WeCom | Self::DingTalk => (["errcode", "errcode"], "errmsg"),
            Self::Feishu => (["code", "StatusCode"], "msg"),
        };
        match codes.iter().find_map(|key| read.get(key)?.as_i64()) {
            Some(0) => Ok(()),
            Some(code) => {
                let said = read.get(words).and_then(Value::as_str).unwrap_or_default();
                Err(Refusal { said: format!("{code} {said}"), passes: LATER.contains(&code) })
            }
            None => {
                let said = String::from_utf8_lossy(answer).chars().take(80).collect();
                Err(Refusal { said, passes: true })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_robot_is_known_by_its_host() {
        let of = Group::at;
        assert_eq!(of("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"), Some(Group::WeCom));
        assert_eq!(of("https://oapi.dingtalk.com/robot/send?access_token=k"), Some(Group::DingTalk));
        assert_eq!(of("https://open.feishu.cn/open-apis/bot/v2/hook/k"), Some(Group::Feishu));
        assert_eq!(of("https://qyapi.weixin.qq.com.example/cgi-bin"), None);
    }

    #[test]
    fn each_gets_its_shape_and_no_more_than_it_takes() {
        let read = |body: &str| serde_json::from_str::<Value>(body).unwrap();
        let body = read(&Group::WeCom.body("每日摘要", "待整改 3 张", "https://y.example/issues"));
        assert_eq!(body["text"]["content"], "【一数】每日摘要\n待整改 3 张\nhttps://y.example/issues");
        let body = read(&Group::Feishu.body("题", "见 https://y.example", "https://y.example"));
        assert_eq!(body["content"]["text"], "【一数】题\n见 https://y.example");
        let body = read(&Group::DingTalk.body("题", &"改".repeat(2_000), ""));
        let text = body["text"]["content"].as_str().unwrap();
        assert!(text.len() <= LONGEST && text.ends_with("改…"), "{}", text.len());
    }

    #[test]
    fn what_it_says_in_an_answer_of_200_counts() {
        assert_eq!(Group::WeCom.taken(br#"{"errcode":0,"errmsg":"ok"}"#), Ok(()));
        assert_eq!(Group::Feishu.taken(br#"{"StatusCode":0,"StatusMessage":"success"}"#), Ok(()));
        let e = Group::WeCom.taken(br#"{"errcode":93000,"errmsg":"invalid webhook url"}"#).unwrap_err();
        assert_eq!(e, Refusal { said: "93000 invalid webhook url".to_owned(), passes: false });
        assert!(Group::DingTalk.taken(br#"{"errcode":130101,"errmsg":"send too fast"}"#).unwrap_err().passes);
        assert!(Group::Feishu.taken(b"<html>").unwrap_err().passes);
    }
}
