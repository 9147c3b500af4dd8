//! What `cargo doc` shows of a declared network: layer table, totals, drawing.

use super::{Member, Network};
use crate::table::Role;
use crate::tokens::source;

impl Network<'_> {
    /// The lines of documentation below the user's own.
    pub(super) fn documentation(&self) -> Vec<String> {
        let mut lines = vec![
            String::new(),
            "```text".to_owned(),
            self.drawing(),
            "```".to_owned(),
            String::new(),
            "| name | layer | outputs | parameters |".to_owned(),
            "|---|---|---:|---:|".to_owned(),
        ];
        for member in &self.layers {
            lines.push(format!(
                "| `{}` | `{}` | {} | {} |",
                member.layer.title(),
                member.declaration(),
                member.outputs,
                parameters(member)
            ));
        }
        lines.push(format!("| | `{}` | {} | 0 |", self.loss.source(), self.output()));
        let total: Option<u64> = self.layers.iter().map(known_parameters).sum();
        if let Some(total) = total {
            lines.push(String::new());
            lines.push(format!("{total} parameters."));
        }
        lines
    }

    /// `784 -> Affine -> 50 -> Relu -> 50 => SoftmaxWithLoss`
    fn drawing(&self) -> String {
        let mut drawing = format!("({})", self.input);
        for member in &self.layers {
            drawing += &format!("--[{}]--({})", source(&member.layer.call.path), member.outputs);
        }
        format!("{drawing}==[{}]", self.loss.source())
    }
}

/// How many parameters a layer has, as a number or as a formula.
fn parameters(member: &Member<'_>) -> String {
    match (member.layer.row.role, known_parameters(member)) {
        (_, Some(count)) => count.to_string(),
        (Role::Layer { formula, .. }, None) => {
            formula(&member.inputs.to_string(), &member.outputs.to_string())
        }
        _ => String::new(),
    }
}

/// How many parameters a layer has, if all its sizes are known here.
fn known_parameters(member: &Member<'_>) -> Option<u64> {
    match member.layer.row.role {
        Role::Layer { parameters, .. } => {
            Some(parameters(member.inputs.value?, member.outputs.value?))
        }
        Role::Own => None,
        Role::Activation | Role::Loss => Some(0),
    }
}
