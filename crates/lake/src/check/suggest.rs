//! Nearest values (最接近的值): what was probably meant.

/// The candidate nearest to a value in edits (insert, delete, replace, swap of neighbours), when it is near enough:
/// one edit for up to five characters, and one in three beyond; or when value and candidate contain one another and share at least two
/// characters. `None` when two candidates are equally near.
pub(crate) fn nearest<'a>(v: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let given: Vec<char> = v.chars().collect();
    if given.len() < 2 || given.len() > 64 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    let mut tie = false;
    for candidate in candidates {
        let chars: Vec<char> = candidate.chars().collect();
        let longer = given.len().max(chars.len());
        let contained = chars.len() >= 2 && (candidate.contains(v) || v.contains(candidate));
        let allowed = if longer <= 5 { 1 } else { longer / 3 };
        let distance = if contained { 1 } else { distance(&given, &chars) };
        // A word of two characters with one of them wrong is another word.
        if distance > allowed || (longer <= 2 && !contained) {
            continue;
        }
        match best {
            Some((d, _)) if d < distance => {}
            Some((d, _)) if d == distance => tie = true,
            _ => {
                best = Some((distance, candidate));
                tie = false;
            }
        }
    }
    best.filter(|_| !tie).map(|(_, c)| c)
}

/// Edits between two texts, a swap of neighbours counting as one.
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; width];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut d = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                d = d.min(before[j - 2] + 1);
            }
            row[j] = d;
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_a_near_value_is_proposed() {
        let kinds = ["法人及非法人组织", "自然人", "个体工商户"];
        for (v, found) in [
            ("个体工商戸", Some("个体工商户")),
            ("个体户", None),
            ("法人及非法人", Some("法人及非法人组织")),
            ("自然入", Some("自然人")),
            ("企业", None),
            ("X", None),
        ] {
            assert_eq!(nearest(v, kinds.into_iter()), found, "{v}");
        }
        assert_eq!(nearest("甲乙丙丁", ["甲乙丙戊", "甲乙丙己"].into_iter()), None);
    }
}
