#pragma once

// What the drawings of this folder are made of. Coordinates are pixels, rounded to a tenth.

#include <array>
#include <string>
#include <vector>

#include "lib/report/simplify.h"

namespace actlab::svg {

/// What a drawing is coloured with.
struct Inks {
  const char *text, *faint, *grid, *frame, *paper;
  std::array<const char*, 7> curves;
};

/// For a white card: colours of Okabe & Ito in an order in which neighbours differ in brightness too; their
/// yellow is too pale for lines on white.
inline constexpr Inks card_inks = {
    "#1f2328", "#59636e", "#e4e7eb",
    "#8c959f", "#fff",    {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"}};

/// The variables of a page's style sheet (chart.h).
inline constexpr Inks page_inks = {"var(--text)",
                                   "var(--faint)",
                                   "var(--grid)",
                                   "var(--frame)",
                                   "var(--page)",
                                   {"var(--curve-0)", "var(--curve-1)", "var(--curve-2)", "var(--curve-3)",
                                    "var(--curve-4)", "var(--curve-5)", "var(--curve-6)"}};

/// How a curve looks: different in colour and in dashes or markers too.
struct Style {
  const char* colour;
  const char* dashes;
  size_t marker;
};
Style style(size_t index, const Inks& inks);

/// Metrics of the lettering, for a font like DejaVu Sans.
constexpr double font = 13, letter = 7.6;

std::string coordinate(double value);
/// `anchor`: start, middle or end; empty: that of the group around it. `more`: further attributes, with a
/// blank before each.
std::string text_at(double x, double y, const std::string& anchor, const std::string& text,
                    const std::string& more = "");
std::string line(double x1, double y1, double x2, double y2, const std::string& colour,
                 const std::string& more = "");
std::string path(const std::vector<Place>& places);
/// One of five shapes at each place, filled in the curve's colour or that of the paper.
std::string markers(const Style& style, const std::vector<Place>& places, const Inks& inks);
/// The attributes of a curve.
std::string stroke(const Style& style);
/// `content` as a drawing of a page: as wide as its place, described by `label`.
std::string element(double width, double height, const std::string& label, const std::string& content);

/// `content` as a document of its own, on a white card.
std::string document(double width, double height, const std::string& title, const std::string& content);

}  // namespace actlab::svg
