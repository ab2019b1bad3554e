//! Dynamic members: joining, syncing, falling silent, leaving, committing.

use std::time::Duration;

use super::scene::{check, check_after, check_with};
use crate::model::group::GroupConfig;

/// Two members in a stable group after six seconds; `a` leads.
const TWO: &str = "
    0 | join a old | store 0 []; +a; 0 ends: a joined | PreparingRebalance
    1 | join b old | +b | PreparingRebalance
    3 | tick |  | PreparingRebalance
    6 | tick | 1 joined by 2; a<-a in 1 range led by a [a b]; b<-b in 1 range led by a | CompletingRebalance
    6 | sync b |  | CompletingRebalance
    6.5 | sync a a=x b=y | store 1 [a b]; 1 assigned a=x b=y; a<-'x'; b<-'y'; halt of 6.5s | Stable
";

#[test]
fn the_first_rebalance_waits_for_company() {
    check(TWO);
}

#[test]
fn the_first_rebalance_waits_no_longer_than_the_rebalance_timeout() {
    check(
        "
        0 | join a old rebalance=7 | store 0 []; +a; 0 ends: a joined | PreparingRebalance
        2 | join b old | +b | PreparingRebalance
        3 | tick |  | PreparingRebalance
        4 | join c old | +c | PreparingRebalance
        6 | tick |  | PreparingRebalance
        6.5 | join d old | +d | PreparingRebalance
        7 | tick | 1 joined by 4; a<-a in 1 range led by a [a b c d]; b<-b in 1 range led by a; c<-c in 1 range led by a; d<-d in 1 range led by a | CompletingRebalance
        ",
    );
}

#[test]
fn without_a_delay_the_first_member_is_a_group_at_once() {
    check_with(
        GroupConfig { initial_rebalance_delay: Duration::ZERO, ..GroupConfig::default() },
        "
        0 | join a old | store 0 []; +a; 0 ends: a joined; 1 joined by 1; a<-a in 1 range led by a [a] | CompletingRebalance
        0 | sync a a=x | store 1 [a]; 1 assigned a=x; a<-'x'; halt of 0ns | Stable
        ",
    );
}

#[test]
fn a_new_member_is_given_an_id_first() {
    check(
        "
        0 | join a | a<-MemberIdRequired | Empty
        1 | beat a | a<-UnknownMemberId | Empty
        1 | join a | store 0 []; +a; 0 ends: a joined | PreparingRebalance
        4 | tick | 1 joined by 1; a<-a in 1 range led by a [a] | CompletingRebalance
        4 | sync a a=x | store 1 [a]; 1 assigned a=x; a<-'x'; halt of 3s | Stable
        5 | join b | b<-MemberIdRequired | Stable
        6 | beat a | a<-ok | Stable
        15 | beat a | a<-ok | Stable
        15 | join b | b<-UnknownMemberId | Stable
        15 | join b id=- | b<-MemberIdRequired | Stable
        16 | leave b | b<-ok | Stable
        16 | join b | b<-UnknownMemberId | Stable
        ",
    );
}

#[test]
fn whoever_was_given_an_id_is_waited_for() {
    check_after(
        TWO,
        "
        7 | join c | c<-MemberIdRequired | Stable
        8 | join d old | +d; 1 ends: d joined | PreparingRebalance
        8 | join a |  | PreparingRebalance
        9 | join b |  | PreparingRebalance
        10 | join c | +c; 2 joined by 4; a<-a in 2 range led by a [a b c d]; b<-b in 2 range led by a; c<-c in 2 range led by a; d<-d in 2 range led by a | CompletingRebalance
        ",
    );
    check_after(
        TWO,
        "
        7 | join c | c<-MemberIdRequired | Stable
        8 | join a | 1 ends: leader a rejoined | PreparingRebalance
        9 | join b |  | PreparingRebalance
        10 | leave c | c<-ok; 2 joined by 2; a<-a in 2 range led by a [a b]; b<-b in 2 range led by a | CompletingRebalance
        ",
    );
    check_after(
        TWO,
        "
        7 | join c session=6 | c<-MemberIdRequired | Stable
        8 | join a | 1 ends: leader a rejoined | PreparingRebalance
        9 | join b |  | PreparingRebalance
        13 | tick | 2 joined by 2; a<-a in 2 range led by a [a b]; b<-b in 2 range led by a | CompletingRebalance
        ",
    );
}

#[test]
fn a_newcomer_makes_everybody_join_again() {
    check_after(
        TWO,
        "
        7 | join c old | +c; 1 ends: c joined | PreparingRebalance
        8 | beat a | a<-RebalanceInProgress | PreparingRebalance
        8 | sync b | b<-RebalanceInProgress | PreparingRebalance
        8 | join b |  | PreparingRebalance
        9 | join a | 2 joined by 3; a<-a in 2 range led by a [a b c]; b<-b in 2 range led by a; c<-c in 2 range led by a | CompletingRebalance
        9.1 | beat c | c<-ok | CompletingRebalance
        9.2 | sync a a=x b=y c=z | store 2 [a b c]; 2 assigned a=x b=y c=z; a<-'x' | Stable
        9.3 | sync b | b<-'y' | Stable
        9.5 | sync c | c<-'z'; halt of 2.5s | Stable
        9.6 | sync c | c<-'z' | Stable
        ",
    );
}

#[test]
fn a_newcomer_while_the_leader_assigns_makes_everybody_begin_again() {
    check_after(
        TWO,
        "
        7 | join a | 1 ends: leader a rejoined | PreparingRebalance
        7 | join b | 2 joined by 2; a<-a in 2 range led by a [a b]; b<-b in 2 range led by a | CompletingRebalance
        7 | sync b |  | CompletingRebalance
        8 | join c old | +c; b<-RebalanceInProgress; 2 ends: c joined | PreparingRebalance
        8 | sync a a=x b=y | a<-RebalanceInProgress | PreparingRebalance
        9 | join a |  | PreparingRebalance
        9 | join b | 3 joined by 3; a<-a in 3 range led by a [a b c]; b<-b in 3 range led by a; c<-c in 3 range led by a | CompletingRebalance
        9 | sync b |  | CompletingRebalance
        9 | sync c |  | CompletingRebalance
        9 | sync a a=x b=y | store 3 [a b c]; 3 assigned a=x b=y c=; a<-'x'; b<-'y'; c<-''; halt of 2s | Stable
        ",
    );
}

#[test]
fn who_does_not_join_again_is_dropped_and_another_leads() {
    check_after(
        TWO,
        "
        7 | join b rebalance=8 protocols=range:new | 1 ends: subscription of b changed | PreparingRebalance
        10 | beat a | a<-RebalanceInProgress | PreparingRebalance
        19 | beat a | a<-RebalanceInProgress | PreparingRebalance
        28 | beat a | a<-RebalanceInProgress | PreparingRebalance
        37 | beat a | a<-RebalanceInProgress | PreparingRebalance
        46 | beat a | a<-RebalanceInProgress | PreparingRebalance
        55 | beat a | a<-RebalanceInProgress | PreparingRebalance
        64 | beat a | a<-RebalanceInProgress | PreparingRebalance
        67 | tick | -a did not rejoin in time; 2 joined by 1; b<-b in 2 range led by b [b] | CompletingRebalance
        67 | sync b b=xy | store 2 [b]; 2 assigned b=xy; b<-'xy'; halt of 60s | Stable
        67 | beat a | a<-UnknownMemberId | Stable
        ",
    );
}

#[test]
fn a_silent_member_is_missed_after_its_session_timeout() {
    check_after(
        TWO,
        "
        10 | beat a | a<-ok | Stable
        16.4 | tick |  | Stable
        16.5 | tick | -b session timeout; 1 ends: session timeout of b | PreparingRebalance
        17 | join a | 2 joined by 1; a<-a in 2 range led by a [a] | CompletingRebalance
        17 | sync a a=xy | store 2 [a]; 2 assigned a=xy; a<-'xy'; halt of 500ms | Stable
        27 | tick | -a session timeout; 2 ends: session timeout of a; store 3 []; 3 empty | Empty
        28 | beat a | a<-UnknownMemberId | Empty
        ",
    );
}

#[test]
fn a_new_member_whose_first_join_waits_five_minutes_is_dropped() {
    check_after(
        TWO,
        "
        7 | join a rebalance=1000 | 1 ends: leader a rejoined | PreparingRebalance
        7 | join b rebalance=1000 session=1000 | 2 joined by 2; a<-a in 2 range led by a [a b]; b<-b in 2 range led by a | CompletingRebalance
        7 | sync a a=x b=y | store 2 [a b]; 2 assigned a=x b=y; a<-'x' | Stable
        7 | sync b | b<-'y'; halt of 0ns | Stable
        7 | join c old | +c; 2 ends: c joined | PreparingRebalance
        17 | tick | -a session timeout | PreparingRebalance
        307 | tick | c<-UnknownMemberId; -c its first join waited too long | PreparingRebalance
        308 | join b | 3 joined by 1; b<-b in 3 range led by b [b] | CompletingRebalance
        ",
    );
}

#[test]
fn who_never_syncs_is_dropped_after_the_rebalance_timeout() {
    check_after(
        TWO,
        "
        7 | join a rebalance=8 protocols=range:new | 1 ends: subscription of a changed | PreparingRebalance
        7 | join b rebalance=8 | 2 joined by 2; a<-a in 2 range led by a [a b]; b<-b in 2 range led by a | CompletingRebalance
        8 | sync a a=x b=y | store 2 [a b]; 2 assigned a=x b=y; a<-'x' | Stable
        14 | beat b | b<-ok | Stable
        14 | beat a | a<-ok | Stable
        15 | tick | -b did not sync in time; 2 ends: b did not sync in time | PreparingRebalance
        15 | join a | 3 joined by 1; a<-a in 3 range led by a [a] | CompletingRebalance
        ",
    );
    check(
        "
        0 | join a old rebalance=4 | store 0 []; +a; 0 ends: a joined | PreparingRebalance
        0 | join b old rebalance=4 | +b | PreparingRebalance
        3 | tick |  | PreparingRebalance
        4 | tick | 1 joined by 2; a<-a in 1 range led by a [a b]; b<-b in 1 range led by a | CompletingRebalance
        4 | sync b |  | CompletingRebalance
        8 | tick | -a did not sync in time; b<-RebalanceInProgress; 1 ends: a did not sync in time | PreparingRebalance
        8 | join b | 2 joined by 1; b<-b in 2 range led by b [b] | CompletingRebalance
        ",
    );
}

#[test]
fn leaving_is_answered_and_sets_off_a_rebalance() {
    check_after(
        TWO,
        "
        7 | leave b | b<-ok; -b left; 1 ends: b left | PreparingRebalance
        7 | leave b | b<-UnknownMemberId | PreparingRebalance
        8 | join a | 2 joined by 1; a<-a in 2 range led by a [a] | CompletingRebalance
        8 | leave a | a<-ok; -a left; 2 ends: a left; store 3 []; 3 empty | Empty
        8 | leave a | a<-UnknownMemberId | Empty
        ",
    );
}

#[test]
fn leaving_while_joins_wait_answers_them() {
    check(
        "
        0 | join a | a<-MemberIdRequired | Empty
        0 | join a | store 0 []; +a; 0 ends: a joined | PreparingRebalance
        1 | leave a | a<-ok; a<-UnknownMemberId; -a left | PreparingRebalance
        3 | tick | store 1 []; 1 empty | Empty
        ",
    );
    check_after(
        TWO,
        "
        7 | join a | 1 ends: leader a rejoined | PreparingRebalance
        8 | leave b | b<-ok; -b left; 2 joined by 1; a<-a in 2 range led by a [a] | CompletingRebalance
        9 | leave a | a<-ok; -a left; 2 ends: a left; store 3 []; 3 empty | Empty
        ",
    );
}

#[test]
fn joining_again_without_a_change_is_answered_at_once() {
    check_after(
        TWO,
        "
        7 | join b | b<-b in 1 range led by a | Stable
        7 | sync b | b<-'y' | Stable
        8 | join a | 1 ends: leader a rejoined | PreparingRebalance
        8 | join b | 2 joined by 2; a<-a in 2 range led by a [a b]; b<-b in 2 range led by a | CompletingRebalance
        8 | join b | b<-b in 2 range led by a | CompletingRebalance
        8 | join a | a<-a in 2 range led by a [a b] | CompletingRebalance
        8 | sync b |  | CompletingRebalance
        8 | join b protocols=range:new | b<-RebalanceInProgress; 2 ends: subscription of b changed | PreparingRebalance
        8 | join a | 3 joined by 2; a<-a in 3 range led by a [a b]; b<-b in 3 range led by a | CompletingRebalance
        8 | sync a a=x | store 3 [a b]; 3 assigned a=x b=; a<-'x' | Stable
        8 | join c old | +c; 3 ends: c joined | PreparingRebalance
        ",
    );
}

#[test]
fn a_newer_call_of_a_member_ends_the_older() {
    check_after(
        TWO,
        "
        7 | join a | 1 ends: leader a rejoined | PreparingRebalance
        7 | join a | a<-RebalanceInProgress | PreparingRebalance
        8 | join b | 2 joined by 2; a<-a in 2 range led by a [a b]; b<-b in 2 range led by a | CompletingRebalance
        8 | sync b |  | CompletingRebalance
        8 | sync b | b<-RebalanceInProgress | CompletingRebalance
        8 | sync a a=x b=y | store 2 [a b]; 2 assigned a=x b=y; a<-'x'; b<-'y'; halt of 1s | Stable
        ",
    );
}

#[test]
fn the_protocol_is_what_most_prefer_of_what_all_can() {
    check(
        "
        0 | join a old protocols=sticky,range,roundrobin | store 0 []; +a; 0 ends: a joined | PreparingRebalance
        0 | join b old protocols=roundrobin,range | +b | PreparingRebalance
        0 | join c old protocols=range,roundrobin,sticky | +c | PreparingRebalance
        0 | join d old protocols=sticky | d<-InconsistentGroupProtocol | PreparingRebalance
        0 | join d old protocols=range type=connect | d<-InconsistentGroupProtocol | PreparingRebalance
        0 | join d old protocols=range,range type=consumer | +d | PreparingRebalance
        3 | tick |  | PreparingRebalance
        6 | tick | 1 joined by 4; a<-a in 1 range led by a [a b c d]; b<-b in 1 range led by a; c<-c in 1 range led by a; d<-d in 1 range led by a | CompletingRebalance
        6 | join b protocols=sticky | b<-InconsistentGroupProtocol | CompletingRebalance
        ",
    );
}

#[test]
fn what_a_join_must_not_be() {
    check_with(
        GroupConfig { max_size: 2, ..GroupConfig::default() },
        "
        0 | join a session=5 | a<-InvalidSessionTimeout | Empty
        0 | join a session=1801 | a<-InvalidSessionTimeout | Empty
        0 | join a session=10 protocols=range type= | a<-InconsistentGroupProtocol | Empty
        0 | join a type=consumer id=a-who | a<-UnknownMemberId | Empty
        0 | join a id=- instance=i id=a-who | a<-UnknownMemberId | Empty
        0 | join b old | store 0 []; +b; 0 ends: b joined | PreparingRebalance
        0 | join c old | +c | PreparingRebalance
        0 | join d old | d<-GroupMaxSizeReached | PreparingRebalance
        3 | tick |  | PreparingRebalance
        6 | tick | 1 joined by 2; b<-b in 1 range led by b [b c]; c<-c in 1 range led by b | CompletingRebalance
        6 | join d | d<-GroupMaxSizeReached | CompletingRebalance
        6 | sync b b=x c=y | store 1 [b c]; 1 assigned b=x c=y; b<-'x' | Stable
        6 | sync c | c<-'y'; halt of 6s | Stable
        6 | beat c gen=0 | c<-IllegalGeneration | Stable
        6 | sync c | c<-IllegalGeneration | Stable
        6 | beat c gen=1 | c<-ok | Stable
        6 | beat d gen=1 | d<-UnknownMemberId | Stable
        ",
    );
}

#[test]
fn who_may_commit() {
    check(
        "
        0 | commit x | ok | Empty
        0 | commit x gen=3 | UnknownMemberId | Empty
        ",
    );
    check_after(
        TWO,
        "
        7 | commit x | UnknownMemberId | Stable
        7 | commit a | ok | Stable
        8 | commit b gen=0 | IllegalGeneration | Stable
        8 | commit b gen=1 | ok | Stable
        9 | join c old | +c; 1 ends: c joined | PreparingRebalance
        9 | commit a | ok | PreparingRebalance
        9 | join b |  | PreparingRebalance
        9 | join a | 2 joined by 3; a<-a in 2 range led by a [a b c]; b<-b in 2 range led by a; c<-c in 2 range led by a | CompletingRebalance
        9 | commit a | RebalanceInProgress | CompletingRebalance
        18 | tick |  | CompletingRebalance
        ",
    );
    check_after(
        TWO,
        "
        16 | commit a | ok | Stable
        16.5 | tick | -b session timeout; 1 ends: session timeout of b | PreparingRebalance
        16.5 | commit b | UnknownMemberId | PreparingRebalance
        26.5 | tick | -a session timeout; store 2 []; 2 empty | Empty
        26.5 | commit x | ok | Empty
        26.5 | delete nobody | erase; nobody<-ok | Dead
        26.5 | commit x | CoordinatorNotAvailable | Dead
        ",
    );
}

#[test]
fn only_an_empty_group_can_be_deleted() {
    check_after(
        TWO,
        "
        7 | delete nobody | nobody<-NonEmptyGroup | Stable
        7 | leave a | a<-ok; -a left; 1 ends: a left | PreparingRebalance
        7 | leave b | b<-ok; -b left; store 2 []; 2 empty | Empty
        7 | join c | c<-MemberIdRequired | Empty
        7 | delete nobody | erase; nobody<-ok | Dead
        7 | delete nobody | nobody<-GroupIdNotFound | Dead
        7 | join c | c<-CoordinatorNotAvailable | Dead
        7 | beat a | a<-CoordinatorNotAvailable | Dead
        7 | sync a | a<-CoordinatorNotAvailable | Dead
        7 | leave a | a<-CoordinatorNotAvailable | Dead
        99 | tick |  | Dead
        ",
    );
}

#[test]
fn a_restart_keeps_the_members_and_begins_their_sessions_anew() {
    check_after(
        TWO,
        "
        7 | join c | c<-MemberIdRequired | Stable
        16 | restart |  | Stable
        25 | beat a | a<-ok | Stable
        25 | join c | c<-UnknownMemberId | Stable
        25 | join c id=- | c<-MemberIdRequired | Stable
        25.9 | sync b | b<-'y' | Stable
        35 | tick | -a session timeout; 1 ends: session timeout of a | PreparingRebalance
        36 | tick | -b session timeout; store 2 []; 2 empty | Empty
        ",
    );
}
