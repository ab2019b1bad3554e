//! Pictures of a window without a graphics card: egui's triangles, drawn one after the other as OpenGL draws
//! them, so that the same window is the same picture on every machine. It knows no widgets and no files.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use egui::epaint::{Primitive, Vertex, WHITE_UV};
use egui::{Color32, Context, FullOutput, ImageData, Pos2, TextureFilter, TextureId, TextureOptions, TexturesDelta};
use egui_kittest::TestRenderer;
use image::RgbImage;

/// Keeps what egui uploads, and draws with it. Copies share what they keep.
#[derive(Clone, Default)]
pub struct Raster(Rc<RefCell<BTreeMap<TextureId, Texture>>>);

struct Texture {
    width: usize,
    height: usize,
    texels: Vec<Color32>,
    is_smooth: bool,
}

impl TestRenderer for Raster {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut textures = self.0.borrow_mut();
        let mut changed: Vec<TextureId> = delta.set.keys().copied().collect();
        changed.sort_unstable();
        for id in changed {
            for patch in delta.set.remove(&id).unwrap_or_default() {
                let ImageData::Color(image) = &patch.image;
                let ([width, height], texels) = (image.size, &image.pixels);
                match patch.pos {
                    None => _ = textures.insert(id, Texture::new(image.size, texels.clone(), patch.options)),
                    Some([left, top]) => {
                        let whole = textures.get_mut(&id).expect("a texture is whole before a part of it changes");
                        for row in 0..height {
                            let at = (top + row) * whole.width + left;
                            whole.texels[at..at + width].copy_from_slice(&texels[row * width..][..width]);
                        }
                    }
                }
            }
        }
        textures.retain(|id, _| !delta.free.contains(id));
        delta.free.clear();
    }
}

impl Raster {
    /// Draws what a window last put out.
    pub fn picture(&self, ctx: &Context, output: &FullOutput) -> RgbImage {
        let scale = output.pixels_per_point;
        let size = ctx.content_rect().size() * scale;
        let textures = self.0.borrow();
        let mut target = Target::new(whole(size.x), whole(size.y));
        for clipped in ctx.tessellate(output.shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = &clipped.primitive else { continue };
            let Some(texture) = textures.get(&mesh.texture_id) else { continue };
            let clip = clipped.clip_rect;
            target
                .clip([clip.left(), clip.top(), clip.right(), clip.bottom()].map(|edge| whole((edge * scale).round())));
            for corners in mesh.indices.chunks_exact(3) {
                let corner = |at: usize| {
                    let vertex = mesh.vertices[usize::try_from(corners[at]).expect("an index of 32 bits")];
                    Vertex { pos: vertex.pos * scale, ..vertex }
                };
                target.triangle([corner(0), corner(1), corner(2)], texture);
            }
        }
        target.into_picture()
    }
}

impl Texture {
    fn new([width, height]: [usize; 2], texels: Vec<Color32>, options: TextureOptions) -> Self {
        Self { width, height, texels, is_smooth: options.magnification == TextureFilter::Linear }
    }

    fn at(&self, x: f32, y: f32) -> [f32; 4] {
        let column = whole(x).min(self.width - 1);
        let row = whole(y).min(self.height - 1);
        self.texels[row * self.width + column].to_array().map(f32::from)
    }

    /// The colour at a place, from 0 to 255 per channel.
    fn sample(&self, u: f32, v: f32) -> [f32; 4] {
        let (x, y) = (u * length(self.width), v * length(self.height));
        if !self.is_smooth {
            return self.at(x, y);
        }
        let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (right, down) = (x.fract(), y.fract());
        let upper = mixed(self.at(x, y), self.at(x + 1.0, y), right);
        if down == 0.0 {
            return upper;
        }
        mixed(upper, mixed(self.at(x, y + 1.0), self.at(x + 1.0, y + 1.0), right), down)
    }
}

struct Target {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 3]>,
    /// Left, top, right and bottom of what may be drawn on.
    clip: [usize; 4],
}

impl Target {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![[0.0; 3]; width * height], clip: [0, 0, width, height] }
    }

    fn clip(&mut self, [left, top, right, bottom]: [usize; 4]) {
        self.clip = [left, top, right.min(self.width), bottom.min(self.height)];
    }

    fn triangle(&mut self, corners: [Vertex; 3], texture: &Texture) {
        let [a, mut b, mut c] = corners;
        let mut area = (b.pos - a.pos).x * (c.pos - a.pos).y - (b.pos - a.pos).y * (c.pos - a.pos).x;
        if area < 0.0 {
            (b, c, area) = (c, b, -area);
        }
        if area <= 0.0 {
            return;
        }
        let shade = Shade::new([a, b, c], area);
        let highest = a.pos.y.min(b.pos.y).min(c.pos.y);
        let lowest = a.pos.y.max(b.pos.y).max(c.pos.y);
        for row in first(highest).max(self.clip[1])..first(lowest).min(self.clip[3]) {
            let y = length(row) + 0.5;
            let (mut left, mut right) = (f32::NEG_INFINITY, f32::INFINITY);
            for (from, to) in [(a.pos, b.pos), (b.pos, c.pos), (c.pos, a.pos)] {
                // Corners are given clockwise: edges that go up are at the left.
                if to.y < from.y {
                    left = left.max(crossing(to, from, y));
                } else if to.y > from.y {
                    right = right.min(crossing(from, to, y));
                }
            }
            let columns = first(left).max(self.clip[0])..first(right).min(self.clip[2]);
            self.span(row, columns, &shade, texture);
        }
    }

    fn span(&mut self, row: usize, columns: std::ops::Range<usize>, shade: &Shade, texture: &Texture) {
        if columns.is_empty() {
            return;
        }
        let start = row * self.width;
        let mut values = shade.at(length(columns.start) + 0.5, length(row) + 0.5);
        for pixel in &mut self.pixels[start + columns.start..start + columns.end] {
            let [red, green, blue, alpha, u, v] = values;
            let mut source = [red, green, blue, alpha];
            if !shade.is_plain {
                let texel = texture.sample(u, v);
                for (channel, texel) in source.iter_mut().zip(texel) {
                    *channel *= texel / 255.0;
                }
            }
            let rest = 1.0 - source[3] / 255.0;
            for (channel, source) in pixel.iter_mut().zip(source) {
                // As a frame buffer of eight bits keeps it.
                *channel = (source + *channel * rest).clamp(0.0, 255.0).round();
            }
            if !shade.is_flat {
                for (value, step) in values.iter_mut().zip(shade.step) {
                    *value += step;
                }
            }
        }
    }

    fn into_picture(self) -> RgbImage {
        let bytes = self.pixels.into_iter().flatten().map(byte).collect();
        let [width, height] = [self.width, self.height].map(|side| u32::try_from(side).expect("a screen's side"));
        RgbImage::from_vec(width, height, bytes).expect("three bytes for every pixel")
    }
}

/// How colour and place in the texture change over a triangle.
struct Shade {
    origin: Pos2,
    begin: [f32; 6],
    step: [f32; 6],
    down: [f32; 6],
    is_flat: bool,
    /// Without texture.
    is_plain: bool,
}

impl Shade {
    fn new(corners: [Vertex; 3], area: f32) -> Self {
        let [a, b, c] = corners.map(values);
        let [at, to_b, to_c] = [corners[0].pos, corners[1].pos, corners[2].pos];
        let (to_b, to_c) = (to_b - at, to_c - at);
        let mut shade = Self {
            origin: at,
            begin: a,
            step: [0.0; 6],
            down: [0.0; 6],
            is_flat: a == b && a == c,
            is_plain: corners.iter().all(|corner| corner.uv == WHITE_UV),
        };
        for index in 0..6 {
            let (by_b, by_c) = (b[index] - a[index], c[index] - a[index]);
            shade.step[index] = (by_b * to_c.y - by_c * to_b.y) / area;
            shade.down[index] = (by_c * to_b.x - by_b * to_c.x) / area;
        }
        shade
    }

    fn at(&self, x: f32, y: f32) -> [f32; 6] {
        let (x, y) = (x - self.origin.x, y - self.origin.y);
        std::array::from_fn(|index| self.begin[index] + self.step[index] * x + self.down[index] * y)
    }
}

fn values(vertex: Vertex) -> [f32; 6] {
    let [red, green, blue, alpha] = vertex.color.to_array().map(f32::from);
    [red, green, blue, alpha, vertex.uv.x, vertex.uv.y]
}

/// Where an edge crosses a height. Neighbours give the same two points in the same order, so that no pixel
/// between them is drawn twice or not at all.
fn crossing(upper: Pos2, lower: Pos2, y: f32) -> f32 {
    upper.x + (lower.x - upper.x) * ((y - upper.y) / (lower.y - upper.y))
}

fn mixed(one: [f32; 4], other: [f32; 4], share: f32) -> [f32; 4] {
    std::array::from_fn(|channel| one[channel] + (other[channel] - one[channel]) * share)
}

/// The first pixel whose middle is not before an edge.
fn first(edge: f32) -> usize {
    whole((edge - 0.5).ceil())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels; what is below 0 becomes 0")]
fn whole(value: f32) -> usize {
    value as usize
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a channel, which was clamped to a byte")]
fn byte(value: f32) -> u8 {
    value as u8
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a screen")]
fn length(pixels: usize) -> f32 {
    pixels as f32
}
