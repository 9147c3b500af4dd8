//! Random expressions, written by `generator.rs`: see `graph_random.rs`.

use chainrule::graph;

/// A graph at a place.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) value: fn([f64; 3]) -> f64,
    pub(crate) gradient: fn([f64; 3]) -> [f64; 3],
}

/// A case of a graph.
macro_rules! case {
    ($graph:ident) => {
        Case {
            name: stringify!($graph),
            value: |[x, y, z]| $graph::forward(x, y, z).output,
            gradient: |[x, y, z]| {
                let grads = $graph::forward(x, y, z).backward(1.0);
                [grads.x, grads.y, grads.z]
            },
        }
    };
}

graph! {
    struct Graph0(x, y, z) {
        (z.cos().max(z.max(x)).max(y.sqrt().exp()) * ((-2.1) + z).exp().powi(-2))
    }
}

graph! {
    struct Graph1(x, y, z) {
        (y * (x * z)).sin()
    }
}

graph! {
    struct Graph2(x, y, z) {
        let v0 = ((x / x) * (x / x)).sigmoid();
        let v1 = x.sigmoid().sigmoid().max(z.tanh());
        let v2 = y.sqrt();
        (v2.powi(-1).sigmoid() * v0.tanh().powf(v1.max((2.9)))).powi(-2)
    }
}

graph! {
    struct Graph3(x, y, z) {
        let v0 = x.exp().sqrt().cos();
        let v1 = v0.ln().sin();
        (z.exp().ln() - ((v0 + v1) + y.cos())).cos()
    }
}

graph! {
    struct Graph4(x, y, z) {
        let v0 = ((y / x).tanh() * (y / ((-0.8) - x)));
        (v0.exp() + ((0.5).relu().cos() + (v0 * z).sin()))
    }
}

graph! {
    struct Graph5(x, y, z) {
        let v0 = (((0.7) + z.powi(-1)) * y.sin().sigmoid());
        let v1 = x.cos().tanh();
        ((v0.exp().sin() * y.powf(v1).cos()) - v0.cos().sigmoid().tanh())
    }
}

graph! {
    struct Graph6(x, y, z) {
        ((x - z).sigmoid() * z.max(x).powi(3)).max(y)
    }
}

graph! {
    struct Graph7(x, y, z) {
        (x.relu().sigmoid() - y.max(z).cos()).sqrt()
    }
}

graph! {
    struct Graph8(x, y, z) {
        let v0 = (-y).sigmoid();
        let v1 = (z + v0).sin().sin();
        (v1.sigmoid().sqrt().sin() / x)
    }
}

graph! {
    struct Graph9(x, y, z) {
        (((-1.6) + (-3.1)).tanh() * ((x * (-1.7)) / (z - y))).sqrt()
    }
}

graph! {
    struct Graph10(x, y, z) {
        ((-(x + z)) * z.ln().max(y.sigmoid())).sin()
    }
}

graph! {
    struct Graph11(x, y, z) {
        let v0 = (y.cos().cos() - ((1.6).tanh() - x.sin()));
        (((1.3) - v0) - z.cos()).powi(2).sin()
    }
}

graph! {
    struct Graph12(x, y, z) {
        let v0 = (y.cos() + (-x)).powi(2);
        let v1 = (z / v0).cos().sigmoid();
        (-(y.sin() - (0.7).cos())).max(v1)
    }
}

graph! {
    struct Graph13(x, y, z) {
        (x.sin().max((z * y)).sigmoid() + y.sin().ln().sin())
    }
}

graph! {
    struct Graph14(x, y, z) {
        let v0 = (-z.ln()).relu();
        let v1 = v0.tanh().cos().sin();
        (x / (y.ln() * v1.exp())).tanh()
    }
}

graph! {
    struct Graph15(x, y, z) {
        let v0 = y.max((x - y).exp());
        (((0.7) / v0).cos() - (x.relu() + ((-0.7) + z))).cos()
    }
}

graph! {
    struct Graph16(x, y, z) {
        let v0 = ((z.powi(-2) / ((-1.8) - y)) - ((-0.8) * z).powi(3));
        let v1 = (z - y).powf(y.sin().powf(((1.9) / v0)));
        v0.powf((v1.max(v0).max(((-0.5) / x)) * (z.sin() / (-v0))))
    }
}

graph! {
    struct Graph17(x, y, z) {
        let v0 = ((z.sin() + z.exp()) * (y - z).exp());
        ((y.sin() - ((-1.8) + x)).relu() / (x.cos().powi(-1) - v0.powi(2)))
    }
}

graph! {
    struct Graph18(x, y, z) {
        (y - z).max(((y + z).powf(z.tanh()) + x))
    }
}

graph! {
    struct Graph19(x, y, z) {
        (z.tanh().tanh() * (y + x)).tanh()
    }
}

graph! {
    struct Graph20(x, y, z) {
        ((y - x.sigmoid().relu()) - y.max(x).max((z * z)).sigmoid())
    }
}

graph! {
    struct Graph21(x, y, z) {
        ((x.sigmoid() + (-z)).powi(-2) + (x.exp() * (y * (-2.5))).max((x / z).ln()))
    }
}

graph! {
    struct Graph22(x, y, z) {
        let v0 = (-(y * z)).ln();
        ((v0 + (-1.6)).max(x.exp()) - (v0.sin() / x)).relu()
    }
}

graph! {
    struct Graph23(x, y, z) {
        (y.sqrt() / z.cos()).max((-y.max(x))).max(((-1.1).tanh() - y.tanh().relu()))
    }
}

graph! {
    struct Graph24(x, y, z) {
        ((-z).max((y * y)).max((x + z).cos()) + x.sigmoid().ln().tanh())
    }
}

graph! {
    struct Graph25(x, y, z) {
        (x.cos().powi(3) - (z.ln() + y)).cos()
    }
}

graph! {
    struct Graph26(x, y, z) {
        let v0 = z.powf(y).sin().sqrt();
        (x.powf(v0.cos().cos()) * z)
    }
}

graph! {
    struct Graph27(x, y, z) {
        let v0 = (y - x).cos().max((z.exp() + y.relu()));
        (z + v0.relu().cos())
    }
}

graph! {
    struct Graph28(x, y, z) {
        (((-z) * x.sqrt()).powi(-1) * (y.sqrt().tanh() * (-0.3).exp().cos()))
    }
}

graph! {
    struct Graph29(x, y, z) {
        (((z - y).sin() / z.cos().exp()) * x.sigmoid().cos().tanh())
    }
}

graph! {
    struct Graph30(x, y, z) {
        let v0 = ((z + (-3.3)) + (x - (-1.3))).sigmoid();
        ((-((-y) + v0)) * v0)
    }
}

graph! {
    struct Graph31(x, y, z) {
        ((z.sin().powi(-1) - ((x + x) - y.powi(3))) - (x.tanh().tanh() - (x / (0.6)).powf(y.cos())))
    }
}

graph! {
    struct Graph32(x, y, z) {
        (z.powi(2).powi(3).relu() + y.cos().sqrt().powf(x.cos().tanh()))
    }
}

graph! {
    struct Graph33(x, y, z) {
        (-(y.max(x).cos() + (z + x).powf((x / (-3.0)))))
    }
}

graph! {
    struct Graph34(x, y, z) {
        ((1.7) - y).powf(x).relu().max((y * (y / z)).sin())
    }
}

graph! {
    struct Graph35(x, y, z) {
        x.max(((-z) - y.sin()).powi(-2))
    }
}

graph! {
    struct Graph36(x, y, z) {
        (z.ln().tanh().max(z.exp().tanh()) * (y.max(x) - z).sigmoid())
    }
}

graph! {
    struct Graph37(x, y, z) {
        let v0 = (((x / y) * (2.3)) + x.powf(y).sin());
        let v1 = x.relu().sigmoid().tanh();
        let v2 = y.sigmoid();
        ((v1 * x).max((v0 / v2)).ln() - (y.powf(z).max(z.powi(2)) / (z - (-z))))
    }
}

graph! {
    struct Graph38(x, y, z) {
        let v0 = (y.powf(x) - y.relu()).tanh();
        let v1 = (y.sqrt().powi(-1) - (z * (4.0)).max(v0.tanh()));
        (v1.sin() - y).max(y.powi(-1).powf(y.max(z))).relu()
    }
}

graph! {
    struct Graph39(x, y, z) {
        y.cos().max(x.powf(z).cos().powf((z.max(y) - z.powf(z))))
    }
}

graph! {
    struct Graph40(x, y, z) {
        let v0 = x.exp().powi(2);
        (z.sin().tanh().exp() + x.max(v0.sqrt()).max((-y.exp())))
    }
}

graph! {
    struct Graph41(x, y, z) {
        ((x * y).powi(-1).exp() + (z - z.exp().tanh()))
    }
}

graph! {
    struct Graph42(x, y, z) {
        let v0 = y.tanh().sin().tanh();
        let v1 = (-(-z).powi(-1));
        ((z * v1).sin().max((-v0).powf((v1 * v1))) / ((x * (1.6)) - v0).max(((v0 + y) + y)))
    }
}

graph! {
    struct Graph43(x, y, z) {
        ((-z.powi(3).ln()) - y.powi(3).ln().powf(x.sin().cos()))
    }
}

graph! {
    struct Graph44(x, y, z) {
        let v0 = y.powf(y).powf(y.max(x)).sqrt();
        x.max((((x * z) * y.powf(v0)) / v0))
    }
}

graph! {
    struct Graph45(x, y, z) {
        x.max(z.cos().powf(x.powi(-2))).powf((-y.max(x).sqrt()))
    }
}

graph! {
    struct Graph46(x, y, z) {
        (y / (x / z).tanh()).cos()
    }
}

graph! {
    struct Graph47(x, y, z) {
        (((z * x).powi(-2) + (y * z).tanh()) * (-(z * (1.8).powf((-3.8)))))
    }
}

graph! {
    struct Graph48(x, y, z) {
        let v0 = (-y);
        (x + (1.9).max(z.max(v0)).tanh())
    }
}

graph! {
    struct Graph49(x, y, z) {
        (y / (-x.cos())).powf((x * z).tanh().exp())
    }
}

graph! {
    struct Graph50(x, y, z) {
        let v0 = y.powf((z.powi(2) / y.relu()));
        let v1 = (x + (v0.ln() / x.max(y)));
        v1
    }
}

graph! {
    struct Graph51(x, y, z) {
        ((z + y).powi(-2) + (x + y).exp()).sin()
    }
}

graph! {
    struct Graph52(x, y, z) {
        let v0 = y.exp();
        (((4.0) + v0).sigmoid().sqrt() * z.max(x).sigmoid().tanh())
    }
}

graph! {
    struct Graph53(x, y, z) {
        let v0 = y.cos().tanh().powi(-1);
        let v1 = z.sqrt();
        (v0.ln().sin() + ((v0.relu() - (-0.8).powi(3)) + ((v0 / z) + (v1 + x))))
    }
}

graph! {
    struct Graph54(x, y, z) {
        ((((-1.2).sin() * x.sin()) * z.powi(2).cos()) / z.sigmoid().powi(-2).powf(y.tanh()))
    }
}

graph! {
    struct Graph55(x, y, z) {
        (-(y.tanh().sigmoid() + z.powf(x).sigmoid()))
    }
}

graph! {
    struct Graph56(x, y, z) {
        let v0 = ((y.powf(x) + (z / (1.2))) / x.cos().exp());
        let v1 = v0.sin().sqrt().sqrt();
        ((-x).max(v1.powf(v0)) * y).sin()
    }
}

graph! {
    struct Graph57(x, y, z) {
        let v0 = (y - z).powf(x.sin()).relu();
        let v1 = (v0.sqrt().max(y.powi(-1)) - (-z).max(((-1.5) - (2.4))));
        v1
    }
}

graph! {
    struct Graph58(x, y, z) {
        ((x - y).cos().powi(-1) + (z.max(y) + y).sin())
    }
}

graph! {
    struct Graph59(x, y, z) {
        let v0 = y.powi(3).sqrt().exp();
        (0.6).max(x).max(v0.max(z)).tanh().relu()
    }
}

graph! {
    struct Graph60(x, y, z) {
        (y * y.max(x)).tanh().max(((z / z).relu() / ((-y) * (y - (2.7)))))
    }
}

graph! {
    struct Graph61(x, y, z) {
        (((0.2).sin() + (x / y)) * ((0.2).tanh() * z.powi(3))).relu()
    }
}

graph! {
    struct Graph62(x, y, z) {
        let v0 = x.cos().sin().sin();
        (((x / z.exp()) / (y.powf(x) + (v0 - z))) / (y.powf(x).relu() * x.cos().max((x - (0.3)))))
    }
}

graph! {
    struct Graph63(x, y, z) {
        (((z * x) * x).sin() + (-(y - z)).relu())
    }
}

graph! {
    struct Graph64(x, y, z) {
        let v0 = (z.exp() / (0.4).sigmoid().powf(y.cos()));
        ((v0.powi(-1) + (0.6).powi(3)) * (x.max(y) - (v0 + z))).sigmoid()
    }
}

graph! {
    struct Graph65(x, y, z) {
        (y.powi(2).cos().powi(3) + (y - z.max(y)).max(((x * z) - (y / y))))
    }
}

graph! {
    struct Graph66(x, y, z) {
        let v0 = (((-x) - (z + (-1.1))) / (0.3));
        let v1 = (y.max(v0).tanh() - (-y).powf((x + z)));
        (-(v1.cos().powf(x.sigmoid()) * x.sqrt().sin()))
    }
}

graph! {
    struct Graph67(x, y, z) {
        ((y.tanh() * z.exp().powi(2)) * y.powi(2).powf((x / z)).powf((x.tanh() + y.tanh())))
    }
}

graph! {
    struct Graph68(x, y, z) {
        let v0 = ((x.sigmoid() - (z + z)) + (y + (-2.2)).max(x.sigmoid()));
        v0
    }
}

graph! {
    struct Graph69(x, y, z) {
        (x.sigmoid().powi(2).exp() / y.max(x).max(y.cos()).max((z / (2.4)).powf(z)))
    }
}

graph! {
    struct Graph70(x, y, z) {
        (z * (((2.5) + y) * x.powf((1.1))).tanh())
    }
}

graph! {
    struct Graph71(x, y, z) {
        (z * (x.sqrt().sqrt() + (y.relu() * (x + x))))
    }
}

graph! {
    struct Graph72(x, y, z) {
        (1.4).cos().relu().max((z - x).max((y + (2.9)))).ln()
    }
}

graph! {
    struct Graph73(x, y, z) {
        ((z - y).powi(2).exp() - y.max((0.4).cos().max((x + y))))
    }
}

graph! {
    struct Graph74(x, y, z) {
        let v0 = (z / (x.exp() - x.ln()));
        (x.max(y) + (z * x).sin()).max((v0 / y).sin().powi(3))
    }
}

graph! {
    struct Graph75(x, y, z) {
        x.max((y / z).sigmoid().powf((y.sigmoid() + (-1.3).sin())))
    }
}

graph! {
    struct Graph76(x, y, z) {
        (z.tanh() / x).max((-y).exp()).max(x)
    }
}

graph! {
    struct Graph77(x, y, z) {
        x.max((z / y).sin().sin())
    }
}

graph! {
    struct Graph78(x, y, z) {
        let v0 = (-x);
        let v1 = (-x).cos().powf((y.sigmoid() + y.sin()));
        let v2 = (-x);
        let v3 = ((v2 / v1).cos() * z.exp().tanh());
        ((((-v2) + z.powf(v3)) / (-0.5).sin().sin()) + (x.powf(v0) + v2.sigmoid()).sqrt())
    }
}

graph! {
    struct Graph79(x, y, z) {
        (y / (x / z).powi(3)).tanh()
    }
}

graph! {
    struct Graph80(x, y, z) {
        let v0 = y.cos();
        ((0.8).powf(x) + v0.relu()).max(v0.sin().max(z.sigmoid())).cos()
    }
}

graph! {
    struct Graph81(x, y, z) {
        let v0 = ((x - y).ln() - (x.sin() + z.cos()));
        (-(y * (2.1))).max((-(y * v0))).max((-v0).tanh().sin())
    }
}

graph! {
    struct Graph82(x, y, z) {
        let v0 = ((z + z) / z.max((-2.0))).powi(-1);
        let v1 = x.sin().cos();
        (v1.powf(v0) / (x + y)).tanh().exp()
    }
}

graph! {
    struct Graph83(x, y, z) {
        let v0 = ((0.9).sin().sin() / ((-z) * (y / (-1.3))));
        (x.exp().sqrt().powi(-1) * (v0.sigmoid().exp() / v0))
    }
}

graph! {
    struct Graph84(x, y, z) {
        let v0 = (y / (z / (-2.8)).powi(-1));
        let v1 = (y / x).sigmoid().exp();
        ((x + y).powf((z / v1)).sqrt() - (x.cos() * z.powf(v0).max((-0.7).cos())))
    }
}

graph! {
    struct Graph85(x, y, z) {
        ((0.2) + (x.tanh().powf((-z)) * (-1.8).sin().max(x.powf(y))))
    }
}

graph! {
    struct Graph86(x, y, z) {
        let v0 = (-x).max(z).exp();
        (y - v0).max(x.ln()).relu().sigmoid()
    }
}

graph! {
    struct Graph87(x, y, z) {
        (z - ((x / y) + (-(2.3))).sigmoid())
    }
}

graph! {
    struct Graph88(x, y, z) {
        let v0 = (x.tanh() / x.powi(3)).cos();
        ((((v0 / v0) / (y * v0)) * ((v0 - x) / ((1.1) * y))) - (x + z.tanh()).sqrt())
    }
}

graph! {
    struct Graph89(x, y, z) {
        (((y + (2.5)).powi(-2) / ((y * y) / z)) + z.sqrt().sigmoid().max(x))
    }
}

graph! {
    struct Graph90(x, y, z) {
        y.ln().cos().powi(-2).max((((1.3) + x).relu() * (z * z.exp())))
    }
}

graph! {
    struct Graph91(x, y, z) {
        ((-0.5) + (5.6).sin().max(y).powf((x + z).powi(3)))
    }
}

graph! {
    struct Graph92(x, y, z) {
        (x.sigmoid().sigmoid() + y.max(z).tanh()).sqrt()
    }
}

graph! {
    struct Graph93(x, y, z) {
        let v0 = x.cos().sqrt();
        (((-2.4).max(y) * v0.sin()).sin() - (y.exp().max((v0 / v0)) * z.tanh().max((x - (1.4)))))
    }
}

graph! {
    struct Graph94(x, y, z) {
        let v0 = x.cos().exp();
        let v1 = (z - (-(-(2.8))));
        ((2.4).cos().powi(3) - ((v1 + v0).tanh() + y.powi(-2).max((0.0).cos())))
    }
}

graph! {
    struct Graph95(x, y, z) {
        ((z * y) - x).exp().powf(z)
    }
}

graph! {
    struct Graph96(x, y, z) {
        let v0 = ((x - z).exp() + ((-2.9) + y).powi(-2));
        let v1 = ((-1.5) - x).exp().relu();
        (y + (v0.powf(y).ln() + v1.max((2.8)).cos()))
    }
}

graph! {
    struct Graph97(x, y, z) {
        let v0 = x.max(y).exp().powi(-2);
        (v0 - z)
    }
}

graph! {
    struct Graph98(x, y, z) {
        let v0 = (x.exp() + z.cos()).powi(2);
        let v1 = (v0 + x.tanh()).ln();
        let v2 = ((y.cos() + (0.9).relu()) / v1.sin().sin());
        (v2 / y.max(v0).tanh()).powi(-2)
    }
}

graph! {
    struct Graph99(x, y, z) {
        ((y + (3.1)).sqrt().sigmoid() / (-((3.2) / x)).max(((z + z) + x.powi(2))))
    }
}

graph! {
    struct Graph100(x, y, z) {
        let v0 = z.sigmoid().max((x * y)).cos();
        v0
    }
}

graph! {
    struct Graph101(x, y, z) {
        let v0 = y.max(x).sin().ln();
        ((-(z - x).sin()) + ((v0.tanh() - x.sigmoid()) - ((x * v0) - z)))
    }
}

graph! {
    struct Graph102(x, y, z) {
        (y.sqrt().sqrt() / ((0.2).sin() / x.max(z))).sqrt()
    }
}

graph! {
    struct Graph103(x, y, z) {
        (x + y.powf((-0.9)).max(z.max(y)).relu())
    }
}

graph! {
    struct Graph104(x, y, z) {
        let v0 = z.sin().max(y).exp();
        (v0.cos() / (2.3).max(x).ln()).max((v0.max(z).max(y.sqrt()) + (-x.sigmoid())))
    }
}

graph! {
    struct Graph105(x, y, z) {
        ((-(z - x)).powf((x + x).tanh()) / (-(y - x)).powf(y))
    }
}

graph! {
    struct Graph106(x, y, z) {
        ((x - z).tanh() - y.sin()).max((x * z).sqrt().cos())
    }
}

graph! {
    struct Graph107(x, y, z) {
        let v0 = (z.sigmoid() * (y * (-2.3))).powf(y.max(x.tanh()));
        v0.tanh()
    }
}

graph! {
    struct Graph108(x, y, z) {
        let v0 = ((y.sigmoid() * z.cos()) - (z / x).relu());
        let v1 = (v0 * x).max(x.powi(-2)).sin();
        (((z * v0) * v1.relu()) - v1.sigmoid().powf(x)).sigmoid()
    }
}

graph! {
    struct Graph109(x, y, z) {
        let v0 = z.exp().cos().max((z / (x - y)));
        let v1 = (x.powf((y / (2.5))) * (v0.relu() + (v0 + z)));
        ((v1.tanh() + (0.4).powi(2)) * v0.powi(-1)).sigmoid()
    }
}

graph! {
    struct Graph110(x, y, z) {
        let v0 = z.sin();
        (x.max((1.6)).sigmoid().ln() * ((-v0.powi(-1)) - y.tanh().relu()))
    }
}

graph! {
    struct Graph111(x, y, z) {
        ((x * y).ln() / ((x * z) / z.ln())).cos()
    }
}

graph! {
    struct Graph112(x, y, z) {
        (((x * y) + (0.1).powi(-1)).sin() + (z * (z.sin() / y.sigmoid())))
    }
}

graph! {
    struct Graph113(x, y, z) {
        let v0 = z.cos();
        let v1 = y.powf(x).max((0.4).exp()).max(x.sin().powf(((-1.0) - y)));
        ((1.1).max(v0) * (-v1)).sigmoid().sqrt()
    }
}

graph! {
    struct Graph114(x, y, z) {
        let v0 = (-((x / x) + y));
        ((-0.4) - (v0.relu() * (z - x))).tanh()
    }
}

graph! {
    struct Graph115(x, y, z) {
        z.powf((z.powf((0.2)) * x).max(y))
    }
}

graph! {
    struct Graph116(x, y, z) {
        let v0 = ((z + (-y)) * ((-2.9).exp() / z.tanh()));
        (((y + z) * x).max(v0) / y)
    }
}

graph! {
    struct Graph117(x, y, z) {
        (-((x * y) + z)).sin()
    }
}

graph! {
    struct Graph118(x, y, z) {
        (y.tanh() / y.max(z)).sin().max((x / (-2.5)).sin().sin())
    }
}

graph! {
    struct Graph119(x, y, z) {
        let v0 = (y / x).tanh().max((-0.9).max(z).ln());
        let v1 = v0.sqrt().exp().tanh();
        (((z + v0).tanh() - (((0.6) - x) / (v1 + y))) * (-x.powi(2).powi(-1)))
    }
}

graph! {
    struct Graph120(x, y, z) {
        ((y + y).max(y.powf(y)).powf(z) + (x.powi(-1) * z.exp().tanh()))
    }
}

graph! {
    struct Graph121(x, y, z) {
        x.exp().max((z.max(x) / x.powf(y)).relu())
    }
}

graph! {
    struct Graph122(x, y, z) {
        let v0 = x.max(x.ln());
        v0.ln().tanh().max(((x + z) + y.cos())).sqrt()
    }
}

graph! {
    struct Graph123(x, y, z) {
        (x * z.relu().powf(y.cos()).ln())
    }
}

graph! {
    struct Graph124(x, y, z) {
        let v0 = y.ln().max(y.powi(2)).tanh();
        ((((1.0) + y).sigmoid() - ((-1.6).max(x) - z.tanh())) + (-(v0.sqrt() * z.tanh())))
    }
}

graph! {
    struct Graph125(x, y, z) {
        let v0 = y.exp().powf(z.tanh().sin());
        let v1 = (v0 / z).sigmoid().ln();
        let v2 = x.max(v0.powf(x).ln());
        (-(v1.tanh() + v0.powf(v2))).sqrt()
    }
}

graph! {
    struct Graph126(x, y, z) {
        (-(-z.max((y + x))))
    }
}

graph! {
    struct Graph127(x, y, z) {
        let v0 = (((1.0).tanh() + z) + (z * x).sqrt());
        (v0 * (-y).powf(((2.0) + z))).relu()
    }
}

graph! {
    struct Graph128(x, y, z) {
        let v0 = y.powi(-1).powi(-1).sqrt();
        (((((-0.0) - v0) - (y * y)) - z.cos().tanh()) + ((-(0.1).powf((-0.2))) * (x.sin() - v0.tanh())))
    }
}

graph! {
    struct Graph129(x, y, z) {
        let v0 = (y / (-x.tanh()));
        let v1 = (v0 * z).exp().relu();
        ((z * (1.7)).exp().sigmoid() + (((y + (-3.5)) * (-1.2).powi(3)) - (-(v1 + z))))
    }
}

graph! {
    struct Graph130(x, y, z) {
        (y.relu().relu() + (z - x).relu().powf(y.sqrt().cos()))
    }
}

graph! {
    struct Graph131(x, y, z) {
        z.max(x).max((z + y)).sin().cos()
    }
}

graph! {
    struct Graph132(x, y, z) {
        (z.sigmoid().sin().max(x) * (y.relu() - z.sin()).exp())
    }
}

graph! {
    struct Graph133(x, y, z) {
        let v0 = ((-y).max(y.sigmoid()) * (z - x).tanh());
        v0.sin().sqrt().powi(-2).sin()
    }
}

graph! {
    struct Graph134(x, y, z) {
        ((-z.powi(3)).relu() / y.powf(x).cos().sigmoid())
    }
}

graph! {
    struct Graph135(x, y, z) {
        (z.cos().sqrt().relu() + ((0.3) / (x.sin() * y.sin())))
    }
}

graph! {
    struct Graph136(x, y, z) {
        let v0 = (y * x).powi(-1).max(z.relu().sqrt());
        let v1 = v0.powf(y).sigmoid().exp();
        let v2 = (v0 - v1).max((-v0)).sqrt();
        (((v1 - x) / (y + v1)) - (z * z).ln()).max(z.powf(v2).tanh().tanh())
    }
}

graph! {
    struct Graph137(x, y, z) {
        (z.tanh() * (x.tanh().max(z) + (y + (0.7).ln())))
    }
}

graph! {
    struct Graph138(x, y, z) {
        let v0 = (x - (-z).tanh());
        (x.powi(2).sigmoid().max(v0.ln().sin()) + ((-y.cos()) - y.ln().max((1.8).max(v0))))
    }
}

graph! {
    struct Graph139(x, y, z) {
        ((z.sin() * y.tanh()) / (z * x).max(x)).cos()
    }
}

graph! {
    struct Graph140(x, y, z) {
        let v0 = ((z / z.cos()) / (x.cos() + (2.7)));
        ((y / (2.8)).powi(-1).sigmoid() - (v0.powi(3).powi(-1) * z.sqrt().sigmoid()))
    }
}

graph! {
    struct Graph141(x, y, z) {
        (z * y).max(x).sqrt().powi(-2)
    }
}

graph! {
    struct Graph142(x, y, z) {
        (((-0.8).max(x).exp() / x.powf(y).powf(z.powf(y))) - (-0.3))
    }
}

graph! {
    struct Graph143(x, y, z) {
        (x / z.sigmoid().sin().max(y.tanh().tanh()))
    }
}

graph! {
    struct Graph144(x, y, z) {
        ((x + y) * z.ln()).sigmoid().sqrt()
    }
}

graph! {
    struct Graph145(x, y, z) {
        ((x * z.powi(2)) / y.cos().sqrt()).sqrt()
    }
}

graph! {
    struct Graph146(x, y, z) {
        ((y + x) + (x + z)).sigmoid().relu()
    }
}

graph! {
    struct Graph147(x, y, z) {
        ((-1.4).exp() - (y * z)).powf((x + z).powi(-2)).exp()
    }
}

graph! {
    struct Graph148(x, y, z) {
        ((z.powf(z) / x.sqrt()) + y.sin()).sin()
    }
}

graph! {
    struct Graph149(x, y, z) {
        let v0 = (((-0.3).max((-0.2)) * (x / (2.9))) / y.max(z).tanh());
        (3.5).powf(v0.max(z).exp().relu())
    }
}

graph! {
    struct Graph150(x, y, z) {
        let v0 = ((-y.tanh()) * (-z));
        ((z / (x * v0).sin()) / ((-(v0 / z)) / (-v0.relu())))
    }
}

graph! {
    struct Graph151(x, y, z) {
        let v0 = y.relu().sigmoid().cos();
        let v1 = v0.max(z).tanh().exp();
        ((v1 - (v1 + x).ln()) + v0)
    }
}

graph! {
    struct Graph152(x, y, z) {
        let v0 = (-x.cos()).sigmoid();
        let v1 = ((2.6).sqrt() + (z + (-0.0))).cos();
        v1.max(x).powf(((v0.tanh() * (-2.5).max((0.6))) * (0.6).powf(v0).powf(y)))
    }
}

graph! {
    struct Graph153(x, y, z) {
        x.sqrt().powf(z.sigmoid()).sin().max((x.sigmoid() / ((y / (-3.6)) - y.sigmoid())))
    }
}

graph! {
    struct Graph154(x, y, z) {
        let v0 = (-z).tanh().cos();
        let v1 = x.sqrt().sqrt().max(z.max((y * z)));
        (x + v1).max((x + v0)).relu().sqrt()
    }
}

graph! {
    struct Graph155(x, y, z) {
        let v0 = (x - ((z + x) / ((-1.3) - y)));
        ((y + v0).sin().sin() + (1.4).sigmoid().sin().tanh())
    }
}

graph! {
    struct Graph156(x, y, z) {
        let v0 = x.powi(-2).powi(-2).tanh();
        let v1 = (((-z) - v0.exp()) * z.max(v0).powf(v0.sin()));
        (v1.sigmoid().powi(3) + y).tanh()
    }
}

graph! {
    struct Graph157(x, y, z) {
        ((y.cos().ln() - (z / z.sin())) - (-(x / y)).sqrt())
    }
}

graph! {
    struct Graph158(x, y, z) {
        (y.sigmoid() + ((z.max((0.8)) + ((-0.8) + y)) * x.sin().powi(-1)))
    }
}

graph! {
    struct Graph159(x, y, z) {
        let v0 = ((-1.6) / x.powf(y).sigmoid());
        (y.relu() + (z + v0)).max((y.ln() - x.sin())).exp()
    }
}

graph! {
    struct Graph160(x, y, z) {
        ((x.max((-3.0)) + z.powi(2)).sqrt() + ((4.2).sin() / ((-3.6) - y)).sigmoid())
    }
}

graph! {
    struct Graph161(x, y, z) {
        let v0 = ((-x) + (y + z)).powi(-1);
        ((y.exp() / (-0.7)).tanh() + (z + v0).relu().sin())
    }
}

graph! {
    struct Graph162(x, y, z) {
        let v0 = (y.sigmoid() + x.exp()).powi(2);
        (z - v0).max(((1.0).tanh() / z.tanh())).sin()
    }
}

graph! {
    struct Graph163(x, y, z) {
        let v0 = (y.tanh().sqrt() + (x - (3.3).sqrt()));
        z.max((-2.9)).powf(v0.sigmoid()).relu().relu()
    }
}

graph! {
    struct Graph164(x, y, z) {
        (-y.sqrt().powf((z + x))).sigmoid()
    }
}

graph! {
    struct Graph165(x, y, z) {
        ((z + z).max((x * y)) - ((x - (-3.5)) - (-1.0).exp())).exp()
    }
}

graph! {
    struct Graph166(x, y, z) {
        (y.sqrt().relu() + (y - (0.7)).ln()).max((z + (y.sqrt() * (z + x))))
    }
}

graph! {
    struct Graph167(x, y, z) {
        (y - (-x.max(z)))
    }
}

graph! {
    struct Graph168(x, y, z) {
        let v0 = x.relu().cos().max(x);
        ((y * ((-0.4) - z)).relu() + v0)
    }
}

graph! {
    struct Graph169(x, y, z) {
        let v0 = y.max((x.relu() * z.relu()));
        v0.ln().sigmoid().sigmoid().powi(-2)
    }
}

graph! {
    struct Graph170(x, y, z) {
        ((-((-1.0) * y)) + (z.max(x) - x)).powf(y.sin().sqrt().relu())
    }
}

graph! {
    struct Graph171(x, y, z) {
        let v0 = (z.powi(2) + (y / x)).relu();
        let v1 = ((y + y).max(y.powi(2)) * ((y / (2.2)) - ((1.9) / z)));
        (x.tanh().exp() - (y.max(v1) / v0.powf(x))).tanh()
    }
}

graph! {
    struct Graph172(x, y, z) {
        ((x.sigmoid() + x.powi(-2).tanh()) / ((z * y) * x.ln()).cos())
    }
}

graph! {
    struct Graph173(x, y, z) {
        (((x + x).relu() + x.relu().max(z.relu())) - (((-2.2) / x.ln()) - (y.sigmoid() * (x - (0.0)))))
    }
}

graph! {
    struct Graph174(x, y, z) {
        let v0 = (y - z).sigmoid().exp();
        ((z - x).powi(2) + ((-v0) * (x * (1.2)))).sqrt()
    }
}

graph! {
    struct Graph175(x, y, z) {
        let v0 = (y.exp() * z.cos()).sin();
        let v1 = v0.exp().tanh().sin();
        (z.exp().sin() - (x.powf(v1) / (-y))).max(((1.2).sin() / z))
    }
}

graph! {
    struct Graph176(x, y, z) {
        let v0 = x.relu().powf((y + z)).powf(((-z) - (y + x)));
        v0.tanh()
    }
}

graph! {
    struct Graph177(x, y, z) {
        (x.ln() + (y + z)).sigmoid().sin()
    }
}

graph! {
    struct Graph178(x, y, z) {
        (y.sqrt() + z.relu().max(x.ln())).max((z + (-3.7)).sigmoid().ln())
    }
}

graph! {
    struct Graph179(x, y, z) {
        ((x.sin() * (z - y)) / (y.ln() / x.cos())).sigmoid()
    }
}

graph! {
    struct Graph180(x, y, z) {
        (((x - y) / (y * z)).tanh() - (z - (-1.1).max(y).sin()))
    }
}

graph! {
    struct Graph181(x, y, z) {
        let v0 = (x.powi(-2) + (z - x)).sqrt();
        let v1 = x.powf(((y + x) * v0.exp()));
        (x.relu() / v1.sin()).ln().exp()
    }
}

graph! {
    struct Graph182(x, y, z) {
        let v0 = (x / ((-0.1).sigmoid() - z));
        ((-1.8).sigmoid().tanh().exp() * ((y / z) - (x * v0)).tanh())
    }
}

graph! {
    struct Graph183(x, y, z) {
        ((y + z).cos().cos() / (y.relu().sigmoid() + (y + x).powi(-2)))
    }
}

graph! {
    struct Graph184(x, y, z) {
        let v0 = ((y - x).sqrt() / y.sqrt().cos());
        (-(v0.cos() + (v0 * z))).exp()
    }
}

graph! {
    struct Graph185(x, y, z) {
        (y.exp().sigmoid() / x.max((0.4).max(z))).powi(-1)
    }
}

graph! {
    struct Graph186(x, y, z) {
        ((-z.powi(-2).powf(y.relu())) + x.tanh().sigmoid())
    }
}

graph! {
    struct Graph187(x, y, z) {
        (y.relu().tanh() + ((y / (0.1)) / x.exp())).max(y.cos().max(z).cos())
    }
}

graph! {
    struct Graph188(x, y, z) {
        (-((z - x) / y.relu()).powi(2))
    }
}

graph! {
    struct Graph189(x, y, z) {
        let v0 = (z.relu().exp() * ((-z) / (z - y)));
        let v1 = y.ln().sigmoid();
        let v2 = (v1.max(y) + x.sigmoid()).sigmoid();
        v2.tanh().powi(3).powf((z * (y / v2))).powf((-((y / y) / v0)))
    }
}

graph! {
    struct Graph190(x, y, z) {
        z.powf(x).max(y.exp()).sin().cos()
    }
}

graph! {
    struct Graph191(x, y, z) {
        (((x + (-3.1)) - (-z)) + (-z.max(y))).cos()
    }
}

graph! {
    struct Graph192(x, y, z) {
        (z - x.sigmoid()).powf(y.tanh().sin()).tanh()
    }
}

graph! {
    struct Graph193(x, y, z) {
        z.relu().sin().powf((y + x).ln().relu())
    }
}

graph! {
    struct Graph194(x, y, z) {
        (y.powi(-2).ln().sin() * (z.max(x) + y.powi(2)).cos())
    }
}

graph! {
    struct Graph195(x, y, z) {
        let v0 = (y.powf(y).sigmoid() * (x.relu() * y.powi(3)));
        ((x.powf(v0) - v0).cos() - ((1.2).max(z).powi(-1) * (v0.ln() - y.powi(3))))
    }
}

graph! {
    struct Graph196(x, y, z) {
        (x.max(y.max(z)) / z.powf(y).sigmoid()).sin()
    }
}

graph! {
    struct Graph197(x, y, z) {
        let v0 = (x.tanh() + y.powi(-1).sin());
        ((-v0).max(((0.4) + z)) - (z.tanh() - (-x))).sin()
    }
}

graph! {
    struct Graph198(x, y, z) {
        ((-(y * (-0.4))) / x.sigmoid().sin()).max(((z.powi(3) / z.powi(-2)) / y.exp().exp()))
    }
}

graph! {
    struct Graph199(x, y, z) {
        let v0 = (1.3).powf(x).tanh().powf(x.cos().powf((y - (-0.0))));
        let v1 = z.exp();
        let v2 = z.tanh().max(x.max(v1)).max(v1.sqrt().sqrt());
        ((v1.powi(-1) / v1.max((-0.2)).ln()) + v1.sigmoid().powi(3).max((v1.sqrt() * (v0 + v2))))
    }
}

graph! {
    struct Graph200(x, y, z) {
        ((z - x).tanh() * (y * x.powi(-1))).cos()
    }
}

graph! {
    struct Graph201(x, y, z) {
        ((y.sin() / z.relu()) + x.sqrt().relu()).powi(-2)
    }
}

graph! {
    struct Graph202(x, y, z) {
        let v0 = y.powi(-2).powf(z.max((z + z)));
        ((-(v0 - z).tanh()) + (v0.sigmoid() / x.sigmoid()).sigmoid())
    }
}

graph! {
    struct Graph203(x, y, z) {
        (((x * x).sin() + (-z.sigmoid())) - (z.exp().ln() + y.cos().powi(-1)))
    }
}

graph! {
    struct Graph204(x, y, z) {
        y.powi(-1).tanh().max((x.tanh() + (y / (2.0)))).powf((z.tanh().exp() * z.sigmoid().sigmoid()))
    }
}

graph! {
    struct Graph205(x, y, z) {
        (-((x + y) + x.cos()).powf((y / x).max(((0.8) + z))))
    }
}

graph! {
    struct Graph206(x, y, z) {
        (y * (-z.ln())).powf(z.max(x).cos().powi(2))
    }
}

graph! {
    struct Graph207(x, y, z) {
        (((x / z) - ((3.6) * y)).powf(x.sqrt().max(z.max(y))) - z)
    }
}

graph! {
    struct Graph208(x, y, z) {
        (-x.max(z)).max(((0.4).max(z) - y.sin()).sin())
    }
}

graph! {
    struct Graph209(x, y, z) {
        let v0 = ((-(y / x)) + ((2.4) * z).powi(-1));
        (v0.sin().sin().sqrt() / (y.sin() - (x / y)).sin())
    }
}

graph! {
    struct Graph210(x, y, z) {
        ((z.tanh() + (y - (-1.7))) + y).powf(((0.4).relu() + ((3.3) + x)).tanh())
    }
}

graph! {
    struct Graph211(x, y, z) {
        (((y * y) + (-z)) * x).sqrt()
    }
}

graph! {
    struct Graph212(x, y, z) {
        (z * x.max(y).powf(y.relu()).powi(-2))
    }
}

graph! {
    struct Graph213(x, y, z) {
        (z.max((0.2)).exp().powi(-1) + (((3.0) + x) * y.sin()).max(y.sqrt().cos()))
    }
}

graph! {
    struct Graph214(x, y, z) {
        (((-z.max(x)) / (-(x / y))) + (-(z - x).sin()))
    }
}

graph! {
    struct Graph215(x, y, z) {
        (-((-x) / y.tanh()).powf((z.ln() / ((-1.5) * (1.1)))))
    }
}

graph! {
    struct Graph216(x, y, z) {
        let v0 = (x - y).sigmoid().powf((z * z).cos());
        let v1 = v0.cos().cos().tanh();
        y.max(x).powf((v1.sigmoid() + x.relu())).tanh()
    }
}

graph! {
    struct Graph217(x, y, z) {
        let v0 = (((y + x) + (0.3)) - (z * x).exp());
        v0.sin().cos().tanh().sqrt()
    }
}

graph! {
    struct Graph218(x, y, z) {
        (y * ((-z) + (x + (0.1)))).exp()
    }
}

graph! {
    struct Graph219(x, y, z) {
        (((x.powi(2) / z.exp()) / (0.3)) / y.max(z).exp().relu())
    }
}

graph! {
    struct Graph220(x, y, z) {
        let v0 = (z.sqrt().powi(-2) - y.powf((0.4)).max(x.powi(-1)));
        (x / (y * (z * v0))).cos()
    }
}

graph! {
    struct Graph221(x, y, z) {
        (z - x).exp().relu().powf(y.max((y + z)).cos())
    }
}

graph! {
    struct Graph222(x, y, z) {
        (x.powf(y).tanh().sigmoid() + ((y + (-z)) * y))
    }
}

graph! {
    struct Graph223(x, y, z) {
        ((-z.max(y).max((5.6).ln())) / x)
    }
}

graph! {
    struct Graph224(x, y, z) {
        (y.sigmoid().sqrt() * (z + x).powi(3)).relu()
    }
}

graph! {
    struct Graph225(x, y, z) {
        ((-x).sqrt().cos() * (y * z).ln().exp())
    }
}

graph! {
    struct Graph226(x, y, z) {
        let v0 = z.max((-x.ln()));
        ((v0 / x.powi(-1)) - ((z * x) + ((2.5) - z))).max(y.powf((2.0)).sqrt().relu())
    }
}

graph! {
    struct Graph227(x, y, z) {
        (x.cos().ln().exp() - ((z * y) + x.sigmoid()).tanh())
    }
}

graph! {
    struct Graph228(x, y, z) {
        (x / (z.relu() / z.max(y))).powi(-2)
    }
}

graph! {
    struct Graph229(x, y, z) {
        let v0 = x.tanh().sigmoid().tanh();
        let v1 = z.tanh().cos().powf((x + z).powi(2));
        let v2 = v0.exp().tanh();
        let v3 = ((-v0) - y).sin();
        (-v3.sqrt().sigmoid()).max(((v2.cos() / (v2 / z)) / (v1.cos() + v3.tanh())))
    }
}

graph! {
    struct Graph230(x, y, z) {
        let v0 = (y.tanh().cos() / x.sigmoid());
        ((v0.sqrt().tanh() * (-(y / x))) / (v0.exp() - z.sigmoid()).relu())
    }
}

graph! {
    struct Graph231(x, y, z) {
        let v0 = ((x + z).sin() - (-0.8).sin());
        let v1 = (y.sigmoid() + y.cos()).powi(3);
        let v2 = v0.cos().relu().sin();
        (((z / v1) + v2.relu()) / (-v0.max(v2))).powi(-2)
    }
}

graph! {
    struct Graph232(x, y, z) {
        y.max(x).max((z + y)).max(z.exp().powf(x.tanh())).tanh()
    }
}

graph! {
    struct Graph233(x, y, z) {
        (-(y + x)).sigmoid().max((x.cos().sqrt() + z.powi(2).exp()))
    }
}

graph! {
    struct Graph234(x, y, z) {
        (0.2).cos().relu().tanh().powf(((z / (2.0)).cos() * (y.cos() + (x * z))))
    }
}

graph! {
    struct Graph235(x, y, z) {
        let v0 = x.relu();
        (z.sqrt().exp().max(v0.powf(v0).tanh()) + y.sin().powi(2).cos())
    }
}

graph! {
    struct Graph236(x, y, z) {
        y.powf(z.powf(x).ln()).sigmoid()
    }
}

graph! {
    struct Graph237(x, y, z) {
        ((((-0.2) * x).powf((0.3).cos()) * (3.6).relu()) - ((y + z) / (-(-2.5))).cos())
    }
}

graph! {
    struct Graph238(x, y, z) {
        (y.sin().ln().cos() + (-x.powf(z)).max(y))
    }
}

graph! {
    struct Graph239(x, y, z) {
        let v0 = z.powi(-1).relu().powi(-1);
        ((z / y).sqrt() - (y * v0)).powf((v0.powi(3).cos() / (-(z / x))))
    }
}

graph! {
    struct Graph240(x, y, z) {
        (x / z).tanh().max(y.max(z.cos())).powf(((-0.2).sigmoid().sin() - (-z.sigmoid())))
    }
}

graph! {
    struct Graph241(x, y, z) {
        (-(z.sin() - (x * y)).cos())
    }
}

graph! {
    struct Graph242(x, y, z) {
        let v0 = (x.powi(3).sqrt() - ((x - z) / y));
        ((v0.cos() + x.max(y)).powi(2) * (x.ln() / (y - v0)).tanh())
    }
}

graph! {
    struct Graph243(x, y, z) {
        let v0 = z.sin();
        ((v0.powi(-1).exp() / y.exp().tanh()) + ((1.2).max((v0 - z)) - (v0 / x).powi(-1)))
    }
}

graph! {
    struct Graph244(x, y, z) {
        z.powf((z.powf(z) * x.tanh()).max(y))
    }
}

graph! {
    struct Graph245(x, y, z) {
        ((z.powi(-1) - (x * y)) - (-y).relu()).cos()
    }
}

graph! {
    struct Graph246(x, y, z) {
        let v0 = ((2.1) - z).powi(-2).ln();
        (v0 * (y.sigmoid() * x.max(y))).sigmoid()
    }
}

graph! {
    struct Graph247(x, y, z) {
        ((x.sqrt().relu() / ((z + y) + x.powf(x))) / x.powi(-1).cos().sin())
    }
}

graph! {
    struct Graph248(x, y, z) {
        x.exp().ln().relu().max((z.exp() / y.max((-2.4)).cos()))
    }
}

graph! {
    struct Graph249(x, y, z) {
        x.max(z).exp().sin().max((y.sigmoid().relu() / z.sqrt().ln()))
    }
}

graph! {
    struct Graph250(x, y, z) {
        let v0 = ((y.cos() + (x + x)) + (z - (x * x)));
        v0.exp().sqrt().sin().relu()
    }
}

graph! {
    struct Graph251(x, y, z) {
        ((z.relu() / (z + y)).sqrt() + x.sigmoid().max((x - z)).sin())
    }
}

graph! {
    struct Graph252(x, y, z) {
        let v0 = z.sigmoid().sigmoid().sigmoid();
        let v1 = y.exp();
        let v2 = v1.max((1.3)).tanh().powi(3);
        let v3 = ((v2.sqrt() - z.tanh()) * x.cos());
        (v0.powf(v3) / v0.relu()).tanh().tanh()
    }
}

graph! {
    struct Graph253(x, y, z) {
        let v0 = ((1.0).sqrt() - y.sigmoid()).powf((x * x).powi(-2));
        (-(v0.sin().max((x / v0)) - (-z).powi(2)))
    }
}

graph! {
    struct Graph254(x, y, z) {
        (-(y.sigmoid().max((z - y)) - x.tanh().exp()))
    }
}

graph! {
    struct Graph255(x, y, z) {
        ((y.exp() - (-(3.5)).tanh()) * (x.sigmoid().relu() / (y + z).cos()))
    }
}

graph! {
    struct Graph256(x, y, z) {
        let v0 = ((y.tanh() + z) * ((z * y) / (x - y)));
        let v1 = (v0.sqrt() + (0.3).max(v0)).sqrt();
        z.powf(v1).sigmoid().exp().ln()
    }
}

graph! {
    struct Graph257(x, y, z) {
        ((-(x * y)) * (-z.sin())).cos()
    }
}

graph! {
    struct Graph258(x, y, z) {
        let v0 = (y.cos() / z.max(x)).max((-3.0));
        v0
    }
}

graph! {
    struct Graph259(x, y, z) {
        (z.tanh() - x.tanh().ln()).powf(((-2.6).max((1.0)) - (y - x)).sigmoid())
    }
}

graph! {
    struct Graph260(x, y, z) {
        ((x.max((0.9)) / x.powi(2)) + ((y * x) * z.max((-0.6)))).sin()
    }
}

graph! {
    struct Graph261(x, y, z) {
        ((z + x).sin().sqrt() * (y + z).sin().sin())
    }
}

graph! {
    struct Graph262(x, y, z) {
        let v0 = ((-y.sqrt()) * (1.9).relu().sigmoid());
        (v0 * (-2.9)).max(z).powf(x.sigmoid()).max((y.powi(3) / v0).exp())
    }
}

graph! {
    struct Graph263(x, y, z) {
        (((z / y) + (x * x)).powf(x) / z.powi(2).relu())
    }
}

graph! {
    struct Graph264(x, y, z) {
        let v0 = x.tanh();
        let v1 = z.sigmoid().powf(y.sin()).exp();
        ((z + (v1 - z)).max(((v0 - (-1.3)) * (1.0).max(z))) / (x + (-0.1)).relu().tanh())
    }
}

graph! {
    struct Graph265(x, y, z) {
        ((x - z) / y.exp()).powi(-2).ln()
    }
}

graph! {
    struct Graph266(x, y, z) {
        ((-y).ln() * (x + x).powf((y - z))).max(y.cos().sqrt().cos())
    }
}

graph! {
    struct Graph267(x, y, z) {
        (z.sigmoid().powi(-1) - ((y * x) * (0.7).tanh())).powf((x - (-0.2)).cos().sigmoid())
    }
}

graph! {
    struct Graph268(x, y, z) {
        ((-(-x)).powi(-1) - (-((y + z) + y)))
    }
}

graph! {
    struct Graph269(x, y, z) {
        let v0 = y.sqrt();
        let v1 = z.relu();
        let v2 = (v0.ln() + y).relu();
        (v2.tanh().ln().sigmoid() / v1.max(x).relu().sigmoid())
    }
}

graph! {
    struct Graph270(x, y, z) {
        let v0 = (((0.7) + y).exp() / ((-1.6).powi(3) / z.ln()));
        let v1 = ((-(-1.9)) * (x / z)).max(v0.tanh());
        ((x.sin().relu() - v1.relu().sqrt()) / z.relu().powi(3).cos())
    }
}

graph! {
    struct Graph271(x, y, z) {
        (y / x).max(z.sigmoid()).powf(z.exp().sigmoid()).relu()
    }
}

graph! {
    struct Graph272(x, y, z) {
        (y.powi(-2).ln() / (((0.6) / (2.9)) / (z + x)).tanh())
    }
}

graph! {
    struct Graph273(x, y, z) {
        ((x.sqrt() / z.sqrt()).sigmoid() / (-y.sigmoid().sqrt()))
    }
}

graph! {
    struct Graph274(x, y, z) {
        let v0 = y.cos().max(y.sigmoid()).sigmoid();
        (y.tanh().relu() * ((z.relu() + y.sin()) * (-(v0 - x))))
    }
}

graph! {
    struct Graph275(x, y, z) {
        (x + (y + z).sigmoid().cos())
    }
}

graph! {
    struct Graph276(x, y, z) {
        let v0 = z.tanh().sin();
        ((y + x).tanh() / (-v0.powf(x))).cos()
    }
}

graph! {
    struct Graph277(x, y, z) {
        let v0 = (x.exp().sqrt() / z.sigmoid().max((x * (1.5))));
        ((-v0.relu().relu()) / x.powf((v0.cos() * y.exp())))
    }
}

graph! {
    struct Graph278(x, y, z) {
        let v0 = ((z.sqrt() * (1.2)) * x.sigmoid().tanh());
        (v0.powf(y) + x).ln().exp()
    }
}

graph! {
    struct Graph279(x, y, z) {
        (z.sqrt().sigmoid() + y.exp().tanh()).max((x.max((-1.9)) - (y * z)).ln())
    }
}

graph! {
    struct Graph280(x, y, z) {
        let v0 = (y.sin() / y.tanh()).relu();
        (y.sin().powf((x * z)) - v0.max((-0.6)).cos()).ln()
    }
}

graph! {
    struct Graph281(x, y, z) {
        let v0 = (z.powi(-1) * (1.9).powf(x)).powf((x - y).ln());
        (((y.max(z) - (-1.2).tanh()) * (-0.7).exp().exp()) * v0.exp())
    }
}

graph! {
    struct Graph282(x, y, z) {
        ((-y.tanh()) * z.sigmoid().powf((x + x))).sigmoid()
    }
}

graph! {
    struct Graph283(x, y, z) {
        let v0 = y.powf((-3.1)).relu().relu();
        ((-((-v0) / (z * v0))) - v0.max(y).sigmoid().powf(((v0 / x) / v0.tanh())))
    }
}

graph! {
    struct Graph284(x, y, z) {
        ((2.9).relu() - (-(z - x)).max((y.cos() + x.sigmoid())))
    }
}

graph! {
    struct Graph285(x, y, z) {
        let v0 = (2.2).relu().sin().max(y.powi(-1).sqrt());
        v0.powi(-2).powf(((v0 + z) / (-z))).powf(x.sigmoid())
    }
}

graph! {
    struct Graph286(x, y, z) {
        ((z + x).max(z.powi(-2)) * y).powi(-1)
    }
}

graph! {
    struct Graph287(x, y, z) {
        (y.exp().ln() - x.max(z).cos()).sin()
    }
}

graph! {
    struct Graph288(x, y, z) {
        let v0 = (0.5).max((x + y)).powf(z.powf(x.max(y)));
        let v1 = (y.sin().powi(-1) + (-v0).max(y));
        ((-z.powi(-2)).cos() * (v1 + (0.1)).relu().relu())
    }
}

graph! {
    struct Graph289(x, y, z) {
        let v0 = (z * z.max(y).sin());
        (((x.exp() + x.powi(3)) * ((z * (0.7)) - (-0.5).exp())) + ((z / z) + (v0 - z)).ln())
    }
}

graph! {
    struct Graph290(x, y, z) {
        let v0 = (-(y / z)).ln();
        (x.exp().sqrt() * v0.cos().sigmoid().powi(-2))
    }
}

graph! {
    struct Graph291(x, y, z) {
        let v0 = (y.cos().cos() * ((y - z) * (x - (-1.2))));
        (-v0.sin())
    }
}

graph! {
    struct Graph292(x, y, z) {
        let v0 = (y.sin().cos() * z);
        (x.powf((x / x)).ln() + x.powf(v0.sin()))
    }
}

graph! {
    struct Graph293(x, y, z) {
        let v0 = (-(x.max((0.2)) + z.sigmoid()));
        (-2.7).max((((0.4).powf(x) * ((0.3) / z)) - (-1.2).max(v0).max(((0.2) + y))))
    }
}

graph! {
    struct Graph294(x, y, z) {
        ((3.4).relu().sqrt() - (y.max(z).sin() / x.ln().sigmoid()))
    }
}

graph! {
    struct Graph295(x, y, z) {
        ((x / z).max(x.exp()).sqrt() / (y.sin() * (-y.max(x))))
    }
}

graph! {
    struct Graph296(x, y, z) {
        ((y.sin().ln() * z) + ((y - x) - z.cos()).sigmoid())
    }
}

graph! {
    struct Graph297(x, y, z) {
        let v0 = y.cos().tanh().sigmoid();
        (-(x + (v0 - z))).powf((-v0).exp().powf((y + v0)))
    }
}

graph! {
    struct Graph298(x, y, z) {
        (y / (-(z - x)).sin())
    }
}

graph! {
    struct Graph299(x, y, z) {
        (y.powi(-1).max((y - z)).relu() + y.powf(((-0.0) - x)).powi(-1))
    }
}

/// All graphs.
#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(Graph0),
        case!(Graph1),
        case!(Graph2),
        case!(Graph3),
        case!(Graph4),
        case!(Graph5),
        case!(Graph6),
        case!(Graph7),
        case!(Graph8),
        case!(Graph9),
        case!(Graph10),
        case!(Graph11),
        case!(Graph12),
        case!(Graph13),
        case!(Graph14),
        case!(Graph15),
        case!(Graph16),
        case!(Graph17),
        case!(Graph18),
        case!(Graph19),
        case!(Graph20),
        case!(Graph21),
        case!(Graph22),
        case!(Graph23),
        case!(Graph24),
        case!(Graph25),
        case!(Graph26),
        case!(Graph27),
        case!(Graph28),
        case!(Graph29),
        case!(Graph30),
        case!(Graph31),
        case!(Graph32),
        case!(Graph33),
        case!(Graph34),
        case!(Graph35),
        case!(Graph36),
        case!(Graph37),
        case!(Graph38),
        case!(Graph39),
        case!(Graph40),
        case!(Graph41),
        case!(Graph42),
        case!(Graph43),
        case!(Graph44),
        case!(Graph45),
        case!(Graph46),
        case!(Graph47),
        case!(Graph48),
        case!(Graph49),
        case!(Graph50),
        case!(Graph51),
        case!(Graph52),
        case!(Graph53),
        case!(Graph54),
        case!(Graph55),
        case!(Graph56),
        case!(Graph57),
        case!(Graph58),
        case!(Graph59),
        case!(Graph60),
        case!(Graph61),
        case!(Graph62),
        case!(Graph63),
        case!(Graph64),
        case!(Graph65),
        case!(Graph66),
        case!(Graph67),
        case!(Graph68),
        case!(Graph69),
        case!(Graph70),
        case!(Graph71),
        case!(Graph72),
        case!(Graph73),
        case!(Graph74),
        case!(Graph75),
        case!(Graph76),
        case!(Graph77),
        case!(Graph78),
        case!(Graph79),
        case!(Graph80),
        case!(Graph81),
        case!(Graph82),
        case!(Graph83),
        case!(Graph84),
        case!(Graph85),
        case!(Graph86),
        case!(Graph87),
        case!(Graph88),
        case!(Graph89),
        case!(Graph90),
        case!(Graph91),
        case!(Graph92),
        case!(Graph93),
        case!(Graph94),
        case!(Graph95),
        case!(Graph96),
        case!(Graph97),
        case!(Graph98),
        case!(Graph99),
        case!(Graph100),
        case!(Graph101),
        case!(Graph102),
        case!(Graph103),
        case!(Graph104),
        case!(Graph105),
        case!(Graph106),
        case!(Graph107),
        case!(Graph108),
        case!(Graph109),
        case!(Graph110),
        case!(Graph111),
        case!(Graph112),
        case!(Graph113),
        case!(Graph114),
        case!(Graph115),
        case!(Graph116),
        case!(Graph117),
        case!(Graph118),
        case!(Graph119),
        case!(Graph120),
        case!(Graph121),
        case!(Graph122),
        case!(Graph123),
        case!(Graph124),
        case!(Graph125),
        case!(Graph126),
        case!(Graph127),
        case!(Graph128),
        case!(Graph129),
        case!(Graph130),
        case!(Graph131),
        case!(Graph132),
        case!(Graph133),
        case!(Graph134),
        case!(Graph135),
        case!(Graph136),
        case!(Graph137),
        case!(Graph138),
        case!(Graph139),
        case!(Graph140),
        case!(Graph141),
        case!(Graph142),
        case!(Graph143),
        case!(Graph144),
        case!(Graph145),
        case!(Graph146),
        case!(Graph147),
        case!(Graph148),
        case!(Graph149),
        case!(Graph150),
        case!(Graph151),
        case!(Graph152),
        case!(Graph153),
        case!(Graph154),
        case!(Graph155),
        case!(Graph156),
        case!(Graph157),
        case!(Graph158),
        case!(Graph159),
        case!(Graph160),
        case!(Graph161),
        case!(Graph162),
        case!(Graph163),
        case!(Graph164),
        case!(Graph165),
        case!(Graph166),
        case!(Graph167),
        case!(Graph168),
        case!(Graph169),
        case!(Graph170),
        case!(Graph171),
        case!(Graph172),
        case!(Graph173),
        case!(Graph174),
        case!(Graph175),
        case!(Graph176),
        case!(Graph177),
        case!(Graph178),
        case!(Graph179),
        case!(Graph180),
        case!(Graph181),
        case!(Graph182),
        case!(Graph183),
        case!(Graph184),
        case!(Graph185),
        case!(Graph186),
        case!(Graph187),
        case!(Graph188),
        case!(Graph189),
        case!(Graph190),
        case!(Graph191),
        case!(Graph192),
        case!(Graph193),
        case!(Graph194),
        case!(Graph195),
        case!(Graph196),
        case!(Graph197),
        case!(Graph198),
        case!(Graph199),
        case!(Graph200),
        case!(Graph201),
        case!(Graph202),
        case!(Graph203),
        case!(Graph204),
        case!(Graph205),
        case!(Graph206),
        case!(Graph207),
        case!(Graph208),
        case!(Graph209),
        case!(Graph210),
        case!(Graph211),
        case!(Graph212),
        case!(Graph213),
        case!(Graph214),
        case!(Graph215),
        case!(Graph216),
        case!(Graph217),
        case!(Graph218),
        case!(Graph219),
        case!(Graph220),
        case!(Graph221),
        case!(Graph222),
        case!(Graph223),
        case!(Graph224),
        case!(Graph225),
        case!(Graph226),
        case!(Graph227),
        case!(Graph228),
        case!(Graph229),
        case!(Graph230),
        case!(Graph231),
        case!(Graph232),
        case!(Graph233),
        case!(Graph234),
        case!(Graph235),
        case!(Graph236),
        case!(Graph237),
        case!(Graph238),
        case!(Graph239),
        case!(Graph240),
        case!(Graph241),
        case!(Graph242),
        case!(Graph243),
        case!(Graph244),
        case!(Graph245),
        case!(Graph246),
        case!(Graph247),
        case!(Graph248),
        case!(Graph249),
        case!(Graph250),
        case!(Graph251),
        case!(Graph252),
        case!(Graph253),
        case!(Graph254),
        case!(Graph255),
        case!(Graph256),
        case!(Graph257),
        case!(Graph258),
        case!(Graph259),
        case!(Graph260),
        case!(Graph261),
        case!(Graph262),
        case!(Graph263),
        case!(Graph264),
        case!(Graph265),
        case!(Graph266),
        case!(Graph267),
        case!(Graph268),
        case!(Graph269),
        case!(Graph270),
        case!(Graph271),
        case!(Graph272),
        case!(Graph273),
        case!(Graph274),
        case!(Graph275),
        case!(Graph276),
        case!(Graph277),
        case!(Graph278),
        case!(Graph279),
        case!(Graph280),
        case!(Graph281),
        case!(Graph282),
        case!(Graph283),
        case!(Graph284),
        case!(Graph285),
        case!(Graph286),
        case!(Graph287),
        case!(Graph288),
        case!(Graph289),
        case!(Graph290),
        case!(Graph291),
        case!(Graph292),
        case!(Graph293),
        case!(Graph294),
        case!(Graph295),
        case!(Graph296),
        case!(Graph297),
        case!(Graph298),
        case!(Graph299),
    ]
}
