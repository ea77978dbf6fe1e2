#include <cmath>
#include <filesystem>
#include <memory>

#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/report/chart.h"

#ifdef ACTLAB_RSVG
#include <librsvg/rsvg.h>
#endif

namespace actlab {

#ifdef ACTLAB_RSVG
namespace {

constexpr double pixels_per_unit = 2;  // sharp on screens of high resolution and in print

struct Release {
  void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};

cairo_status_t append(void* text, const unsigned char* bytes, unsigned count) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

[[noreturn]] void fail(const std::string& why) {
  throw Error(ExitCode::run_failed, "the picture could not be drawn as PNG", why, "", "write .svg instead");
}

}  // namespace

bool can_write_png() { return true; }

std::string png_of(const std::string& svg) {
  const std::unique_ptr<RsvgHandle, Release> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), nullptr));
  if (!handle) fail("librsvg does not read it");
  double width = 0, height = 0;
  rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height);
  const std::unique_ptr<cairo_surface_t, Release> surface(
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(std::ceil(width * pixels_per_unit)),
                                 static_cast<int>(std::ceil(height * pixels_per_unit))));
  const std::unique_ptr<cairo_t, Release> context(cairo_create(surface.get()));
  const RsvgRectangle whole{0, 0, width * pixels_per_unit, height * pixels_per_unit};
  if (!rsvg_handle_render_document(handle.get(), context.get(), &whole, nullptr)) fail("librsvg refuses it");
  std::string png;
  if (cairo_surface_write_to_png_stream(surface.get(), append, &png) != CAIRO_STATUS_SUCCESS)
    fail("cairo refuses it");
  return png;
}
#else
bool can_write_png() { return false; }

std::string png_of(const std::string&) {
  throw usage_error("this build cannot write PNG pictures", "", "a file that ends in .svg",
                    "install librsvg2-dev and pkg-config, then build again");
}
#endif

void save_figure(const Figure& figure, const std::string& file) {
  const auto path = std::filesystem::absolute(file);
  const auto ending = path.extension();
  if (ending != ".svg" && ending != ".png") {
    throw usage_error("the ending of a picture's file says its format", file, ".svg, .png");
  }
  const auto picture = ending == ".svg" ? to_svg(figure) : png_of(to_svg(figure));
  make_writable_folder(path.parent_path());
  write_atomically(path, picture);
}

}  // namespace actlab
