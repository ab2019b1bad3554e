//! Ctrl-C as a wish: long work is told to end, and ends in its own time. What that means is for others to say.

use tokio::runtime::Builder;
use tokio::signal;

use super::live::named_thread;

/// Calls `wish` whenever somebody interrupts the program (SIGINT), with how often that was so far; the program no
/// longer ends by it alone.
///
/// # Errors
/// When the operating system gives no thread, or nothing to hear it with.
pub fn on_interrupt(wish: impl Fn(u32) + Send + 'static) -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let listen = async move {
        let mut times = 0;
        while signal::ctrl_c().await.is_ok() {
            times += 1;
            wish(times);
        }
    };
    named_thread("logyard-interrupt", move || runtime.block_on(listen)).map(drop)
}
