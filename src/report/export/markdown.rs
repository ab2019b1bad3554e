//! Markdown as HTML. What a scenario says of itself is written by others: no HTML of its own gets through,
//! and of links only the words are left.

use pulldown_cmark::{Event, Parser, TagEnd};

use super::svg::escaped;

/// A text as paragraphs, lists and emphasis.
pub fn html(markdown: &str) -> String {
    Parser::new(markdown).map(piece).collect()
}

fn piece(event: Event<'_>) -> String {
    match event {
        Event::Start(tag) => element(tag.to_end()).map_or_else(String::new, |name| format!("<{name}>")),
        Event::End(tag) => element(tag).map_or_else(String::new, |name| format!("</{name}>")),
        Event::Code(code) => format!("<code>{}</code>", escaped(&code)),
        Event::SoftBreak => "\n".to_owned(),
        Event::HardBreak => "<br>".to_owned(),
        Event::Rule => "<hr>".to_owned(),
        Event::TaskListMarker(is_done) => if is_done { "☑ " } else { "☐ " }.to_owned(),
        Event::Text(text)
        | Event::Html(text)
        | Event::InlineHtml(text)
        | Event::InlineMath(text)
        | Event::DisplayMath(text)
        | Event::FootnoteReference(text) => escaped(&text),
    }
}

/// The element that a tag becomes; `None` where only its words are kept.
fn element(tag: TagEnd) -> Option<&'static str> {
    match tag {
        TagEnd::Paragraph => Some("p"),
        // The report has headings of its own above these.
        TagEnd::Heading(_) => Some("h3"),
        TagEnd::BlockQuote(_) => Some("blockquote"),
        TagEnd::CodeBlock => Some("pre"),
        TagEnd::List(is_numbered) => Some(if is_numbered { "ol" } else { "ul" }),
        TagEnd::Item => Some("li"),
        TagEnd::Emphasis => Some("em"),
        TagEnd::Strong => Some("strong"),
        TagEnd::HtmlBlock
        | TagEnd::FootnoteDefinition
        | TagEnd::DefinitionList
        | TagEnd::DefinitionListTitle
        | TagEnd::DefinitionListDefinition
        | TagEnd::Table
        | TagEnd::TableHead
        | TagEnd::TableRow
        | TagEnd::TableCell
        | TagEnd::Strikethrough
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::Link
        | TagEnd::Image
        | TagEnd::MetadataBlock(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn words_keep_their_emphasis_and_nothing_else_gets_through() {
        let table = [
            ("*billing* takes `5 ms`", "<p><em>billing</em> takes <code>5 ms</code></p>"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("[words](http://example.org)", "<p>words</p>"),
            ("![words](http://example.org/a.png)", "<p>words</p>"),
            ("a <b onclick=\"x\">", "<p>a &lt;b onclick=&quot;x&quot;&gt;</p>"),
        ];
        for (markdown, expected) in table {
            assert_eq!(html(markdown), expected, "{markdown}");
        }
    }
}
