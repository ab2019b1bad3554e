//! A recommendation as others want it configured: a command, a Kubernetes resource, a Terraform resource. Text
//! only; nothing is run or applied.

use std::fmt::Write as _;
use std::time::Duration;

use crate::planner::choice::Choice;
use crate::scenario::plan::Plan;

/// A way to configure a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takeaway {
    /// `kafka-topics.sh`, which comes with Kafka.
    KafkaTopics,
    /// A `KafkaTopic` for Strimzi's operator.
    Strimzi,
    /// A `kafka_topic` for the provider Mongey/kafka.
    Terraform,
}

impl Takeaway {
    pub const ALL: [Self; 3] = [Self::KafkaTopics, Self::Strimzi, Self::Terraform];

    pub const fn name(self) -> &'static str {
        match self {
            Self::KafkaTopics => "kafka-topics",
            Self::Strimzi => "strimzi",
            Self::Terraform => "terraform",
        }
    }

    /// The configuration of a topic with so many partitions, in a file or on a command line.
    pub fn text(self, plan: &Plan, choice: Choice) -> String {
        let topic = Topic::of(plan, choice);
        match self {
            Self::KafkaTopics => topic.command(),
            Self::Strimzi => topic.strimzi(),
            Self::Terraform => topic.terraform(),
        }
    }
}

/// What all of them say.
struct Topic {
    name: String,
    partitions: u32,
    replicas: u32,
    /// -1 is Kafka's word for for ever.
    retention_millis: i64,
    consumers: u32,
}

impl Topic {
    fn of(plan: &Plan, choice: Choice) -> Self {
        let millis = |retention: Duration| i64::try_from(retention.as_millis()).unwrap_or(i64::MAX);
        Self {
            name: name(&plan.title),
            partitions: choice.partitions,
            replicas: plan.replication_factor,
            retention_millis: plan.retention.map_or(-1, millis),
            consumers: choice.consumers,
        }
    }

    /// What stays written, and what one replica less can be written with.
    fn min_insync_replicas(&self) -> u32 {
        self.replicas.saturating_sub(1).max(1)
    }

    fn command(&self) -> String {
        format!(
            "# Read it with {} in one group.\n\
             kafka-topics.sh --bootstrap-server localhost:9092 --create --topic {} \\\n\
             \x20 --partitions {} --replication-factor {} \\\n\
             \x20 --config retention.ms={} --config min.insync.replicas={}\n",
            self.readers(),
            self.name,
            self.partitions,
            self.replicas,
            self.retention_millis,
            self.min_insync_replicas()
        )
    }

    fn strimzi(&self) -> String {
        let mut text = format!("# Read it with {} in one group.\n", self.readers());
        let lines = [
            "apiVersion: kafka.strimzi.io/v1beta2".to_owned(),
            "kind: KafkaTopic".to_owned(),
            "metadata:".to_owned(),
            // Kubernetes has its own rule for names; the topic keeps its own.
            format!("  name: {}", resource_name(&self.name)),
            "  labels:".to_owned(),
            "    strimzi.io/cluster: my-cluster".to_owned(),
            "spec:".to_owned(),
            format!("  topicName: {}", self.name),
            format!("  partitions: {}", self.partitions),
            format!("  replicas: {}", self.replicas),
            "  config:".to_owned(),
            format!("    retention.ms: {}", self.retention_millis),
            format!("    min.insync.replicas: {}", self.min_insync_replicas()),
        ];
        for line in lines {
            writeln!(text, "{line}").expect("writing to memory doesn't fail");
        }
        text
    }

    fn terraform(&self) -> String {
        format!(
            "# Read it with {} in one group.\n\
             resource \"kafka_topic\" \"{}\" {{\n\
             \x20 name               = \"{}\"\n\
             \x20 partitions         = {}\n\
             \x20 replication_factor = {}\n\
             \n\
             \x20 config = {{\n\
             \x20   \"retention.ms\"        = \"{}\"\n\
             \x20   \"min.insync.replicas\" = \"{}\"\n\
             \x20 }}\n\
             }}\n",
            self.readers(),
            resource_name(&self.name).replace(['-', '.'], "_"),
            self.name,
            self.partitions,
            self.replicas,
            self.retention_millis,
            self.min_insync_replicas()
        )
    }

    fn readers(&self) -> String {
        format!("{} consumer{}", self.consumers, if self.consumers == 1 { "" } else { "s" })
    }
}

/// Longest name of a topic.
const MAX_NAME: usize = 249;

/// A topic's name that is like a title: letters, digits, `.`, `_` and `-` as they are, and `-` for the rest.
fn name(title: &str) -> String {
    let legal = |letter: char| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '-' };
    let dashed: String = title.trim().chars().map(legal).collect();
    let parts: Vec<&str> = dashed.split('-').filter(|part| !part.is_empty()).collect();
    let mut name = parts.join("-").to_lowercase();
    name.truncate(MAX_NAME);
    // These two and nothing are no names.
    if name.trim_matches('.').is_empty() { "topic".to_owned() } else { name }
}

/// Lower case letters, digits and dashes, with a letter in front.
fn resource_name(name: &str) -> String {
    let name = name.replace(['_', '.'], "-");
    let name = name.trim_matches('-');
    if name.starts_with(|first: char| first.is_ascii_lowercase()) { name.to_owned() } else { format!("topic-{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHOICE: Choice = Choice { partitions: 36, consumers: 37 };

    fn plan(title: &str) -> Plan {
        Plan { title: title.to_owned(), retention: Some(Duration::from_hours(72)), ..Plan::default() }
    }

    #[test]
    fn the_command_creates_the_topic() {
        assert_eq!(
            Takeaway::KafkaTopics.text(&plan("Checkout 2027"), CHOICE),
            "# Read it with 37 consumers in one group.\n\
             kafka-topics.sh --bootstrap-server localhost:9092 --create --topic checkout-2027 \\\n  \
             --partitions 36 --replication-factor 3 \\\n  \
             --config retention.ms=259200000 --config min.insync.replicas=2\n"
        );
    }

    #[test]
    fn strimzi_and_terraform_say_the_same() {
        let text = Takeaway::Strimzi.text(&plan("2027_Checkout"), CHOICE);
        for line in
            ["  name: topic-2027-checkout\n", "  topicName: 2027_checkout\n", "  partitions: 36\n", "  replicas: 3\n"]
        {
            assert!(text.contains(line), "{text}");
        }
        assert!(text.contains("    retention.ms: 259200000\n    min.insync.replicas: 2\n"), "{text}");
        let text = Takeaway::Terraform.text(&plan("2027_Checkout"), CHOICE);
        assert!(text.contains(
            "resource \"kafka_topic\" \"topic_2027_checkout\" {\n  name               = \"2027_checkout\"\n"
        ));
        assert!(text.contains("  partitions         = 36\n  replication_factor = 3\n"), "{text}");
        let opened = text.matches('{').count();
        assert_eq!((opened, text.matches('}').count()), (2, 2));
    }

    #[test]
    fn any_title_gives_a_legal_name() {
        for (title, expected) in [
            ("A  burst, again!", "a-burst-again"),
            ("", "topic"),
            ("..", "topic"),
            ("äöü", "topic"),
            ("a.b_c", "a.b_c"),
        ] {
            assert_eq!(name(title), expected, "{title}");
            assert!(crate::model::topic::TopicName::new(&name(title)).is_ok());
        }
        let endless = Plan { retention: None, ..plan("x") };
        assert!(Takeaway::KafkaTopics.text(&endless, CHOICE).contains("retention.ms=-1"));
    }
}
