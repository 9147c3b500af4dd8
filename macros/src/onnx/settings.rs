//! The settings of a node.

use chainrule_onnx::{AttributeProto, NodeProto};

/// The settings of a node.
pub(super) trait Settings {
    /// An integer.
    fn integer(&self, name: &str) -> Option<i64>;
    /// Whether an integer that means yes or no is 1; no if it is left out.
    fn is_set(&self, name: &str) -> bool;
    /// A number.
    fn number(&self, name: &str) -> Option<f64>;
    /// Integers.
    fn integers(&self, name: &str) -> Option<&[i64]>;
    /// Numbers.
    fn numbers(&self, name: &str) -> Option<Vec<f64>>;
    /// A text.
    fn text(&self, name: &str) -> Option<String>;
    /// Texts.
    fn texts(&self, name: &str) -> Option<Vec<String>>;
}

impl Settings for NodeProto {
    fn integer(&self, name: &str) -> Option<i64> {
        attribute(self, name).map(|attribute| attribute.i)
    }

    fn is_set(&self, name: &str) -> bool {
        self.integer(name).unwrap_or(0) != 0
    }

    fn number(&self, name: &str) -> Option<f64> {
        attribute(self, name).map(|attribute| f64::from(attribute.f))
    }

    fn integers(&self, name: &str) -> Option<&[i64]> {
        attribute(self, name).map(|attribute| &attribute.ints[..])
    }

    fn numbers(&self, name: &str) -> Option<Vec<f64>> {
        let numbers =
            |found: &AttributeProto| found.floats.iter().copied().map(f64::from).collect();
        attribute(self, name).map(numbers)
    }

    fn text(&self, name: &str) -> Option<String> {
        attribute(self, name).map(|found| String::from_utf8_lossy(&found.s).into_owned())
    }

    fn texts(&self, name: &str) -> Option<Vec<String>> {
        let texts = |found: &AttributeProto| {
            found.strings.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect()
        };
        attribute(self, name).map(texts)
    }
}

pub(super) fn attribute<'n>(node: &'n NodeProto, name: &str) -> Option<&'n AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}
