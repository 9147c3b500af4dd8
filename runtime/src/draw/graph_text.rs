//! A drawing in the languages of Graphviz and of Mermaid.

use core::fmt::Write;

use super::graph::Drawing;
use super::layout::Kind;
use super::text::quoted;

impl Drawing {
    /// The drawing in the language of Graphviz: `dot -Tsvg`.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut dot = format!("digraph {} {{\n", quoted(self.title));
        dot += "  rankdir=LR;\n  node [shape=circle, fontname=Helvetica];\n";
        dot += "  edge [fontname=Helvetica];\n";
        for (place, node) in self.nodes.iter().enumerate() {
            let (label, shape) = match node.kind {
                Kind::Function => (node.symbol, ""),
                _ => (node.name, ", shape=plaintext"),
            };
            _ = writeln!(dot, "  n{place} [label={}{shape}];", quoted(label));
        }
        for (from, to, label) in self.arrows("\\n") {
            _ = match &*label {
                "" => writeln!(dot, "  n{from} -> {to};"),
                label => writeln!(dot, "  n{from} -> {to} [label={}];", quoted(label)),
            };
        }
        dot += "  result [label=\"\", shape=none, width=0];\n";
        dot += "}\n";
        dot
    }

    /// The drawing in the language of Mermaid, which GitHub and other sites draw in
    /// Markdown.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut mermaid = "flowchart LR\n".to_owned();
        for (place, node) in self.nodes.iter().enumerate() {
            let shape = match node.kind {
                Kind::Function => format!("(({}))", quoted(node.symbol)),
                _ => format!("[{}]", quoted(node.name)),
            };
            _ = writeln!(mermaid, "  n{place}{shape}");
        }
        mermaid += "  result[\" \"]\n";
        for (from, to, label) in self.arrows("<br>") {
            _ = match &*label {
                "" => writeln!(mermaid, "  n{from} --> {to}"),
                label => writeln!(mermaid, "  n{from} -->|{}| {to}", quoted(label)),
            };
        }
        mermaid += "  style result fill:none,stroke:none\n";
        mermaid
    }

    /// All arrows: the node that each begins at, its target and its label.
    fn arrows(&self, new_line: &str) -> Vec<(usize, String, String)> {
        let mut arrows = Vec::new();
        for from in 0..self.nodes.len() {
            let mut label = match self.nodes[from].label() {
                Some(name) => format!("{name} = {}", self.value(from)),
                None => self.value(from),
            };
            if let Some(derivative) = self.derivative(from) {
                label = format!("{label}{new_line}← {derivative}");
            }
            let before = arrows.len();
            for (user, node) in self.nodes.iter().enumerate() {
                let places = node.operands.iter().enumerate();
                for (place, _) in places.filter(|(_, operand)| **operand == from) {
                    // The operand it is, where the order matters.
                    let letter = ["a: ", "b: "][place.min(1)];
                    let letter = if node.is_ordered() { letter } else { "" };
                    arrows.push((from, format!("n{user}"), format!("{letter}{label}")));
                }
            }
            if arrows.len() == before {
                arrows.push((from, "result".to_owned(), label));
            }
        }
        arrows
    }
}
