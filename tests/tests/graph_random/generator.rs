//! Generates random expressions that are smooth around the point where they are evaluated.

use std::fmt::Write;

use chainrule::Rng;

/// The number of graphs.
const COUNT: usize = 300;
/// The names of the inputs.
const INPUTS: [&str; 3] = ["x", "y", "z"];

/// An expression.
#[derive(Clone)]
enum Expression {
    Input(usize),
    /// An earlier `let`.
    Let(usize),
    Number(f64),
    Unary(&'static str, Box<Expression>),
    Powi(Box<Expression>, i32),
    Binary(&'static str, Box<Expression>, Box<Expression>),
}

use Expression::{Binary, Input, Let, Number, Powi, Unary};

/// A graph of three inputs: some `let`s, and the result.
pub(crate) struct Graph {
    lets: Vec<Expression>,
    result: Expression,
    /// The point where it is evaluated.
    pub(crate) at: [f64; 3],
}

/// The graphs, which are the same in every run.
pub(crate) fn graphs() -> Vec<Graph> {
    let mut rng = Rng::seed(1986);
    (0..COUNT).map(|_| draw(&mut rng)).collect()
}

/// Generates graphs until one is smooth.
fn draw(rng: &mut Rng) -> Graph {
    loop {
        let at = std::array::from_fn(|_| (rng.normal() * 100.0).round() / 100.0);
        let count = rng.below(5);
        let lets: Vec<Expression> = (0..count).map(|known| expression(3, known, rng)).collect();
        let result = expression(4, count, rng);
        let graph = Graph { lets, result, at };
        if graph.uses_everything() && graph.is_smooth() {
            return graph;
        }
    }
}

/// An expression of at most `depth` levels, of inputs and earlier `let`s.
fn expression(depth: usize, lets: usize, rng: &mut Rng) -> Expression {
    if depth == 0 || rng.below(8) == 0 {
        return match rng.below(INPUTS.len() + lets + 1) {
            0 => Number((rng.normal() * 20.0).round() / 10.0),
            place if place <= INPUTS.len() => Input(place - 1),
            place => Let(place - INPUTS.len() - 1),
        };
    }
    let inner = |rng: &mut Rng| Box::new(expression(depth - 1, lets, rng));
    const UNARY: [&str; 9] = ["neg", "exp", "ln", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu"];
    const BINARY: [&str; 6] = ["+", "-", "*", "/", "max", "powf"];
    match rng.below(16) {
        kind @ 0..9 => Unary(UNARY[kind], inner(rng)),
        9 => {
            let base = inner(rng);
            let exponent = [-2, -1, 2, 3][rng.below(4)];
            Powi(base, exponent)
        }
        kind => {
            let left = inner(rng);
            Binary(BINARY[kind - 10], left, inner(rng))
        }
    }
}

impl Graph {
    /// The result, computed with plain arithmetic.
    pub(crate) fn value(&self, at: [f64; 3]) -> f64 {
        self.values(at, &mut |_| ())
    }

    /// Returns the result. Passes each intermediate value to `see`, and also the distance to a
    /// kink.
    fn values(&self, at: [f64; 3], see: &mut dyn FnMut(f64)) -> f64 {
        let mut lets = Vec::new();
        for expression in &self.lets {
            let value = expression.value(at, &lets, see);
            lets.push(value);
        }
        self.result.value(at, &lets, see)
    }

    /// Whether all values near the point have moderate magnitudes: none is near a kink, and
    /// differences keep their precision.
    fn is_smooth(&self) -> bool {
        let mut moderate = true;
        let value =
            self.values(self.at, &mut |value| moderate &= (0.05..20.0).contains(&value.abs()));
        let moved = |place: usize, step: f64| {
            let mut at = self.at;
            at[place] += step;
            self.value(at)
        };
        // The slopes by differences with two step sizes must agree.
        let slope =
            |place: usize, step: f64| (moved(place, step) - moved(place, -step)) / (2.0 * step);
        let slopes: Vec<[f64; 2]> =
            (0..3).map(|place| [slope(place, 1e-2), slope(place, 1e-3)]).collect();
        let largest = slopes.iter().fold(0.0_f64, |largest, [_, fine]| largest.max(fine.abs()));
        let agree = slopes.iter().all(|[coarse, fine]| (coarse - fine).abs() < 3e-3 * largest);
        moderate && value.is_finite() && (0.1..50.0).contains(&largest) && agree
    }

    /// Whether each input and each `let` is used, and no `let` only renames a value.
    fn uses_everything(&self) -> bool {
        let mut seen = Vec::new();
        self.lets.iter().chain([&self.result]).for_each(|e| e.leaves(&mut seen));
        let is_name = |e: &Expression| matches!(e, Input(_) | Let(_));
        let is_constant = |e: &Expression| {
            let mut leaves = Vec::new();
            e.leaves(&mut leaves);
            leaves.is_empty()
        };
        (0..INPUTS.len() + self.lets.len()).all(|place| seen.contains(&place))
            && !self.lets.iter().any(is_name)
            && !self.lets.iter().chain([&self.result]).any(is_constant)
    }
}

impl Expression {
    fn value(&self, at: [f64; 3], lets: &[f64], see: &mut dyn FnMut(f64)) -> f64 {
        let value = match self {
            Input(place) => return at[*place],
            Let(place) => return lets[*place],
            Number(number) => return *number,
            Unary(function, x) => {
                let x = x.value(at, lets, see);
                match *function {
                    "neg" => -x,
                    "exp" => x.exp(),
                    "ln" => x.ln(),
                    "sqrt" => x.sqrt(),
                    "sin" => x.sin(),
                    "cos" => x.cos(),
                    "tanh" => x.tanh(),
                    "sigmoid" => {
                        let exp = (-x.abs()).exp();
                        (if x < 0.0 { exp } else { 1.0 }) / (1.0 + exp)
                    }
                    // For negative inputs, the derivative would always be 0.
                    _ => x.max(0.0),
                }
            }
            Powi(x, n) => x.value(at, lets, see).powi(*n),
            Binary(function, x, y) => {
                let (x, y) = (x.value(at, lets, see), y.value(at, lets, see));
                if *function == "max" {
                    see(x - y);
                }
                match *function {
                    "+" => x + y,
                    "-" => x - y,
                    "*" => x * y,
                    "/" => x / y,
                    "max" => x.max(y),
                    _ => x.powf(y),
                }
            }
        };
        see(value);
        value
    }

    /// Marks the inputs, followed by the `let`s, that occur.
    fn leaves(&self, seen: &mut Vec<usize>) {
        match self {
            Input(place) => seen.push(*place),
            Let(place) => seen.push(INPUTS.len() + place),
            Number(_) => {}
            Unary(_, x) | Powi(x, _) => x.leaves(seen),
            Binary(_, x, y) => {
                x.leaves(seen);
                y.leaves(seen);
            }
        }
    }

    fn source(&self) -> String {
        match self {
            Input(place) => INPUTS[*place].to_owned(),
            Let(place) => format!("v{place}"),
            Number(number) => format!("({number:?})"),
            Unary("neg", x) => format!("(-{})", x.source()),
            Unary(function, x) => format!("{}.{function}()", x.source()),
            Powi(x, n) => format!("{}.powi({n})", x.source()),
            Binary(function @ ("max" | "powf"), x, y) => {
                format!("{}.{function}({})", x.source(), y.source())
            }
            Binary(operator, x, y) => format!("({} {operator} {})", x.source(), y.source()),
        }
    }
}

/// The contents of `expressions.rs`.
pub(crate) fn file(graphs: &[Graph]) -> String {
    let mut text = String::from(
        "//! Random expressions, written by `generator.rs`: see `graph_random.rs`.\n\n\
         use chainrule::graph;\n\n\
         /// A graph at a place.\n\
         pub(crate) struct Case {\n    \
         pub(crate) name: &'static str,\n    \
         pub(crate) value: fn([f64; 3]) -> f64,\n    \
         pub(crate) gradient: fn([f64; 3]) -> [f64; 3],\n\
         }\n\n\
         /// A case of a graph.\n\
         macro_rules! case {\n    \
         ($graph:ident) => {\n        \
         Case {\n            \
         name: stringify!($graph),\n            \
         value: |[x, y, z]| $graph::forward(x, y, z).output,\n            \
         gradient: |[x, y, z]| {\n                \
         let grads = $graph::forward(x, y, z).backward(1.0);\n                \
         [grads.x, grads.y, grads.z]\n            \
         },\n        \
         }\n    \
         };\n\
         }\n\n",
    );
    for (number, graph) in graphs.iter().enumerate() {
        _ = writeln!(text, "graph! {{\n    struct Graph{number}(x, y, z) {{");
        for (place, value) in graph.lets.iter().enumerate() {
            _ = writeln!(text, "        let v{place} = {};", value.source());
        }
        _ = writeln!(text, "        {}\n    }}\n}}\n", graph.result.source());
    }
    text += "/// All graphs.\n#[rustfmt::skip]\npub(crate) fn cases() -> Vec<Case> {\n    vec![\n";
    for number in 0..graphs.len() {
        _ = writeln!(text, "        case!(Graph{number}),");
    }
    text += "    ]\n}\n";
    text
}
