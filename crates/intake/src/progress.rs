//! Progress (进度) on its way to whoever looks on.

use std::time::Duration;

use tokio::sync::watch::Receiver;
use tokio::time::timeout;

/// Between two words about progress.
const PAUSE: Duration = Duration::from_millis(500);

/// Tells of a growing number at most twice a second. Ends with the work, at once: what comes after it waits for this.
pub(crate) async fn tell<F: Future<Output = ()>>(rows: Receiver<u64>, say: impl Fn(i64) -> F) {
    tell_every(PAUSE, rows, say).await;
}

async fn tell_every<F: Future<Output = ()>>(
    pause: Duration,
    mut rows: Receiver<u64>,
    say: impl Fn(i64) -> F,
) {
    while rows.changed().await.is_ok() {
        let n = i64::try_from(*rows.borrow_and_update()).unwrap_or(i64::MAX);
        say(n).await;
        if timeout(pause, rows.wait_for(|_| false)).await.is_ok() {
            return;
        }
        rows.mark_changed();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::watch;

    use super::*;

    /// A pause that nobody would wait out.
    const LONG: Duration = Duration::from_secs(86_400);

    #[tokio::test]
    async fn it_speaks_once_in_a_pause_and_ends_with_the_work() {
        let (work, rows) = watch::channel(0);
        let said = Mutex::new(Vec::new());
        let working = async {
            for n in 1..=3 {
                work.send_replace(n);
                tokio::task::yield_now().await;
            }
            drop(work);
        };
        tokio::join!(working, tell_every(LONG, rows, async |n| said.lock().unwrap().push(n)));
        assert_eq!(*said.lock().unwrap(), [1]);
    }

    #[tokio::test]
    async fn after_a_pause_it_tells_the_newest() {
        let (work, rows) = watch::channel(0);
        let said = Mutex::new(Vec::new());
        let working = async {
            work.send_replace(1);
            while said.lock().unwrap().len() < 2 {
                work.send_modify(|n| *n += 1);
                tokio::task::yield_now().await;
            }
            drop(work);
        };
        tokio::join!(working, tell_every(Duration::ZERO, rows, async |n| said.lock().unwrap().push(n)));
        assert!(said.lock().unwrap().is_sorted());
    }
}
