//! Drawings: no elements overlap, wide drawings are broken into rows, the picture in
//! `docs/` is up to date, and the other languages describe the same graph.

use chainrule::graph::{Drawing, NetworkDrawing};
use chainrule::ndarray::{Array1, Array2};
use chainrule::{Init, Rng, graph, network};

graph! {
    /// As in `runtime/examples/buy_apples.rs`.
    struct Purchase(apple, apple_num, orange, orange_num, tax) {
        let apple_price = apple * apple_num;
        let orange_price = orange * orange_num;
        let all_price = apple_price + orange_price;
        all_price * tax
    }
}

graph! { struct Square(x, y) { let t = x + y; t.powi(2) } }

graph! { struct Sigmoid(x) { 1.0 / (1.0 + (-x).exp()) } }

graph! { struct Affine(x: [_, _], w: [_, _], b: [_]) { x.dot(w) + b } }

graph! {
    /// Values with several uses, constants, and names of various lengths.
    struct Shared(first_of_three, y, z) {
        let s = first_of_three * y;
        let a_long_name_for_a_sum = s + z;
        let u = (s * a_long_name_for_a_sum).tanh();
        let v = (a_long_name_for_a_sum - y) / (u + std::f64::consts::PI);
        let w = v.max(s);
        (w * w + u).sqrt() * z.powf(2.0) * first_of_three
    }
}

graph! {
    /// A chain that is wider than a page.
    struct Wide(x, y) {
        let s = x + y;
        let t = (s.exp() + 1.0).ln();
        let u = (t.sqrt() * t).sin();
        let v = (u.cos() - 2.0).powi(2);
        (v / u).tanh().max(0.5).sigmoid().exp() + v
    }
}

fn drawings() -> Vec<Drawing> {
    let purchase = Purchase::forward(100.0, 2.0, 150.0, 3.0, 1.1);
    let square = Square::forward(3.0, 4.0);
    let sigmoid = Sigmoid::forward(1e-9);
    let shared = Shared::forward(0.123456789, -15432.1, 1e10);
    let (x, w) = (Array2::ones((2, 3)), Array2::ones((3, 400)));
    let affine = Affine::forward(x, w, Array1::<f32>::ones(400)).unwrap();
    let wide = Wide::forward(1.0, 2.0);
    vec![
        wide.drawing_with(&wide.backward(1.0)),
        purchase.drawing_with(&purchase.backward(1.0)),
        square.drawing_with(&square.backward(1.0)),
        sigmoid.drawing_with(&sigmoid.backward(1.0)),
        shared.drawing_with(&shared.backward(1.0)),
        shared.drawing(),
        affine.drawing_with(&affine.backward(Array2::ones((2, 400))).unwrap()),
    ]
}

/// The value of an attribute of an SVG element.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let value = element.split_once(&format!(" {name}=\""))?.1;
    Some(value.split_once('"')?.0)
}

/// The left, top, right and bottom of a circle, a box or a text; the width of a text
/// is a lower bound.
fn extent(element: &str) -> Option<[f64; 4]> {
    let number = |name| attribute(element, name).and_then(|text| text.parse::<f64>().ok());
    if element.starts_with("<circle") {
        let (x, y, r) = (number("cx")?, number("cy")?, number("r")?);
        return Some([x - r, y - r, x + r, y + r]);
    }
    if element.starts_with("<rect") {
        let (x, y) = (number("x")?, number("y")?);
        return Some([x, y, x + number("width")?, y + number("height")?]);
    }
    let text = element.strip_prefix("<text")?.split_once('>')?.1.split_once('<')?.0;
    let size = number("font-size").unwrap_or(14.0);
    let (x, y, width) = (number("x")?, number("y")?, text.chars().count() as f64 * size * 0.54);
    let left = if element.contains("text-anchor=\"middle\"") { x - width / 2.0 } else { x };
    Some([left, y - 0.7 * size, left + width, y])
}

#[test]
fn no_elements_of_a_graph_overlap() {
    drawings().iter().for_each(|drawing| check_elements(&drawing.svg()));
}

/// The width and height of a picture.
fn size(svg: &str) -> (f64, f64) {
    let picture = svg.lines().next().unwrap();
    let size = |name| attribute(picture, name).unwrap().parse::<f64>().unwrap();
    (size("width"), size("height"))
}

/// Checks that all elements are inside of the picture, and that none overlap.
fn check_elements(svg: &str) {
    let (width, height) = size(svg);
    let elements: Vec<(&str, [f64; 4])> =
        svg.lines().filter_map(|line| Some((line, extent(line)?))).collect();
    assert!(elements.len() > 8, "{svg}");
    for (place, a) in elements.iter().enumerate() {
        let [left, top, right, bottom] = a.1;
        let inside = left >= 0.0 && top >= 0.0 && right <= width && bottom <= height;
        assert!(inside, "outside of the picture: {}", a.0);
        for b in &elements[..place] {
            assert!(are_apart(a, b) || is_within(a, b), "{}\n{}", a.0, b.0);
        }
    }
}

/// Whether two elements do not touch. A circle does not fill its bounding box.
fn are_apart(a: &(&str, [f64; 4]), b: &(&str, [f64; 4])) -> bool {
    let ((_, [left, top, right, bottom]), (_, other)) = (a, b);
    if *right <= other[0] || *left >= other[2] || *bottom <= other[1] || *top >= other[3] {
        return true;
    }
    let beside = |circle: &(&str, [f64; 4]), text: &(&str, [f64; 4])| {
        let [x0, y0, x1, y1] = circle.1;
        let (x, y) = (f64::midpoint(x0, x1), f64::midpoint(y0, y1));
        let nearest_x = x.clamp(text.1[0], text.1[2]);
        let nearest_y = y.clamp(text.1[1], text.1[3]);
        circle.0.starts_with("<circle") && (nearest_x - x).hypot(nearest_y - y) >= (x1 - x0) / 2.0
    };
    beside(a, b) || beside(b, a)
}

/// Whether `text` is inside `shape`, a circle or a box.
fn is_within(text: &(&str, [f64; 4]), shape: &(&str, [f64; 4])) -> bool {
    let ([left, top, right, bottom], other) = (text.1, shape.1);
    !shape.0.starts_with("<text")
        && text.0.starts_with("<text")
        && left > other[0]
        && right < other[2]
        && top > other[1]
        && bottom < other[3]
}

#[test]
fn the_picture_in_the_documentation() {
    let purchase = Purchase::forward(100.0, 2.0, 150.0, 3.0, 1.1);
    let svg = purchase.drawing_with(&purchase.backward(1.0)).svg();
    let shown = include_str!("../../docs/shopping.svg");
    assert!(svg == shown, "update it: buy_apples --svg docs/shopping.svg");
}

#[test]
fn the_picture_in_the_readme() {
    chainrule::network! {
        struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
    }
    let svg = NetworkDrawing::new(&*TwoLayerNet::new(Init::He, &mut Rng::seed(0))).svg();
    let shown = include_str!("../../docs/network.svg");
    assert!(svg == shown, "update it: copy network.svg of the example `draw`");
}

#[test]
fn mermaid() {
    let square = Square::forward(3.0, 4.0);
    let expected = "\
flowchart LR
  n0[\"x\"]
  n1[\"y\"]
  n2((\"+\"))
  n3((\"x²\"))
  result[\" \"]
  n0 -->|\"3<br>← 14\"| n2
  n1 -->|\"4<br>← 14\"| n2
  n2 -->|\"t = 7<br>← 14\"| n3
  n3 -->|\"49<br>← 1\"| result
  style result fill:none,stroke:none
";
    assert_eq!(square.drawing_with(&square.backward(1.0)).mermaid(), expected);
}

#[test]
fn dot() {
    let sigmoid = Sigmoid::forward(0.0);
    let dot = sigmoid.drawing().dot();
    assert!(dot.starts_with("digraph \"Sigmoid\" {\n  rankdir=LR;\n"), "{dot}");
    assert!(dot.contains("[label=\"b: 2\"];"), "{dot}");
    assert_eq!(dot.matches(" -> ").count(), 7, "{dot}");
}

#[test]
fn a_network() {
    network! { struct Net = Affine(4, 3) -> Relu -> out: Affine(3, 2) => SoftmaxWithLoss; }
    let net = Net::new(Init::He, &mut Rng::seed(0));
    let grads = net.gradient(&[[1.0, 2.0, 3.0, 4.0]], &[1]).unwrap();
    let drawing = NetworkDrawing::new(&*net).with_gradients(&*grads);
    for text in [drawing.svg(), drawing.dot(), drawing.mermaid()] {
        for words in
            ["Affine(4, 3)", "affine1", "15 parameters", "batch × 3", "Relu", "out", "‖d bias‖"]
        {
            assert!(text.contains(words), "no {words} in {text}");
        }
    }
}

#[test]
fn values_are_drawn_with_their_names() {
    network! {
        struct Named {
            input x: [4];
            input y: [2];
            let hidden = x -> Affine(8) -> Relu;
            let wide = y -> Affine(8);
            let joined = hidden + wide;
            joined -> Affine(2) => SoftmaxWithLoss
        }
    }
    assert_eq!(Named::<f32>::VALUES, [("hidden", 1), ("wide", 2), ("joined", 3)]);
    let drawing = NetworkDrawing::new(&Named::zeros());
    for text in [drawing.svg(), drawing.dot(), drawing.mermaid()] {
        for label in ["hidden: batch × 8", "wide: batch × 8", "joined: batch × 8"] {
            assert_eq!(text.matches(label).count(), 1, "{label} in {text}");
        }
    }
    check_elements(&drawing.svg());
}

#[test]
fn buffers_have_no_gradients() {
    network! { struct Normed = Input(3) -> BatchNorm -> Affine(2) => SoftmaxWithLoss; }
    let net = Normed::new(Init::He, &mut Rng::seed(0));
    let grads = net.gradient(&[[1.0, 2.0, 3.0], [0.0, 1.0, 5.0]], &[1, 0]).unwrap();
    let svg = NetworkDrawing::new(&net).with_gradients(&grads).svg();
    assert!(svg.contains("‖running_mean‖") && !svg.contains("‖d running_mean‖"), "{svg}");
    assert!(svg.contains("‖d weight‖"), "{svg}");
}

#[test]
fn a_wide_drawing_is_broken_into_rows() {
    network! {
        struct Deep = Input(4) -> repeat 5 { Affine(8) -> Relu } -> Affine(2) => SoftmaxWithLoss;
    }
    let net = Deep::new(Init::He, &mut Rng::seed(0));
    let (x, t) = ([[1.0, 2.0, 3.0, 4.0]], [1]);
    let drawing = NetworkDrawing::new(&*net)
        .with_gradients(&*net.gradient(&x, &t).unwrap())
        .with_trace(&net.trace(&x, &t).unwrap());
    let svg = drawing.svg();
    check_elements(&svg);
    assert!(size(&svg).0 < 1500.0, "{}", size(&svg).0);
    for drawing in drawings() {
        let width = size(&drawing.svg()).0;
        assert!(width < 1500.0, "{width}");
    }
}
