use chainrule::graph;

graph! {
    /// Everything that can go wrong when one is new to it.
    pub struct Wrong(apple, apple_num, tax, apple) {
        let apple_price = aple * apple_num;
        let discount = 2 * apple_price;
        let rest = if discount > tax { discount } else { tax };
        rest.log()
    }
}

fn main() {
    let wrong = Wrong::forward(1.0, 2.0, 3.0, 4.0);
    let grads = wrong.backward(1.0);
    println!("{} {} {}", wrong.discount, grads.apple, grads.rest);
}
