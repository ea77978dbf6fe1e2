#include "apps/activations/program.h"

#include "apps/activations/commands.h"
#include "lib/cli/doctor.h"

namespace actlab {

int run_activations(int argc, char** argv) {
  Program program("activations", "The catalogue of activation functions: look, draw, check, measure.");
  add_list_command(program);
  add_show_command(program);
  add_plot_command(program);
  add_check_command(program);
  add_bench_command(program);
  add_depth_command(program);
  add_document_command(program);
  add_doctor_command(program, "activations");
  return program.run(argc, argv);
}

}  // namespace actlab
