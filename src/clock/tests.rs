//! What every clock promises: deadlines in order, virtual time that jumps, pauses and steps that hold.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Driver, Time};

#[test]
fn virtual_time_jumps_from_deadline_to_deadline_in_order() {
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    let seen = Arc::new(Mutex::new(Vec::new()));
    for (name, micros) in [("c", 900), ("a", 400), ("b", 400)] {
        let (clock, seen) = (clock.clone(), Arc::clone(&seen));
        driver.clock().spawn(async move {
            clock.sleep_until(Time::from_micros(micros)).await;
            seen.lock().unwrap().push((name, clock.now().as_micros()));
        });
    }
    driver.block_on(async move { clock.sleep(Duration::from_millis(1)).await });
    assert_eq!(*seen.lock().unwrap(), [("a", 400), ("b", 400), ("c", 900)]);
}

#[test]
fn a_thousand_short_virtual_sleeps_take_exactly_their_sum() {
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    let end = driver.block_on(async move {
        for _ in 0..1_000 {
            clock.sleep(Duration::from_micros(400)).await;
        }
        clock.now()
    });
    assert_eq!(end, Time::from_micros(400_000));
}

#[test]
#[should_panic(expected = "virtual time stands still")]
fn a_virtual_run_that_can_never_end_says_so() {
    Driver::simulated().block_on(std::future::pending::<()>());
}

#[test]
fn a_step_ends_exactly_where_it_should_and_a_pause_holds() {
    let driver = Driver::live().unwrap();
    let clock = driver.clock().clone();
    clock.pause();
    let before = clock.now();
    clock.set_speed(100.0);
    clock.step(Duration::from_millis(50));
    let waiting = clock.clone();
    driver.block_on(async move { waiting.sleep_until(before + Duration::from_millis(50)).await });
    driver.block_on({
        let clock = clock.clone();
        async move { clock.sleep_real(Duration::from_millis(5)).await }
    });
    assert_eq!(clock.now(), before + Duration::from_millis(50));
    assert!(clock.pace().unwrap().paused);
}

#[test]
fn blocking_work_gives_its_answer_on_either_clock() {
    for driver in [Driver::simulated(), Driver::live().unwrap()] {
        let clock = driver.clock().clone();
        assert_eq!(driver.block_on(async move { clock.run_blocking(|| 6 * 7).await }), 42);
    }
}
