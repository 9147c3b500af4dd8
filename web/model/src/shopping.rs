use chainrule::graph;

graph! {
    /// What apples and oranges cost.
    pub struct Shopping(apple, apples, orange, oranges, tax) {
        let apple_price = apple * apples;
        let orange_price = orange * oranges;
        let price = apple_price + orange_price;
        price * tax
    }
}
