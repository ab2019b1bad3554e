//! What an edit is called: for undo, for recordings, and to tell which edits are one movement of a hand.

use crate::model::units::{Rate, Span};

use super::command::{Command, ExperimentChange};
use super::settings::{Change, consumer, producer};
use super::words;

/// An edit in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is changed, such as `rate of web`; edits of the same thing in a row are one. Empty where every
    /// edit stands for itself.
    pub thing: String,
    /// The whole, such as `rate of web to 300/s`.
    pub text: String,
}

impl Words {
    fn once(text: String) -> Self {
        Self { thing: String::new(), text }
    }

    fn setting(setting: &str, of: &str, value: &str) -> Self {
        let thing = format!("{setting} of {of}");
        Self { text: format!("{thing} to {value}"), thing }
    }

    fn change<S>(of: &str, change: &Change<S>) -> Self {
        Self::setting(&change.setting.label.to_lowercase(), of, &change.words())
    }
}

/// What the edit that a command asks for is called; `None` for a command that is no edit.
pub fn words_of(command: &Command) -> Option<Words> {
    Some(match command {
        Command::SetRate { producer, per_second } => {
            let rate = Rate::from_per_second(*per_second).map(|rate| rate.to_string());
            let rate = rate.unwrap_or_else(|| per_second.to_string());
            Words::setting(&producer::RATE.label.to_lowercase(), producer, &rate)
        }
        Command::SetProcessing { consumer, mean } => {
            let setting = consumer::PROCESSING_TIME.label.to_lowercase();
            Words::setting(&setting, consumer, &words::rounded(*mean).to_string())
        }
        Command::SetProducer { producer, change } => Words::change(producer, change),
        Command::SetConsumer { consumer, change } => Words::change(consumer, change),
        Command::SetGroup { group, change } => Words::change(group, change),
        Command::SetWork { group, change } => Words::change(group, change),
        Command::SetExperiment(change) => experiment_words(change),
        Command::AddTopic(topic) => {
            Words::once(format!("add topic {} with {} partitions", topic.name, topic.partitions))
        }
        Command::DeleteTopic(name) => Words::once(format!("delete topic {name}")),
        Command::ConfigureTopic { topic, key, value } => Words::setting(key, topic, value),
        Command::AddPartitions { topic, count } => Words::once(format!("add {count} partitions to {topic}")),
        Command::AddProducer(producer) => Words::once(match producer.count {
            1 => format!("add producer {}", producer.name),
            count => format!("add {count} producers {}", producer.name),
        }),
        Command::RemoveProducer(name) => Words::once(format!("remove producer {name}")),
        Command::AddGroup(group) => Words::once(format!("add group {}", group.name)),
        Command::RemoveGroup(name) => Words::once(format!("remove group {name}")),
        Command::AddConsumer { group } | Command::AddConsumers { group, count: 1, .. } => {
            Words::once(format!("add a consumer to {group}"))
        }
        Command::AddConsumers { group, count, .. } => Words::once(format!("add {count} consumers to {group}")),
        Command::RemoveConsumer(name) => Words::once(format!("remove consumer {name}")),
        Command::Run
        | Command::Pause
        | Command::Step(_)
        | Command::SetSpeed(_)
        | Command::Start(_)
        | Command::Stop(_)
        | Command::Crash(_)
        | Command::Stall(_)
        | Command::Slow { .. }
        | Command::Open(_)
        | Command::Reopen
        | Command::Save(_)
        | Command::Export(_)
        | Command::SaveRecording(_)
        | Command::Forecast { .. }
        | Command::ClearForecast
        | Command::Undo
        | Command::Redo => return None,
    })
}

fn experiment_words(change: &ExperimentChange) -> Words {
    let (setting, value) = match change {
        ExperimentChange::Title(title) => ("title", title.clone()),
        ExperimentChange::About(_) => ("description", "another text".to_owned()),
        ExperimentChange::Duration(None) => ("duration", "without end".to_owned()),
        ExperimentChange::Duration(Some(duration)) => ("duration", Span(*duration).to_string()),
        ExperimentChange::Seed(seed) => ("seed", seed.to_string()),
        ExperimentChange::Durability(durability) => ("durability", durability.name().to_owned()),
    };
    Words::setting(setting, "the experiment", &value)
}
