#include "apps/activations/program.h"

int main(int argc, char** argv) { return actlab::run_activations(argc, argv); }
