//! The computational graphs of sections 5.1 to 5.4 of the book: what shopping
//! costs, forward, and how the price depends on everything, backward.
//!
//! ```text
//! cargo run --release --example buy_apples
//! ```

use chainrule::Error;
use chainrule::layers::{Add, Mul};

fn main() -> Result<(), Error> {
    buy_apples()?;
    println!();
    buy_apples_and_oranges()
}

/// ```text
/// apple ────┐
///           (×)── apple_price ──(×)── price
/// apple_num ┘                    │
/// tax ───────────────────────────┘
/// ```
fn buy_apples() -> Result<(), Error> {
    let (apple, apple_num, tax) = (100.0, 2.0, 1.1);

    let (apple_price, mul_apple) = Mul::forward(apple, apple_num)?;
    let (price, mul_tax) = Mul::forward(apple_price, tax)?;

    let (dapple_price, dtax) = mul_tax.backward(&1.0)?;
    let (dapple, dapple_num) = mul_apple.backward(&dapple_price)?;

    println!("2 apples");
    println!("price       {price}");
    println!("dapple      {dapple}");
    println!("dapple_num  {dapple_num}");
    println!("dtax        {dtax}");
    Ok(())
}

/// ```text
/// apple ─────┐
///            (×)── apple_price ──┐
/// apple_num ─┘                   │
///                               (+)── all_price ──(×)── price
/// orange ────┐                   │                 │
///            (×)── orange_price ─┘                 │
/// orange_num ┘                                     │
/// tax ─────────────────────────────────────────────┘
/// ```
fn buy_apples_and_oranges() -> Result<(), Error> {
    let (apple, apple_num, orange, orange_num, tax) = (100.0, 2.0, 150.0, 3.0, 1.1);

    let (apple_price, mul_apple) = Mul::forward(apple, apple_num)?;
    let (orange_price, mul_orange) = Mul::forward(orange, orange_num)?;
    let (all_price, add_fruit) = Add::forward(apple_price, orange_price)?;
    let (price, mul_tax) = Mul::forward(all_price, tax)?;

    let (dall_price, dtax) = mul_tax.backward(&1.0)?;
    let (dapple_price, dorange_price) = add_fruit.backward(&dall_price)?;
    let (dorange, dorange_num) = mul_orange.backward(&dorange_price)?;
    let (dapple, dapple_num) = mul_apple.backward(&dapple_price)?;

    println!("2 apples and 3 oranges");
    println!("price       {price}");
    println!("dapple_num  {dapple_num}");
    println!("dapple      {dapple}");
    println!("dorange     {dorange}");
    println!("dorange_num {dorange_num}");
    println!("dtax        {dtax}");
    Ok(())
}
