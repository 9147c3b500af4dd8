use chainrule::Adam;

fn main() {
    let adam = Adam::new(0.001).unwrap();
}
