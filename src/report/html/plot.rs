//! Plots as SVG. Coordinates are whole numbers.

use std::fmt::Write;

/// Values over time; none where nothing is known.
pub(super) struct Line {
    name: String,
    points: Vec<Option<u64>>,
}

/// One bar.
pub(super) struct Bar {
    name: String,
    pub(super) value: u64,
    /// What stands behind it.
    told: String,
}

/// What a plot's numbers are.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Count,
    Millis,
    /// Of ten thousand.
    Share,
}

impl Line {
    pub(super) fn new(name: &str, points: Vec<Option<u64>>) -> Self {
        Self { name: name.to_owned(), points }
    }
}

impl Bar {
    pub(super) fn new(name: &str, value: u64, told: String) -> Self {
        Self { name: name.to_owned(), value, told }
    }
}

/// Lines over the same times, which are named by `labels`.
pub(super) fn lines(title: &str, unit: Unit, labels: &[String], lines: &[Line]) -> String {
    let highest = lines.iter().flat_map(|line| line.points.iter().flatten()).max();
    let Some(&highest) = highest else { return nothing(title) };
    let top = if matches!(unit, Unit::Share) { highest.max(10_000) } else { round(highest) };
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n");
    for quarter in 0..=4 {
        let (value, at) = (top * quarter / 4, y(top * quarter / 4, top));
        let _ = writeln!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {at}H{RIGHT}\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            LEFT - 8,
            at + 4,
            told(value, unit)
        );
    }
    for (at, label) in labels.iter().enumerate().filter(|(at, _)| is_named(*at, labels.len())) {
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            x(at, labels.len()),
            HEIGHT - 8,
            escaped(&label.get(5..).unwrap_or(label).replace('T', " ").replace('Z', ""))
        );
    }
    for (number, line) in lines.iter().enumerate() {
        svg += &drawn(number, line, top, unit, labels);
    }
    figure(title, &legend(lines), &svg)
}

fn drawn(number: usize, line: &Line, top: u64, unit: Unit, labels: &[String]) -> String {
    let mut svg = String::new();
    let place = |at: usize, value: u64| (x(at, line.points.len()), y(value, top));
    // A line ends where nothing is known.
    let known = line.points.iter().enumerate().map(|(at, value)| value.map(|value| (at, value)));
    let known: Vec<_> = known.collect();
    for run in known.split(Option::is_none) {
        let points = run.iter().flatten().map(|(at, value)| place(*at, *value));
        let points: Vec<_> = points.map(|(x, y)| format!("{x},{y}")).collect();
        if points.len() > 1 {
            let _ =
                writeln!(svg, "<polyline class=\"s{number}\" points=\"{}\"/>", points.join(" "));
        }
    }
    if line.points.len() <= MOST_DOTS {
        for (at, value) in known.into_iter().flatten() {
            let ((x, y), when) = (place(at, value), labels.get(at).map_or("", |label| label));
            let _ = writeln!(
                svg,
                "<circle class=\"s{number}\" cx=\"{x}\" cy=\"{y}\" r=\"3\"><title>{} {}: {}</title></circle>",
                escaped(when),
                escaped(&line.name),
                told(value, unit)
            );
        }
    }
    svg
}

/// Bars beside their names, each as long as its value.
pub(super) fn bars(title: &str, bars: &[Bar]) -> String {
    let Some(most) = bars.iter().map(|bar| bar.value).max().filter(|most| *most > 0) else {
        return nothing(title);
    };
    let height = bars.len() * usize::try_from(STEP).unwrap_or(0) + 8;
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n");
    for (top, bar) in (4..).step_by(usize::try_from(STEP).unwrap_or(1)).zip(bars) {
        let length = scaled(bar.value, most, BAR_RIGHT - BAR_LEFT);
        let name: String = bar.name.chars().take(LONGEST_NAME).collect();
        let base = top + 15;
        let _ = writeln!(
            svg,
            "<text class=\"name\" x=\"{}\" y=\"{base}\" text-anchor=\"end\">{}</text>\
             <rect class=\"s0\" x=\"{BAR_LEFT}\" y=\"{top}\" width=\"{length}\" height=\"20\"/>\
             <text x=\"{}\" y=\"{base}\">{}</text>",
            BAR_LEFT - 8,
            escaped(if name.is_empty() { "-" } else { &name }),
            BAR_LEFT + length + 8,
            escaped(&bar.told)
        );
    }
    figure(title, "", &svg)
}

fn figure(title: &str, legend: &str, svg: &str) -> String {
    let title = escaped(title);
    format!("<figure><figcaption>{title}{legend}</figcaption>\n{svg}</svg></figure>\n")
}

fn nothing(title: &str) -> String {
    let title = escaped(title);
    format!("<figure><figcaption>{title}<span>nothing in these logs</span></figcaption></figure>\n")
}

fn legend(lines: &[Line]) -> String {
    let one = |(number, line): (usize, &Line)| {
        format!("<span><i class=\"s{number}\"></i>{}</span>", escaped(&line.name))
    };
    lines.iter().enumerate().map(one).collect()
}

fn x(at: usize, count: usize) -> i64 {
    let (at, last) = (u64::try_from(at).unwrap_or(0), u64::try_from(count.max(2) - 1).unwrap_or(1));
    LEFT + scaled(at, last, RIGHT - LEFT)
}

fn y(value: u64, top: u64) -> i64 {
    BOTTOM - scaled(value, top, BOTTOM - TOP)
}

/// `value / most` of a length.
fn scaled(value: u64, most: u64, length: i64) -> i64 {
    let part = i128::from(value) * i128::from(length) / i128::from(most.max(1));
    i64::try_from(part).unwrap_or(length)
}

/// At most five labels, evenly.
const fn is_named(at: usize, count: usize) -> bool {
    at.is_multiple_of(count.div_ceil(5))
}

/// The next of 4, 8, 20, 40, 80, 200 …: a quarter of it is a round number too.
fn round(value: u64) -> u64 {
    let mut scale = 1_u64;
    loop {
        for top in [4, 8, 20] {
            if value <= scale.saturating_mul(top) {
                return scale.saturating_mul(top);
            }
        }
        scale = scale.saturating_mul(10);
    }
}

fn told(value: u64, unit: Unit) -> String {
    match unit {
        Unit::Count => thousands(value),
        Unit::Millis => format!("{} ms", thousands(value)),
        Unit::Share => format!("{} %", (value + 50) / 100),
    }
}

/// `1 234 567`, with thin spaces.
pub(super) fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut told = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            told.push('\u{202f}');
        }
        told.push(digit);
    }
    told
}

/// Text that may stand anywhere in the page.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const WIDTH: i64 = 640;
const HEIGHT: i64 = 240;
const LEFT: i64 = 70;
const RIGHT: i64 = 610;
const TOP: i64 = 14;
const BOTTOM: i64 = 206;
const BAR_LEFT: i64 = 210;
const BAR_RIGHT: i64 = 470;
/// From bar to bar.
const STEP: i64 = 28;
const LONGEST_NAME: usize = 30;
/// Dots would hide lines of more.
const MOST_DOTS: usize = 200;
