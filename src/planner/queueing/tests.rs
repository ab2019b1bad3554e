//! Theory against values that others have published, and against formulas that are computed in another way.

use super::*;

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1e-12), "{found}, not {expected}");
}

fn queue(utilisation: f64, service: Service) -> Queue {
    Queue::new(utilisation / service.mean(), service, 1)
}

#[test]
fn erlang_c_is_as_in_its_tables() {
    // Servers, offered load, probability of waiting.
    let table = [
        (1, 0.5, 0.5),
        (2, 1.0, 1.0 / 3.0),
        (5, 4.0, 0.5541),
        (10, 8.0, 0.4092),
        (14, 10.0, 0.1741),
        (20, 16.0, 0.2561),
    ];
    for (servers, offered, expected) in table {
        near(erlang_c(servers, offered), expected, 5e-4);
    }
    assert_eq!((erlang_c(3, 3.0), erlang_c(3, 7.0)), (1.0, 1.0));
}

#[test]
fn one_server_with_exponential_times_waits_as_m_m_1() {
    for utilisation in [0.5, 0.8, 0.9, 0.99] {
        let queue = queue(utilisation, Service::Exponential(0.02));
        let rate = (1.0 - utilisation) / 0.02;
        near(queue.mean_wait().unwrap(), utilisation / rate, 1e-9);
        near(queue.mean_latency().unwrap(), 1.0 / rate, 1e-9);
        near(queue.latency_quantile(0.99).unwrap(), 100_f64.ln() / rate, 1e-6);
        near(queue.wait_quantile(0.99).unwrap(), (100.0 * utilisation).ln() / rate, 1e-6);
        near(queue.mean_records().unwrap(), utilisation / (1.0 - utilisation), 1e-9);
        assert!(queue.is_exact() && queue.name() == "M/M/1");
    }
}

#[test]
fn several_servers_wait_as_m_m_c() {
    // Two servers at 75 %: mean wait 9/7 of a service time (Gross and Harris give L = 24/7).
    let queue = Queue::new(1.5, Service::Exponential(1.0), 2);
    near(queue.mean_wait().unwrap(), 9.0 / 7.0, 1e-9);
    near(queue.mean_records().unwrap(), 24.0 / 7.0, 1e-9);
    // Where c - 1 equals the load both rates are equal, and the closed form is a limit.
    let equal = Queue::new(1.0, Service::Exponential(1.0), 2);
    let expected = (-3.0_f64).exp() * (1.0 + 3.0 / 3.0);
    near(equal.latency_exceeds(3.0), expected, 1e-6);
    // Integrating the tail gives the mean.
    let sum: f64 = (0..400_000).map(|step| queue.latency_exceeds((f64::from(step) + 0.5) * 1e-4)).sum::<f64>() * 1e-4;
    near(sum, queue.mean_latency().unwrap(), 1e-6);
    assert!(queue.latency_exceeds(1e5) == 0.0 && queue.latency_exceeds(-1.0) == 1.0);
}

/// Erlang's series as he wrote it. It alternates, so that it serves for short times alone.
fn erlangs_series(utilisation: f64, time: f64) -> f64 {
    let mut term_sum = 0.0;
    let mut begun = 0_u32;
    while f64::from(begun) <= time {
        let reach = utilisation * (f64::from(begun) - time);
        let factorial: f64 = (1..=begun).map(f64::from).product();
        term_sum += reach.powi(i32::try_from(begun).unwrap()) / factorial * (-reach).exp();
        begun += 1;
    }
    1.0 - (1.0 - utilisation) * term_sum
}

#[test]
fn constant_times_wait_as_m_d_1() {
    for utilisation in [0.2, 0.5, 0.8, 0.9] {
        let queue = queue(utilisation, Service::Deterministic(1.0));
        near(queue.mean_wait().unwrap(), utilisation / (2.0 * (1.0 - utilisation)), 1e-12);
        for time in [0.0, 0.3, 1.0, 1.5, 2.25, 4.0, 6.9] {
            let (found, expected) = (queue.wait_exceeds(time), erlangs_series(utilisation, time));
            assert!((found - expected).abs() < 1e-9, "{utilisation} {time}: {found}, not {expected}");
        }
    }
    // Far out, where the series is of no use: the tail integrates to the mean up to the highest load.
    for utilisation in [0.5, 0.9, 0.95, 0.99] {
        let queue = queue(utilisation, Service::Deterministic(1.0));
        let steps = 200_000;
        let step = 40.0 / (1.0 - utilisation) / f64::from(steps);
        let sum: f64 = (0..steps).map(|index| queue.wait_exceeds((f64::from(index) + 0.5) * step)).sum::<f64>() * step;
        near(sum, queue.mean_wait().unwrap(), 1e-3);
    }
}

#[test]
fn constant_times_wait_half_as_long_and_their_latency_is_wait_and_time() {
    let queue = queue(0.9, Service::Deterministic(0.02));
    let (wait, latency) = (queue.wait_quantile(0.99).unwrap(), queue.latency_quantile(0.99).unwrap());
    near(latency, wait + 0.02, 1e-9);
    // 99 % of M/D/1 at 0.9: the exponential decay of the tail is 0.2071 per service time.
    let decay = (queue.wait_exceeds(0.4) / queue.wait_exceeds(0.6)).ln() / 10.0;
    near(decay, 0.2071, 1e-3);
    assert!(queue.is_exact() && queue.name() == "M/D/1");
}

#[test]
fn any_times_wait_as_pollaczek_and_khinchine_say() {
    // Half of the records take 1, half 3: mean 2, second moment 5.
    let service = Service::measured(&[1.0, 3.0]).unwrap();
    let queue = Queue::new(0.4, service, 1);
    near(queue.mean_wait().unwrap(), 0.4 * 5.0 / (2.0 * (1.0 - 0.8)), 1e-9);
    assert!(!queue.is_exact() && queue.name() == "M/G/1");

    let lognormal = Service::log_normal(0.01, 0.8);
    near(lognormal.scv(), (0.64_f64).exp() - 1.0, 1e-12);
    let alone = Queue::new(0.0, lognormal, 1).latency_quantile(0.9).unwrap();
    near(alone, 0.01 * (0.8 * 1.281_55 - 0.32_f64).exp(), 0.05);
    assert_eq!(Service::measured(&[]), None);
}

#[test]
fn an_overhead_makes_times_longer_and_less_uneven() {
    let service = Service::Exponential(0.010).plus(0.010);
    near(service.mean(), 0.020, 1e-12);
    near(service.scv(), 0.25, 1e-12);
    assert_eq!(Service::Exponential(0.010).plus(0.0), Service::Exponential(0.010));
}

#[test]
fn a_line_that_grows_has_no_mean() {
    for servers in [1, 3] {
        let queue = Queue::new(f64::from(servers), Service::Exponential(1.0), servers);
        assert_eq!((queue.mean_wait(), queue.latency_quantile(0.99)), (None, None));
        assert_eq!(queue.utilisation(), 1.0);
    }
    let none = Queue::new(0.0, Service::Deterministic(0.5), 1);
    assert_eq!((none.mean_wait(), none.wait_quantile(0.99)), (Some(0.0), Some(0.0)));
    near(none.latency_quantile(0.99).unwrap(), 0.5, 1e-6);
}
