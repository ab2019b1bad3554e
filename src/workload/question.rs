//! A call whose answer is awaited beside other things. It knows nothing of what is asked.

use std::future::Future;
use std::pin::Pin;

/// A call on its way.
pub(super) type Question<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The answer to what was asked, which is then over; forever pending when nothing was asked.
pub(super) async fn answer_of<T>(asked: &mut Option<Question<T>>) -> T {
    let Some(question) = asked else { return std::future::pending().await };
    let answer = question.await;
    *asked = None;
    answer
}
