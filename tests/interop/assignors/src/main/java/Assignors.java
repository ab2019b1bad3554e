// What Kafka's own assignors answer: the oracle for tests/assignors.rs and the yardstick for benches/assign.rs.
//
//   cd tests/interop/assignors
//   mvn -q -B compile dependency:build-classpath -Dmdep.outputFile=target/classpath
//   java -cp target/classes:$(cat target/classpath) Assignors > ../../data/assignors.json    writes the cases anew
//   java -cp target/classes:$(cat target/classpath) Assignors bench                          times the sticky assignors
//
// The cases come from a fixed seed, so that running it again with the same kafka-clients writes the same file
// (-Dseed=.. and -Dcases=.. before the class name write others).
// Each case is a group (members, subscriptions, partition counts) with what its members held before: the
// answer to an earlier group from which members left, to which others came, and whose topics grew. Some
// members tell of an old generation, some claim what another holds. Partitions are written "topic:1 2;other:0".

import java.nio.ByteBuffer;
import java.util.*;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.*;
import org.apache.kafka.clients.consumer.internals.*;
import org.apache.kafka.common.TopicPartition;

public final class Assignors {
    static final int CASES = Integer.getInteger("cases", 300);
    static final long SEED = Long.getLong("seed", 20_090);
    static final Comparator<TopicPartition> BY_NAME =
        Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    record Member(String id, String instance, List<String> topics) {}

    record Claim(List<TopicPartition> owned, int generation) {}

    record Group(List<Member> members, TreeMap<String, Integer> partitions) {}

    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("bench")) {
            bench();
            return;
        }
        Random random = new Random(SEED);
        List<String> cases = new ArrayList<>();
        while (cases.size() < CASES) {
            try {
                cases.add(oneCase(random, cases.size()));
            } catch (NullPointerException kafkaFails) {
                // kafka-clients 4.1.0 can't answer some groups in which an owner of an older generation has
                // since left its topics (AbstractStickyAssignor.performReassignments). The next one, then.
            }
        }
        System.out.println("[\n" + String.join(",\n", cases) + "\n]");
    }

    // ---- cases

    static String oneCase(Random random, int number) {
        boolean alike = random.nextInt(5) < 2;
        Group before = anyGroup(random, alike);
        Group group = number % 6 == 0 ? before : changed(random, before, alike);
        List<String> fields = new ArrayList<>();
        fields.add("\"partitions\":" + object(group.partitions, String::valueOf));
        fields.add("\"members\":" + array(group.members, Assignors::member));
        for (String name : List.of("range", "roundrobin")) {
            fields.add(quoted(name) + ":{\"result\":" + told(group, assign(name, group, Map.of())) + "}");
        }
        long claims = random.nextLong();
        for (String name : List.of("sticky", "cooperative-sticky")) {
            Map<String, Claim> claimed = number % 6 == 0 ? Map.of() : claims(new Random(claims), name, before, group);
            fields.add(quoted(name) + ":" + answers(name, group, claimed));
        }
        return "{" + String.join(",", fields) + "}";
    }

    static Group anyGroup(Random random, boolean alike) {
        TreeMap<String, Integer> partitions = new TreeMap<>();
        int topics = 1 + random.nextInt(6);
        for (int at = 0; at < topics; at++) {
            partitions.put("topic-" + (char) ('a' + random.nextInt(26)), 1 + random.nextInt(12));
        }
        List<Member> members = new ArrayList<>();
        int count = 1 + random.nextInt(9);
        List<String> wanted = alike ? wanted(random, partitions) : null;
        for (int at = 0; at < count; at++) {
            members.add(anyMember(random, alike ? wanted : wanted(random, partitions)));
        }
        return new Group(members, partitions);
    }

    static Member anyMember(Random random, List<String> topics) {
        String id = "consumer-" + Long.toString(random.nextLong() & 0xffffffffffL, 36);
        return new Member(id, random.nextInt(4) == 0 ? "instance-" + random.nextInt(10) + id : null, topics);
    }

    static List<String> wanted(Random random, TreeMap<String, Integer> partitions) {
        List<String> topics = partitions.keySet().stream().filter(topic -> random.nextInt(3) > 0).collect(Collectors.toList());
        if (topics.isEmpty() || random.nextInt(12) == 0) {
            topics.add(random.nextBoolean() ? "no-such-topic" : partitions.firstKey());
        }
        return topics.stream().distinct().sorted().collect(Collectors.toList());
    }

    static Group changed(Random random, Group before, boolean alike) {
        TreeMap<String, Integer> partitions = new TreeMap<>(before.partitions);
        partitions.replaceAll((topic, count) -> random.nextInt(4) == 0 ? count + 1 + random.nextInt(5) : count);
        if (random.nextInt(6) == 0) {
            partitions.put("topic-new", 1 + random.nextInt(8));
        }
        if (random.nextInt(8) == 0 && partitions.size() > 1) {
            partitions.remove(partitions.firstKey());
        }
        List<String> all = alike && random.nextInt(3) == 0 ? new ArrayList<>(partitions.keySet()) : null;
        List<Member> members = new ArrayList<>();
        for (Member member : before.members) {
            if (random.nextInt(4) > 0) {
                boolean wantsOther = !alike && random.nextInt(5) == 0;
                List<String> topics = all != null ? all : wantsOther ? wanted(random, partitions) : member.topics;
                members.add(new Member(member.id, member.instance, topics));
            }
        }
        int joining = random.nextInt(4) + (members.isEmpty() ? 1 : 0);
        for (int at = 0; at < joining; at++) {
            List<String> topics = all != null ? all : alike ? before.members.get(0).topics : wanted(random, partitions);
            members.add(anyMember(random, topics));
        }
        return new Group(members, partitions);
    }

    /** What the remaining members held, now and then with a stale generation or another's partition. */
    static Map<String, Claim> claims(Random random, String name, Group before, Group group) {
        Map<String, List<TopicPartition>> previous = assign(name, before, Map.of());
        Map<String, Claim> claims = new TreeMap<>();
        boolean hasStale = random.nextInt(6) == 0;
        boolean hasConflict = random.nextInt(6) == 0;
        for (Member member : group.members) {
            List<TopicPartition> owned = sorted(previous.getOrDefault(member.id, List.of()));
            if (!owned.isEmpty()) {
                claims.put(member.id, new Claim(owned, hasStale && random.nextInt(3) == 0 ? 3 : 4));
            }
        }
        if (hasConflict && claims.size() > 1) {
            List<String> ids = new ArrayList<>(claims.keySet());
            TopicPartition disputed = claims.get(ids.get(0)).owned.get(0);
            Claim other = claims.get(ids.get(1));
            List<TopicPartition> owned = new ArrayList<>(other.owned);
            owned.add(disputed);
            claims.put(ids.get(1), new Claim(sorted(owned), other.generation));
        }
        return claims;
    }

    /** The answer, and for the cooperative one also where the rebalances that follow end. */
    static String answers(String name, Group group, Map<String, Claim> claims) {
        List<String> fields = new ArrayList<>();
        fields.add("\"owned\":" + array(group.members, member -> quoted(joined(claim(claims, member).owned))));
        fields.add("\"generations\":" + array(group.members, member -> String.valueOf(claim(claims, member).generation)));
        Map<String, List<TopicPartition>> result = assign(name, group, claims);
        fields.add("\"result\":" + told(group, result));
        if (name.equals("cooperative-sticky")) {
            fields.add("\"settled\":" + told(group, settled(name, group, result)));
        }
        Member first = group.members.get(0);
        fields.add("\"metadata\":" + hex(ConsumerProtocol.serializeSubscription(subscription(name, first, claim(claims, first)))));
        List<TopicPartition> assigned = sorted(result.get(first.id));
        fields.add("\"assignment\":" + hex(ConsumerProtocol.serializeAssignment(new Assignment(assigned))));
        return "{" + String.join(",", fields) + "}";
    }

    /** Rebalances until nothing changes any more. */
    static Map<String, List<TopicPartition>> settled(String name, Group group, Map<String, List<TopicPartition>> result) {
        Map<String, List<TopicPartition>> now = result;
        for (int generation = 5; generation < 15; generation++) {
            Map<String, Claim> claims = new TreeMap<>();
            for (Map.Entry<String, List<TopicPartition>> entry : now.entrySet()) {
                claims.put(entry.getKey(), new Claim(sorted(entry.getValue()), generation));
            }
            Map<String, List<TopicPartition>> next = assign(name, group, claims);
            if (told(group, next).equals(told(group, now))) {
                return next;
            }
            now = next;
        }
        throw new IllegalStateException("does not settle");
    }

    static Claim claim(Map<String, Claim> claims, Member member) {
        return claims.getOrDefault(member.id, new Claim(List.of(), -1));
    }

    // ---- Kafka's assignors

    static AbstractPartitionAssignor assignor(String name) {
        return switch (name) {
            case "range" -> new RangeAssignor();
            case "roundrobin" -> new RoundRobinAssignor();
            case "sticky" -> new StickyAssignor();
            case "cooperative-sticky" -> new CooperativeStickyAssignor();
            default -> throw new IllegalArgumentException(name);
        };
    }

    static Map<String, List<TopicPartition>> assign(String name, Group group, Map<String, Claim> claims) {
        // Kafka's own caller names only the topics that somebody subscribes to.
        Map<String, Integer> partitions = new HashMap<>(group.partitions);
        partitions.keySet().removeIf(topic -> group.members.stream().noneMatch(member -> member.topics.contains(topic)));
        return assignor(name).assign(partitions, subscriptions(name, group, claims));
    }

    static Map<String, Subscription> subscriptions(String name, Group group, Map<String, Claim> claims) {
        Map<String, Subscription> subscriptions = new HashMap<>();
        for (Member member : group.members) {
            Subscription subscription = subscription(name, member, claim(claims, member));
            subscription.setGroupInstanceId(Optional.ofNullable(member.instance));
            subscriptions.put(member.id, subscription);
        }
        return subscriptions;
    }

    /** As the member's client builds it: the assignor is told of the assignment and asked for its user data. */
    static Subscription subscription(String name, Member member, Claim claim) {
        AbstractPartitionAssignor own = assignor(name);
        if (claim.generation >= 0) {
            own.onAssignment(new Assignment(claim.owned),
                new ConsumerGroupMetadata("group", claim.generation, member.id, Optional.ofNullable(member.instance)));
        }
        ByteBuffer userData = own.subscriptionUserData(new TreeSet<>(member.topics));
        List<TopicPartition> owned = name.equals("cooperative-sticky") ? claim.owned : List.of();
        return new Subscription(member.topics, userData, owned, claim.generation, Optional.empty());
    }

    // ---- how it is written

    static String member(Member member) {
        String instance = member.instance == null ? "null" : quoted(member.instance);
        return "{\"id\":" + quoted(member.id) + ",\"instance\":" + instance
            + ",\"topics\":" + array(member.topics, Assignors::quoted) + "}";
    }

    static String told(Group group, Map<String, List<TopicPartition>> result) {
        return array(group.members, member -> quoted(joined(result.get(member.id))));
    }

    static String joined(List<TopicPartition> partitions) {
        Map<String, List<String>> byTopic = new TreeMap<>();
        for (TopicPartition one : sorted(partitions)) {
            byTopic.computeIfAbsent(one.topic(), topic -> new ArrayList<>()).add(String.valueOf(one.partition()));
        }
        return byTopic.entrySet().stream().map(entry -> entry.getKey() + ":" + String.join(" ", entry.getValue()))
            .collect(Collectors.joining(";"));
    }

    static List<TopicPartition> sorted(List<TopicPartition> partitions) {
        return partitions.stream().sorted(BY_NAME).collect(Collectors.toList());
    }

    static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return quoted(HexFormat.of().formatHex(copy));
    }

    static <T> String array(Collection<T> items, Function<T, String> written) {
        return items.stream().map(written).collect(Collectors.joining(",", "[", "]"));
    }

    static <T> String object(Map<String, T> items, Function<T, String> written) {
        return items.entrySet().stream().map(item -> quoted(item.getKey()) + ":" + written.apply(item.getValue()))
            .collect(Collectors.joining(",", "{", "}"));
    }

    static String quoted(String text) {
        return "\"" + text + "\"";
    }

    // ---- bench

    /**
     * Prints "assignor what milliseconds", the median of warm runs. A thousand members that all read ten
     * topics of a thousand partitions; then one that leaves and one that comes.
     */
    static void bench() {
        TreeMap<String, Integer> partitions = new TreeMap<>();
        for (int at = 0; at < 10; at++) {
            partitions.put("topic-" + at, 1000);
        }
        List<String> topics = new ArrayList<>(partitions.keySet());
        List<Member> members = new ArrayList<>();
        for (int at = 0; at < 1000; at++) {
            members.add(new Member(String.format("consumer-%04d", at), null, topics));
        }
        Group group = new Group(members, partitions);
        List<Member> others = new ArrayList<>(members);
        others.remove(500);
        others.add(new Member("consumer-1000", null, topics));
        for (String name : List.of("sticky", "cooperative-sticky")) {
            time(name, "from-scratch", group, Map.of());
            Map<String, Claim> claims = new TreeMap<>();
            assign(name, group, Map.of()).forEach((id, owned) -> claims.put(id, new Claim(sorted(owned), 4)));
            time(name, "rebalance", new Group(others, partitions), claims);
        }
    }

    static void time(String name, String what, Group group, Map<String, Claim> claims) {
        List<Double> millis = new ArrayList<>();
        for (int run = 0; run < 600; run++) {
            Map<String, Subscription> subscriptions = subscriptions(name, group, claims);
            Map<String, Integer> partitions = new HashMap<>(group.partitions);
            long start = System.nanoTime();
            Map<String, List<TopicPartition>> result = assignor(name).assign(partitions, subscriptions);
            double taken = (System.nanoTime() - start) / 1e6;
            if (result.size() != group.members.size()) {
                throw new IllegalStateException("a member is missing");
            }
            if (run >= 300) {
                millis.add(taken);
            }
        }
        Collections.sort(millis);
        System.out.printf(Locale.ROOT, "%s %s %.3f%n", name, what, millis.get(millis.size() / 2));
    }
}
