#pragma once

// The commands of the program, one file each.

#include "lib/cli/program.h"

namespace actlab {

void add_list_command(Program& program);
void add_show_command(Program& program);
void add_plot_command(Program& program);
void add_check_command(Program& program);
void add_bench_command(Program& program);
void add_depth_command(Program& program);
void add_document_command(Program& program);

}  // namespace actlab
