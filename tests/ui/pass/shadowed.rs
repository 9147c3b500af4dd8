#![allow(dead_code, non_camel_case_types)]

// The expansion minds no names of the user's.
mod core {}
mod std {}
struct Box;
struct Option;
struct Result;
struct Some;
struct usize_;
struct Network;
trait Input {}
trait Scalar {}
type Vec = ();
const N: usize = 3;

chainrule::network! { struct Net = Affine(2, N) -> Relu -> Affine(N, 2) => SoftmaxWithLoss; }

fn main() {
    let net = Net::zeros();
    assert!(net.loss(&[[0.0; 2]], &[[0.0, 1.0]]).is_ok());
}
