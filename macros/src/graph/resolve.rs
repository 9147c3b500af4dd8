//! Names to nodes: what computes what of what.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, BinOp, Expr, ExprPath, Lit, Token, UnOp, Visibility};

use super::body::{Let, mention};
use super::function::{self, Function};
use super::head::{Declaration, Input};
use super::refusal;
use crate::report::Report;
use crate::table::is_like;
use crate::tokens::source;

/// A graph whose names are known.
pub(super) struct Model {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) keyword: Option<Token![struct]>,
    pub(super) name: Option<Ident>,
    /// The inputs as they were declared, be it twice.
    pub(super) inputs: Vec<usize>,
    /// Inputs first, then in the order in which they are computed.
    pub(super) nodes: Vec<Node>,
    /// The node of the result, `None` if that was reported as missing.
    pub(super) output: Option<usize>,
}

/// A node of the graph.
pub(super) struct Node {
    pub(super) name: Ident,
    /// Whether the name is one that a reader can ask for.
    pub(super) is_field: bool,
    /// Whether a `let` gave it its name.
    pub(super) is_let: bool,
    pub(super) documentation: Vec<Attribute>,
    pub(super) operation: Operation,
    pub(super) operands: Vec<usize>,
    /// How many axes its value has, 0 for a number.
    pub(super) axes: usize,
    /// Whether it depends on no input.
    pub(super) is_constant: bool,
    /// The expression as it was written.
    pub(super) source: String,
}

/// Where the value of a node comes from.
pub(super) enum Operation {
    Input,
    /// A number as it was written.
    Literal(TokenStream),
    /// The path of a constant.
    Constant(TokenStream),
    Function(Function),
    /// An integer power, with its exponent.
    Power(TokenStream),
    /// From what was reported as a mistake.
    Mistaken,
}

/// What the result is called.
pub(super) const OUTPUT: &str = "output";

/// A name that expressions can use.
pub(super) struct Known {
    node: usize,
    place: Ident,
    what: &'static str,
    is_used: bool,
}

pub(super) struct Resolver<'a> {
    pub(super) nodes: Vec<Node>,
    pub(super) names: HashMap<String, Known>,
    /// The names in the order of their declaration.
    order: Vec<String>,
    /// The names of all `let`s, also of those further on.
    lets: HashSet<String>,
    /// The `let` whose value is being read.
    current: Option<String>,
    /// Whether the inputs were there to be read: otherwise any name may be one.
    has_inputs: bool,
    /// How many nodes of each function there are.
    counts: HashMap<&'static str, usize>,
    pub(super) report: &'a mut Report,
}

/// Resolves all names of a declaration.
pub(super) fn resolve(declaration: Declaration, report: &mut Report) -> Model {
    let Declaration { attributes, visibility, keyword, name, inputs, body } = declaration;
    let mut resolver = Resolver {
        nodes: Vec::new(),
        names: HashMap::new(),
        order: Vec::new(),
        lets: body.lets.iter().map(|item| plain(&item.name)).collect(),
        current: None,
        has_inputs: inputs.is_some(),
        counts: HashMap::new(),
        report,
    };
    let inputs = inputs.into_iter().flatten().map(|input| resolver.input(input)).collect();
    for item in body.lets {
        resolver.definition(item);
    }
    let output = body.result.map(|(documentation, value)| resolver.result(documentation, &value));
    for name in &body.mentioned {
        resolver.use_name(name);
    }
    if output.is_some() {
        resolver.report_unused();
    }
    Model { attributes, visibility, keyword, name, inputs, nodes: resolver.nodes, output }
}

/// A name without `r#`.
pub(super) fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}

impl Resolver<'_> {
    fn input(&mut self, Input { documentation, name, axes }: Input) -> usize {
        let is_field = name.is_ok();
        let name = name.unwrap_or_else(|wrong| Ident::new("input", wrong.span()));
        let mut node = Node {
            source: plain(&name),
            name: name.clone(),
            is_field,
            is_let: false,
            documentation,
            operation: Operation::Input,
            operands: Vec::new(),
            axes,
            is_constant: false,
        };
        if is_field && self.names.contains_key(&node.source) {
            node.is_field = false;
            let message =
                format!("two inputs are called `{name}`\nhelp: choose another name for one");
            self.report.error(&name, message);
            return self.push(node);
        }
        let place = self.push(node);
        if is_field {
            self.know(name, place, "an input");
        }
        place
    }

    /// `let name = value;`
    fn definition(&mut self, item: Let) {
        let Let { documentation, name, value } = item;
        self.check_name(&name);
        self.current = Some(plain(&name));
        let before = self.nodes.len();
        let mut node = value.as_ref().map(|value| self.expression(value));
        self.current = None;
        if let (Some(other), Some(value)) = (node.filter(|node| *node < before), &value) {
            let message =
                format!("`{name}` is only another name for `{0}`\nhelp: use `{0}`", source(value));
            self.report.error(value, message);
            let axes = self.nodes[other].axes;
            node = Some(self.mistaken(axes, value));
        }
        let node = node.unwrap_or_else(|| self.mistaken(0, &name));
        self.nodes[node].name = name.clone();
        self.nodes[node].is_field = true;
        self.nodes[node].is_let = true;
        self.nodes[node].documentation = documentation;
        self.know(name, node, "a `let`");
    }

    /// Refuses names that mean something else.
    fn check_name(&mut self, name: &Ident) {
        let Some(known) = self.names.get(&plain(name)) else { return };
        let what = known.what;
        let message = format!(
            "`{name}` is already {what}: a name means one value\n\
             help: choose another name, `{}2` say",
            plain(name)
        );
        self.report.error(name, message);
    }

    /// Makes a name known to what follows.
    fn know(&mut self, name: Ident, node: usize, what: &'static str) {
        if name.unraw() == OUTPUT {
            let message = format!(
                "`{OUTPUT}` is what the result of every graph is called\n\
                 help: {}",
                if what == "an input" {
                    "choose another name".to_owned()
                } else {
                    format!("choose another name, or write the result without `let {OUTPUT} =`")
                }
            );
            self.report.error(&name, message);
        }
        let title = plain(&name);
        self.order.push(title.clone());
        self.names.insert(title, Known { node, place: name, what, is_used: false });
    }

    /// The expression at the end.
    fn result(&mut self, documentation: Vec<Attribute>, value: &Expr) -> usize {
        let before = self.nodes.len();
        let node = self.expression(value);
        if node >= before {
            self.nodes[node].name = Ident::new(OUTPUT, Span::call_site());
            self.nodes[node].documentation = documentation;
            self.nodes[node].is_field = true;
        }
        node
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// A node without a name, which gets that of its function and a number.
    pub(super) fn unnamed(
        &mut self,
        prefix: &'static str,
        operation: Operation,
        operands: Vec<usize>,
        axes: usize,
        written: &impl ToTokens,
    ) -> usize {
        let count = self.counts.entry(prefix).or_default();
        let name = loop {
            *count += 1;
            let name = format!("{prefix}{count}");
            if !self.names.contains_key(&name) && !self.lets.contains(&name) {
                break name;
            }
        };
        let is_constant = match operation {
            Operation::Literal(_) | Operation::Constant(_) => true,
            _ => !operands.is_empty() && operands.iter().all(|&node| self.nodes[node].is_constant),
        };
        self.push(Node {
            name: Ident::new(&name, Span::call_site()),
            is_field: matches!(operation, Operation::Function(_) | Operation::Power(_)),
            is_let: false,
            documentation: Vec::new(),
            operation,
            operands,
            axes,
            is_constant,
            source: source(written),
        })
    }

    /// What stands for a value that was reported as wrong.
    pub(super) fn mistaken(&mut self, axes: usize, written: &impl ToTokens) -> usize {
        self.unnamed("mistake", Operation::Mistaken, Vec::new(), axes, written)
    }

    /// Reports a mistake; its names are not unused.
    pub(super) fn refuse(&mut self, expression: &Expr, message: String) -> usize {
        self.report.error(expression, message);
        let mut names = HashSet::new();
        mention(expression.to_token_stream(), &mut names);
        let axes = names.iter().filter_map(|name| self.use_name(name)).collect::<Vec<_>>();
        let axes = axes.into_iter().map(|node| self.nodes[node].axes).max().unwrap_or(0);
        self.mistaken(axes, expression)
    }

    /// Notes that a name is used, and gives its node.
    pub(super) fn use_name(&mut self, name: &str) -> Option<usize> {
        let known = self.names.get_mut(name)?;
        known.is_used = true;
        Some(known.node)
    }

    /// The node of an expression.
    pub(super) fn expression(&mut self, expression: &Expr) -> usize {
        match expression {
            Expr::Paren(inside) => self.expression(&inside.expr),
            Expr::Group(inside) => self.expression(&inside.expr),
            Expr::Lit(literal) => self.literal(expression, &literal.lit, ""),
            Expr::Path(path) => self.path(expression, path),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match &*unary.expr {
                Expr::Lit(literal) => self.literal(expression, &literal.lit, "-"),
                inside => {
                    let operand = self.expression(inside);
                    self.function(Function::Neg, vec![operand], expression)
                }
            },
            Expr::Binary(binary) => {
                if let Some(message) = refusal::power(binary) {
                    return self.refuse(expression, message);
                }
                let function = match binary.op {
                    BinOp::Add(_) => Function::Add,
                    BinOp::Sub(_) => Function::Sub,
                    BinOp::Mul(_) => Function::Mul,
                    BinOp::Div(_) => Function::Div,
                    _ => return self.refuse(expression, refusal::expression(expression)),
                };
                let operands = vec![self.expression(&binary.left), self.expression(&binary.right)];
                self.function(function, operands, expression)
            }
            Expr::MethodCall(call) if call.turbofish.is_none() => {
                let arguments: Vec<&Expr> =
                    std::iter::once(&*call.receiver).chain(&call.args).collect();
                self.call(&call.method, &arguments, expression)
            }
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) if path.qself.is_none() => {
                    let arguments: Vec<&Expr> = call.args.iter().collect();
                    match path.path.get_ident() {
                        Some(name) => self.call(name, &arguments, expression),
                        None => self.refuse(expression, refusal::path(&path.path)),
                    }
                }
                _ => self.refuse(expression, refusal::expression(expression)),
            },
            _ => self.refuse(expression, refusal::expression(expression)),
        }
    }

    /// An input, a `let` or a constant.
    fn path(&mut self, expression: &Expr, path: &ExprPath) -> usize {
        let Some(name) = path.path.get_ident().filter(|_| path.qself.is_none()) else {
            return self.constant(expression);
        };
        if let Some(node) = self.use_name(&plain(name)) {
            return node;
        }
        if is_capital(name) {
            return self.constant(expression);
        }
        if !self.has_inputs {
            return self.mistaken(0, expression);
        }
        let message = self.unknown(name);
        if let Some(known) = self.similar(name) {
            self.use_name(&known);
        }
        self.refuse(expression, message)
    }

    /// A constant in scope.
    fn constant(&mut self, expression: &Expr) -> usize {
        let constant = Operation::Constant(expression.to_token_stream());
        self.unnamed("constant", constant, Vec::new(), 0, expression)
    }

    /// The name that was probably meant.
    fn similar(&self, name: &Ident) -> Option<String> {
        let title = plain(name);
        self.order.iter().find(|known| is_like(&title, known)).cloned()
    }

    /// Why a name means nothing here.
    fn unknown(&self, name: &Ident) -> String {
        let title = plain(name);
        if self.current.as_ref() == Some(&title) {
            return format!(
                "`{name}` is used in its own definition, and a graph goes one way\n\
                 help: make the first value an input, and repeat `forward` outside of `graph!`"
            );
        }
        if self.lets.contains(&title) {
            return format!(
                "`{name}` is used before its `let`\nhelp: move `let {name} = …;` up, before this"
            );
        }
        if let Some(function) = function::find(&title) {
            return format!("`{name}` is a function\nhelp: write `{}`", function.form());
        }
        match self.similar(name) {
            Some(known) => format!("there is no `{name}`\nhelp: write `{known}`"),
            None => format!(
                "there is no `{name}`: it is neither an input nor a `let`\n\
                 help: add `{name}` to the inputs; a constant is written in capitals, or with its \
                 path, `self::{name}`"
            ),
        }
    }

    /// `x.exp()`, `exp(x)`, `x.max(y)`.
    fn call(&mut self, name: &Ident, arguments: &[&Expr], expression: &Expr) -> usize {
        let Some(function) = function::find(&plain(name)) else {
            // A literal may be right where it was meant to be: `x.pow(2)`.
            for argument in arguments.iter().filter(|argument| !matches!(argument, Expr::Lit(_))) {
                self.expression(argument);
            }
            let is_integer = matches!(arguments, [_, Expr::Lit(exponent)] if matches!(exponent.lit, Lit::Int(_)));
            let title = plain(name);
            let message = match (function::instead(&title), function::meant(&title)) {
                (Some(instead), _) => format!(
                    "there is no function `{name}` in a graph\nhelp: write it as `{instead}`"
                ),
                (None, Some(Function::Powf)) if is_integer => format!(
                    "there is no function `{name}`\nhelp: write `{}`",
                    Function::Powi.form()
                ),
                (None, Some(meant)) => {
                    format!("there is no function `{name}`\nhelp: write `{}`", meant.form())
                }
                (None, None) => format!(
                    "there is no function `{name}` in a graph\nhelp: there are {}",
                    function::all()
                ),
            };
            self.report.error(name, message);
            return self.mistaken(0, expression);
        };
        let takes = function.row().operands;
        if arguments.len() != takes {
            let form = function.form();
            let message = format!(
                "`{name}` takes {}, found {}\nhelp: write `{form}`",
                counted(takes),
                arguments.len()
            );
            return self.refuse(expression, message);
        }
        if function == Function::Powi {
            return self.power(arguments[0], arguments[1], expression);
        }
        let operands: Vec<usize> =
            arguments.iter().map(|argument| self.expression(argument)).collect();
        self.check_arrays(function, &operands, arguments);
        self.function(function, operands, expression)
    }

    /// `dot` and `sum` are of arrays.
    fn check_arrays(&mut self, function: Function, operands: &[usize], written: &[&Expr]) {
        if function.is_elementwise() {
            return;
        }
        for (&node, written) in operands.iter().zip(written) {
            let Node { axes, operation, .. } = &self.nodes[node];
            if *axes > 0 || matches!(operation, Operation::Mistaken) {
                continue;
            }
            let operand = source(written);
            let declare = match operation {
                Operation::Input => {
                    format!(", or declare the input as an array, `{operand}: [_, _]`")
                }
                _ => String::new(),
            };
            let message = match function {
                Function::Dot => format!(
                    "`dot` is the product of two arrays, but `{operand}` is a number\n\
                     help: write `*`{declare}"
                ),
                _ => format!(
                    "`sum` adds up the elements of an array, but `{operand}` is a number\n\
                     help: write `{operand}` alone{declare}"
                ),
            };
            self.report.error(written, message);
        }
    }

    /// A node of operands that are known.
    fn function(&mut self, function: Function, operands: Vec<usize>, written: &Expr) -> usize {
        let axes: Vec<usize> = operands.iter().map(|&node| self.nodes[node].axes).collect();
        let axes = match (function, &axes[..]) {
            (Function::Sum, _) => 0,
            // A row times a column, a matrix times a column, a row times a matrix.
            (Function::Dot, [left, right]) if *left > 0 && *right > 0 => left + right - 2,
            (_, axes) => axes.iter().copied().max().unwrap_or(0),
        };
        let prefix = function.row().name;
        self.unnamed(prefix, Operation::Function(function), operands, axes, written)
    }

    fn report_unused(&mut self) {
        for name in &self.order {
            let Some(Known { place, what, is_used: false, .. }) = self.names.get(name) else {
                continue;
            };
            let what = if *what == "an input" { "the input" } else { "the value" };
            let message = format!(
                "{what} `{place}` is not used, so the result does not depend on it\n\
                 help: use it, or take it out"
            );
            self.report.error(place, message);
        }
    }
}

/// Whether a name is written as those of constants are.
pub(super) fn is_capital(name: &Ident) -> bool {
    let name = plain(name);
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

/// `one operand`, `two operands`.
fn counted(operands: usize) -> &'static str {
    match operands {
        1 => "one operand",
        _ => "two operands",
    }
}
