//! The business keys of a submission, held as 128-bit digests: 20 bytes a key, so that ten million keys take
//! about 350 MB. Two random 64-bit hashes make a false match among 10⁷ × 10⁸ keys less likely than 10⁻²³.

use ahash::RandomState;
use deltalake_core::arrow::array::{BooleanArray, StringArray};
use hashbrown::HashMap;
use kernel::{Error, Result};
use roaring::RoaringBitmap;

/// Place of the row in its submission; the top bit marks a key that was found in the table.
type Place = u32;
const FOUND: Place = 1 << 31;

/// The keys of a submission.
pub(crate) struct Keys {
    map: HashMap<[u32; 4], Place, RandomState>,
    first: RandomState,
    second: RandomState,
    least: Option<String>,
    greatest: Option<String>,
    /// Places of rows that a later row of the same submission replaces.
    pub(crate) replaced: RoaringBitmap,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            map: HashMap::with_hasher(RandomState::new()),
            first: RandomState::new(),
            second: RandomState::new(),
            least: None,
            greatest: None,
            replaced: RoaringBitmap::new(),
        }
    }
}

impl Keys {
    fn digest(&self, key: &str) -> [u32; 4] {
        let (a, b) = (self.first.hash_one(key), self.second.hash_one(key));
        // Halves of 64 bits: the cuts are meant.
        #[allow(clippy::cast_possible_truncation)]
        [a as u32, (a >> 32) as u32, b as u32, (b >> 32) as u32]
    }

    /// Adds the keys of rows that stand at `start`, `start + 1`, … in the submission. NULL is no key.
    pub(crate) fn add(&mut self, keys: &StringArray, start: u64) -> Result<()> {
        for (i, key) in keys.iter().enumerate() {
            let Some(key) = key else { continue };
            let place = start + i as u64;
            let place = Place::try_from(place).ok().filter(|p| *p < FOUND).ok_or_else(|| {
                Error::bad_input(
                    "too-many-rows",
                    "一个批次最多 20 亿行，请拆分后再报送。",
                    "A submission may hold two thousand million rows; split it.",
                )
            })?;
            if self.least.as_deref().is_none_or(|l| key < l) {
                self.least = Some(key.to_owned());
            }
            if self.greatest.as_deref().is_none_or(|g| key > g) {
                self.greatest = Some(key.to_owned());
            }
            if let Some(earlier) = self.map.insert(self.digest(key), place) {
                self.replaced.insert(earlier);
            }
        }
        Ok(())
    }

    /// Whether a file whose keys lie between the two may hold one of these. The statistics cut long values short,
    /// so the upper end is compared by its beginning.
    pub(crate) fn may_lie_between(&self, least: Option<&str>, greatest: Option<&str>) -> bool {
        let (Some(own_least), Some(own_greatest)) = (self.least.as_deref(), self.greatest.as_deref()) else {
            return false;
        };
        let below = greatest.is_some_and(|g| own_least > g && !own_least.starts_with(g));
        let above = least.is_some_and(|l| own_greatest < l);
        !(below || above)
    }

    /// Which of the keys are ours; a match is remembered for [`Keys::found`].
    pub(crate) fn matches(&mut self, keys: &StringArray) -> BooleanArray {
        keys.iter()
            .map(|key| {
                let Some(key) = key else { return Some(false) };
                let digest = self.digest(key);
                Some(match self.map.get_mut(&digest) {
                    Some(place) => {
                        *place |= FOUND;
                        true
                    }
                    None => false,
                })
            })
            .collect()
    }

    /// Whether any of the keys is ours.
    pub(crate) fn any(&self, keys: &StringArray) -> bool {
        !self.map.is_empty() && keys.iter().flatten().any(|k| self.map.contains_key(&self.digest(k)))
    }

    /// Whether the key is ours.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.map.contains_key(&self.digest(key))
    }

    /// How many of our keys were matched since the last [`Keys::forget_found`].
    pub(crate) fn found(&self) -> u64 {
        self.map.values().filter(|p| **p & FOUND != 0).count() as u64
    }

    /// Whether the key is ours and was matched since the last [`Keys::forget_found`].
    pub(crate) fn was_found(&self, key: &str) -> bool {
        self.map.get(&self.digest(key)).is_some_and(|p| p & FOUND != 0)
    }

    /// Starts the count of [`Keys::found`] again.
    pub(crate) fn forget_found(&mut self) {
        self.map.values_mut().for_each(|p| *p &= !FOUND);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_row_wins_and_matches_are_counted_once() {
        let mut keys = Keys::default();
        keys.add(&StringArray::from(vec![Some("a"), Some("b"), None, Some("a")]), 0).unwrap();
        assert_eq!(keys.replaced.iter().collect::<Vec<_>>(), [0]);
        let hit = keys.matches(&StringArray::from(vec![Some("a"), Some("c"), None, Some("a")]));
        assert_eq!(hit.iter().flatten().collect::<Vec<_>>(), [true, false, false, true]);
        assert_eq!(keys.found(), 1);
        keys.forget_found();
        assert_eq!(keys.found(), 0);
    }

    #[test]
    fn files_outside_the_span_are_skipped() {
        let mut keys = Keys::default();
        assert!(!keys.may_lie_between(None, None), "no key lies anywhere");
        keys.add(&StringArray::from(vec!["m1", "m9"]), 0).unwrap();
        assert!(keys.may_lie_between(Some("a"), Some("m5")));
        assert!(keys.may_lie_between(None, None));
        assert!(!keys.may_lie_between(Some("n"), Some("z")));
        assert!(!keys.may_lie_between(Some("a"), Some("b")));
        assert!(keys.may_lie_between(Some("a"), Some("m")), "`m` may be a value cut short");
    }
}
