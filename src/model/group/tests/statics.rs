//! Static members (KIP-345): coming back, fencing, being waited for, being sent away.

use super::scene::{check, check_after};

/// Two static members, `a` the leader and `b`, in a stable group after six seconds.
const TWO: &str = "
    0 | join a instance=one | store 0 []; +one; 0 ends: one joined | PreparingRebalance
    1 | join b instance=two | +two | PreparingRebalance
    3 | tick |  | PreparingRebalance
    6 | tick | 1 joined by 2; a<-one in 1 range led by one [one two]; b<-two in 1 range led by one | CompletingRebalance
    6 | sync a one=x two=y | store 1 [one two]; 1 assigned one=x two=y; a<-'x' | Stable
    6 | sync b | b<-'y'; halt of 6s | Stable
";

#[test]
fn static_members_need_not_ask_for_an_id() {
    check(TWO);
}

#[test]
fn a_static_member_that_comes_back_keeps_its_assignment() {
    check_after(
        TWO,
        "
        7 | join c instance=two | two2 for two; store 1 [one two2]; c<-two2 in 1 range led by one | Stable
        7 | sync c | c<-'y' | Stable
        8 | beat b | b<-FencedInstanceId | Stable
        8 | sync b | b<-FencedInstanceId | Stable
        8 | commit b | FencedInstanceId | Stable
        8 | join b | b<-FencedInstanceId | Stable
        8 | leave b | b<-FencedInstanceId | Stable
        8 | beat c | c<-ok | Stable
        ",
    );
}

#[test]
fn a_static_leader_that_comes_back_still_leads() {
    check_after(
        TWO,
        "
        7 | join c instance=one | one2 for one; store 1 [one2 two]; c<-one2 in 1 range led by one2 [one2 two] keep | Stable
        7 | sync c | c<-'x' | Stable
        8 | join c | 1 ends: leader one rejoined | PreparingRebalance
        ",
    );
}

#[test]
fn coming_back_with_another_protocol_can_need_a_rebalance() {
    check(
        "
        0 | join a instance=one protocols=range,sticky | store 0 []; +one; 0 ends: one joined | PreparingRebalance
        0 | join b instance=two protocols=range,sticky | +two | PreparingRebalance
        3 | tick |  | PreparingRebalance
        6 | tick | 1 joined by 2; a<-one in 1 range led by one [one two]; b<-two in 1 range led by one | CompletingRebalance
        6 | sync a one=x two=y | store 1 [one two]; 1 assigned one=x two=y; a<-'x' | Stable
        6 | sync b | b<-'y'; halt of 6s | Stable
        7 | join c instance=two protocols=sticky | two2 for two; 1 ends: two came back and changed the protocol | PreparingRebalance
        8 | join a | 2 joined by 2; a<-one in 2 sticky led by one [one two2]; c<-two2 in 2 sticky led by one | CompletingRebalance
        ",
    );
}

#[test]
fn coming_back_while_the_leader_assigns_begins_again() {
    check_after(
        TWO,
        "
        7 | join a | 1 ends: leader one rejoined | PreparingRebalance
        7 | join b | 2 joined by 2; a<-one in 2 range led by one [one two]; b<-two in 2 range led by one | CompletingRebalance
        7 | sync b |  | CompletingRebalance
        8 | join c instance=two | b<-FencedInstanceId; two2 for two; 2 ends: two came back while the leader was assigning | PreparingRebalance
        9 | join a | 3 joined by 2; a<-one in 3 range led by one [one two2]; c<-two2 in 3 range led by one | CompletingRebalance
        ",
    );
}

#[test]
fn coming_back_while_members_gather_fences_the_call_that_waits() {
    check_after(
        TWO,
        "
        7 | join b protocols=range:new | 1 ends: subscription of two changed | PreparingRebalance
        8 | join c instance=two | b<-FencedInstanceId; two2 for two | PreparingRebalance
        9 | join a | 2 joined by 2; a<-one in 2 range led by one [one two2]; c<-two2 in 2 range led by one | CompletingRebalance
        ",
    );
}

#[test]
fn a_static_member_that_does_not_join_again_is_kept_until_its_session_ends() {
    check(
        "
        0 | join a instance=one session=100 rebalance=8 | store 0 []; +one; 0 ends: one joined | PreparingRebalance
        0 | join b old rebalance=8 | +b | PreparingRebalance
        3 | tick |  | PreparingRebalance
        6 | tick | 1 joined by 2; b<-b in 1 range led by one; a<-one in 1 range led by one [b one] | CompletingRebalance
        6 | sync a one=x b=y | store 1 [b one]; 1 assigned b=y one=x; a<-'x' | Stable
        6 | sync b | b<-'y'; halt of 6s | Stable
        7 | join b protocols=range:new | 1 ends: subscription of b changed | PreparingRebalance
        15 | tick | 2 joined by 2; b<-b in 2 range led by b [b one] | CompletingRebalance
        15 | sync b b=x one=y | store 2 [b one]; 2 assigned b=x one=y; b<-'x'; halt of 8s | Stable
        16 | join c instance=one | one2 for one; store 2 [b one2]; c<-one2 in 2 range led by b | Stable
        16 | sync c | c<-'y' | Stable
        ",
    );
    check(
        "
        0 | join a instance=one session=20 rebalance=8 | store 0 []; +one; 0 ends: one joined | PreparingRebalance
        3 | tick | 1 joined by 1; a<-one in 1 range led by one [one] | CompletingRebalance
        3 | sync a one=x | store 1 [one]; 1 assigned one=x; a<-'x'; halt of 3s | Stable
        4 | join b | b<-MemberIdRequired | Stable
        4 | join b rebalance=8 | +b; 1 ends: b joined | PreparingRebalance
        5 | leave b | b<-ok; b<-UnknownMemberId; -b left | PreparingRebalance
        12 | tick |  | PreparingRebalance
        20 | tick |  | PreparingRebalance
        23 | tick | -one session timeout; store 2 []; 2 empty | Empty
        ",
    );
}

#[test]
fn a_static_member_is_sent_away_by_its_instance_id() {
    check_after(
        TWO,
        "
        7 | dismiss three | three<-UnknownMemberId | Stable
        7 | dismiss two | two<-ok; -two left; 1 ends: two left | PreparingRebalance
        8 | join b | b<-UnknownMemberId | PreparingRebalance
        8 | join b id=- | +two2 | PreparingRebalance
        ",
    );
}
