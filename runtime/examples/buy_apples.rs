//! The computational graphs of sections 5.1 to 5.4 of the book. The forward pass computes the price
//! of some shopping, and the backward pass how it depends on each input.
//!
//! ```text
//! cargo run --release --example buy_apples
//! cargo run --release --example buy_apples -- --svg shopping.svg
//! ```

use std::error::Error;

use chainrule::graph;

graph! {
    /// Two apples and the consumption tax: `buy_apple.py`.
    struct Apples(apple, apple_num, tax) {
        let apple_price = apple * apple_num;
        apple_price * tax
    }
}

graph! {
    /// Two apples, three oranges and the tax: `buy_apple_orange.py`.
    struct Purchase(apple, apple_num, orange, orange_num, tax) {
        let apple_price = apple * apple_num;
        let orange_price = orange * orange_num;
        let all_price = apple_price + orange_price;
        all_price * tax
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let apples = Apples::forward(100.0, 2.0, 1.1);
    let grads = apples.backward(1.0);
    println!("2 apples");
    println!("price       {}", apples.output);
    println!("dapple      {}", grads.apple);
    println!("dapple_num  {}", grads.apple_num);
    println!("dtax        {}", grads.tax);

    let purchase = Purchase::forward(100.0, 2.0, 150.0, 3.0, 1.1);
    let grads = purchase.backward(1.0);
    println!("\n2 apples and 3 oranges");
    println!("price       {}", purchase.output);
    println!("dapple_num  {}", grads.apple_num);
    println!("dapple      {}", grads.apple);
    println!("dorange     {}", grads.orange);
    println!("dorange_num {}", grads.orange_num);
    println!("dtax        {}", grads.tax);

    let mut arguments = std::env::args().skip(1);
    if let (Some("--svg"), Some(file)) = (arguments.next().as_deref(), arguments.next()) {
        std::fs::write(&file, purchase.drawing_with(&grads).svg())?;
        println!("\nwrote the drawing to {file}");
    }
    Ok(())
}
