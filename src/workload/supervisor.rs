//! The lives of one client, one after the other, as its orders ask. What it does while it lives is its session's.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::watch;

use super::client::{ClientHandle, ClientStatus};
use super::orders::{Life, Orders};

/// How a session ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionEnd {
    /// As it was told to.
    Stopped,
    /// It could not go on; [`ClientHandle::start`] begins a new one.
    Failed,
}

/// One life of a client, from its start to its end.
pub(super) type Session = Pin<Box<dyn Future<Output = SessionEnd> + Send>>;

/// Runs one session after the other as the orders ask. A session that is crashed is dropped where it
/// stands; one that is stalled is not polled.
pub(super) async fn supervise(client: ClientHandle, mut begin: impl FnMut() -> Session) {
    let mut orders = client.subscribe();
    loop {
        let incarnation = orders.borrow_and_update().incarnation;
        let session = begin();
        let end = drive(session, &client, &mut orders, incarnation).await;
        client.end(end, incarnation);
        while orders.borrow_and_update().incarnation == incarnation {
            if orders.changed().await.is_err() {
                return;
            }
        }
    }
}

async fn drive(
    mut session: Session,
    client: &ClientHandle,
    orders: &mut watch::Receiver<Orders>,
    incarnation: u32,
) -> ClientStatus {
    loop {
        let now = *orders.borrow_and_update();
        if now.incarnation != incarnation || matches!(now.life, Life::Crash(_)) {
            return ClientStatus::Crashed;
        }
        if matches!(now.life, Life::Stall(_)) {
            if stand_still(client, orders).await.is_err() {
                return ClientStatus::Crashed;
            }
            continue;
        }
        tokio::select! {
            biased;
            changed = orders.changed() => if changed.is_err() { return ClientStatus::Crashed },
            end = &mut session => return match end {
                SessionEnd::Stopped => ClientStatus::Stopped,
                SessionEnd::Failed => ClientStatus::Crashed,
            },
        }
    }
}

/// Waits for the next order; fails when there can be none any more.
async fn stand_still(
    client: &ClientHandle,
    orders: &mut watch::Receiver<Orders>,
) -> Result<(), watch::error::RecvError> {
    let before = client.status();
    client.set_status(ClientStatus::Stalled);
    let order = orders.changed().await;
    client.set_status(before);
    order
}
