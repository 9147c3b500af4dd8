use chainrule::graph;

graph! {}

fn main() {}
