#include "apps/reproduce/program.h"

int main(int argc, char** argv) { return actlab::run_reproduce(argc, argv); }
