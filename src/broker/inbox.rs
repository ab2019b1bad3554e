//! Where events reach the engine: three queues, so that a flood of appends holds up neither heartbeats
//! nor the store's reports, and one alarm for whatever is due next.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::{mpsc, oneshot};

use crate::clock::{Clock, Sleep, Time};

use super::event::{Ending, Event};

/// Events taken from one queue per wake-up: enough to share the cost of waking, few enough that the
/// other queues and the next commit don't wait long.
const EVENTS_PER_WAKE: usize = 128;

pub(super) struct Inbox {
    pub(super) ending: Option<oneshot::Receiver<Ending>>,
    pub(super) reports: mpsc::Receiver<Event>,
    pub(super) calls: mpsc::Receiver<Event>,
    pub(super) appends: mpsc::Receiver<Event>,
    alarm: Alarm,
}

/// Why the engine woke.
pub(super) enum Wake {
    /// Events came, or time has passed.
    Events,
    Ending(Ending),
}

impl Inbox {
    pub(super) fn new(
        clock: Clock,
        ending: oneshot::Receiver<Ending>,
        reports: mpsc::Receiver<Event>,
        calls: mpsc::Receiver<Event>,
        appends: mpsc::Receiver<Event>,
    ) -> Self {
        Self { ending: Some(ending), reports, calls, appends, alarm: Alarm { clock, armed: None } }
    }

    /// Waits for events, which it adds to `events`, or for `deadline`. Appends are taken only while
    /// there is `room` for them.
    pub(super) async fn next(&mut self, deadline: Option<Time>, room: bool, events: &mut Vec<Event>) -> Wake {
        poll_fn(|context| self.poll(context, deadline, room, events)).await
    }

    /// Takes nothing more from callers and gives what they have queued.
    pub(super) fn close(&mut self) -> Vec<Event> {
        self.calls.close();
        self.appends.close();
        let calls = std::iter::from_fn(|| self.calls.try_recv().ok());
        let mut left: Vec<Event> = calls.collect();
        left.extend(std::iter::from_fn(|| self.appends.try_recv().ok()));
        left
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
        deadline: Option<Time>,
        room: bool,
        events: &mut Vec<Event>,
    ) -> Poll<Wake> {
        if let Poll::Ready(ending) = self.poll_ending(context) {
            return Poll::Ready(Wake::Ending(ending));
        }
        take(&mut self.reports, context, events);
        take(&mut self.calls, context, events);
        if room {
            take(&mut self.appends, context, events);
        }
        let is_due = self.alarm.poll(context, deadline);
        if events.is_empty() && !is_due { Poll::Pending } else { Poll::Ready(Wake::Events) }
    }

    fn poll_ending(&mut self, context: &mut Context<'_>) -> Poll<Ending> {
        let Some(ending) = &mut self.ending else { return Poll::Pending };
        let ended = std::task::ready!(Pin::new(ending).poll(context));
        self.ending = None;
        // Dropping the broker is a kill that nobody waits for.
        Poll::Ready(ended.unwrap_or(Ending::Kill { done: None }))
    }
}

fn take(queue: &mut mpsc::Receiver<Event>, context: &mut Context<'_>, events: &mut Vec<Event>) {
    // Pending and closed both add nothing; in the first case the wake-up is registered.
    match queue.poll_recv_many(context, events, EVENTS_PER_WAKE) {
        Poll::Ready(_) | Poll::Pending => {}
    }
}

/// One wait for the earliest deadline. When the deadline moves away the wait stays: waking once too
/// early is cheaper than setting it anew for every heartbeat.
struct Alarm {
    clock: Clock,
    armed: Option<(Time, Sleep)>,
}

impl Alarm {
    /// Whether something that was waited for is due.
    fn poll(&mut self, context: &mut Context<'_>, deadline: Option<Time>) -> bool {
        if let Some(deadline) = deadline
            && self.armed.as_ref().is_none_or(|(at, _)| deadline < *at)
        {
            self.armed = Some((deadline, self.clock.sleep_until(deadline)));
        }
        let Some((_, sleep)) = &mut self.armed else { return false };
        let is_over = Pin::new(sleep).poll(context).is_ready();
        if is_over {
            self.armed = None;
        }
        is_over
    }
}
