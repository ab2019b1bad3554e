//! The expression language of claims: what it reads, what it refuses and where.

use super::*;
use crate::scenario::library;

fn crash() -> Scenario {
    library::get("crash").unwrap()
}

#[test]
fn claims_are_read_in_the_units_of_their_metrics() {
    let group = || Subject::Group("billing".to_owned());
    let table = [
        ("billing.lost == 0", group(), Metric::Lost, Comparison::Equal, 0.0),
        ("billing.lag<1_200", group(), Metric::Lag, Comparison::Less, 1_200.0),
        (" billing.p99 <= 50ms ", group(), Metric::LatencyP99, Comparison::LessOrEqual, 0.05),
        ("billing.busy > 80%", group(), Metric::Busy, Comparison::Greater, 0.8),
        (
            "billing-2.busy >= 0.5",
            Subject::Consumer("billing-2".to_owned()),
            Metric::Busy,
            Comparison::GreaterOrEqual,
            0.5,
        ),
        (
            "web.throughput != 1.5k/s",
            Subject::Producer("web".to_owned()),
            Metric::Throughput,
            Comparison::NotEqual,
            1_500.0,
        ),
        ("run.bytes_in > 1 MB", Subject::Run, Metric::BytesIn, Comparison::Greater, 1e6),
    ];
    for (that, subject, metric, comparison, bound) in table {
        let expect = Expect::parse(that, None, &crash()).unwrap();
        let bound = Bound::Value(bound);
        assert_eq!(expect, Expect { that: that.to_owned(), at: None, subject, metric, comparison, bound });
    }
}

#[test]
fn a_wrong_claim_is_pointed_at() {
    let table = [
        ("billing.lost", 0, "an expectation compares a metric with a value; write it like \"billing.lost == 0\""),
        ("billing.lost = 0", 13, "the comparison must be ==, !=, <, <=, > or >="),
        ("lost == 0", 0, "an expectation begins with SUBJECT.METRIC; write it like \"billing.lost == 0\""),
        ("biling.lost == 0", 0, "nothing is called \"biling\"; did you mean \"billing\"?"),
        ("billing.lots == 0", 8, "a group has no metric \"lots\"; did you mean \"lost\"?"),
        (
            "web.lag == 0",
            4,
            "a producer has no metric \"lag\"; it has produced, accepted, failed, bytes_in, throughput",
        ),
        ("billing.lost == none", 16, "\"none\" is not a number, such as \"0\" or \"1200\""),
        ("billing.p99 < 50", 14, "\"50\" is not a length of time, such as \"5ms\", \"400us\", \"2 min\" or \"1h\""),
        ("billing.lost < billing.p99", 15, "lost and p99 have different units: they can't be compared"),
    ];
    for (that, at, message) in table {
        assert_eq!(Expect::parse(that, None, &crash()).unwrap_err(), error(at, message.to_owned()), "{that}");
    }
}

#[test]
fn what_was_measured_decides() {
    let judge = |that: &str, value: Option<f64>| Expect::parse(that, None, &crash()).unwrap().judge(|_, _| value).held;
    assert!(judge("billing.lag <= 5", Some(5.0)));
    assert!(!judge("billing.lag < 5", Some(5.0)));
    assert!(judge("billing.lag == 5", Some(5.0)));
    assert!(!judge("billing.lag != 5", Some(5.0)));
    assert!(!judge("billing.lag >= 5", Some(f64::NAN)));
    // A group without a commit has no lag: nothing can be claimed of it.
    assert!(!judge("billing.lag >= 0", None));
}

#[test]
fn metrics_are_compared_with_each_other() {
    let expect = Expect::parse("billing.duplicates < billing.processed_once", None, &crash()).unwrap();
    let measured = |_: &Subject, metric: Metric| Some(if metric == Metric::Duplicates { 3.0 } else { 8.0 });
    let judged = expect.judge(measured);
    assert_eq!((judged.value, judged.held), (Some(3.0), true));
}
