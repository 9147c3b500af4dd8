use chainrule::graph;

graph! {
    struct Area(x, y) { (((((((((((((((((((((((((((((((((((((((((((((((((((x * y))))))))))))))))))))))))))))))))))))))))))))))))))) }
}

fn main() {
    println!("{}", Area::forward(1.0, 2.0).output);
}
